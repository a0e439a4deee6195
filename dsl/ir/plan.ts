import type { AggregateName, EventFile, Scalar, Schema, Type } from './types.ts'

/**
 * A typed expression. Literals are already in the unit of what they meet. `row` is the row being built or tested;
 * `other` is the row that a window looks at: a role's candidate, a veto's source, an aggregate's member.
 *
 * Numbers are evaluated in float64 on the widened value; exact are instants, their differences, and `coalesce`.
 */
export type Expr =
  | { readonly kind: 'number'; readonly value: number; readonly type: Scalar }
  | { readonly kind: 'bool'; readonly value: boolean }
  | { readonly kind: 'text'; readonly value: string }
  /** Decimal nanoseconds since 1970. */
  | { readonly kind: 'instant'; readonly ns: string }
  /** No value, of a type: a column that one side of a union lacks. */
  | { readonly kind: 'missing'; readonly type: Type }
  | ColumnExpr
  /** `fn` is an entry of `dsl/functions`. */
  | {
      readonly kind: 'call'
      readonly fn: string
      readonly args: readonly Expr[]
      readonly type: Scalar
      readonly missing: boolean
    }
  | WindowAggregate
  | ListReduction
  | ListElement
  | TotalExpr

/** A number over a whole stream in an expression of rows: evaluated first, it is the same for all of them. */
export interface TotalExpr {
  readonly kind: 'total'
  readonly of: NumberInput
  readonly type: Scalar
  readonly missing: boolean
}

/**
 * A column of `row`, of `other`, or of the `element` of a list that a reduction is at: there `name` is that of the
 * field in a list of records, `''` in a list of plain values.
 */
export interface ColumnExpr {
  readonly kind: 'column'
  readonly row: 'row' | 'other' | 'element'
  readonly name: string
  readonly type: Type
  readonly missing: boolean
}

/**
 * `sum(charge of hits where time > 150 ns)`: an aggregate over the elements of a list column of one row, in their
 * order. `where` and `value` are evaluated for each element: they see it as `element`, and the rows around it as `row`
 * and `other`. `value` null: the elements themselves are counted. Elements for which `where` does not hold are left
 * out, and then the values are aggregated as those of rows are: of nothing `count` and `sum` are 0, `any` is false,
 * `all` true, the others are missing. A row without the list (`join optional`) has no result at all, not even a count.
 * No aggregate and no reduction stands inside `value` or `where`.
 */
export interface ListReduction {
  readonly kind: 'reduce'
  readonly fn: AggregateName
  readonly list: ColumnExpr
  readonly value: Expr | null
  readonly where: Expr | null
  readonly type: Scalar
  readonly missing: boolean
}

/**
 * `hits[0].charge`: one element of a list column, counted from 0; missing where the list is shorter or the row has none.
 * `field` as the name of a column with `row: 'element'`.
 */
export interface ListElement {
  readonly kind: 'element'
  readonly list: ColumnExpr
  readonly index: number
  readonly field: string
  readonly type: Scalar
  readonly missing: true
}

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

