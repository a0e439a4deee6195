import type { RecordBatch } from 'apache-arrow'
import type { Write } from '../index/writers.ts'
import { packedBatch, packedSchema, transferablesOfBatch } from './packed-batch.ts'
import { Pool } from './pool.ts'
import type { SaveJobs } from './save-jobs.ts'
import type { Answer } from './serve.ts'

/**
 * A writer that works in a thread of its own, since encoding a row group takes longer than whoever waits for this thread may
 * wait. Two batches are on their way at most. When it resolves or rejects, nobody writes any more.
 *
 * @throws what the writer of the format throws
 */
export function threadWriterFor(path: string): Write {
  return async (target, schema, batches, signal = new AbortController().signal) => {
    const entry = new URL('./save-worker.ts', import.meta.url)
    await using pool = new Pool<SaveJobs>({ threads: 1, entry })
    await using run = pool.begin(signal)
    const source = batches[Symbol.asyncIterator]()
    try {
      const request = { path, target, schema: packedSchema(schema) }
      return await run.submit('write', request, { answer: async () => next(source) })
    } finally {
      await source.return?.()
    }
  }
}

async function next(source: AsyncIterator<RecordBatch>): Promise<Answer<unknown>> {
  const { done, value } = await source.next()
  if (done === true) return { result: null }
  const result = packedBatch(value)
  return { result, transfer: transferablesOfBatch(result) }
}
