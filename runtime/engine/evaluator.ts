import type { Expr, Plan } from '../../dsl/ir/plan.ts'
import type { Demands } from './demands.ts'
import type { Tools } from './frame.ts'
import type { Looking } from './looking.ts'
import type { Reference } from './plan-parts.ts'
import type { Rows } from './vector.ts'

/** What an operator asks of the evaluation that it is part of. */
export interface Evaluator {
  readonly tools: Tools
  readonly demands: Demands
  /** All rows of a plan that a window may look at, written down, in their total order. */
  rows(plan: Plan): Rows
  /** At least those rows of a plan that the given ones see through a window; all of them where that costs no more. */
  rowsSeen(plan: Plan, looking: Looking, by: Rows): Rows
  /**
   * Rows with a column for each window aggregate in the expressions, and the expressions that read these instead.
   *
   * @param bound the event references of the rows
   */
  aggregated(rows: Rows, expressions: readonly (Expr | null)[], bound: readonly Reference[]): AggregateColumns
}

export interface AggregateColumns {
  /** The rows with a column for each aggregate. */
  readonly rows: Rows
  /** The expressions that are not null, with these columns in place of the aggregates. */
  readonly replaced: readonly Expr[]
  readonly columns: ReadonlyMap<string, Expr>
}
