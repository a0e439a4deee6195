import type { AggregateName, Scalar, Schema, Type } from './types.ts'

/**
 * A typed expression. Literals are already in the unit of what they meet. `row` is the row being built or tested;
 * `other` is the row that a window looks at: a role's candidate, a veto's source, an aggregate's member.
 *
 * Numbers are evaluated in float64 on the widened value; an instant is exact.
 */
export type Expr =
  | { readonly kind: 'number'; readonly value: number; readonly type: Scalar }
  | { readonly kind: 'bool'; readonly value: boolean }
  | { readonly kind: 'text'; readonly value: string }
  /** Decimal nanoseconds since 1970. */
  | { readonly kind: 'instant'; readonly ns: string }
  | {
      readonly kind: 'column'
      readonly row: 'row' | 'other'
      readonly name: string
      readonly type: Type
      readonly missing: boolean
    }
  /** `fn` is an entry of `dsl/functions`. */
  | {
      readonly kind: 'call'
      readonly fn: string
      readonly args: readonly Expr[]
      readonly type: Scalar
      readonly missing: boolean
    }
  | WindowAggregate

/**
 * `count(muons where c within w)`: an aggregate over the rows of `source` in a window about a row.
 * `value` and `where` see the member as `other` and the outer row as `row`; `where` holds only what needs both
 * rows, since conditions on the member alone are filters of `source`.
 */
export interface WindowAggregate {
  readonly kind: 'aggregate'
  readonly fn: AggregateName
  readonly source: Plan
  readonly value: Expr | null
  readonly where: Expr | null
  readonly window: Window
  readonly type: Scalar
  readonly missing: boolean
}

/**
 * When a row x lies in the window of a reference row r.
 *
 * `within`: low <= t_x − t_r <= high, integer nanoseconds, both closed (half-open bounds are already integers), and
 * x stands in `order` to r in the total order (t, file, entry). `reference` is the prefix of r's key columns in the
 * row: `''`, `prompt.`.
 *
 * `between`: x strictly between the two in the total order, whichever comes first.
 * `interval`: t_from + fromOffset <= t_x <= t_to + toOffset.
 */
export type Window =
  | {
      readonly kind: 'within'
      readonly low: number
      readonly high: number
      readonly order: 'after' | 'before' | 'any'
      readonly reference: string
    }
  | { readonly kind: 'between'; readonly from: string; readonly to: string }
  | {
      readonly kind: 'interval'
      readonly from: string
      readonly fromOffset: number
      readonly to: string
      readonly toOffset: number
    }

export type Quantifier = 'each' | 'first' | 'last' | 'nearest'

/** A `with` or `without` clause. `where` sees bound roles as `row` (`prompt.E`) and the candidate as `other` (`E`). */
export interface Role {
  readonly name: string
  /** `without`: no candidate may exist. */
  readonly quantifier: Quantifier | 'without'
  /** The clause's stream, filtered by the conditions that concern the candidate alone. */
  readonly source: Plan
  readonly where: Expr | null
  readonly window: Window
  /** The clause as a cutflow names it. */
  readonly text: string
}

export interface Named {
  readonly name: string
  readonly value: Expr
}

/** One aggregate of a `group`: over `value` (null: over rows) of the rows of the group. */
export interface Measure {
  readonly name: string
  readonly fn: AggregateName
  readonly value: Expr | null
  readonly type: Scalar
  readonly missing: boolean
}

/** One axis of a histogram. Bin k is [edges[k], edges[k + 1]), in the unit of `value`. */
export interface Axis {
  readonly value: Expr
  readonly label: string
  /** Null: from the smallest finite value to just above the largest, in `bins` bins or steps of `step`. */
  readonly edges: readonly number[] | null
  readonly bins: number
  readonly step: number | null
}

/**
 * Logical plan: plain, immutable, JSON-serialisable data without spans, paths or ids. `schemaOf` gives a node's rows.
 */
export type Plan =
  /** Every row of a dataset of the catalog, in the total order. */
  | { readonly op: 'scan'; readonly dataset: string; readonly schema: Schema }
  /** Rows that hold. `label` is null where none is written, `text` the condition as written; null text: not in a cutflow. */
  | {
      readonly op: 'filter'
      readonly input: Plan
      readonly where: Expr
      readonly label: string | null
      readonly text: string | null
    }
  /** Adds columns; each value sees the columns before it. */
  | { readonly op: 'define'; readonly input: Plan; readonly columns: readonly Named[] }
  /** Keeps the given columns only, in this order; `schema` says whether the rows are still events. */
  | { readonly op: 'select'; readonly input: Plan; readonly columns: readonly Named[]; readonly schema: Schema }
  /**
   * Drops (veto) or retains (keep) the rows whose time lies in [t + low, t + high] of any row of `source`
   * for which `where` (over both rows) holds. Without `where` it is a matter of time alone and edits the good time.
   * The row itself is not exempt.
   */
  | {
      readonly op: 'veto'
      readonly mode: 'veto' | 'keep'
      readonly input: Plan
      readonly source: Plan
      readonly low: number
      readonly high: number
      readonly where: Expr | null
      readonly label: string | null
      readonly text: string
    }
  /** All combinations of an anchor of `input` with its roles; columns are prefixed by `role.`. */
  | {
      readonly op: 'match'
      readonly input: Plan
      readonly anchor: string
      readonly anchorText: string
      readonly roles: readonly Role[]
    }
  /** One row for each distinct tuple of keys, sorted by them; without keys exactly one row. Columns: keys, then measures. */
  | {
      readonly op: 'group'
      readonly input: Plan
      readonly keys: readonly Named[]
      readonly measures: readonly Measure[]
    }
  | { readonly op: 'sort'; readonly input: Plan; readonly by: Expr; readonly descending: boolean }
  /** The first `count` rows in the order of the input. */
  | { readonly op: 'take'; readonly input: Plan; readonly count: number }

/** What one statement asks of a backend. `text` is the source text that the result is named by. */
export type Query =
  | { readonly kind: 'table'; readonly plan: Plan }
  | { readonly kind: 'hist'; readonly plan: Plan; readonly axes: readonly Axis[]; readonly weight: Expr | null }
  | { readonly kind: 'number'; readonly text: string; readonly value: Expr; readonly inputs: readonly NumberInput[] }
  | { readonly kind: 'cutflow'; readonly source: string; readonly plan: Plan; readonly by: Expr | null }
  | { readonly kind: 'describe'; readonly name: string; readonly plan: Plan }
  | {
      readonly kind: 'save'
      readonly plan: Plan
      readonly path: string
      readonly text: string
      /** `entrylist("x.root")`: a ROOT TEntryList of the rows' events; `tree` is null where the index tells it. */
      readonly entryList?: { readonly tree: string | null }
    }

/**
 * A number over a whole stream, bound to a column name that the expression of a `number` query reads:
 * the single row of a `group` without keys, or the live time of a stream in ns.
 */
export type NumberInput =
  | { readonly kind: 'measure'; readonly name: string; readonly plan: Plan; readonly measure: Measure }
  | { readonly kind: 'livetime'; readonly name: string; readonly plan: Plan }
