import type { Value } from '../../dsl/functions/function.ts'
import type { Measure } from '../../dsl/ir/plan.ts'
import { RuntimeError } from '../errors.ts'
import { accumulatorOf, type AccumulatorState } from './accumulator.ts'
import { integerValue } from './cell.ts'
import { ExactSum, offsetBits, ratioToNumber, type ExactSumState } from './exact-sum.ts'
import { Identity } from './identity.ts'
import { compareValues } from './order.ts'
import { scalarOf } from './plan-parts.ts'
import { numbers } from './vector.ts'

/** What two states of one aggregate give together; `left` is of the earlier rows. */
export function mergeStates(left: AccumulatorState, right: AccumulatorState): AccumulatorState {
  if (left.kind === 'count' && right.kind === 'count') return { kind: 'count', count: left.count + right.count }
  if (left.kind === 'any' && right.kind === 'any') return { kind: 'any', value: left.value || right.value }
  if (left.kind === 'all' && right.kind === 'all') return { kind: 'all', value: left.value && right.value }
  if (left.kind === 'integerSum' && right.kind === 'integerSum')
    return { kind: 'integerSum', sum: left.sum + right.sum }
  if (left.kind === 'std' && right.kind === 'std') {
    const sums = { sum: mergeSums(left.sum, right.sum), squares: mergeSums(left.squares, right.squares) }
    return { kind: 'std', count: left.count + right.count, ...sums, rest: left.rest + right.rest }
  }
  if ('sum' in left && 'sum' in right && (left.kind === 'sum' || left.kind === 'mean') && left.kind === right.kind) {
    return { kind: left.kind, count: left.count + right.count, sum: mergeSums(left.sum, right.sum) }
  }
  if (left.kind === 'median' && right.kind === 'median') {
    const values = new Float64Array(left.values.length + right.values.length)
    values.set(left.values)
    values.set(right.values, left.values.length)
    return { kind: 'median', values }
  }
  return mergeValues(left, right)
}

function mergeValues(left: AccumulatorState, right: AccumulatorState): AccumulatorState {
  if (left.kind !== right.kind || !('value' in left) || !('value' in right)) throw new Error('states of two aggregates')
  if (left.value === undefined) return right
  if (right.value === undefined) return left
  switch (left.kind) {
    case 'min':
      return isBetter(right.value, left.value, -1) ? right : left
    case 'max':
      return isBetter(right.value, left.value, 1) ? right : left
    case 'last':
      return right
    case 'first':
    case 'any':
    case 'all':
      return left
  }
}

/** NaN wins over every number, as the smallest and as the largest. */
function isBetter(value: Value, best: Value, sign: number): boolean {
  if (Number.isNaN(best)) return false
  return Number.isNaN(value) || compareValues(value, best) * sign > 0
}

function mergeSums(left: ExactSumState, right: ExactSumState): ExactSumState {
  const sum = sumOf(left)
  sum.merge(right)
  return sum.state()
}

function sumOf(state: ExactSumState): ExactSum {
  const sum = new ExactSum()
  sum.merge(state)
  return sum
}

/**
 * The aggregate's value (language.md 6.9): of nothing `count` and `sum` are 0, the others but `any` and `all` missing.
 *
 * @throws RuntimeError R004 when a sum of integers is not an int64
 */
export function stateValue(state: AccumulatorState): Value {
  switch (state.kind) {
    case 'count':
      return state.count
    case 'any':
    case 'all':
    case 'min':
    case 'max':
    case 'first':
    case 'last':
      return state.value
    case 'integerSum':
      return int64Value(state.sum)
    case 'sum':
      return sumOf(state.sum).round()
    case 'mean':
      return state.count === 0 ? undefined : sumOf(state.sum).round() / state.count
    case 'std':
      return state.count === 0 ? undefined : std(state)
    case 'median':
      return median(state.values)
  }
}

function int64Value(sum: bigint): Value {
  if (BigInt.asIntN(64, sum) !== sum) throw new RuntimeError('R004', `the sum ${sum} does not fit in an int64`)
  return integerValue(sum)
}

/** Square root of the variance (n·Σx² − (Σx)²) / n², which is rounded once. */
function std({ count, sum, squares, rest }: Extract<AccumulatorState, { kind: 'std' }>): number {
  const [s1, s2] = [sumOf(sum).exact(), sumOf(squares).exact()]
  if (s1 === undefined || s2 === undefined) return Number.NaN
  const n = BigInt(count)
  const bits = BigInt(offsetBits)
  const total = (s2 << bits) + (rest << (2n * bits - 2148n))
  return Math.sqrt(ratioToNumber(n * total - s1 * s1, (n * n) << (2n * bits)))
}

/** NaN when a value is; of an even count (a + b) / 2 of the middle two. −0 is below +0 in a sorted Float64Array. */
function median(values: Float64Array): Value {
  if (values.length === 0) return undefined
  if (values.some(Number.isNaN)) return Number.NaN
  const sorted = values.toSorted()
  const middle = (sorted.length - 1) / 2
  const [low, high] = [sorted[Math.floor(middle)]!, sorted[Math.ceil(middle)]!]
  return sorted.length % 2 === 1 ? low : (low + high) / 2
}

/** The state of a measure over no rows. */
export function emptyState({ fn, value }: Pick<Measure, 'fn' | 'value'>): AccumulatorState {
  const type = value === null ? ({ kind: 'bool' } as const) : scalarOf(value)
  const terms = {
    base: 0n,
    identity: new Identity(),
    metNan: new Uint8Array(1),
    idOf: () => 0,
    textOf: () => '',
  }
  return accumulatorOf(fn, { vector: numbers(new Float64Array(0)), type, terms }).state()
}
