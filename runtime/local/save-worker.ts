import type { RecordBatch, Schema } from 'apache-arrow'
import { writerFor } from '../index/writers.ts'
import type { Cancel } from '../ports/format.ts'
import { type PackedBatch, unpackedBatch, unpackedSchema } from './packed-batch.ts'
import type { SaveJobs } from './save-jobs.ts'
import { type JobContext, serve } from './serve.ts'

/** How soon a cancellation reaches what waits for another process. */
const lookMs = 10

serve<SaveJobs>({
  write: async ({ path, target, schema: bytes }, context) => {
    const schema = unpackedSchema(bytes)
    using watched = watch(context.cancel)
    return { result: await writerFor(path)(target, schema, received(schema, context), watched.signal) }
  },
})

/** The next batch is made while this one is written. */
async function* received(schema: Schema, { ask, cancel }: JobContext): AsyncGenerator<RecordBatch> {
  let asked = ask(null)
  for (;;) {
    const batch = (await asked) as PackedBatch | null
    cancel.throwIfAborted()
    if (batch === null) return
    asked = ask(null)
    // Its failure is met when its turn comes.
    asked.catch(() => {})
    yield unpackedBatch(batch, schema)
  }
}

/** A signal that follows memory which tells nobody when it changes. */
function watch(cancel: Cancel): Disposable & { readonly signal: AbortSignal } {
  const controller = new AbortController()
  const timer = setInterval(() => {
    if (cancel.aborted) controller.abort()
  }, lookMs)
  return { signal: controller.signal, [Symbol.dispose]: () => clearInterval(timer) }
}
