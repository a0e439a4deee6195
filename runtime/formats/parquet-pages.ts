import { crc32 } from 'node:zlib'
import { parquetHeader } from 'hyparquet/src/column.js'
import { type Codec, unpack } from './codec.ts'
import { Damage, type LocalFile, Unsupported } from './file.ts'
import { unpackLz4Block } from './lz4.ts'

export type PageCodec = Codec | 'none' | 'lz4-hadoop'

/** One column of one row group: where its pages lie, and how they are packed. */
export interface Chunk {
  readonly start: number
  readonly end: number
  readonly codec: PageCodec
  readonly rows: number
}

export interface PageHead {
  readonly kind: 'dictionary' | 'data'
  /** Entries of the levels: values, nulls and empty lists. */
  readonly entries: number
  /** Rows, where the page says so (version 2). */
  readonly rows: number | undefined
  readonly encoding: string
  /** Bytes of the levels, which version 2 keeps apart from the values and never packs. */
  readonly levels: { readonly repetition: number; readonly definition: number } | undefined
  readonly packed: boolean
  readonly position: number
  readonly storedBytes: number
  readonly plainBytes: number
  readonly checksum: number | undefined
}

/** A page unpacked: `bytes` holds levels and values; the levels of version 1 come first in it, each with its length. */
export interface PageBody {
  readonly bytes: Uint8Array
  readonly repetition: Region
  readonly definition: Region
  readonly valuesStart: number
}

export interface Region {
  readonly bytes: Uint8Array
  readonly start: number
  readonly end: number
}

const windowBytes = 1 << 20
const headBytes = 1 << 14

/** The part of the file in hand. Its memory is used again: what it gave out holds until it is asked for other bytes. */
export class PageWindow {
  readonly #file: LocalFile
  #memory = new Uint8Array(0)
  #start = 0
  #length = 0

  constructor(file: LocalFile) {
    this.#file = file
  }

