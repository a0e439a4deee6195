import { Damage, type LocalFile } from './file.ts'
import type { Pace } from './pace.ts'
import type { BasketPlace, Branch } from './root-tree.ts'
import { unzip } from './root-unzip.ts'

/** The entries [start, end) of a branch, unpacked, big-endian as ROOT has them. */
export interface Basket {
  readonly start: number
  readonly end: number
  readonly bytes: Buffer
  /** Shape [entries + 1], into `bytes`; null where entries have one size or a counter tells theirs. */
  readonly offsets: Int32Array | null
}

/** The key's last fields: entries in use, end of the data, a flag. */
const lastBytes = 5
const entriesBytes = 9
const keyBytesAt = 14

/**
 * Hands out the baskets of one branch. The last one is kept, so that ascending reads unpack each once; its memory is used
 * again for the next.
 */
export class Baskets {
  readonly #file: LocalFile
  readonly #branch: Branch
  #index = 0
  #memory = Buffer.alloc(0)
  #current: Basket | undefined

  constructor(file: LocalFile, branch: Branch) {
    this.#file = file
    this.#branch = branch
  }

  /** The basket in hand, if it holds `entry`. */
  current(entry: number): Basket | undefined {
    const basket = this.#current
    return basket !== undefined && entry >= basket.start && entry < basket.end ? basket : undefined
  }

  /** The basket that holds `entry`. Entries mostly ascend: the search begins where the last one ended. */
  async holding(entry: number, pace: Pace): Promise<Basket> {
    const known = this.current(entry)
    if (known !== undefined) return known
    const places = this.#branch.baskets
    while (this.#index < places.length && places[this.#index]!.end <= entry) this.#index++
    const place = places[this.#index]
    if (place === undefined || entry < place.start)
      throw new Damage(`no basket of \`${this.#branch.name}\` holds entry ${entry}`)
    await pace.step()
    this.#current = undefined
    this.#current = await this.#read(place)
    return this.#current
  }

  #read(place: BasketPlace): Basket | Promise<Basket> {
    switch (place.kind) {
      case 'file':
        return this.#unpack(place.start, place.end, this.#stored(place.position, place.bytes))
      case 'memory': {
        const { bytes, offsets, keyBytes } = place.basket
        const entries = place.end - place.start
        const data = Buffer.from(bytes.buffer as ArrayBuffer, bytes.byteOffset, bytes.length)
        return {
          start: place.start,
          end: place.end,
          bytes: data,
          offsets: offsetsOf(entries, offsets, keyBytes, data.length),
        }
      }
      case 'missing':
        throw new Damage(`the basket of \`${this.#branch.name}\` with entry ${place.start} is missing`)
    }
  }

  #stored(position: number, length: number): Buffer {
    if (position + length > this.#file.size)
      throw new Damage(`a basket of \`${this.#branch.name}\` lies outside the file`)
    if (length > this.#memory.length) this.#memory = Buffer.allocUnsafeSlow(Math.max(length, this.#memory.length * 2))
    const stored = this.#memory.subarray(0, length)
    this.#file.readInto(stored, position)
    return stored
  }

  async #unpack(start: number, end: number, stored: Buffer): Promise<Basket> {
    const entries = end - start
    const length = stored.readInt32BE(0)
    const plainBytes = stored.readInt32BE(6)
    const keyBytes = stored.readInt16BE(keyBytesAt)
    if (!(keyBytes >= 36 && keyBytes <= length && length <= stored.length && plainBytes >= 0))
      throw new Damage(`a basket of \`${this.#branch.name}\` has no key`)
    const held = stored.readInt32BE(keyBytes - entriesBytes)
    const border = stored.readInt32BE(keyBytes - lastBytes) - keyBytes
    if (held !== entries)
      throw new Damage(`a basket of \`${this.#branch.name}\` holds ${held} entries instead of ${entries}`)
    const plain = await unzip(stored.subarray(keyBytes, length), plainBytes)
    if (border < 0 || border > plain.length)
      throw new Damage(`a basket of \`${this.#branch.name}\` ends outside itself`)
    return { start, end, bytes: plain.subarray(0, border), offsets: tailOffsets(plain, border, entries, keyBytes) }
  }
}

/** The offsets that follow the data: their count, then as many words. */
function tailOffsets(plain: Buffer, border: number, entries: number, keyBytes: number): Int32Array | null {
  if (plain.length === border) return null
  const from = border + 4
  if (from + 4 * entries > plain.length) throw new Damage('a basket is shorter than its offsets')
  const words = plain.subarray(from, from + 4 * entries)
  const swapped = new Uint8Array(words)
  Buffer.from(swapped.buffer).swap32()
  return offsetsOf(entries, new Int32Array(swapped.buffer), keyBytes, border)
}

function offsetsOf(entries: number, stored: ArrayLike<number>, keyBytes: number, border: number): Int32Array | null {
  if (stored.length === 0 && entries > 1) return null
  const offsets = new Int32Array(entries + 1)
  for (let entry = 0; entry < entries; entry++) offsets[entry] = entry < stored.length ? stored[entry]! - keyBytes : 0
  offsets[entries] = border
  for (let entry = 0; entry < entries; entry++) {
    if (offsets[entry]! < 0 || offsets[entry]! > offsets[entry + 1]!)
      throw new Damage('the offsets of a basket do not ascend')
  }
  return offsets
}
