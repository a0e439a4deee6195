import type { Data } from 'apache-arrow'
import { BlockBuffers, nodeOf } from './arrow-body.ts'
import type { ArrowFile } from './arrow-file.ts'
import type { Layout } from './arrow-layout.ts'
import { codesOf, maskOf, readOffsets, readTexts } from './arrow-text.ts'
import { toNanoseconds } from './time.ts'
import {
  bools,
  bytesOf,
  fixedLists,
  lists,
  type Mask,
  type NumberName,
  numbers,
  type NumberValues,
  structs,
  texts,
  unpackBits,
  valuesOf,
} from './column.ts'
import { Damage, Unsupported } from './file.ts'
import type { Pace } from './pace.ts'
import type { ColumnReader } from './source.ts'
import { TextDictionary } from './text.ts'

/** Rows [start, end) of one block, counted in the column's own node. */
interface Piece {
  readonly buffers: BlockBuffers
  readonly start: number
  readonly end: number
}

/** One pass over a column of an Arrow file. */
export class ArrowReader implements ColumnReader {
  readonly #file: ArrowFile
  readonly #layout: Layout
  readonly #blocks = new Map<number, BlockBuffers>()
  readonly #dictionaries = new Map<Layout, TextDictionary>()

  constructor(file: ArrowFile, layout: Layout) {
    this.#file = file
    this.#layout = layout
  }

  read(start: number, end: number, pace: Pace): Data {
    return this.#decode(this.#layout, this.#piecesOf(start, end, pace), pace)
  }

  #piecesOf(start: number, end: number, pace: Pace): Piece[] {
    const { blocks, starts } = this.#file
    const pieces: Piece[] = []
    for (const [number, block] of blocks.entries()) {
      const from = starts[number]!
      if (from + block.rows <= start) this.#blocks.delete(number)
      if (from + block.rows <= start || from >= end || block.rows === 0) continue
      const buffers = this.#blocks.get(number) ?? new BlockBuffers(this.#file.file, block, () => pace.check())
      this.#blocks.set(number, buffers)
      pieces.push({ buffers, start: Math.max(0, start - from), end: Math.min(block.rows, end - from) })
    }
    return pieces
  }

  #decode(layout: Layout, pieces: readonly Piece[], pace: Pace): Data {
    pace.check()
    for (const { buffers, end } of pieces) {
      if (end > nodeOf(buffers.block, layout.at.node).length) throw new Damage(`\`${layout.name}\` has too few rows`)
    }
    const mask = maskOfAll(layout, pieces)
    switch (layout.kind) {
      case 'number':
        return numbers(layout.type, storedValues(layout, layout.values, pieces), mask)
      case 'half':
        return numbers(layout.type, halfValues(layout, pieces), mask)
      case 'timestamp': {
        const values = storedValues(layout, 'int64', pieces) as BigInt64Array
        return numbers(layout.type, toNanoseconds(values, layout.nanoseconds, mask, this.#nameOf(layout)), mask)
      }
      case 'bool':
        return bools(bits(layout, pieces), mask)
      case 'text':
        return this.#texts(layout, pieces, mask, pace)
      case 'dictionary': {
        const dictionary = this.#file.dictionary(layout.id, layout.values, () => pace.check())
        const rows = codesOf(storedValues(layout, layout.indices, pieces), dictionary, mask)
        return texts(layout.type, rows.codes, dictionary.texts, rows.mask)
      }
      case 'list':
        return this.#lists(layout, pieces, mask, pace)
      case 'fixedList': {
        const { length } = layout
        const inner = pieces.map((piece) => ({ ...piece, start: piece.start * length, end: piece.end * length }))
        return fixedLists(layout.type, rowsOf(pieces), this.#decode(layout.child, inner, pace), mask)
      }
      case 'struct': {
        const children = layout.children.map((child) => this.#decode(child, pieces, pace))
        return structs(layout.type, rowsOf(pieces), children, mask)
      }
    }
  }

  #texts(layout: Layout & { readonly kind: 'text' }, pieces: readonly Piece[], mask: Mask, pace: Pace): Data {
    let dictionary = this.#dictionaries.get(layout)
    if (dictionary === undefined || dictionary.full) dictionary = new TextDictionary()
    this.#dictionaries.set(layout, dictionary)
    const codes = new Int32Array(rowsOf(pieces))
    let at = 0
    for (const piece of pieces) {
      const next = at + piece.end - piece.start
      const rows = { ...piece, buffer: bufferOf(layout, piece), mask: mask && mask.subarray(at, next) }
      readTexts(rows, layout.form, dictionary, codes.subarray(at, next), () => pace.check())
      at = next
    }
    return texts(layout.type, codes, dictionary, mask)
  }

  #lists(layout: Layout & { readonly kind: 'list' }, pieces: readonly Piece[], mask: Mask, pace: Pace): Data {
    const offsets = new Int32Array(rowsOf(pieces) + 1)
    const inner: Piece[] = []
    let row = 0
    let elements = 0
    for (const piece of pieces) {
      if (piece.end === piece.start) continue
      const stored = readOffsets(piece.buffers, bufferOf(layout, piece) + 1, piece.start, piece.end, layout.wide)
      const shift = elements - stored[0]!
      for (let i = 1; i < stored.length; i++) offsets[++row] = stored[i]! + shift
      elements = stored.at(-1)! + shift
      if (elements > 0x7fffffff)
        throw new Unsupported(`\`${layout.name}\` has more than 2³¹ elements in one batch of rows`)
      inner.push({ buffers: piece.buffers, start: stored[0]!, end: stored.at(-1)! })
    }
    return lists(layout.type, offsets, this.#decode(layout.child, inner, pace), mask)
  }

  #nameOf(layout: Layout): string {
    const column = this.#layout.name
    return `Column \`${layout === this.#layout ? column : `${column}.${layout.name}`}\` of \`${this.#file.file.path}\``
  }
}

