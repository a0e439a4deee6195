import type { EventFile, Schema } from '../../dsl/ir/types.ts'

export type { EventFile }

/**
 * A set of files opened as one stream of rows: what `from "glob"` names. Plain data, so that it travels to workers
 * and tasks as JSON; instants are decimal strings of ns since 1970.
 */
export interface Dataset {
  /** What a plan's `scan` names it by; the same for the same path text, tree and declared units. */
  readonly key: string
  /** The path as the user wrote it, for messages. */
  readonly path: string
  readonly schema: Schema
  readonly files: readonly DataFile[]
  /** The dataset's own table of event-data files; the position is the dataset's file number. */
  readonly events: readonly EventFile[]
  readonly goodTime: GoodTime
  /** The `sift` documents' query text and parents, when the files are skims. */
  readonly history: { readonly query: string | null; readonly parents: readonly string[] }
  /** Columns that the files have and the schema has not, each with the reason; absent when there are none. */
  readonly skipped?: readonly SkippedColumn[]
  /** Where the files state them; absent where nobody has looked. */
  readonly ranges?: readonly ColumnRange[]
  /** Of list columns, where the files state it: for estimates. */
  readonly lists?: readonly ListLength[]
}

/** How many elements a list column has in a row, on average. */
export interface ListLength {
  readonly name: string
  readonly mean: number
}

/** Smallest and largest value of a column in all files, NaN apart; whole numbers of 64 bits and instants as decimal strings. */
export interface ColumnRange {
  readonly name: string
  readonly min: number | string
  readonly max: number | string
}

export interface SkippedColumn {
  readonly name: string
  readonly reason: string
}

/** One file of rows. Rows are in time order (checked when it was opened), ties in time in any order. */
export interface DataFile {
  readonly path: string
  readonly tree: string | null
  readonly bytes: number
  readonly modifiedMs: number
  readonly rows: number
  /**
   * How a row refers to its event: by its columns `file` and `entry`, the first one remapped by `fileNumbers`
   * (number in this file → dataset's number); or, for a file without them, by this file's own number and the row.
   */
  readonly reference:
    | { readonly kind: 'columns'; readonly fileNumbers: readonly (readonly [number, number])[] }
    | { readonly kind: 'row'; readonly fileNumber: number }
  /** Of columns of whole numbers, where the file states them. */
  readonly ranges?: readonly ColumnRange[]
  /** Consecutive row ranges with the time of their first and last row; empty for a table without time. */
  readonly blocks: readonly Block[]
}

export interface Block {
  readonly start: number
  readonly end: number
  readonly tFirst: string
  readonly tLast: string
  /** False when rows of the same time, if there are any, stand in the total order (t, file, entry); absent: not known. */
  readonly ties?: boolean
}

/** Sorted, disjoint half-open spans of each run. `approximate` where only first and last event are known. */
export interface GoodTime {
  readonly spans: readonly Span[]
  readonly approximate: boolean
}

export interface Span {
  readonly run: number
  readonly start: string
  readonly stop: string
}
