import type { Cancel } from '../ports/format.ts'
import { inChunks } from './chunks.ts'
import type { Keys } from './join-keys.ts'
import { chunkRows } from './kernels.ts'
import { noPartner, twoPartners, type FindPartners } from './partners.ts'

/**
 * Open addressing: slot k is the hash of a row's keys at 2 k, and row + 1 at 2 k + 1, side by side since they are read
 * together; 0 is an empty one. `twice` is 1 for a row whose keys a later one has too.
 */
interface Table {
  readonly slots: Int32Array
  readonly keys: readonly Keys[]
  readonly twice: Uint8Array
}

/** Finds rows by the hashes of their keys. */
export function hashTable(keys: readonly Keys[], rows: number, cancel: Cancel): FindPartners {
  const slots = new Int32Array(2 * 2 ** Math.ceil(Math.log2(2 * rows + 2)))
  const table = { slots, keys, twice: new Uint8Array(rows) }
  const hashes = new Int32Array(chunkRows)
  inChunks(rows, cancel, (start, end) => {
    hashRows(keys, start, end, hashes)
    for (let row = start; row < end; row++) if (hasKeys(keys, row)) insert(table, row, hashes[row - start]!)
  })
  return (left, start, end, partners) => {
    hashRows(left, start, end, hashes)
    for (let row = start; row < end; row++) {
      partners[row] = hasKeys(left, row) ? find(table, left, row, hashes[row - start]!) : noPartner
    }
  }
}

function insert(table: Table, row: number, hash: number): void {
  const { slots, keys, twice } = table
  const slot = slotOf(table, keys, row, hash)
  const known = slots[slot + 1]!
  if (known !== 0) {
    twice[known - 1] = 1
    return
  }
  slots[slot] = hash
  slots[slot + 1] = row + 1
}

function find(table: Table, keys: readonly Keys[], row: number, hash: number): number {
  const known = table.slots[slotOf(table, keys, row, hash) + 1]! - 1
  if (known < 0) return noPartner
  return table.twice[known] === 1 ? twoPartners : known
}

/** Where the row with these keys is, or would be. */
function slotOf({ slots, keys: held }: Table, keys: readonly Keys[], row: number, hash: number): number {
  const mask = slots.length - 2
  let slot = (hash << 1) & mask
  while (slots[slot + 1] !== 0) {
    if (slots[slot] === hash && areSame(held, slots[slot + 1]! - 1, keys, row)) break
    slot = (slot + 2) & mask
  }
  return slot
}

function hasKeys(keys: readonly Keys[], row: number): boolean {
  for (let at = 0; at < keys.length; at++) if (keys[at]!.valid[row] === 0) return false
  return true
}

function areSame(left: readonly Keys[], a: number, right: readonly Keys[], b: number): boolean {
  for (let at = 0; at < left.length; at++) {
    if (left[at]!.high[a] !== right[at]!.high[b] || left[at]!.low[a] !== right[at]!.low[b]) return false
  }
  return true
}

/** Writes the hashes of the rows [start, end) to the front of `hashes`. */
function hashRows(keys: readonly Keys[], start: number, end: number, hashes: Int32Array): void {
  hashes.fill(0, 0, end - start)
  for (let at = 0; at < keys.length; at++) {
    addHashes(keys[at]!.high, start, end, hashes)
    addHashes(keys[at]!.low, start, end, hashes)
  }
}

const scratch = new Float64Array(1)
const bits = new Int32Array(scratch.buffer)

function addHashes(values: Float64Array, start: number, end: number, hashes: Int32Array): void {
  for (let row = start; row < end; row++) {
    // −0 and +0 are the same key.
    scratch[0] = values[row]! + 0
    hashes[row - start] = mixed(mixed(hashes[row - start]! ^ bits[0]!) ^ bits[1]!)
  }
}

/** The 32-bit finalizer of MurmurHash3. */
function mixed(value: number): number {
  let hash = value
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return hash ^ (hash >>> 16)
}
