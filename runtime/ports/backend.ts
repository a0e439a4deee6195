import type { RecordBatch } from 'apache-arrow'
import type { Plan, Query } from '../../dsl/ir/plan.ts'
import type { Schema, Scalar, Type } from '../../dsl/ir/types.ts'
import type { ColumnRange, Dataset, GoodTime } from './dataset.ts'

/** Runs queries: this process's worker threads, or a cluster. The same query gives the same bits on each. */
export interface Backend extends AsyncDisposable {
  readonly name: string
  /**
   * Opens the files of a path as one dataset: schema, file table, good time, and where which times lie.
   *
   * @throws RuntimeError D001 when there is no such file, D002 damaged, D003 files that differ in columns, D004 out of
   * time order, D008 a damaged document, R001 when `signal` aborts
   */
  open(request: OpenRequest, signal: AbortSignal): Promise<Dataset>
  /**
   * @throws RuntimeError R001 when `signal` aborts (within 100 ms, with no worker left busy), R002 before anything
   * starts when the plan cannot keep to the memory, D codes for files
   */
  run(query: BackendQuery, request: RunRequest): Promise<Result>
  /**
   * The same for several queries, whose answers come in their order and which share passes over the data. Absent where a
   * backend runs them one by one; a failure says nothing about which of them it is of.
   */
  runAll?(queries: readonly BackendQuery[], request: RunRequest): Promise<readonly Result[]>
  /** All rows of a plan in their order, in bounded memory, as the columns of `schemaOf(plan)`. */
  rows(plan: Plan, request: RunRequest): AsyncIterable<RecordBatch>
}

export interface OpenRequest {
  /** As written: a path or glob, for ROOT with `:tree`. */
  readonly path: string
  /** What relative paths are relative to. */
  readonly folder: string
  /** `units t: ns` was declared: a whole-number column `t` is the time of events. */
  readonly timeDeclared: boolean
}

export type BackendQuery = Exclude<Query, { kind: 'save' | 'handOver' }>

export interface RunRequest {
  readonly datasets: ReadonlyMap<string, Dataset>
  /** How many rows of a table come back; all are counted. */
  readonly limit: number
  readonly signal: AbortSignal
  readonly progress: (progress: Progress) => void
}

export interface Progress {
  /** Rows of the files read so far, and in all. */
  readonly rows: number
  readonly totalRows: number
  readonly bytes: number
}

/**
 * Result columns come as Arrow vectors: numbers in the repr of their type, instants as Int64 nanoseconds, text as
 * Dictionary<Utf8, Int32>, bool as Bool; a null where the row lacks a value.
 */
export type Result = Answer & {
  readonly notes?: readonly Note[]
  /** Of a table or histogram: how many rows the files have that its pipeline starts from, through all names. */
  readonly rowsIn?: number
}

type Answer =
  | { readonly kind: 'table'; readonly schema: Schema; readonly rows: number; readonly batches: readonly RecordBatch[] }
  /** `value` null when missing; bigint for an instant and for an int64 beyond 2^53. */
  | {
      readonly kind: 'number'
      readonly text: string
      readonly type: Scalar
      readonly value: number | bigint | boolean | string | null
      /** True when it rests on a good time that is known only from first and last event; whoever asked for it says so. */
      readonly approximate?: true
    }
  | HistResult
  /** With `by` the lines of each of its values, sorted by it (`compareKeys`: NaN, then missing last). */
  | {
      readonly kind: 'cutflow'
      readonly source: string
      readonly total: number
      readonly rows: readonly CutflowRow[]
      readonly by?: { readonly name: string; readonly type: Type }
    }
  | {
      readonly kind: 'describe'
      readonly name: string
      readonly schema: Schema
      readonly rows: number
      readonly goodTime: GoodTime | null
      readonly livetimeNs: string | null
      /** Of files as they are, and not of what was made of them. */
      readonly catalog?: Catalog
    }
  /** `text` of the query, and what this backend would read: reach, slices, files and row groups, rows and bytes. */
  | {
      readonly kind: 'explain'
      readonly name: string
      readonly text: string
      readonly plan: Plan
      /** The same as data; absent where a backend tells nothing. */
      readonly facts?: ExplainFacts
    }

/** What the files of a dataset are, and between which values their columns lie as far as the files state it. */
export interface Catalog {
  readonly files: number
  readonly bytes: number
  readonly ranges: readonly ColumnRange[]
}

/** What a backend would do for all rows of a plan, as estimated before anything is read. */
export interface ExplainFacts {
  /** How far from a row's own time its value may depend on others. */
  readonly reach: { readonly beforeNs: number; readonly afterNs: number }
  /** Tasks that the last pass is cut into; null when the plan does not fit the memory, which `neededBytes` tells then. */
  readonly slices: number | null
  readonly neededBytes: number | null
  readonly workers: number
  readonly reads: readonly ReadFacts[]
  /** Stages that are evaluated first and held in memory, the innermost first. */
  readonly held: readonly string[]
}

/** What is read of one dataset: `blocks` are stretches of its files of which first and last time are known. */
export interface ReadFacts {
  readonly path: string
  readonly columns: readonly string[]
  readonly files: number
  readonly blocks: number
  readonly rows: number
  readonly bytes: number
}

/**
 * What is worth a line below a result. Absent where there is nothing to say.
 *
 * `shared`: of a match shown as a table: `events` distinct events are bound to `role` in more than one row, one of them
 * in `rows` rows. `unmatched`: rows that the join `join` dropped since they have no partner. `edge`: rows whose windows
 * reach outside of the good time, and the good time that `complete` would take away. `overlap`: in the runs that two
 * streams of a union share, the intersection of their good time is this fraction, under 0.9, of the shorter one.
 * `livetime`: of events and matches shown as a table: how long their good time is. `partialVeto`: of a live time: the
 * veto of this label, or text, removes events and no time. `nan`: of the rows that come to the `where` of this label, or
 * text, those in which an operand of one of its comparisons is NaN (a comparison with NaN does not hold, `!=` does),
 * without those that it or later stages exclude by times or whole numbers.
 */
export type Note =
  | { readonly kind: 'shared'; readonly role: string; readonly events: number; readonly rows: number }
  | { readonly kind: 'unmatched'; readonly join: string; readonly rows: number }
  | { readonly kind: 'edge'; readonly rows: number; readonly ns: string }
  | { readonly kind: 'overlap'; readonly fraction: number }
  | { readonly kind: 'livetime'; readonly ns: string; readonly approximate: boolean }
  | { readonly kind: 'partialVeto'; readonly veto: string }
  | { readonly kind: 'nan'; readonly where: string; readonly rows: number }

/** `counts` has the shape of the axes' bins, last axis fastest; with a weight it and the flows are sums of weights. */
export interface HistResult {
  readonly kind: 'hist'
  readonly axes: readonly { readonly label: string; readonly unit: string | null; readonly edges: readonly number[] }[]
  readonly counts: readonly number[]
  /** One axis: below the first edge, at or above the last. More axes: `outside` instead, without the NaN rows. */
  readonly underflow: number
  readonly overflow: number
  readonly outside: number
  readonly nan: number
  readonly sumw2: readonly number[] | null
}

/** language.md 6.11; null where it does not apply. */
export interface CutflowRow {
  readonly cut: string
  readonly sequential: number
  readonly alone: number | null
  readonly nMinus1: number | null
  readonly efficiency: number | null
  readonly error: number | null
  /** The value of the split that the line is of; absent where the cutflow is not split. Null: missing. */
  readonly by?: number | bigint | boolean | string | null
}