function rowsOf(pieces: readonly Piece[]): number {
  return pieces.reduce((sum, piece) => sum + piece.end - piece.start, 0)
}

function bufferOf(layout: Layout, { buffers }: Piece): number {
  let buffer = layout.at.buffer
  for (let view = 0; view < layout.at.view; view++) buffer += buffers.block.viewBuffers[view] ?? 0
  return buffer
}

function maskOfAll(layout: Layout, pieces: readonly Piece[]): Mask {
  const { node } = layout.at
  if (!pieces.some(({ buffers }) => nodeOf(buffers.block, node).nullCount !== 0)) return null
  const [only] = pieces
  if (only !== undefined && pieces.length === 1) {
    return maskOf(only.buffers, node, bufferOf(layout, only), only.start, only.end)
  }
  const mask = new Uint8Array(rowsOf(pieces)).fill(1)
  let at = 0
  for (const piece of pieces) {
    const part = maskOf(piece.buffers, node, bufferOf(layout, piece), piece.start, piece.end)
    if (part !== null) mask.set(part, at)
    at += piece.end - piece.start
  }
  return mask
}

/** The data buffer as values; where the rows lie in one block, without a copy. */
function storedValues(layout: Layout, name: NumberName, pieces: readonly Piece[]): NumberValues {
  const width = bytesOf(name)
  const [only] = pieces
  if (only !== undefined && pieces.length === 1) {
    return valuesOf(name, only.buffers.bytes(bufferOf(layout, only) + 1, only.start * width, only.end * width))
  }
  const bytes = new Uint8Array(rowsOf(pieces) * width)
  let at = 0
  for (const piece of pieces) {
    const next = at + (piece.end - piece.start) * width
    piece.buffers.readInto(bytes.subarray(at, next), bufferOf(layout, piece) + 1, piece.start * width)
    at = next
  }
  return valuesOf(name, bytes)
}

function halfValues(layout: Layout, pieces: readonly Piece[]): Float32Array {
  const stored = storedValues(layout, 'uint16', pieces)
  return new Float32Array(new Float16Array(stored.buffer, stored.byteOffset, stored.length))
}

/** The data buffer of a column of bits, as one byte per row. */
function bits(layout: Layout, pieces: readonly Piece[]): Uint8Array {
  const bytes = new Uint8Array(rowsOf(pieces))
  let at = 0
  for (const piece of pieces) {
    const first = piece.start >> 3
    const packed = piece.buffers.bytes(bufferOf(layout, piece) + 1, first, (piece.end + 7) >> 3)
    bytes.set(unpackBits(packed, piece.start - first * 8, piece.end - first * 8), at)
    at += piece.end - piece.start
  }
  return bytes
}