/** One aggregate of a `group`: over `value` (null: over rows) of the rows of the group for which `where` holds. */
export interface Measure {
  readonly name: string
  readonly fn: AggregateName
  readonly value: Expr | null
  /** Absent: of every row. `value` is not evaluated where it does not hold. */
  readonly where?: Expr
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
  /**
   * One row for each distinct tuple of keys, sorted by them; without keys exactly one row. Columns: keys, then
   * measures, then, where `livetime` names it, the live time of the group in whole ns (int64).
   *
   * `livetime` stands only where every key is the column `run` or `binInstant(t, width)` with a constant width, `run`
   * and `t` under the prefix of the input's key: it is the length of the part of the input's good time that lies in
   * spans of the group's run and in [b, b + width) of its bins b. A missing key has none.
   */
  | {
      readonly op: 'group'
      readonly input: Plan
      readonly keys: readonly Named[]
      readonly measures: readonly Measure[]
      readonly livetime?: string
    }
  | { readonly op: 'sort'; readonly input: Plan; readonly by: Expr; readonly descending: boolean }
  /** The first `count` rows in the order of the input. */
  | { readonly op: 'take'; readonly input: Plan; readonly count: number }
  /** Adds `by` ns (a whole number) to the column `t` of events, and moves the good time by as much. Other columns stay. */
  | { readonly op: 'shift'; readonly input: Plan; readonly by: number }
  /**
   * Events of bursts. With W(i) the events j for which t_i <= t_j <= t_i + within, a W(i) of `atLeast` events or more is
   * a window of a burst; windows that share an event belong to one burst; the others' events are dropped. Adds
   * `burst_id.file` and `burst_id.entry`, of the types of `file` and `entry`: the reference of the first event of the
   * burst in the total order. They are no reference of the row (`Schema.references`). Keeps the good time.
   */
  | { readonly op: 'burst'; readonly input: Plan; readonly atLeast: number; readonly within: number }
  /**
   * The rows whose event is drawn: `isSampled` (dsl/functions/sample.ts) of the identity of its file, its entry and
   * `fraction`. The event is the first of the schema's references; `files[file]` is the identity. Keeps the good time.
   */
  | {
      readonly op: 'sample'
      readonly input: Plan
      readonly fraction: number
      /** Of each file number: the UUID of the event-data file, or its path where it has none. */
      readonly files: readonly string[]
    }
  /**
   * Other file numbers: in each of `columns`, n becomes `files[n]` (a number beyond the list stays). `columns` are all
   * columns that hold file numbers: those of the references, `burst_id.file`, those of joined records. The rows of an
   * ordered stream then stand in the total order of the new numbers, which may differ from the old one among ties in
   * time. Two different numbers never become the same one.
   */
  | {
      readonly op: 'renumber'
      readonly input: Plan
      readonly columns: readonly string[]
      readonly files: readonly number[]
    }
  /**
   * The events of all inputs, which share one numbering of files, merged by the total order. `schema` has the columns;
   * each input has them all, by name, in any order, and perhaps in a narrower repr: a number is widened to the repr of
   * the schema (to the nearest float64 where that is a float). `missing` is that of the schema.
   *
   * The good time is combined run by run, from the first input to the last: `runs`: a run that both have gets the
   * intersection of its spans, any other run keeps its own; `either`: the union; `both`: the intersection, so that a run
   * that only one has is gone. It is approximate where that of an input is. Rows stay either way.
   *
   * The same event (file, entry) in two inputs is RuntimeError D005 when it is met.
   */
  | {
      readonly op: 'union'
      readonly inputs: readonly Plan[]
      readonly good: 'runs' | 'either' | 'both'
      readonly schema: Schema
    }
  /**
   * Rows whose windows lie in good time. Of each of `windows`, an instant t looks at the closed [t + low, t + high] of
   * `source`: t stays in the good time where, for each of them, one span of the good time of `source` holds all of that
   * (its spans as times alone, those that overlap or touch united, whatever their runs). A row stays when its time, the
   * `t` of the schema's key, is in the good time that is left.
   */
  | { readonly op: 'complete'; readonly input: Plan; readonly windows: readonly Look[] }
  /**
   * Adds to each row the columns of its partner, the row of `source` with the same keys, under `name.`. Keys are equal
   * as `equal` says of each pair (numbers by value, text, bool, instants exactly); missing and NaN have no partner.
   * Two partners of one row are RuntimeError D005.
   *
   * A row without partner: `drop`: is dropped, and counted (`Note` of kind `unmatched`); `missing`: has no values in
   * the added columns, which then may be missing; `error`: RuntimeError D009 that names the event and the file.
   * References, roles, key, order and good time are those of `input`.
   */
  | {
      readonly op: 'join'
      readonly input: Plan
      readonly name: string
      readonly source: Plan
      readonly keys: readonly JoinKey[]
      readonly unmatched: 'drop' | 'missing' | 'error'
      /** The source is event data: of its columns a query adds those that it names. It changes nothing else. */
      readonly eventData?: true
    }
  /**
   * Retains (keep) or drops (veto) the rows whose time, the `t` of the schema's key, lies in a half-open span, and cuts
   * the good time alike: keep intersects it with the union of the spans, veto subtracts that.
   */
  | {
      readonly op: 'during'
      readonly mode: 'veto' | 'keep'
      readonly input: Plan
      readonly spans: Spans
      readonly label: string | null
      readonly text: string
    }

/** What an instant t looks at: the closed [t + low, t + high], whole ns, of the good time of a stream. */
export interface Look {
  readonly low: number
  readonly high: number
  readonly source: Plan
}

/** A pair of keys: `left` of the row, `right` of the row of the source; each reads its own row as `row`. */
export interface JoinKey {
  readonly left: Expr
  readonly right: Expr
}

/**
 * Half-open spans of time, in any order, that may overlap: the rows of a plan with the instants `start` and `stop` (an
 * empty one where start >= stop), or the good time of a stream, its spans as times alone.
 */
export type Spans =
  | { readonly kind: 'rows'; readonly source: Plan }
  | { readonly kind: 'goodTime'; readonly source: Plan }

/**
 * A `where` as it is written, by its label or text: `rows` come to it with NaN in an operand of one of its comparisons, but
 * for those that it or later stages exclude by times or whole numbers. Absent where no operand is a floating-point number.
 */
export interface Where {
  readonly text: string
  readonly rows: Plan
}

/**
 * What one statement asks of a backend. `text` is the source text that the result is named by, `wheres` those of the plan,
 * from the scan upwards: a backend counts the rows with NaN that they meet.
 */
export type Query =
  /** `windows`: what `complete` would test; the rows that it would drop are counted in a `Note` of kind `edge`. */
  | {
      readonly kind: 'table'
      readonly plan: Plan
      readonly windows?: readonly Look[]
      readonly wheres?: readonly Where[]
    }
  /**
   * Filled once by each row; with `each`, a list column, once by each element of each row's list, which axes and weight
   * see as `element`. A row without the list fills nothing.
   */
  | {
      readonly kind: 'hist'
      readonly plan: Plan
      readonly axes: readonly Axis[]
      readonly weight: Expr | null
      readonly each?: ColumnExpr
      readonly wheres?: readonly Where[]
    }
  | {
      readonly kind: 'number'
      readonly text: string
      readonly value: Expr
      readonly inputs: readonly NumberInput[]
      readonly wheres?: readonly Where[]
    }
  /**
   * `by` splits it: `name` is what it is called, `value` a column `c` of the rows that the plan's input chain starts
   * from. Every stage of the chain has it under the prefix of its schema's key: as `c`, or `prompt.c` above a match.
   */
  | { readonly kind: 'cutflow'; readonly source: string; readonly plan: Plan; readonly by: CutflowBy | null }
  | { readonly kind: 'describe'; readonly name: string; readonly plan: Plan }
  /** `text` tells what the compiler knows of the plan, before and after its laws; a backend adds what it would read. */
  | { readonly kind: 'explain'; readonly name: string; readonly plan: Plan; readonly text: string }
  /** `files`: the file table that all file numbers of the plan's rows belong to; absent: that of each row's dataset. */
  | {
      readonly kind: 'save'
      readonly plan: Plan
      readonly path: string
      readonly text: string
      readonly files?: readonly EventFile[]
      /** `entrylist("x.root")`: a ROOT TEntryList of the rows' events; `tree` is null where the index tells it. */
      readonly entryList?: { readonly tree: string | null }
    }
  /** The events that the rows refer to, with their neighbours within `marginNs`, as entries of their files. */
  | {
      readonly kind: 'handOver'
      readonly target: 'sniper'
      readonly plan: Plan
      readonly path: string
      readonly marginNs: number
      readonly text: string
      readonly files: readonly EventFile[]
    }

export interface CutflowBy {
  readonly name: string
  readonly value: ColumnExpr
}

/**
 * A number over a whole stream, bound to a column name where the expression of a `number` query reads it:
 * the single row of a `group` without keys, or the live time of a stream in ns.
 */
export type NumberInput =
  | { readonly kind: 'measure'; readonly name: string; readonly plan: Plan; readonly measure: Measure }
  | { readonly kind: 'livetime'; readonly name: string; readonly plan: Plan }
