import { type RecordBatch, RecordBatchFileWriter, type Schema } from 'apache-arrow'
import { Unifier } from './arrow-unify.ts'
import { LocalSink } from './sink.ts'

/**
 * Writes an Arrow IPC file, one record batch per batch, uncompressed. Memory holds one batch and the distinct texts.
 *
 * @param schema of the batches; its metadata and that of its fields go into the file
 * @returns the count of rows
 * @throws RuntimeError D007 when the file cannot be written; what is there of it then stays
 */
export async function writeArrow(path: string, schema: Schema, batches: AsyncIterable<RecordBatch>): Promise<number> {
  const unifier = new Unifier(schema)
  const sink = new LocalSink(path)
  try {
    const writer = new SinkWriter(sink)
    writer.reset(undefined, unifier.schema)
    let rows = 0
    for await (const batch of batches) {
      writer.write(unifier.unify(batch))
      rows += batch.numRows
    }
    writer.finish()
    return rows
  } finally {
    sink.close()
  }
}

/** Arrow's writer queues what it has written until somebody reads it; this one hands it on at once. */
class SinkWriter extends RecordBatchFileWriter {
  readonly #target: LocalSink

  constructor(target: LocalSink) {
    super()
    this.#target = target
  }

  protected override _write(chunk: ArrayBufferView | ArrayBufferLike): this {
    if (!this._started) return this
    const bytes = ArrayBuffer.isView(chunk)
      ? new Uint8Array(chunk.buffer, chunk.byteOffset, chunk.byteLength)
      : new Uint8Array(chunk)
    this.#target.write(bytes)
    this._position += bytes.byteLength
    return this
  }
}
