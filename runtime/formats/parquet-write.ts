import { closeSync, openSync, rmSync, writeSync } from 'node:fs'
import type { RecordBatch, Schema } from 'apache-arrow'
import { ParquetWriter } from 'hyparquet-writer'
import { ByteWriter } from 'hyparquet-writer/src/bytewriter.js'
import { RuntimeError } from '../errors.ts'
import { writeChunk } from './parquet-write-chunk.ts'
import { type ColumnSink, sinkOf } from './parquet-write-column.ts'
import { planOf, storedSchema, type WritePlan } from './parquet-write-schema.ts'

/** A row group ends after this many rows, or sooner, when its lists have taken this many bytes. */
const groupRows = 131_072
const groupBytes = 1 << 26
/** Rows taken in one go. */
const pieceRows = 4096

/**
 * Writes record batches to a Parquet file, one row group at a time, so that a group is all that is in memory.
 *
 * Units stay the fields' metadata entry `unit`, also for Arrow's own readers. On failure the unfinished file is removed.
 *
 * @param batches all of `schema`, whose types are those of the port `Source`
 * @param metadata key-values of the file, such as the document `sift`
 * @throws RuntimeError D007 when the file cannot be written
 */
export async function writeParquet(
  path: string,
  batches: AsyncIterable<RecordBatch>,
  { schema, metadata }: { readonly schema: Schema; readonly metadata: ReadonlyMap<string, string> },
): Promise<void> {
  const plan = planOf(schema)
  const file = new FileBytes(path)
  try {
    const kvMetadata = [...metadata, ['ARROW:schema', storedSchema(schema, metadata)] as const].map(([key, value]) => ({
      key,
      value,
    }))
    const writer = new ParquetWriter({
      writer: file,
      schema: [...plan.elements],
      codec: 'ZSTD',
      compressors: { ZSTD: (bytes) => bytes },
      kvMetadata,
      createdBy: 'sift',
    })
    await writeGroups(file, writer, plan, batches)
    await writer.finish()
    file.close()
  } catch (error) {
    file.remove()
    throw error
  }
}

async function writeGroups(
  file: FileBytes,
  writer: ParquetWriter,
  plan: WritePlan,
  batches: AsyncIterable<RecordBatch>,
): Promise<void> {
  let group = new Group(plan)
  for await (const batch of batches) {
    for (let row = 0; row < batch.numRows;) {
      const end = Math.min(batch.numRows, row + pieceRows, row + groupRows - group.rows)
      group.add(batch, row, end)
      row = end
      if (!group.full) continue
      group.write(file, writer)
      group = new Group(plan)
    }
  }
  if (group.rows > 0) group.write(file, writer)
}

class Group {
  rows = 0
  readonly #columns: readonly ColumnSink[]

  constructor(plan: WritePlan) {
    this.#columns = plan.columns.map(sinkOf)
  }

  get full(): boolean {
    const bytes = this.#columns.flatMap((column) => column.leaves).reduce((sum, leaf) => sum + leaf.bytes, 0)
    return this.rows >= groupRows || bytes >= groupBytes
  }

  add(batch: RecordBatch, start: number, end: number): void {
    for (const [index, column] of this.#columns.entries()) column.add(batch.data.children[index]!, start, end)
    this.rows += end - start
  }

  write(file: FileBytes, writer: ParquetWriter): void {
    const start = file.offset
    const columns = this.#columns
      .flatMap((column) => column.leaves)
      .map((leaf) => {
        const chunk = writeChunk(file, leaf)
        file.flush()
        return chunk
      })
    const plainBytes = columns.reduce((sum, { meta_data }) => sum + (meta_data?.total_uncompressed_size ?? 0n), 0n)
    writer.row_groups.push({
      columns,
      num_rows: BigInt(this.rows),
      total_byte_size: plainBytes,
      total_compressed_size: BigInt(file.offset - start),
    })
    writer.num_rows += BigInt(this.rows)
  }
}

/** The library's buffer, emptied into a file. */
class FileBytes extends ByteWriter {
  readonly #path: string
  readonly #descriptor: number

  constructor(path: string) {
    super(1 << 16)
    this.#path = path
    this.#descriptor = guarded(path, () => openSync(path, 'w'))
  }

  flush(): void {
    const bytes = new Uint8Array(this.buffer, 0, this.index)
    for (let done = 0; done < bytes.length;) done += guarded(this.#path, () => writeSync(this.#descriptor, bytes, done))
    this.index = 0
  }

  override finish(): void {
    this.flush()
  }

  close(): void {
    guarded(this.#path, () => closeSync(this.#descriptor))
  }

  remove(): void {
    closeSync(this.#descriptor)
    rmSync(this.#path, { force: true })
  }
}

function guarded<T>(path: string, action: () => T): T {
  try {
    return action()
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : ''
    if (code === '') throw cause
    const why = reasons.get(code) ?? code
    throw new RuntimeError('D007', `\`${path}\` cannot be written: ${why}.`, { cause })
  }
}

const reasons: ReadonlyMap<string, string> = new Map([
  ['ENOENT', 'there is no such folder'],
  ['ENOTDIR', 'there is no such folder'],
  ['EISDIR', 'it is a folder'],
  ['EACCES', 'permission denied'],
  ['EPERM', 'permission denied'],
  ['EROFS', 'the disk is read-only'],
  ['ENOSPC', 'the disk is full'],
  ['EDQUOT', 'the disk quota is used up'],
])
