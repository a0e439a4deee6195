import type { RecordBatch, Schema } from 'apache-arrow'

/** A file format the engine can scan. One file in `formats/`, one line in `formats/index.ts`. */
export interface Format {
  readonly name: 'arrow' | 'parquet' | 'hdf5' | 'root' | 'csv'
  /** File endings that this format is chosen for when the file is written, such as `.parquet`. */
  readonly endings: readonly string[]
  /** Whether the file's first bytes (64, or the whole file) are this format's. */
  recognises(head: Uint8Array): boolean
  /**
   * Opens one file.
   *
   * @param tree for ROOT the tree's path inside the file; absent means its only tree, or `index`
   * @throws RuntimeError D002 when the file is missing, truncated or damaged: the message names the file and the cause
   */
  open(path: string, options: { readonly tree?: string }): Promise<Source>
}

/**
 * One open file, as columns.
 *
 * Columns come as Arrow vectors of these types only: Bool, Int8…Int64, Uint8…Uint64, Float32, Float64,
 * Timestamp(ns), Dictionary<Utf8, Int32>, and List or FixedSizeList of those or of a Struct of those.
 * A field is nullable only if the file holds a null in it. The field's unit, where the file states one, is its
 * metadata entry `unit`. A column that Sift cannot represent is absent from `schema` and named in `skipped`.
 */
export interface Source extends AsyncDisposable {
  readonly schema: Schema
  readonly rows: number
  /** Names of columns that the file has and this reader cannot give, each with the reason. */
  readonly skipped: ReadonlyMap<string, string>
  /** The `sift` document of the file (index.md), as text; absent when the file has none. */
  readonly document: string | undefined
  /** The file's own UUID where the format has one (ROOT), lower case with dashes. */
  readonly uuid: string | undefined
  /** Another UUID that the file is known by: that of a ROOT file's header, which uproot tells. */
  readonly otherUuid?: string
  /** Row counts of the file's natural units of reading (row groups, record batches, clusters), in row order; their sum is `rows`. */
  readonly groups: readonly number[]
  /** Smallest and largest value of a numeric column in each group, from the file's own statistics; undefined where it has none. */
  statistics(column: string): readonly (GroupRange | undefined)[] | undefined
  /**
   * How many elements the lists of a column hold in all, an empty list counting as one or none; absent, or undefined,
   * where the file does not state it.
   */
  elements?(column: string): number | undefined
  /** Batches of the named columns over rows [start, end), in row order, each of at most `batchRows` rows. */
  scan(request: ScanRequest): AsyncIterable<RecordBatch>
}

export interface GroupRange {
  readonly min: number | bigint
  readonly max: number | bigint
}

export interface ScanRequest {
  readonly columns: readonly string[]
  readonly start: number
  readonly end: number
  /**
   * Only these of the rows, ascending, each once; of the file no more is unpacked than what holds them.
   */
  readonly rows?: readonly number[]
  /** Only these fields of a list of records, for a format that can read them apart; others give all. */
  readonly fields?: ReadonlyMap<string, readonly string[]>
  readonly batchRows: number
  readonly cancel: Cancel
}

/** Asked at least once per column and per 16,384 rows of decoding. An `AbortSignal` is one; workers read shared memory. */
export interface Cancel {
  readonly aborted: boolean
  /** @throws the reason of the cancellation, when there was one */
  throwIfAborted(): void
}
