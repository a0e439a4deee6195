import type { Scalar } from '../../dsl/ir/types.ts'
import { keyColumn } from './held-plan.ts'
import { Int64Reader } from './int64.ts'
import type { Terms } from './kernels.ts'
import type { Held, PortableColumn } from './portable.ts'
import type { NumberVector } from './vector.ts'

/**
 * Keys of one column in terms that every task shares, each in two float64: a number as the nearest float64 and what is
 * left, an instant as multiples of 2^32 ns since 1970 and the rest, a text as its place among those of the held rows
 * (−1 for others). `valid` is 0 where there is no key, or NaN.
 */
interface Keys {
  readonly high: Float64Array
  readonly low: Float64Array
  readonly valid: Uint8Array
}

/** Held rows by their keys: a hash table with open addressing, of row + 1. */
interface JoinIndex {
  readonly slots: Int32Array
  readonly keys: readonly Keys[]
  /** 1 for a row whose keys a later one has too. */
  readonly twice: Uint8Array
}

/** No partner, or two of them. */
export const [noPartner, twoPartners] = [-1, -2] as const

/** Made once by each thread that reads the held rows. */
const indexes = new WeakMap<Held, JoinIndex>()

/**
 * The held row with the same keys, for each row.
 *
 * @param left the keys of the rows, in the order of the held columns `keyColumn(0)`, …
 */
export function partnersOf(
  held: Held,
  left: readonly { readonly vector: NumberVector; readonly type: Scalar }[],
  rows: number,
  terms: Terms,
): Int32Array {
  const index = indexes.get(held) ?? indexOf(held, left.length)
  indexes.set(held, index)
  const keys = left.map(({ vector, type }, at) => keysOfRows(vector, { type, rows, terms }, heldColumn(held, at)))
  const partners = new Int32Array(rows)
  for (let row = 0; row < rows; row++) partners[row] = find(index, keys, row)
  return partners
}

function heldColumn(held: Held, at: number): PortableColumn {
  const column = held.columns.get(keyColumn(at))
  if (column?.kind !== 'values') throw new Error('a key is no list')
  return column
}

function indexOf(held: Held, count: number): JoinIndex {
  const keys = Array.from({ length: count }, (_, at) => keysOfHeld(heldColumn(held, at), held.rows))
  const slots = new Int32Array(2 ** Math.ceil(Math.log2(2 * held.rows + 2)))
  const twice = new Uint8Array(held.rows)
  for (let row = 0; row < held.rows; row++) {
    if (!hasKeys(keys, row)) continue
    let slot = hashOf(keys, row) & (slots.length - 1)
    while (slots[slot] !== 0 && !areSame(keys, slots[slot]! - 1, keys, row)) slot = (slot + 1) & (slots.length - 1)
    if (slots[slot] === 0) slots[slot] = row + 1
    else twice[slots[slot]! - 1] = 1
  }
  return { slots, keys, twice }
}

function find({ slots, keys: held, twice }: JoinIndex, keys: readonly Keys[], row: number): number {
  if (!hasKeys(keys, row)) return noPartner
  let slot = hashOf(keys, row) & (slots.length - 1)
  while (slots[slot] !== 0) {
    const found = slots[slot]! - 1
    if (areSame(held, found, keys, row)) return twice[found] === 1 ? twoPartners : found
    slot = (slot + 1) & (slots.length - 1)
  }
  return noPartner
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

const scratch = new Float64Array(1)
const bits = new Int32Array(scratch.buffer)

function hashOf(keys: readonly Keys[], row: number): number {
  let hash = 0
  for (let at = 0; at < keys.length; at++) {
    // −0 and +0 are the same key.
    scratch[0] = keys[at]!.high[row]! + 0
    hash = mixed(hash ^ bits[0]!) ^ bits[1]!
    scratch[0] = keys[at]!.low[row]! + 0
    hash = mixed(mixed(hash) ^ bits[0]! ^ bits[1]!)
  }
  return hash
}

/** The 32-bit finalizer of MurmurHash3. */
function mixed(value: number): number {
  let hash = value
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return hash ^ (hash >>> 16)
}

const word = 2n ** 32n

function keysOfHeld({ values, valid, type }: PortableColumn, rows: number): Keys {
  const keys = blankKeys(rows)
  if (!(values instanceof BigInt64Array || values instanceof BigUint64Array)) {
    for (let row = 0; row < rows; row++) {
      keys.high[row] = values[row]!
      keys.valid[row] = valid?.[row] === 0 || Number.isNaN(values[row]) ? 0 : 1
    }
    return keys
  }
  const integers = new Int64Reader(values)
  for (let row = 0; row < rows; row++) {
    keys.valid[row] = valid?.[row] ?? 1
    const near = integers.at(row)
    if (type.kind === 'instant') {
      keys.high[row] = Number(values[row]! >> 32n)
      keys.low[row] = Number(values[row]! & (word - 1n))
    } else if (Number.isSafeInteger(near)) keys.high[row] = near
    else {
      keys.high[row] = Number(values[row]!)
      keys.low[row] = Number(values[row]! - BigInt(keys.high[row]!))
    }
  }
  return keys
}

interface LeftTerms {
  readonly type: Scalar
  readonly rows: number
  readonly terms: Terms
}

function keysOfRows(vector: NumberVector, { type, rows, terms }: LeftTerms, held: PortableColumn): Keys {
  const { values, residual, valid } = vector
  const keys = blankKeys(rows)
  const [baseHigh, baseLow] = [Number(terms.base >> 32n), Number(terms.base & (word - 1n))]
  const places = type.kind === 'text' ? new Map(held.texts?.map((text, place) => [terms.idOf(text), place])) : null
  for (let row = 0; row < rows; row++) {
    const value = values[row]!
    keys.valid[row] = valid?.[row] === 0 || Number.isNaN(value) ? 0 : 1
    if (type.kind === 'instant' && residual !== null) {
      const ns = terms.base + BigInt(value) + BigInt(residual[row]!)
      keys.high[row] = Number(ns >> 32n)
      keys.low[row] = Number(ns & (word - 1n))
    } else if (type.kind === 'instant') {
      const high = Math.floor(value / 2 ** 32)
      const low = value - high * 2 ** 32 + baseLow
      const carry = low >= 2 ** 32 ? 1 : 0
      keys.high[row] = baseHigh + high + carry
      keys.low[row] = low - carry * 2 ** 32
    } else {
      keys.high[row] = places === null ? value : (places.get(value) ?? -1)
      keys.low[row] = residual?.[row] ?? 0
    }
  }
  return keys
}

function blankKeys(rows: number): Keys {
  return { high: new Float64Array(rows), low: new Float64Array(rows), valid: new Uint8Array(rows) }
}
