import type { Data } from 'apache-arrow'
import type { Expr } from '../../dsl/ir/plan.ts'
import type { AggregateName, Column } from '../../dsl/ir/types.ts'

/** What an index is made of: plain data, so that it goes to worker threads and into the journal of a build. */
export interface BuildPlan {
  /** The tree of the event data; null for the only one. */
  readonly tree: string | null
  /** The columns of event data that are read, with their types as the files state them. */
  readonly reads: readonly Read[]
  /** Numbers made of lists, which the columns see as columns of the row. */
  readonly reductions: readonly Reduction[]
  /** The columns of the index beside `file` and `entry`; `t` and `run` are among them. */
  readonly columns: readonly BuildColumn[]
  /** The text that the columns were told in. */
  readonly text: string
}

export interface Read {
  readonly name: string
  readonly type: string
}

export interface BuildColumn {
  /** Name and type in the index. */
  readonly column: Column
  readonly value: BuildValue
}

export type BuildValue =
  /** A column of the event data as it is. */
  | { readonly kind: 'column'; readonly name: string }
  /** Whole numbers of a unit that holds `nanoseconds` ns. */
  | { readonly kind: 'time'; readonly name: string; readonly nanoseconds: number }
  /** Seconds and nanoseconds in two columns, as a TTimeStamp has them. */
  | { readonly kind: 'timestamp'; readonly seconds: string; readonly nanoseconds: string }
  | { readonly kind: 'expression'; readonly value: Expr }

/** `fn` over the elements of a list column for which `where` holds: of its field, or of the plain value ''. */
export interface Reduction {
  readonly name: string
  readonly fn: Extract<AggregateName, 'count' | 'sum' | 'min' | 'max' | 'mean' | 'first' | 'last'>
  readonly list: string
  readonly field: string
  readonly where: Expr | null
}

/** The value of an expression at row i; the second index is for windows, of which there are none here. */
export type RowEvaluator = (expr: Expr, columnOf: (column: { readonly name: string }) => RowValue) => RowValue
export type RowValue = (i: number, j: number) => number | bigint | string | boolean | undefined

/** What building asks of the engine: the meaning of expressions, and a sum that is rounded once. */
export interface Arithmetic {
  readonly evaluator: RowEvaluator
  /** Which of `count` rows of some columns a condition holds for, ascending. */
  readonly positions: (where: Expr, count: number, columnOf: (name: string) => Data) => Uint32Array
  readonly sum: () => { add(value: number): void; round(): number; clear(): void }
}
