import { rm } from 'node:fs/promises'
import { extname } from 'node:path'
import { type Data, DataType, type RecordBatch, type Schema as ArrowSchema } from 'apache-arrow'
import { RuntimeError } from '../errors.ts'
import { writeArrow } from '../formats/arrow-write.ts'
import { writeCsv } from '../formats/csv-write.ts'
import { writeHdf5 } from '../formats/hdf5-write.ts'
import { writeParquet } from '../formats/parquet-write.ts'
import { arrowToRoot } from '../formats/root-write.ts'

/** Writes the batches to a new file and counts their rows. The batches themselves end with an error when `signal` aborts. */
export type Write = (
  path: string,
  schema: ArrowSchema,
  batches: AsyncIterable<RecordBatch>,
  signal?: AbortSignal,
) => Promise<number>

const writers: ReadonlyMap<string, Write> = new Map<string, Write>([
  ['.parquet', writeParquet],
  ['.arrow', writeArrow],
  ['.h5', (path, schema, batches) => writeHdf5(path, schema, withValues(batches, path, 'HDF5'))],
  ['.root', (path, schema, batches, signal) => writeRoot(path, schema, withValues(batches, path, 'ROOT'), signal)],
  ['.csv', writeCsv],
])

export const indexEndings: readonly string[] = ['.parquet', '.arrow', '.h5', '.root']

/** @throws RuntimeError D007 when no format has the ending */
export function writerFor(path: string): Write {
  const writer = writers.get(extname(path).toLowerCase())
  if (writer !== undefined) return writer
  throw new RuntimeError('D007', `\`${path}\` cannot be written: no format has the ending \`${extname(path)}\`.`, {
    fix: `Endings are ${[...writers.keys()].map((ending) => `\`${ending}\``).join(', ')}.`,
  })
}

/** Through an Arrow file beside it, which is removed. */
async function writeRoot(...[path, schema, batches, signal]: Parameters<Write>): Promise<number> {
  const between = `${path}.arrow`
  try {
    const rows = await writeArrow(between, schema, batches)
    await arrowToRoot(between, path, signal)
    return rows
  } finally {
    await rm(between, { force: true })
  }
}

/** The batches, of which no value may be missing. */
async function* withValues(
  batches: AsyncIterable<RecordBatch>,
  path: string,
  format: string,
): AsyncGenerator<RecordBatch> {
  for await (const batch of batches) {
    const at = batch.data.children.findIndex(lacks)
    if (at < 0) yield batch
    else {
      const name = batch.schema.fields[at]?.name ?? ''
      throw new RuntimeError('D007', `\`${path}\` cannot be written: \`${name}\` has no value in some rows.`, {
        fix: `${format} has no missing values: give the column one with \`??\`, or save to \`.parquet\` or \`.arrow\`.`,
      })
    }
  }
}

function lacks(data: Data): boolean {
  return data.nullCount > 0 || (!DataType.isDictionary(data.type) && data.children.some(lacks))
}
