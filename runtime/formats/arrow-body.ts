import { Message } from 'apache-arrow/ipc/metadata/message'
import { unpack } from './codec.ts'
import { Damage, type LocalFile, truncated } from './file.ts'
import { unpackLz4Frame } from './lz4.ts'

/** Where one record batch (or the dictionary of one) lies, and what its header says of it. */
export interface Block {
  readonly rows: number
  /** For a dictionary, its number in the schema. */
  readonly dictionary: number | undefined
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

export function readBlock(file: LocalFile, offset: number, metadataBytes: number, bodyBytes: number): Block {
  if (offset + metadataBytes + bodyBytes > file.size) throw truncated(file.path, file.size, 'its last record batches are missing')
  const prefixed = file.read(offset, metadataBytes)
  if (prefixed.length < 8) throw new Damage('a record batch has no header')
  const bytes = prefixed.subarray(prefixed.readInt32LE(0) === -1 ? 8 : 4)
  const header = headerOf(bytes)
  return { ...header, body: offset + metadataBytes }
}

function headerOf(bytes: Uint8Array): Omit<Block, 'body'> {
  const message = decodeMessage(bytes)
  if (!message.isRecordBatch() && !message.isDictionaryBatch()) throw new Damage('a block holds no record batch')
  const header: { readonly id?: number; readonly data?: unknown } & object = message.header()
  const batch = message.isDictionaryBatch() ? message.header().data : message.isRecordBatch() ? message.header() : undefined
  if (batch === undefined) throw new Damage('a block holds no record batch')
  const codec = batch.compression === null ? 'none' : batch.compression.type === 0 ? 'lz4' : 'zstd'
  return {
    rows: batch.length,
    dictionary: header.id,
    nodes: batch.nodes,
    buffers: batch.buffers,
    codec,
    viewBuffers: batch.variadicBufferCounts,
  }
}

function decodeMessage(bytes: Uint8Array): Message {
  try {
    return Message.decode(bytes)
  } catch (cause) {
    throw new Damage('the header of a record batch cannot be decoded', { cause })
  }
}

/** The buffers of an open Arrow file. */
export class ArrowBody {
  readonly file: LocalFile
  readonly blocks: readonly Block[]
  readonly dictionaries: readonly Block[]

  constructor(file: LocalFile, blocks: readonly Block[], dictionaries: readonly Block[]) {
    this.file = file
    this.blocks = blocks
    this.dictionaries = dictionaries
  }
}

/** The buffers of one column in one block; a compressed buffer is unpacked once and kept. */
export class BlockBuffers {
  readonly block: Block
  readonly #file: LocalFile
  readonly #check: () => void
  readonly #unpacked = new Map<number, Uint8Array>()

  constructor(file: LocalFile, block: Block, check: () => void) {
    this.#file = file
    this.block = block
    this.#check = check
  }

  /** Bytes [start, end) of a buffer, in memory aligned to 8 bytes when `start` is a multiple of 8 or nothing is compressed. */
  bytes(index: number, start: number, end: number): Uint8Array {
    const region = this.block.buffers[index] ?? noRegion
    if (this.block.codec !== 'none') return this.#slice(this.#whole(index, region), start, end)
    if (end > region.length) throw new Damage(`a buffer of ${region.length} bytes should have ${end}`)
    return this.#file.read(this.block.body + region.offset + start, end - start)
  }

  /** Unpacked length of a buffer. */
  length(index: number): number {
    const region = this.block.buffers[index] ?? noRegion
    return this.block.codec === 'none' ? region.length : this.#whole(index, region).length
  }

  #slice(whole: Uint8Array, start: number, end: number): Uint8Array {
    if (end > whole.length) throw new Damage(`a buffer of ${whole.length} bytes should have ${end}`)
    return whole.subarray(start, end)
  }

  #whole(index: number, region: Region): Uint8Array {
    const known = this.#unpacked.get(index)
    if (known !== undefined) return known
    const bytes = region.length === 0 ? new Uint8Array(0) : this.#unpack(region)
    this.#unpacked.set(index, bytes)
    return bytes
  }

  #unpack(region: Region): Uint8Array {
    this.#check()
    const packed = this.#file.read(this.block.body + region.offset, region.length)
    if (packed.length < 8) throw new Damage('a compressed buffer has no length')
    const length = Number(packed.readBigInt64LE(0))
    if (length === -1) return packed.subarray(8)
    if (length < 0 || length > 2 ** 32) throw new Damage(`a compressed buffer is said to hold ${length} bytes`)
    if (this.block.codec === 'zstd') return aligned(unpack('zstd', packed.subarray(8), length))
    const output = new Uint8Array(length)
    unpackLz4Frame(packed.subarray(8), output, this.#check)
    return output
  }
}

function aligned(bytes: Uint8Array): Uint8Array {
  return bytes.byteOffset % 8 === 0 ? bytes : bytes.slice()
}
