import { FlatTable } from './arrow-flatbuffer.ts'
import { unpack } from './codec.ts'
import { Damage, type LocalFile, truncated, Unsupported } from './file.ts'
import { unpackLz4Frame } from './lz4.ts'

/** Where a block lies, as the footer has it. */
export interface BlockPosition {
  readonly offset: number
  readonly headerBytes: number
  readonly bodyBytes: number
}

/** One record batch (or the values of a dictionary), as its header has it. */
export interface Block {
  readonly rows: number
  readonly dictionary: { readonly id: number; readonly delta: boolean } | undefined
  readonly nodes: readonly Node[]
  readonly buffers: readonly Region[]
  readonly codec: 'none' | 'lz4' | 'zstd'
  /** Counts of the variable-length buffers of the view columns, in their order. */
  readonly viewBuffers: readonly number[]
  /** Position of the buffers in the file. */
  readonly body: number
}

export interface Node {
  readonly length: number
  readonly nullCount: number
}

export interface Region {
  readonly offset: number
  readonly length: number
}

const noRegion: Region = { offset: 0, length: 0 }
const dictionaryHeader = 2
const batchHeader = 3
/** Arrow's metadata version V4 of 2017; before it, buffers were laid out differently. */
const oldestVersion = 3

/** @throws RuntimeError D002, Damage */
export function readBlock(file: LocalFile, position: BlockPosition): Block {
  const { offset, headerBytes, bodyBytes } = position
  if (offset < 0 || headerBytes < 8 || bodyBytes < 0) throw new Damage('the position of a record batch makes no sense')
  if (offset + headerBytes + bodyBytes > file.size) throw truncated(file.path, file.size, 'record batches are missing')
  const prefixed = file.read(offset, headerBytes)
  const message = FlatTable.root(prefixed.subarray(prefixed.readInt32LE(0) === -1 ? 8 : 4))
  if (message.short(0) < oldestVersion) throw new Unsupported('the Arrow file is of a version before 2017')
  const block = blockOf(message, offset + headerBytes)
  for (const region of block.buffers) {
    if (region.offset < 0 || region.length < 0 || region.offset + region.length > bodyBytes) {
      throw new Damage('a buffer lies outside its record batch')
    }
  }
  return block
}

function blockOf(message: FlatTable, body: number): Block {
  const kind = message.byte(1)
  const header = message.table(2)
  const batch = kind === dictionaryHeader ? header?.table(1) : kind === batchHeader ? header : undefined
  if (header === undefined || batch === undefined) throw new Damage('a block holds no record batch')
  const rows = batch.long(0)
  if (rows < 0) throw new Damage(`a record batch has ${rows} rows`)
  return {
    rows,
    dictionary: kind === dictionaryHeader ? { id: header.long(0), delta: header.bool(2) } : undefined,
    nodes: batch.structs(1, 16, (at) => ({ length: batch.longAt(at), nullCount: batch.longAt(at + 8) })),
    buffers: batch.structs(2, 16, (at) => ({ offset: batch.longAt(at), length: batch.longAt(at + 8) })),
    codec: codecOf(batch.table(3)),
    viewBuffers: batch.longs(4),
    body,
  }
}

function codecOf(compression: FlatTable | undefined): Block['codec'] {
  if (compression === undefined) return 'none'
  if (compression.byte(1) !== 0) throw new Unsupported('the Arrow file compresses whole record batches')
  const codec = compression.byte(0)
  if (codec > 1) throw new Unsupported(`the Arrow file is compressed by codec ${codec}, which is not known`)
  return codec === 0 ? 'lz4' : 'zstd'
}

/** @throws Damage when the block has no such node */
export function nodeOf(block: Block, node: number): Node {
  const found = block.nodes[node]
  if (found === undefined) throw new Damage('a record batch has fewer columns than the schema')
  return found
}

/** The buffers of one column in one block; a compressed buffer is unpacked once and kept. */
export class BlockBuffers {
  readonly block: Block
  readonly #file: LocalFile
  readonly #check: () => void
  readonly #kept = new Map<number, Uint8Array>()

  /** @param check called before and during long work; may throw to stop */
  constructor(file: LocalFile, block: Block, check: () => void) {
    this.#file = file
    this.block = block
    this.#check = check
  }

  /** Bytes [start, end) of a buffer, in memory aligned to 8 bytes when `start` is a multiple of 8 or nothing is compressed. */
  bytes(index: number, start: number, end: number): Uint8Array {
    const region = this.block.buffers[index] ?? noRegion
    if (this.block.codec !== 'none') return this.#part(this.whole(index), start, end)
    this.#bound(region.length, end)
    return this.#file.read(this.block.body + region.offset + start, end - start)
  }

  /** Fills `target`, which is changed in place, from `start` of a buffer on. */
  readInto(target: Uint8Array, index: number, start: number): void {
    const region = this.block.buffers[index] ?? noRegion
    const end = start + target.length
    if (this.block.codec !== 'none') return target.set(this.#part(this.whole(index), start, end))
    this.#bound(region.length, end)
    this.#file.readInto(target, this.block.body + region.offset + start)
  }

  /** All of a buffer, unpacked; it is kept. */
  whole(index: number): Uint8Array {
    const known = this.#kept.get(index)
    if (known !== undefined) return known
    const region = this.block.buffers[index] ?? noRegion
    const stored = this.#file.read(this.block.body + region.offset, region.length)
    const bytes = this.block.codec === 'none' || region.length === 0 ? stored : this.#unpack(this.block.codec, stored)
    this.#kept.set(index, bytes)
    return bytes
  }

  #part(whole: Uint8Array, start: number, end: number): Uint8Array {
    this.#bound(whole.length, end)
    return whole.subarray(start, end)
  }

  #bound(length: number, end: number): void {
    if (end > length) throw new Damage(`a buffer of ${length} bytes should have ${end}`)
  }

  #unpack(codec: 'lz4' | 'zstd', stored: Buffer): Uint8Array {
    this.#check()
    if (stored.length < 8) throw new Damage('a compressed buffer has no length')
    const length = Number(stored.readBigInt64LE(0))
    const packed = stored.subarray(8)
    if (length === -1) return packed
    if (length < 0 || length > packed.length * densest)
      throw new Damage(`a compressed buffer is said to hold ${length} bytes`)
    if (codec === 'zstd') return aligned(unpack('zstd', packed, length))
    const output = new Uint8Array(length)
    unpackLz4Frame(packed, output, this.#check)
    return output
  }
}

/** No codec packs more bytes than this into one: Zstandard needs at least 4 bytes for a block of 128 kB. */
const densest = 1 << 15

function aligned(bytes: Uint8Array): Uint8Array {
  return bytes.byteOffset % 8 === 0 ? bytes : new Uint8Array(bytes)
}
