import type { RecordBatch, Schema } from 'apache-arrow'
import { ParquetWriter } from 'hyparquet-writer'
import { ByteWriter } from 'hyparquet-writer/src/bytewriter.js'
import { writeChunk } from './parquet-write-chunk.ts'
import { type ColumnSink, sinkOf } from './parquet-write-column.ts'
import { planOf, storedSchema, type WritePlan } from './parquet-write-schema.ts'
import { LocalSink } from './sink.ts'

/** A row group ends after this many rows, or sooner, when its lists have taken this many bytes. */
const groupRows = 131_072
const groupBytes = 1 << 26
/** Rows taken in one go. */
const pieceRows = 4096

/**
 * Writes a Parquet file, one row group at a time, so that a group is all that is in memory.
 *
 * The units stay what they are, the fields' metadata entry `unit`, also for Arrow's own readers.
 *
 * @param schema of the batches, with types of the port `Source`; its metadata become the file's key-values
 * @returns the count of rows
 * @throws RuntimeError D007 when the file cannot be written; what is there of it then stays
 */
export async function writeParquet(path: string, schema: Schema, batches: AsyncIterable<RecordBatch>): Promise<number> {
  const plan = planOf(schema)
  const keyValues = [...schema.metadata, ['ARROW:schema', storedSchema(schema)] as const]
  const sink = new LocalSink(path)
  try {
    const bytes = new SinkBytes(sink)
    const writer = new ParquetWriter({
      writer: bytes,
      schema: [...plan.elements],
      kvMetadata: keyValues.map(([key, value]) => ({ key, value })),
      createdBy: 'sift',
    })
    await writeGroups(bytes, writer, plan, batches)
    await writer.finish()
    return Number(writer.num_rows)
  } finally {
    sink.close()
  }
}

async function writeGroups(
  bytes: SinkBytes,
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
      group.write(bytes, writer)
      group = new Group(plan)
    }
  }
  if (group.rows > 0) group.write(bytes, writer)
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

  write(bytes: SinkBytes, writer: ParquetWriter): void {
    const start = bytes.offset
    const columns = this.#columns
      .flatMap((column) => column.leaves)
      .map((leaf) => {
        const chunk = writeChunk(bytes, leaf)
        bytes.flush()
        return chunk
      })
    const plainBytes = columns.reduce((sum, { meta_data }) => sum + (meta_data?.total_uncompressed_size ?? 0n), 0n)
    writer.row_groups.push({
      columns,
      num_rows: BigInt(this.rows),
      total_byte_size: plainBytes,
      total_compressed_size: BigInt(bytes.offset - start),
    })
    writer.num_rows += BigInt(this.rows)
  }
}

/** The library's buffer, emptied into a file. */
class SinkBytes extends ByteWriter {
  readonly #sink: LocalSink

  constructor(sink: LocalSink) {
    super(1 << 16)
    this.#sink = sink
  }

  flush(): void {
    this.#sink.write(new Uint8Array(this.buffer, 0, this.index))
    this.index = 0
  }

  override finish(): void {
    this.flush()
  }
}
