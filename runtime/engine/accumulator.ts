import type { Value } from '../../dsl/functions/function.ts'
import type { ExactSumState } from './exact-sum.ts'

/** What an aggregate has gathered so far, in terms that every task shares. */
export type AccumulatorState =
  | { readonly kind: 'count'; readonly count: number }
  | { readonly kind: 'any' | 'all'; readonly value: boolean }
  | { readonly kind: 'integerSum'; readonly sum: bigint }
  | { readonly kind: 'sum' | 'mean'; readonly count: number; readonly sum: ExactSumState }
  /** `rest`: squares that two float64 cannot hold, in units of 2^-2176. */
  | {
      readonly kind: 'std'
      readonly count: number
      readonly sum: ExactSumState
      readonly squares: ExactSumState
      readonly rest: bigint
    }
  | { readonly kind: 'min' | 'max' | 'first' | 'last'; readonly value: Value }
  | { readonly kind: 'median'; readonly values: Float64Array }
