import { bytesOf, type NumberName } from './column.ts'
import { Damage, Unsupported } from './file.ts'
import { decodeDelta, lowWords } from './parquet-delta.ts'
import { decodeHybrid } from './parquet-rle.ts'
import type { Leaf } from './parquet-schema.ts'
import { scaleWords } from './parquet-scale.ts'
import { ParquetTexts } from './parquet-text.ts'
import type { TextDictionary } from './text.ts'

/** Bytes of one decoded value: bools one, codes of texts four. */
export function widthOf(leaf: Leaf): number {
  switch (leaf.kind.kind) {
    case 'bool':
      return 1
    case 'text':
      return 4
    case 'number':
      return bytesOf(leaf.kind.name)
  }
}

/** Decodes the values of one leaf, page by page, within one pass. Values come as bytes, `widthOf(leaf)` each, little-endian. */
export class ValueDecoder {
  readonly #leaf: Leaf
  readonly #texts = new ParquetTexts()
  #dictionary: Uint8Array | undefined
  #entries = 0

  constructor(leaf: Leaf) {
    this.#leaf = leaf
  }

  get texts(): TextDictionary {
    return this.#texts.dictionary
  }

  /** Starts a new dictionary of texts when the old one is full. `codes`, of values that are still to come, are changed in place. */
  renewTexts(codes: Uint8Array): void {
    this.#texts.renew(codes)
  }

