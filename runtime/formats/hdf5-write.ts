import type { RecordBatch, Schema } from 'apache-arrow'
import { columnWriter } from './hdf5-write-column.ts'
import { type Hdf5Target, openHdf5Target } from './hdf5-write-library.ts'

/** An attribute holds at most 64 kB: a longer document is a dataset. */
const mostAttributeBytes = 60_000

/**
 * Writes an HDF5 file: one dataset per column in the root group, a list column as a group with `offsets` and its fields,
 * or `values` where the elements are plain. Memory holds one chunk of each column, and of text columns the distinct texts
 * and four bytes for each row: the library writes these in one go.
 *
 * @param schema of the batches, in which no value is missing: HDF5 has no way to say so; its metadata entry `sift` becomes an attribute of the root group, or a dataset when long
 * @returns the count of rows
 * @throws RuntimeError D007 when the file cannot be written
 */
export async function writeHdf5(path: string, schema: Schema, batches: AsyncIterable<RecordBatch>): Promise<number> {
  const target = await openHdf5Target(path)
  try {
    const columns = schema.fields.map((field) => columnWriter(target, field))
    let rows = 0
    for await (const batch of batches) {
      columns.forEach((column, at) => column.add(batch.data.children[at]!))
      rows += batch.numRows
    }
    for (const column of columns) column.finish()
    writeDocument(target, schema.metadata.get('sift'))
    target.close()
    return rows
  } finally {
    target.abandon()
  }
}

function writeDocument(target: Hdf5Target, text: string | undefined): void {
  if (text === undefined) return
  if (Buffer.byteLength(text) < mostAttributeBytes) target.attribute('/', 'sift', text)
  else target.text('sift', text)
}
