import type { Cancel } from '../ports/format.ts'
import type { Dataset } from '../ports/dataset.ts'
import type { Rows } from './vector.ts'

/**
 * Part of a job: half-open in time (decimal ns since 1970) for events, half-open in row number for a table, whose rows
 * are numbered through its files in their order.
 */
export type Slice =
  | { readonly kind: 'time'; readonly from: string; readonly to: string }
  | { readonly kind: 'rows'; readonly start: number; readonly end: number }
  | EntriesSlice

/**
 * Some rows of one file of a dataset, by its place among the files and their numbers in it, which ascend. Of a list of
 * records in `fields` no others than these are read, where the format can tell them apart.
 */
export interface EntriesSlice {
  readonly kind: 'entries'
  readonly file: number
  readonly rows: readonly number[]
  readonly fields: ReadonlyMap<string, readonly string[]>
}

/** Texts as the integers that stand for them in vectors; known to one worker only, so partial results hold texts. */
export interface Texts {
  idOf(text: string): number
  textOf(id: number): string
}

/** What one task reads through, and the terms in which its vectors are written. */
export interface TaskInput {
  /** What instants in vectors count from, ns since 1970: exact for 104 days before and after. */
  readonly base: bigint
  readonly texts: Texts
  /** Asked at least once per column and per 16,384 rows. */
  readonly cancel: Cancel
  /**
   * Rows of a dataset in a slice, with the named columns and no others: in the total order (t, file, entry) for a slice
   * of time, in file order for the others. `file` is the dataset's number of the file.
   *
   * @param only the positions among these rows that are wanted, ascending; absent or null for all
   * @throws RuntimeError R004 when an instant lies beyond exact arithmetic from the base, D codes for files
   */
  read(dataset: string, slice: Slice, columns: readonly string[], only?: Uint32Array | null): Promise<Rows>
}

/** Resident memory of the process that runs the tasks. */
export interface ProcessMemory {
  /** What it may take at its peak. */
  readonly budgetBytes: number
  /** What it takes without any rows. */
  readonly baseBytes: number
}

/** Where tasks run: worker threads here, or a cluster. `Work` and `Part` are the engine's own plain, clonable data. */
export interface Executor<Work, Part> {
  readonly datasets: ReadonlyMap<string, Dataset>
  /** How many tasks run at once. */
  readonly workers: number
  /** What all tasks in flight may hold together, with what is held for them. */
  readonly memoryBytes: number
  /** What `memoryBytes` is a part of; absent where it is all that there is. */
  readonly process?: ProcessMemory
  /** Told what the slices of a job and what is held will take at most: less is kept for later then. */
  readonly reserve?: (bytes: number) => void
  /**
   * Runs `runTask(work, slice, input)` for each slice and yields what each gives, in the order of the slices. Leaving the
   * loop early cancels the rest.
   *
   * @throws RuntimeError R001 when `signal` aborts
   */
  run(work: Work, slices: readonly Slice[], signal: AbortSignal): AsyncIterable<Part>
}