  /** The bytes [position, position + length); some more, up to `end`, are read ahead. */
  bytes(position: number, length: number, end: number): Uint8Array {
    const from = position - this.#start
    if (from >= 0 && from + length <= this.#length) return this.#memory.subarray(from, from + length)
    this.#length = 0
    const wanted = Math.max(length, Math.min(windowBytes, end - position))
    if (wanted > this.#memory.length) this.#memory = new Uint8Array(wanted)
    this.#file.readInto(this.#memory.subarray(0, wanted), position)
    this.#start = position
    this.#length = wanted
    return this.#memory.subarray(0, length)
  }
}

/** Walks the pages of one chunk. The headers alone are read of pages that nobody opens. */
export class ChunkPages {
  readonly #window: PageWindow
  readonly #chunk: Chunk
  #next: number

  constructor(window: PageWindow, chunk: Chunk) {
    this.#window = window
    this.#chunk = chunk
    this.#next = chunk.start
  }

  next(): PageHead | undefined {
    if (this.#next >= this.#chunk.end) return undefined
    const head = this.#headAt(this.#next)
    if (head.position + head.storedBytes > this.#chunk.end) throw new Damage('a page goes beyond its column')
    this.#next = head.position + head.storedBytes
    return head
  }

  /**
   * The page unpacked, or as it lies in the window.
   *
   * @param repeated, defined whether version 1 pages of this column have these levels
   */
  open(head: PageHead, repeated: boolean, defined: boolean): PageBody {
    const stored = this.#bytes(head.position, head.storedBytes)
    if (head.checksum !== undefined && crc32(stored) !== head.checksum)
      throw new Damage('a page does not have its checksum')
    return head.levels === undefined
      ? this.#bodyOf1(head, stored, repeated, defined)
      : this.#bodyOf2(head, head.levels, stored)
  }

  #bodyOf1(head: PageHead, stored: Uint8Array, repeated: boolean, defined: boolean): PageBody {
    const bytes = unpackPage(this.#chunk.codec, stored, head.plainBytes)
    const repetition = levelsAt(bytes, 0, repeated && head.kind === 'data')
    const definition = levelsAt(bytes, repetition.end, defined && head.kind === 'data')
    return { bytes, repetition, definition, valuesStart: definition.end }
  }

  #bodyOf2(head: PageHead, levels: { repetition: number; definition: number }, stored: Uint8Array): PageBody {
    const start = levels.repetition + levels.definition
    if (!(start <= stored.length)) throw new Damage('a page is shorter than its levels')
    const values = stored.subarray(start)
    const bytes = head.packed ? unpackPage(this.#chunk.codec, values, head.plainBytes - start) : values
    return {
      bytes,
      repetition: { bytes: stored, start: 0, end: levels.repetition },
      definition: { bytes: stored, start: levels.repetition, end: start },
      valuesStart: 0,
    }
  }

  #headAt(position: number): PageHead {
    for (let length = headBytes; ; length *= 16) {
      const bytes = this.#bytes(position, Math.min(length, this.#chunk.end - position))
      const head = decodeHead(bytes, position)
      if (head !== undefined) return head
      if (length >= this.#chunk.end - position) throw new Damage('the header of a page cannot be decoded')
    }
  }

  #bytes(position: number, length: number): Uint8Array {
    return this.#window.bytes(position, length, this.#chunk.end)
  }
}

/** Undefined when the bytes end before the header does, or are no header. */
function decodeHead(bytes: Uint8Array, position: number): PageHead | undefined {
  const reader = { view: new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength), offset: 0 }
  let header
  try {
    header = parquetHeader(reader)
  } catch {
    return undefined
  }
  const { type, compressed_page_size: storedBytes, uncompressed_page_size: plainBytes, crc } = header
  if (!(storedBytes >= 0) || !(plainBytes >= 0)) throw new Damage('a page has no size')
  const common = {
    position: position + reader.offset,
    storedBytes,
    plainBytes,
    checksum: crc === undefined ? undefined : crc >>> 0,
  }
  const { data_page_header: data, data_page_header_v2: data2, dictionary_page_header: dictionary } = header
  if (type === 'DATA_PAGE' && data !== undefined) {
    if (data.definition_level_encoding === 'BIT_PACKED')
      throw new Unsupported('it has levels in the old BIT_PACKED encoding')
    return {
      ...common,
      kind: 'data',
      entries: count(data.num_values),
      rows: undefined,
      encoding: data.encoding,
      levels: undefined,
      packed: true,
    }
  }
  if (type === 'DATA_PAGE_V2' && data2 !== undefined) {
    const levels = {
      repetition: count(data2.repetition_levels_byte_length),
      definition: count(data2.definition_levels_byte_length),
    }
    const packed = data2.is_compressed !== false
    return {
      ...common,
      kind: 'data',
      entries: count(data2.num_values),
      rows: count(data2.num_rows),
      encoding: data2.encoding,
      levels,
      packed,
    }
  }
  if (type === 'DICTIONARY_PAGE' && dictionary !== undefined) {
    const entries = count(dictionary.num_values)
    return {
      ...common,
      kind: 'dictionary',
      entries,
      rows: undefined,
      encoding: dictionary.encoding,
      levels: undefined,
      packed: true,
    }
  }
  throw new Damage(`a page is of the unknown kind ${String(type)}`)
}

function count(value: number): number {
  if (!(value >= 0 && value < 2 ** 31)) throw new Damage(`a page is said to have ${String(value)} values`)
  return value
}

function levelsAt(bytes: Uint8Array, start: number, present: boolean): Region {
  if (!present) return { bytes, start, end: start }
  if (start + 4 > bytes.length) throw new Damage('a page is shorter than its levels')
  const length = new DataView(bytes.buffer, bytes.byteOffset + start, 4).getUint32(0, true)
  const end = start + 4 + length
  if (end > bytes.length) throw new Damage('a page is shorter than its levels')
  return { bytes, start: start + 4, end }
}

function unpackPage(codec: PageCodec, stored: Uint8Array, length: number): Uint8Array {
  if (codec === 'none') return stored
  if (length === 0) return new Uint8Array(0)
  return codec === 'lz4-hadoop' ? unpackHadoop(stored, length) : withoutBuffer(unpack(codec, stored, length))
}

/** The same memory without Buffer's own `slice`, which would not copy. */
function withoutBuffer(bytes: Uint8Array): Uint8Array {
  return new Uint8Array(bytes.buffer as ArrayBuffer, bytes.byteOffset, bytes.length)
}

/** Hadoop's LZ4: blocks, each after its plain and its packed length, big-endian. */
function unpackHadoop(stored: Uint8Array, length: number): Uint8Array {
  const view = new DataView(stored.buffer, stored.byteOffset, stored.byteLength)
  const output = new Uint8Array(length)
  let to = 0
  for (let from = 0; from < stored.length;) {
    const packed = view.getUint32(from + 4)
    const end = from + 8 + packed
    if (end > stored.length) throw new Damage('an LZ4 block ends early')
    to = unpackLz4Block(stored, from + 8, end, output, to)
    from = end
  }
  if (to !== length) throw new Damage(`a compressed block holds ${to} bytes instead of ${length}`)
  return output
}
