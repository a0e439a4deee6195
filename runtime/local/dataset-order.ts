import { createHash } from 'node:crypto'
import type { DataFile, Dataset } from '../ports/dataset.ts'

/** So many rows of a file are read to shared memory together; a multiple of nothing in particular. */
export const chunkRows = 65_536

/** Where the rows of each file stand in the memory of a dataset: one file after the other, by the times they begin. */
export interface DatasetOrder {
  /** The same for the same files, whatever the dataset is called. */
  readonly identity: string
  readonly rows: number
  readonly chunks: number
  /** By file: its first row in the dataset, and its first chunk. */
  readonly starts: ReadonlyMap<DataFile, { readonly row: number; readonly chunk: number }>
}

export function orderOf({ files, schema }: Dataset): DatasetOrder {
  const filled = files.filter(({ rows }) => rows > 0)
  const inOrder = schema.key === null ? filled : byTime(filled)
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

/** As `clustered` has them: files that do not overlap in time follow one another in both. */
function byTime(files: readonly DataFile[]): readonly DataFile[] {
  return files
    .map((file) => ({ file, first: BigInt(file.blocks[0]?.tFirst ?? 0) }))
    .toSorted((left, right) => (left.first < right.first ? -1 : Number(left.first > right.first)))
    .map(({ file }) => file)
}
