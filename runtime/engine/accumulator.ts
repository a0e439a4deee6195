import type { Value } from '../../dsl/functions/function.ts'
import type { AggregateName, Scalar } from '../../dsl/ir/types.ts'
import { RuntimeError } from '../errors.ts'
import { cellAt, isInteger } from './cell.ts'
import { ExactSum, type ExactSumState } from './exact-sum.ts'
import { ExactSquares } from './exact-squares.ts'
import type { Terms } from './kernels.ts'
import { compareValues } from './order.ts'
import type { NumberVector } from './vector.ts'

/** What an aggregate has gathered so far, in terms that every task shares. */
export type AccumulatorState =
  | { readonly kind: 'count'; readonly count: number }
  | { readonly kind: 'any' | 'all'; readonly value: boolean }
  | { readonly kind: 'integerSum'; readonly sum: bigint }
  | { readonly kind: 'sum' | 'mean'; readonly count: number; readonly sum: ExactSumState }
  /** `rest`: squares that pairs of float64 cannot hold, in units of 2^-2148. */
  | {
      readonly kind: 'std'
      readonly count: number
      readonly sum: ExactSumState
      readonly squares: ExactSumState
      readonly rest: bigint
    }
  | { readonly kind: 'min' | 'max' | 'first' | 'last'; readonly value: Value }
  | { readonly kind: 'median'; readonly values: Float64Array }

/** Gathers an aggregate from the rows of one vector, in their order. Missing values are passed over. */
export interface Accumulator {
  add(at: number): void
  clear(): void
  state(): AccumulatorState
  /** The aggregate so far where that is quicker to tell than from the state. */
  value?(): Value
}

/** The column that an aggregate reads, and its type. */
export interface Source {
  readonly vector: NumberVector
  readonly type: Scalar
  readonly terms: Terms
}

export function accumulatorOf(fn: AggregateName, source: Source): Accumulator {
  switch (fn) {
    case 'count':
      return countOf(source.vector, source.type.kind === 'bool')
    case 'any':
      return truthOf('any', source.vector, 1)
    case 'all':
      return truthOf('all', source.vector, 0)
    case 'sum':
      return isInteger(source.type) ? integerSumOf(source.vector) : sumOf('sum', source)
    case 'mean':
      return sumOf('mean', source)
    case 'std':
      return stdOf(source)
    case 'median':
      return medianOf(source)
    case 'min':
      return extremeOf('min', source, -1)
    case 'max':
      return extremeOf('max', source, 1)
    case 'first':
    case 'last':
      return endOf(fn, source)
  }
}

/** The values that are there; of a bool, the true ones. */
function countOf({ values, valid }: NumberVector, isBool: boolean): Accumulator {
  let count = 0
  return {
    add: (at) => {
      const isPresent = valid === null ? 1 : valid[at]!
      count += isBool ? isPresent & values[at]! : isPresent
    },
    clear: () => (count = 0),
    state: () => ({ kind: 'count', count }),
  }
}

/** `any` looks for a true value, `all` for a false one. */
function truthOf(kind: 'any' | 'all', { values, valid }: NumberVector, wanted: number): Accumulator {
  let found = false
  return {
    add: (at) => {
      if (values[at] === wanted && valid?.[at] !== 0) found = true
    },
    clear: () => (found = false),
    state: () => ({ kind, value: found === (kind === 'any') }),
  }
}

/** Whole numbers below 2^52 are gathered in a float64 for as long as that is exact. */
function integerSumOf({ values, residual, valid }: NumberVector): Accumulator {
  const most = 2 ** 52
  let [small, large] = [0, 0n]
  const flush = (): void => {
    large += BigInt(small)
    small = 0
  }
  return {
    add: (at) => {
      if (valid?.[at] === 0) return
      const value = values[at]!
      const rest = residual === null ? 0 : residual[at]!
      if (Math.abs(value) < most && rest === 0) small += value
      else large += integerOf(value) + BigInt(rest)
      if (Math.abs(small) >= most) flush()
    },
    clear: () => {
      small = 0
      large = 0n
    },
    state: () => {
      flush()
      return { kind: 'integerSum', sum: large }
    },
  }
}

/** @throws RuntimeError R004 for NaN: the span between two instants of which one was moved by NaN */
function integerOf(value: number): bigint {
  if (Number.isInteger(value)) return BigInt(value)
  throw new RuntimeError('R004', `the sum of integers meets ${value}, which is none`)
}

