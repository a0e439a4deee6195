import type { RowFunction, Value } from './function.ts'

const n = (value: Value): number => Number(value)
const b = (value: Value): boolean => value === true

type Order = (left: number | bigint, right: number | bigint) => boolean

/** Comparison of two numbers or two instants; NaN compares false. */
function compare(name: string, doc: string, order: Order, sign: string): RowFunction {
  return {
    name,
    doc,
    reference: (left, right) => order(left as number, right as number),
    code: (left, right) => `((${left} ${sign} ${right}) | 0)`,
  }
}

function arithmetic(
  name: string,
  doc: string,
  reference: (left: number, right: number) => number,
  sign: string,
): RowFunction {
  return {
    name,
    doc,
    reference: (left, right) => reference(n(left), n(right)),
    code: (left, right) => `(${left} ${sign} ${right})`,
  }
}

/** An instant moved by a duration in ns: exactly by an integer, by any other to the nearest ns; NaN where that is none. */
function moved(instant: Value, duration: Value, sign: 1n | -1n): Value {
  if (typeof instant !== 'bigint') return Number.NaN
  if (typeof duration === 'bigint') return instant + sign * duration
  const ns = Math.round(n(duration))
  return Number.isFinite(ns) ? instant + sign * BigInt(ns) : Number.NaN
}

/**
 * An instant is exact int64 ns, and so is the difference of two: as a bigint where float64 does not hold it. What the
 * generated code loses of a result, beyond 2^53, the engine adds.
 */
const instants: readonly RowFunction[] = [
  {
    name: 'instantDifference',
    doc: 'Duration between two instants, ns.',
    reference: (left, right) => {
      if (typeof left !== 'bigint' || typeof right !== 'bigint') return Number.NaN
      const ns = left - right
      return Number.isSafeInteger(Number(ns)) ? Number(ns) : ns
    },
    code: (left, right) => `(${left} - ${right})`,
  },
  {
    name: 'instantAdd',
    doc: 'Instant later by a duration.',
    reference: (left, right) => moved(left, right, 1n),
    code: (left, right) => `(${left} + Math.round(${right}))`,
  },
  {
    name: 'instantSubtract',
    doc: 'Instant earlier by a duration.',
    reference: (left, right) => moved(left, right, -1n),
    code: (left, right) => `(${left} - Math.round(${right}))`,
  },
]

/** The operators that compare two values, or one with a range or a list. */
export const comparisons: ReadonlySet<string> = new Set([
  'less',
  'lessEqual',
  'greater',
  'greaterEqual',
  'equal',
  'notEqual',
  'inRange',
  'inRangeOpen',
  'oneOf',
])

/** What the operators of the language mean. Text and bool know `equal`, `notEqual` and `oneOf` only. */
export const operators: readonly RowFunction[] = [
  arithmetic('add', 'Sum.', (left, right) => left + right, '+'),
  arithmetic('subtract', 'Difference.', (left, right) => left - right, '-'),
  arithmetic('multiply', 'Product.', (left, right) => left * right, '*'),
  arithmetic('divide', 'True division.', (left, right) => left / right, '/'),
  { name: 'negate', doc: 'Negative.', reference: (x) => -n(x), code: (x) => `(-${x})` },
  compare('less', 'Less than.', (left, right) => left < right, '<'),
  compare('lessEqual', 'Less than or equal.', (left, right) => left <= right, '<='),
  compare('greater', 'Greater than.', (left, right) => left > right, '>'),
  compare('greaterEqual', 'Greater than or equal.', (left, right) => left >= right, '>='),
  {
    name: 'equal',
    doc: 'Equal.',
    reference: (left, right) => left === right,
    code: (left, right) => `((${left} === ${right}) | 0)`,
  },
  {
    name: 'notEqual',
    doc: 'Not equal; true for NaN.',
    reference: (left, right) => left !== right,
    code: (left, right) => `((${left} !== ${right}) | 0)`,
  },
  {
    name: 'and',
    doc: 'Both.',
    reference: (left, right) => b(left) && b(right),
    code: (left, right) => `(${left} & ${right})`,
  },
  {
    name: 'or',
    doc: 'Either.',
    reference: (left, right) => b(left) || b(right),
    code: (left, right) => `(${left} | ${right})`,
  },
  {
    name: 'not',
    doc: 'Not; never rewritten, since NaN is not ordered.',
    reference: (x) => !b(x),
    code: (x) => `(${x} ^ 1)`,
  },
  {
    name: 'inRange',
    doc: 'In the closed range.',
    reference: (x, low, high) => (x as number) >= (low as number) && (x as number) <= (high as number),
    code: (x, low, high) => `((${x} >= ${low}) & (${x} <= ${high}))`,
  },
  {
    name: 'inRangeOpen',
    doc: 'In the range without its upper end.',
    reference: (x, low, high) => (x as number) >= (low as number) && (x as number) < (high as number),
    code: (x, low, high) => `((${x} >= ${low}) & (${x} < ${high}))`,
  },
  {
    name: 'oneOf',
    doc: 'Equal to one of the values.',
    reference: (x, ...values) => values.includes(x) && x === x,
    code: (x, ...values) =>
      values.length === 0 ? '0' : `(${values.map((value) => `(${x} === ${value})`).join(' | ')})`,
  },
  ...instants,
]
