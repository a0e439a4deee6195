import { createHash } from 'node:crypto'
import type { DataFile, Dataset } from '../ports/dataset.ts'

/** So many rows of a file are read to shared memory together; a multiple of nothing in particular. */
export const chunkRows = 65_536

/** Where the rows of each file stand in a dataset whose order is that of its files, one after the other. */
export interface DatasetOrder {
  /** The same for the same files, whatever the dataset is called. */
  readonly identity: string
  readonly rows: number
  readonly chunks: number
  /** By file: its first row in the dataset, and its first chunk. */
  readonly starts: ReadonlyMap<DataFile, { readonly row: number; readonly chunk: number }>
}

/**
 * The order of a dataset as a row of files; null when their rows must be merged, or sorted within equal times, to be
 * in order.
 */
export function orderOf({ files, schema }: Dataset): DatasetOrder | null {
  const filled = files.filter(({ rows }) => rows > 0)
  const inOrder = schema.key === null ? filled : byTime(filled)
  if (inOrder === null) return null
  const starts = new Map<DataFile, { row: number; chunk: number }>()
  let [row, chunk] = [0, 0]
  for (const file of inOrder) {
    starts.set(file, { row, chunk })
    row += file.rows
    chunk += Math.ceil(file.rows / chunkRows)
  }
  const identity = createHash('sha1')
    .update(JSON.stringify(inOrder.map(identityOf)))
    .digest('base64')
  return { identity, rows: row, chunks: chunk, starts }
}

/** What decides what a file's columns hold in vectors of the dataset. */
function identityOf({ path, tree, bytes, modifiedMs, rows, reference }: DataFile): readonly unknown[] {
  return [path, tree, bytes, modifiedMs, rows, reference]
}

/** The files by time; null when two overlap, or rows of the same time are not known to be in order. */
function byTime(files: readonly DataFile[]): readonly DataFile[] | null {
  const spans = files.map((file) => ({
    file,
    first: BigInt(file.blocks[0]?.tFirst ?? 0),
    last: BigInt(file.blocks.at(-1)?.tLast ?? 0),
  }))
  const sorted = spans.toSorted((left, right) => (left.first < right.first ? -1 : 1))
  const overlap = sorted.some(({ first }, at) => first <= (sorted[at - 1]?.last ?? first - 1n))
  const ties = files.some(({ blocks }) => blocks.some((block) => block.ties !== false))
  return overlap || ties ? null : sorted.map(({ file }) => file)
}