/** Up to two values add up exactly rounded as they are; windows rarely have more. */
function sumOf(kind: 'sum' | 'mean', source: Source): Accumulator {
  const { valid } = source.vector
  const number = numberReader(source)
  const sum = new ExactSum()
  let [count, plain] = [0, 0]
  const rounded = (): number => (count <= 2 ? plain : sum.round())
  return {
    add: (at) => {
      if (valid?.[at] === 0) return
      count++
      const value = number(at)
      plain += value
      sum.add(value)
    },
    clear: () => {
      count = 0
      plain = 0
      sum.clear()
    },
    state: () => ({ kind, count, sum: sum.state() }),
    value: () => {
      if (kind === 'sum') return rounded()
      return count === 0 ? undefined : rounded() / count
    },
  }
}

function stdOf(source: Source): Accumulator {
  const { valid } = source.vector
  const number = numberReader(source)
  const [sum, squares] = [new ExactSum(), new ExactSquares()]
  let count = 0
  return {
    add: (at) => {
      if (valid?.[at] === 0) return
      count++
      sum.add(number(at))
      squares.add(number(at))
    },
    clear: () => {
      count = 0
      sum.clear()
      squares.clear()
    },
    state: () => ({ kind: 'std', count, sum: sum.state(), ...squares.state() }),
  }
}

function medianOf(source: Source): Accumulator {
  const { valid } = source.vector
  const number = numberReader(source)
  const values: number[] = []
  return {
    add: (at) => {
      if (valid?.[at] !== 0) values.push(number(at))
    },
    clear: () => (values.length = 0),
    state: () => ({ kind: 'median', values: Float64Array.from(values) }),
  }
}

/** NaN wins over every number. The row that leads is remembered, and read when it is asked for. */
function extremeOf(kind: 'min' | 'max', { vector, type, terms }: Source, sign: number): Accumulator {
  if (type.kind === 'text') return extremeCellOf(kind, { vector, type, terms }, sign)
  const { values, residual, valid } = vector
  let [best, bestRest] = [0, 0]
  let found = false
  const isBetter = (value: number, rest: number): boolean => {
    if (value !== best) return sign < 0 ? value < best : value > best
    if (rest !== bestRest) return sign < 0 ? rest < bestRest : rest > bestRest
    return value === 0 && Object.is(value, -0) !== Object.is(best, -0) && Object.is(best, -0) === sign > 0
  }
  return {
    add: (at) => {
      if (valid?.[at] === 0) return
      const value = values[at]!
      const rest = residual === null ? 0 : residual[at]!
      if (!found || (!Number.isNaN(best) && (Number.isNaN(value) || isBetter(value, rest)))) {
        best = value
        bestRest = rest
      }
      found = true
    },
    clear: () => (found = false),
    state: () => {
      const leading = {
        kind: 'numbers',
        values: Float64Array.of(best),
        residual: Float64Array.of(bestRest),
        valid: null,
      } as const
      return { kind, value: found ? cellAt(leading, 0, type, terms) : undefined }
    },
  }
}

function extremeCellOf(kind: 'min' | 'max', { vector, type, terms }: Source, sign: number): Accumulator {
  let best: Value
  return {
    add: (at) => {
      const value = cellAt(vector, at, type, terms)
      if (value !== undefined && (best === undefined || compareValues(value, best) * sign > 0)) best = value
    },
    clear: () => (best = undefined),
    state: () => ({ kind, value: best }),
  }
}

function endOf(kind: 'first' | 'last', { vector, type, terms }: Source): Accumulator {
  let value: Value
  return {
    add: (at) => {
      if (vector.valid?.[at] === 0 || (kind === 'first' && value !== undefined)) return
      value = cellAt(vector, at, type, terms)
    },
    clear: () => (value = undefined),
    state: () => ({ kind, value }),
  }
}

/** A value as float64: an instant as ns since 1970, rounded once. */
function numberReader({ vector: { values, residual }, type, terms }: Source): (at: number) => number {
  if (type.kind !== 'instant') return (at) => values[at]!
  return (at) => {
    const value = values[at]!
    return Number.isNaN(value) ? value : Number(terms.base + BigInt(value) + BigInt(residual?.[at] ?? 0))
  }
}
