import { type BlockBuffers, nodeOf } from './arrow-body.ts'
import type { TextForm } from './arrow-schema.ts'
import { asDoubles, type Mask, type NumberValues, unpackBits, valuesOf } from './column.ts'
import { Damage } from './file.ts'
import { TextDictionary } from './text.ts'

/** Texts of a dictionary; `codes` gives the text of each index, -1 where the dictionary holds a null. */
export interface ArrowDictionary {
  readonly texts: TextDictionary
  readonly codes: Int32Array
  /** Whether every index is its own code. */
  readonly identity: boolean
}

/** Rows [start, end) of a text column in one block; `buffer` is that of its validity bits. */
export interface TextRows {
  readonly buffers: BlockBuffers
  readonly buffer: number
  readonly start: number
  readonly end: number
  /** One byte per row; codes of rows without value are 0. */
  readonly mask: Mask
}

const checkRows = 16_384

export function readDictionary(parts: readonly BlockBuffers[], form: TextForm, check: () => void): ArrowDictionary {
  const texts = new TextDictionary()
  const lengths = parts.map((part) => nodeOf(part.block, 0).length)
  const codes = new Int32Array(lengths.reduce((sum, length) => sum + length, 0))
  let at = 0
  for (const [i, buffers] of parts.entries()) {
    const end = lengths[i]!
    const mask = maskOf(buffers, 0, 0, 0, end)
    const target = codes.subarray(at, at + end)
    readTexts({ buffers, buffer: 0, start: 0, end, mask }, form, texts, target, check)
    for (let row = 0; mask !== null && row < end; row++) if (mask[row] === 0) target[row] = -1
    at += end
  }
  return { texts, codes, identity: codes.every((code, index) => code === index) }
}

/** Which of rows [start, end) have a value; null when all of the block's have. */
export function maskOf(buffers: BlockBuffers, node: number, buffer: number, start: number, end: number): Mask {
  if (nodeOf(buffers.block, node).nullCount === 0) return null
  const first = start >> 3
  const bits = buffers.bytes(buffer, first, (end + 7) >> 3)
  return unpackBits(bits, start - first * 8, end - first * 8)
}

/** Looks texts up in `texts`, which grows, and writes their codes to `codes`, which is changed in place. */
export function readTexts(
  rows: TextRows,
  form: TextForm,
  texts: TextDictionary,
  codes: Int32Array,
  check: () => void,
): void {
  if (rows.end === rows.start) return
  if (form === 'view') readViews(rows, texts, codes, check)
  else readRuns(rows, form, texts, codes, check)
}

function readRuns(
  rows: TextRows,
  form: 'narrow' | 'wide',
  texts: TextDictionary,
  codes: Int32Array,
  check: () => void,
): void {
  const { buffers, buffer, start, end, mask } = rows
  const offsets = readOffsets(buffers, buffer + 1, start, end, form === 'wide')
  const first = offsets[0]!
  const bytes = buffers.bytes(buffer + 2, first, offsets.at(-1)!)
  for (let row = 0; row < end - start; row++) {
    if (row % checkRows === 0) check()
    if (mask === null || mask[row] !== 0)
      codes[row] = texts.codeOf(bytes, offsets[row]! - first, offsets[row + 1]! - first)
  }
}

/** Offsets of rows [start, end] as float64, which holds them exactly; they ascend. @throws Damage when they do not */
export function readOffsets(
  buffers: BlockBuffers,
  buffer: number,
  start: number,
  end: number,
  wide: boolean,
): Float64Array {
  const width = wide ? 8 : 4
  const offsets = asDoubles(valuesOf(wide ? 'int64' : 'int32', buffers.bytes(buffer, start * width, (end + 1) * width)))
  let good = Number(offsets[0]! >= 0)
  for (let row = 1; row < offsets.length; row++) good &= Number(offsets[row]! >= offsets[row - 1]!)
  if (good === 0) throw new Damage('the offsets of a column do not ascend')
  return offsets
}

const viewBytes = 16
const inlineBytes = 12

function readViews(rows: TextRows, texts: TextDictionary, codes: Int32Array, check: () => void): void {
  const { buffers, buffer, start, end, mask } = rows
  const views = buffers.bytes(buffer + 1, start * viewBytes, end * viewBytes)
  const words = valuesOf('int32', views) as Int32Array
  for (let row = 0; row < end - start; row++) {
    if (row % checkRows === 0) check()
    if (mask !== null && mask[row] === 0) continue
    const length = words[4 * row]!
    if (length <= inlineBytes) {
      codes[row] = texts.codeOf(views, viewBytes * row + 4, viewBytes * row + 4 + length)
    } else {
      const whole = buffers.whole(buffer + 2 + words[4 * row + 2]!)
      const from = words[4 * row + 3]!
      if (from < 0 || from + length > whole.length) throw new Damage('a text lies outside its buffer')
      codes[row] = texts.codeOf(whole, from, from + length)
    }
  }
}

/**
 * The codes of dictionary indices; those of rows without value become 0.
 *
 * @param mask changed in place, or made, where the dictionary itself holds a null
 * @throws Damage when an index lies outside the dictionary
 */
export function codesOf(
  indices: NumberValues,
  dictionary: ArrowDictionary,
  mask: Mask,
): { codes: Int32Array; mask: Mask } {
  const inside = checkedIndices(indices, dictionary.codes.length, mask)
  if (dictionary.identity) return { codes: inside, mask }
  const codes = new Int32Array(inside.length)
  let present = mask
  for (let row = 0; row < codes.length; row++) {
    const code = dictionary.codes[inside[row]!] ?? 0
    codes[row] = Math.max(code, 0)
    if (code >= 0) continue
    present ??= new Uint8Array(codes.length).fill(1)
    present[row] = 0
  }
  return { codes, mask: present }
}

function checkedIndices(indices: NumberValues, size: number, mask: Mask): Int32Array {
  const own = indices instanceof Int32Array ? indices : Int32Array.from(indices as Iterable<number | bigint>, Number)
  let outside = 0
  if (mask === null) {
    for (let row = 0; row < own.length; row++) outside |= Number(own[row]! >>> 0 >= size)
  } else {
    for (let row = 0; row < own.length; row++) {
      own[row]! *= mask[row]!
      outside |= mask[row]! & Number(own[row]! >>> 0 >= size)
    }
  }
  if (outside !== 0) throw new Damage('an index lies outside its dictionary')
  return own
}
