import type { Cancel } from '../ports/format.ts'
import { compareText } from './order.ts'
import { radixOrder } from './radix.ts'

/** The keys of rows: numbers or integers of 64 bits, with what float64 does not hold in `residual`; or texts. */
export interface SortKeys {
  readonly values: ArrayLike<number> | BigInt64Array | BigUint64Array
  readonly residual: Float64Array | null
  readonly valid: Uint8Array | null
  /** The text of row i, the same for the same value; null when the keys are no texts. */
  readonly textOf: ((row: number) => string) | null
}

/**
 * Rows in the order of their keys, stable; NaN, then missing come last in either direction.
 *
 * @throws RuntimeError R001 when it is cancelled
 */
export function sortedOrder(keys: SortKeys, rows: number, descending: boolean, cancel?: Cancel): Uint32Array {
  const { values, valid } = keys
  const [order, others] = [new Uint32Array(rows), [] as number[]]
  const nans: number[] = []
  let count = 0
  for (let row = 0; row < rows; row++) {
    if (valid?.[row] === 0) others.push(row)
    else if (Number.isNaN(values[row])) nans.push(row)
    else order[count++] = row
  }
  const ordinary = order.slice(0, count)
  const words = wordsOf(keys, ordinary)
  if (descending) for (const word of words) for (let at = 0; at < count; at++) word[at] = ~word[at]!
  const sorted = radixOrder(words, count, cancel)
  for (let at = 0; at < count; at++) order[at] = ordinary[sorted[at]!]!
  order.set(nans, count)
  order.set(others, count + nans.length)
  return order
}

/** Words of 32 bits, the last one first to compare, that stand in the order of the keys of some rows. */
function wordsOf({ values, residual, textOf }: SortKeys, rows: Uint32Array): readonly Uint32Array[] {
  if (values instanceof BigInt64Array || values instanceof BigUint64Array) return integerWords(values, rows)
  if (textOf !== null) return [textRanks(values, textOf, rows)]
  return [...(residual === null ? [] : floatWords(residual, rows)), ...floatWords(values, rows)]
}

const signBit = 0x80000000

function integerWords(values: BigInt64Array | BigUint64Array, rows: Uint32Array): readonly Uint32Array[] {
  const halves = new Uint32Array(values.buffer, values.byteOffset, 2 * values.length)
  const flip = values instanceof BigInt64Array ? signBit : 0
  const [low, high] = [new Uint32Array(rows.length), new Uint32Array(rows.length)]
  for (let at = 0; at < rows.length; at++) {
    low[at] = halves[2 * rows[at]!]!
    high[at] = halves[2 * rows[at]! + 1]! ^ flip
  }
  return [low, high]
}

const float = new Float64Array(1)
const bits = new Int32Array(float.buffer)

/** The bits of a float64 ascend with its size: those of a negative one are turned round. −0 and +0 are alike. */
function floatWords(values: ArrayLike<number>, rows: Uint32Array): readonly Uint32Array[] {
  const [low, high] = [new Uint32Array(rows.length), new Uint32Array(rows.length)]
  for (let at = 0; at < rows.length; at++) {
    float[0] = values[rows[at]!]! + 0
    const negative = bits[1]! >> 31
    low[at] = bits[0]! ^ negative
    high[at] = bits[1]! ^ (negative | signBit)
  }
  return [low, high]
}

/** The place of each row's text among all, in the order of texts. */
function textRanks(ids: ArrayLike<number>, textOf: (row: number) => string, rows: Uint32Array): Uint32Array {
  const texts = new Map<number, string>()
  for (const row of rows) if (!texts.has(ids[row]!)) texts.set(ids[row]!, textOf(row))
  const ranks = new Map<number, number>()
  let [before, rank] = ['', 0]
  for (const [id, text] of [...texts].toSorted(([, left], [, right]) => compareText(left, right))) {
    if (text !== before) rank++
    before = text
    ranks.set(id, rank)
  }
  const placed = new Uint32Array(rows.length)
  for (let at = 0; at < rows.length; at++) placed[at] = ranks.get(ids[rows[at]!]!)!
  return placed
}
