import type { Value } from '../../dsl/functions/function.ts'
import { typeOf } from '../../dsl/ir/schema.ts'
import type { Expr } from '../../dsl/ir/plan.ts'
import type { AggregateName } from '../../dsl/ir/types.ts'
import { RuntimeError } from '../errors.ts'
import { exactMean, exactStd, exactSum } from './exact.ts'
import { compareKeys } from './order.ts'
import { integerValue } from './row.ts'

/** One value of each row that an aggregate looks at, in row order. */
export interface Column {
  readonly values: readonly Value[]
  /** Whether the values are of an integer type: their sum is exact. */
  readonly integer: boolean
}

/** The values of `expr` over rows; without one, each row counts as `true`. */
export function aggregated(expr: Expr | null, rows: readonly Value[]): Column {
  if (expr === null) return { values: rows, integer: false }
  const type = typeOf(expr)
  return { values: rows, integer: type.kind === 'number' && !type.repr.startsWith('float') }
}

/**
 * An aggregate (language.md 6.9) of values in row order; missing ones are passed over.
 *
 * Of nothing: `count` and `sum` 0, `any` false, `all` true, the others missing. `count` counts the values, of a bool
 * the true ones. `min` and `max` are NaN when a value is, and −0 is below +0.
 *
 * @throws RuntimeError R004 when a sum of integers is not an int64
 */
export function aggregate(fn: AggregateName, { values, integer }: Column): Value {
  const present = values.filter((value) => value !== undefined)
  switch (fn) {
    case 'count':
      return present.filter((value) => value !== false).length
    case 'any':
      return present.includes(true)
    case 'all':
      return !present.includes(false)
    case 'sum':
      return integer ? integerSum(present) : exactSum(present.map(Number))
    case 'mean':
      return present.length === 0 ? undefined : exactMean(present.map(Number))
    case 'std':
      return present.length === 0 ? undefined : exactStd(present.map(Number))
    case 'median':
      return present.length === 0 ? undefined : median(present.map(Number))
    case 'min':
      return present.some(Number.isNaN) ? NaN : present.toSorted(compareWithZeros)[0]
    case 'max':
      return present.some(Number.isNaN) ? NaN : present.toSorted(compareWithZeros).at(-1)
    case 'first':
      return present[0]
    case 'last':
      return present.at(-1)
  }
}

function integerSum(values: readonly Value[]): Value {
  const sum = values.reduce<bigint>((total, value) => total + integer(value), 0n)
  if (BigInt.asIntN(64, sum) !== sum) throw new RuntimeError('R004', `the sum ${sum} does not fit in an int64`)
  return integerValue(sum)
}

function integer(value: Value): bigint {
  if (typeof value !== 'number' && typeof value !== 'bigint') throw new Error(`not an integer: ${String(value)}`)
  if (typeof value === 'number' && !Number.isInteger(value))
    throw new RuntimeError('R004', `the sum of integers meets ${value}, which is none`)
  return BigInt(value)
}

/** NaN when a value is; of an even count (a + b) / 2 of the middle two in float64, the lower one first. */
function median(values: readonly number[]): number {
  if (values.some(Number.isNaN)) return NaN
  const sorted = values.toSorted(compareWithZeros)
  const middle = (sorted.length - 1) / 2
  const [low, high] = [sorted[Math.floor(middle)] ?? NaN, sorted[Math.ceil(middle)] ?? NaN]
  return sorted.length % 2 === 1 ? low : (low + high) / 2
}

function compareWithZeros(left: Value, right: Value): number {
  if (left === 0 && right === 0) return (Object.is(right, -0) ? 1 : 0) - (Object.is(left, -0) ? 1 : 0)
  return compareKeys(left, right)
}
