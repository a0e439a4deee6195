import type { Scalar } from '../../dsl/ir/types.ts'
import { stateValue } from './accumulator-state.ts'
import { blankVector, finished } from './blank-vector.ts'
import { isInteger, putCell } from './cell.ts'
import { inChunks } from './chunks.ts'
import { ExactPrefix } from './exact-prefix.ts'
import { ratioToNumber } from './exact-sum.ts'
import { hasExactSquare, squareError } from './exact-squares.ts'
import type { Terms } from './kernels.ts'
import { counts, type Ranged } from './ranged.ts'
import type { NumberArray, NumberVector } from './vector.ts'

/** Exact sums of the members of each window, rounded once. Undefined for instants and for values very far apart. */
export function rangedSum(fn: 'sum' | 'mean', ranged: Ranged, type: Scalar, terms: Terms): NumberVector | undefined {
  if (ranged.type.kind === 'instant') return undefined
  if (fn === 'sum' && isInteger(ranged.type)) return integerSums(ranged, type, terms)
  const { values, special } = finiteValues(ranged)
  const prefix = ExactPrefix.of([values], values.length, ranged.cancel)
  if (prefix === undefined) return undefined
  const members = fn === 'mean' ? counts(ranged.present, ranged) : null
  const result = blankVector(type, ranged.rows)
  eachWindow(ranged, [prefix], (row) => {
    const sum = special === null || special[row] === 0 ? prefix.round() : special[row]!
    result.values[row] = members === null ? sum : sum / members[row]!
    result.valid[row] = members === null || members[row]! > 0 ? 1 : 0
  })
  return finished(result)
}

/** Standard deviations of the members of each window. */
export function rangedStd(ranged: Ranged, type: Scalar): NumberVector | undefined {
  if (ranged.type.kind === 'instant') return undefined
  const { values, special } = finiteValues(ranged)
  const squares = exactSquares(values)
  if (squares === undefined) return undefined
  const [sum, square] = [
    ExactPrefix.of([values], values.length, ranged.cancel),
    ExactPrefix.of(squares, values.length, ranged.cancel),
  ]
  if (sum === undefined || square === undefined) return undefined
  const members = counts(ranged.present, ranged)
  const result = blankVector(type, ranged.rows)
  eachWindow(ranged, [sum, square], (row) => {
    result.valid[row] = members[row]! > 0 ? 1 : 0
    if (members[row] === 0) return
    result.values[row] =
      special === null || special[row] === 0 ? deviation(members[row]!, sum.exact(), square.exact()) : Number.NaN
  })
  return finished(result)
}

/**
 * Undefined where a value is none: the span of an instant that was moved by NaN.
 *
 * @throws RuntimeError R004 when a sum is not an int64
 */
function integerSums(ranged: Ranged, type: Scalar, terms: Terms): NumberVector | undefined {
  const { vector, present } = ranged
  const [near, rest] = [
    masked(vector.values, present),
    vector.residual === null ? null : masked(vector.residual, present),
  ]
  if (near.some(Number.isNaN)) return undefined
  const prefix = ExactPrefix.ofIntegers(near, rest, ranged.cancel)
  const result = blankVector(type, ranged.rows)
  eachWindow(ranged, [prefix], (row) => {
    const sum = prefix.safeInteger()
    if (sum === undefined)
      putCell(result, row, stateValue({ kind: 'integerSum', sum: prefix.exact().value }), terms, type)
    else {
      result.valid[row] = 1
      result.values[row] = sum
    }
  })
  return finished(result)
}

/** Visits each row when the prefixes hold the sums of its window. */
function eachWindow(
  { segments, rows, cancel }: Ranged,
  prefixes: readonly ExactPrefix[],
  visit: (row: number) => void,
): void {
  inChunks(rows, cancel, (start, end) => {
    for (let row = start; row < end; row++) {
      for (const prefix of prefixes) {
        prefix.clear()
        for (const { low, high } of segments) if (low[row]! < high[row]!) prefix.add(low[row]!, high[row]!)
      }
      visit(row)
    }
  })
}

interface FiniteValues {
  /** 0 for rows of the source that are no members or not finite. */
  readonly values: Float64Array
  /** What is not finite makes of the sum of each window, 0 where nothing is; null where nothing is at all. */
  readonly special: Float64Array | null
}

function finiteValues(ranged: Ranged): FiniteValues {
  const values = masked(ranged.vector.values, ranged.present)
  if (areFinite(values)) return { values, special: null }
  const marked = (kind: number): Float64Array =>
    counts(
      Uint8Array.from(values, (value) => Number(Object.is(value, kind))),
      ranged,
    )
  const [nans, above, below] = [marked(Number.NaN), marked(Number.POSITIVE_INFINITY), marked(Number.NEGATIVE_INFINITY)]
  const special = nans.map((nan, row) => {
    if (nan > 0 || (above[row]! > 0 && below[row]! > 0)) return Number.NaN
    return above[row]! > 0 ? Number.POSITIVE_INFINITY : below[row]! > 0 ? Number.NEGATIVE_INFINITY : 0
  })
  return { values: values.map((value) => (Number.isFinite(value) ? value : 0)), special }
}

function areFinite(values: Float64Array): boolean {
  for (let j = 0; j < values.length; j++) if (!Number.isFinite(values[j])) return false
  return true
}

function masked(values: NumberArray, present: Uint8Array): Float64Array {
  const kept = new Float64Array(present.length)
  kept.set(values.subarray(0, present.length))
  for (let j = 0; j < kept.length; j++) if (present[j] === 0) kept[j] = 0
  return kept
}

/** The squares, each as two float64 in the same row of two arrays; undefined where one is none. */
function exactSquares(values: Float64Array): readonly [Float64Array, Float64Array] | undefined {
  const [squares, errors] = [new Float64Array(values.length), new Float64Array(values.length)]
  for (let j = 0; j < values.length; j++) {
    const value = values[j]!
    if (value === 0) continue
    if (!hasExactSquare(value)) return undefined
    squares[j] = value * value
    errors[j] = squareError(value)
  }
  return [squares, errors]
}

type Exact = ReturnType<ExactPrefix['exact']>

/** Square root of the variance (n·Σx² − (Σx)²) / n², which is rounded once. */
function deviation(members: number, sum: Exact, squares: Exact): number {
  const n = BigInt(members)
  const exponent = Math.min(squares.exponent, 2 * sum.exponent)
  const difference =
    ((n * squares.value) << BigInt(squares.exponent - exponent)) -
    ((sum.value * sum.value) << BigInt(2 * sum.exponent - exponent))
  const [up, down] = [BigInt(Math.max(0, exponent)), BigInt(Math.max(0, -exponent))]
  return Math.sqrt(ratioToNumber(difference << up, (n * n) << down))
}