  setDictionary(bytes: Uint8Array, entries: number): void {
    this.#entries = entries
    if (this.#leaf.kind.kind === 'text') this.#texts.setPage(bytes, entries)
    else this.#dictionary = this.#plain(bytes, 0, entries)
  }

  clearDictionary(): void {
    this.#entries = 0
    this.#dictionary = undefined
    this.#texts.setPage(new Uint8Array(0), 0)
  }

  /** The `count` values of a page, without its nulls. May share the memory of `bytes`. */
  decode(encoding: string, bytes: Uint8Array, start: number, count: number): Uint8Array {
    switch (encoding) {
      case 'PLAIN':
        return this.#plain(bytes, start, count)
      case 'PLAIN_DICTIONARY':
      case 'RLE_DICTIONARY':
        return this.#byDictionary(bytes, start, count)
      case 'RLE':
        return this.#runs(bytes, start, count)
      case 'DELTA_BINARY_PACKED':
        return this.#deltas(bytes, start, count)
      case 'DELTA_LENGTH_BYTE_ARRAY':
        return this.#needText(encoding).deltaLengths(bytes, start, count)
      case 'DELTA_BYTE_ARRAY':
        return this.#needText(encoding).deltaPrefixes(bytes, start, count)
      case 'BYTE_STREAM_SPLIT':
        return this.#finish(joinStreams(bytes, start, count, physicalBytes(this.#leaf)))
      default:
        throw new Unsupported(`its encoding ${encoding} is not supported`)
    }
  }

  #plain(bytes: Uint8Array, start: number, count: number): Uint8Array {
    if (this.#leaf.kind.kind === 'bool') return plainBools(bytes, start, count)
    if (this.#leaf.kind.kind === 'text') return this.#texts.plain(bytes, start, count)
    const length = count * physicalBytes(this.#leaf)
    if (start + length > bytes.length) throw new Damage('a page holds fewer values than it says')
    return this.#finish(bytes.subarray(start, start + length))
  }

  #byDictionary(bytes: Uint8Array, start: number, count: number): Uint8Array {
    const indices = new Int32Array(count)
    if (count === 0) return this.#gather(indices)
    if (start >= bytes.length) throw new Damage('a page holds fewer values than it says')
    decodeHybrid(bytes, start + 1, bytes.length, bytes[start]!, indices)
    return this.#gather(indices)
  }

  #gather(indices: Int32Array<ArrayBuffer>): Uint8Array {
    let highest = 0
    for (let i = 0; i < indices.length; i++) highest = Math.max(highest, indices[i]! >>> 0)
    if (indices.length > 0 && highest >= this.#entries)
      throw new Damage(`a value refers to entry ${highest} of a dictionary of ${this.#entries}`)
    if (this.#leaf.kind.kind === 'text') return this.#texts.codesOf(indices)
    return gather(this.#dictionary ?? new Uint8Array(0), indices, widthOf(this.#leaf))
  }

  #runs(bytes: Uint8Array, start: number, count: number): Uint8Array {
    if (this.#leaf.kind.kind !== 'bool') throw new Damage('runs of values that are not bools')
    const output = new Uint8Array(count)
    if (count > 0) decodeHybrid(bytes, start + 4, bytes.length, 1, output)
    return output
  }

  #deltas(bytes: Uint8Array, start: number, count: number): Uint8Array {
    const { physical } = this.#leaf
    if (physical !== 'INT32' && physical !== 'INT64') throw new Damage(`deltas of values of type ${physical}`)
    const { words } = decodeDelta(bytes, start, count)
    return this.#finish(bytesIn(physical === 'INT32' ? lowWords(words) : words))
  }

  /** From stored to Sift's numbers: narrower integers, timestamps in ns. */
  #finish(stored: Uint8Array): Uint8Array {
    const { kind, physical } = this.#leaf
    if (kind.kind !== 'number') throw new Damage('numbers where there should be texts or bools')
    if (kind.scale !== 1) return scaleWords(stored, kind.scale, this.#leaf.name)
    return physical === 'INT32' && bytesOf(kind.name) < 4 ? narrow(stored, kind.name) : stored
  }

  #needText(encoding: string): ParquetTexts {
    if (this.#leaf.kind.kind !== 'text') throw new Damage(`${encoding} of values that are not texts`)
    return this.#texts
  }
}

function physicalBytes(leaf: Leaf): number {
  switch (leaf.physical) {
    case 'INT32':
    case 'FLOAT':
      return 4
    case 'INT64':
    case 'DOUBLE':
      return 8
    case 'BOOLEAN':
    case 'BYTE_ARRAY':
      throw new Damage(`values of type ${leaf.physical} in an encoding for numbers`)
  }
}

function plainBools(bytes: Uint8Array, start: number, count: number): Uint8Array {
  if (start + Math.ceil(count / 8) > bytes.length) throw new Damage('a page holds fewer values than it says')
  const output = new Uint8Array(count)
  for (let i = 0; i < count; i++) output[i] = (bytes[start + (i >> 3)]! >> (i & 7)) & 1
  return output
}

/** Bits are moved as integers, since a float that is copied as a number may lose the payload of its NaN. */
function gather(dictionary: Uint8Array, indices: Int32Array, width: number): Uint8Array {
  const output = new Uint8Array(indices.length * width)
  if (width === 8) gatherPairs(words(dictionary), indices, new Uint32Array(output.buffer))
  else if (width === 4) gatherEach(words(dictionary), indices, new Uint32Array(output.buffer))
  else if (width === 2) gatherEach(new Uint16Array(dictionary.slice().buffer), indices, new Uint16Array(output.buffer))
  else gatherEach(dictionary, indices, output)
  return output
}

function gatherEach<T extends Uint8Array | Uint16Array | Uint32Array>(from: T, indices: Int32Array, output: T): void {
  for (let i = 0; i < indices.length; i++) output[i] = from[indices[i]!]!
}

function gatherPairs(from: Uint32Array, indices: Int32Array, output: Uint32Array): void {
  for (let i = 0; i < indices.length; i++) {
    const at = 2 * indices[i]!
    output[2 * i] = from[at]!
    output[2 * i + 1] = from[at + 1]!
  }
}

function words(bytes: Uint8Array): Uint32Array {
  const aligned = bytes.byteOffset % 4 === 0 ? bytes : new Uint8Array(bytes)
  return new Uint32Array(aligned.buffer as ArrayBuffer, aligned.byteOffset, aligned.length >> 2)
}

function narrow(stored: Uint8Array, name: NumberName): Uint8Array {
  const from = words(stored)
  return bytesOf(name) === 1 ? new Uint8Array(from) : bytesIn(new Uint16Array(from))
}

function joinStreams(bytes: Uint8Array, start: number, count: number, width: number): Uint8Array {
  if (start + count * width > bytes.length) throw new Damage('a page holds fewer values than it says')
  const output = new Uint8Array(count * width)
  for (let byte = 0; byte < width; byte++) {
    const stream = start + byte * count
    for (let i = 0; i < count; i++) output[i * width + byte] = bytes[stream + i]!
  }
  return output
}

function bytesIn(array: Int32Array | Uint16Array): Uint8Array {
  return new Uint8Array(array.buffer as ArrayBuffer, array.byteOffset, array.byteLength)
}
