import { makeData, Utf8, type Vector, makeVector } from 'apache-arrow'

/** Beyond this a scan starts a new dictionary, so that a column of distinct texts does not fill the memory. */
const fullBytes = 1 << 24

/** Distinct texts in the order of their first use; the code of a text is its position. Only grows. */
export class TextDictionary {
  #bytes = new Uint8Array(256)
  #offsets = new Int32Array(17)
  #slots = new Int32Array(64)
  #hashes = new Int32Array(16)
  #size = 0
  #vector: Vector<Utf8> | undefined

  /** Count of distinct texts. */
  get size(): number {
    return this.#size
  }

  get full(): boolean {
    return this.#offsets[this.#size]! > fullBytes
  }

  /** The code of the UTF-8 text in `bytes` [start, end). */
  codeOf(bytes: Uint8Array, start: number, end: number): number {
    const hash = hashOf(bytes, start, end)
    const last = this.#slots.length - 1
    for (let slot = hash & last; ; slot = (slot + 1) & last) {
      const code = this.#slots[slot]! - 1
      if (code < 0) return this.#add(slot, hash, bytes, start, end)
      if (this.#hashes[code] === hash && this.#equals(code, bytes, start, end)) return code
    }
  }

  codeOfString(value: string): number {
    const bytes = encoder.encode(value)
    return this.codeOf(bytes, 0, bytes.length)
  }

  /** The texts so far. The vectors of a growing dictionary share their memory. */
  vector(): Vector<Utf8> {
    this.#vector ??= makeVector(
      makeData({
        type: new Utf8(),
        length: this.#size,
        nullCount: 0,
        valueOffsets: this.#offsets.subarray(0, this.#size + 1),
        data: this.#bytes.subarray(0, this.#offsets[this.#size]),
      }),
    )
    return this.#vector
  }

  #equals(code: number, bytes: Uint8Array, start: number, end: number): boolean {
    const from = this.#offsets[code]!
    if (this.#offsets[code + 1]! - from !== end - start) return false
    for (let i = start; i < end; i++) if (bytes[i] !== this.#bytes[from + i - start]) return false
    return true
  }

  #add(slot: number, hash: number, bytes: Uint8Array, start: number, end: number): number {
    const code = this.#size
    const from = this.#offsets[code]!
    this.#bytes = withRoom(this.#bytes, from + end - start)
    this.#offsets = withRoom(this.#offsets, code + 2)
    this.#hashes = withRoom(this.#hashes, code + 1)
    this.#bytes.set(bytes.subarray(start, end), from)
    this.#offsets[code + 1] = from + end - start
    this.#hashes[code] = hash
    this.#slots[slot] = code + 1
    this.#size = code + 1
    this.#vector = undefined
    if (this.#size * 2 > this.#slots.length) this.#rehash()
    return code
  }

  #rehash(): void {
    const slots = new Int32Array(this.#slots.length * 4)
    const last = slots.length - 1
    for (let code = 0; code < this.#size; code++) {
      let slot = this.#hashes[code]! & last
      while (slots[slot] !== 0) slot = (slot + 1) & last
      slots[slot] = code + 1
    }
    this.#slots = slots
  }
}

const encoder = new TextEncoder()

function hashOf(bytes: Uint8Array, start: number, end: number): number {
  let hash = 0x811c9dc5 | 0
  for (let i = start; i < end; i++) hash = Math.imul(hash ^ bytes[i]!, 0x01000193)
  return hash ^ (hash >>> 15)
}

function withRoom<T extends Uint8Array<ArrayBuffer> | Int32Array<ArrayBuffer>>(array: T, length: number): T {
  if (length <= array.length) return array
  const larger = new (array.constructor as new (length: number) => T)(Math.max(length, array.length * 2))
  larger.set(array)
  return larger
}
