import type { ColumnExpr, Expr, Measure, Named, Plan } from '../../dsl/ir/plan.ts'
import type { AccumulatorState } from './accumulator.ts'
import type { ExactSumState } from './exact-sum.ts'
import type { Held, Portable } from './portable.ts'
import type { Reach } from './reach.ts'
import type { Value } from '../../dsl/functions/function.ts'

/** What a job asks of its tasks: plain data that a worker or a cluster task can be sent. */
export interface Work {
  readonly outputs: readonly Output[]
  /** How far outside of its slice a task reads. */
  readonly reach: Reach
  /** The table whose rows the slices number, when they are no slices of time: everything else is read whole. */
  readonly rowsOf: string | null
  /** Rows that an earlier job left in memory, by the key that a plan's `scan` names them by. */
  readonly held: ReadonlyMap<string, Held>
  /** Evaluate expressions row by row by their definition instead of by generated code. */
  readonly interpreted: boolean
}

/** One thing to compute from the rows of a plan. All plans of a job are evaluated over the same slices. */
export interface Output {
  readonly plan: Plan
  readonly sink: Sink
}

export type Sink =
  /** The named columns of the first `limit` rows in their order (null: of all), and the number of all rows. */
  | { readonly kind: 'rows'; readonly columns: readonly string[]; readonly limit: number | null }
  /** The named columns, and the key as `sortKey`, of the first `limit` rows by the key (null: of all), sorted stably. */
  | {
      readonly kind: 'sorted'
      readonly columns: readonly string[]
      readonly by: Expr
      readonly descending: boolean
      readonly limit: number | null
    }
  | { readonly kind: 'group'; readonly keys: readonly Named[]; readonly measures: readonly Measure[] }
  /** With `each` filled by the elements of this list column (see the query). */
  | {
      readonly kind: 'hist'
      readonly axes: readonly BinnedAxis[]
      readonly weight: Expr | null
      readonly each?: ColumnExpr
    }
  /** Smallest and largest finite value of each expression; ±infinity when there is none. */
  | { readonly kind: 'range'; readonly values: readonly Expr[]; readonly each?: ColumnExpr }
  /** The union of the closed windows [t + low, t + high] about the rows. */
  | { readonly kind: 'spans'; readonly low: number; readonly high: number }
  /** How many rows pass the cuts of a section: in sequence, alone, all but each; for each value of `by`, if it is given. */
  | { readonly kind: 'cuts'; readonly cuts: readonly SectionCut[]; readonly by: Expr | null }
  /** The bursts of a stream of events (see `burst` in the plan algebra) that begin in the slice. */
  | { readonly kind: 'bursts'; readonly atLeast: number; readonly within: number }
  /** The events that the rows refer to under each prefix; with `files` only those of these files. */
  | { readonly kind: 'events'; readonly references: readonly string[]; readonly files: readonly number[] | null }

export interface BinnedAxis {
  readonly value: Expr
  readonly edges: readonly number[]
}

/** A cut of a cutflow's section: a filter or veto on the rows that enter the section. */
export interface SectionCut {
  readonly plan: Extract<Plan, { op: 'filter' | 'veto' | 'during' }>
  /** A filter without a name counts in sequence only. */
  readonly isNamed: boolean
}

/** What one task gives: one entry for each output of the work, in the same order. */
export interface Part {
  readonly outputs: readonly OutputPart[]
  /** Whether a condition may have compared a NaN, in whatever row of the slice and its reach. */
  readonly metNan: boolean
}

export type OutputPart =
  | { readonly kind: 'rows'; readonly count: number; readonly rows: Portable }
  | { readonly kind: 'sorted'; readonly rows: Portable }
  | { readonly kind: 'group'; readonly groups: readonly GroupPart[] }
  | HistPart
  | { readonly kind: 'range'; readonly low: Float64Array; readonly high: Float64Array }
  /** Sorted and disjoint, half-open, ns since 1970. */
  | { readonly kind: 'spans'; readonly starts: BigInt64Array; readonly stops: BigInt64Array }
  | { readonly kind: 'cuts'; readonly counts: readonly CutCounts[] }
  | BurstsPart
  | { readonly kind: 'events'; readonly references: readonly EventNumbers[] }

export interface GroupPart {
  readonly keys: readonly Value[]
  readonly measures: readonly AccumulatorState[]
}

/**
 * Cells in the shape of the axes' bins, last axis fastest, then underflow, overflow, outside, NaN; `counts` without a
 * weight, exact `sums` (and `squares` for the bins) with one.
 */
export interface HistPart {
  readonly kind: 'hist'
  readonly counts: Float64Array | null
  readonly sums: readonly (ExactSumState | null)[] | null
  readonly squares: readonly (ExactSumState | null)[] | null
}

/**
 * Chains of windows that follow one another within the length of one, in order of time: when the first and the last of
 * them begin, ns since 1970, and the first event of all.
 */
export interface BurstsPart {
  readonly kind: 'bursts'
  readonly firsts: BigInt64Array
  readonly lasts: BigInt64Array
  readonly files: Float64Array
  readonly entries: Float64Array
}

/** Events by the file that they are in and their entry, both whole numbers, of shape [rows]. */
export interface EventNumbers {
  readonly files: Float64Array
  readonly entries: Float64Array
}

/** The counts of one value of `by`, or of all rows. */
export interface CutCounts {
  readonly by: Value
  readonly sequential: Float64Array
  readonly alone: Float64Array
  readonly nMinus1: Float64Array
}

/** The buffers of a part that can be moved to another thread instead of copied. */
export function transferablesOf(part: Part): ArrayBuffer[] {
  const found = new Set<ArrayBuffer>()
  collect(part, found)
  return [...found]
}

function collect(value: unknown, found: Set<ArrayBuffer>): void {
  if (typeof value !== 'object' || value === null) return
  if (ArrayBuffer.isView(value)) {
    if (value.buffer instanceof ArrayBuffer) found.add(value.buffer)
  } else if (value instanceof Map) for (const entry of value.values()) collect(entry, found)
  else for (const entry of Object.values(value)) collect(entry, found)
}
