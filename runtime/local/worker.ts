import { workerData } from 'node:worker_threads'
import { runTask, transferablesOf, type Work } from '../engine/index.ts'
import { inspectFile } from '../index/inspect.ts'
import type { Dataset } from '../ports/dataset.ts'
import type { ColumnMemory, MemoryRequest } from './cached-columns.ts'
import { Garbage } from './garbage.ts'
import type { LocalJobs, WorkerShared } from './jobs.ts'
import type { WorkerStart } from './messages.ts'
import { OpenSources } from './open-sources.ts'
import { ReadReporter } from './progress.ts'
import { serve } from './serve.ts'
import { inputOf } from './task-input.ts'
import { SharedTexts } from './texts.ts'

const sources = new OpenSources()
const { thread, shared: forAll } = workerData as WorkerStart
const { texts: textMemory, garbageBytes, evicted } = forAll as WorkerShared
const texts = new SharedTexts(textMemory, thread)
const garbage = new Garbage(garbageBytes, evicted)

serve<LocalJobs>({
  inspect: async (request, { cancel }) => ({ result: await inspectFile(request, garbage.collecting(cancel)) }),
  task: async ({ work: workKey, datasets: datasetsKey, slice }, { cancel: asked, shared, tell, ask }) => {
    const cancel = garbage.collecting(asked)
    const work = shared(workKey) as Work
    const datasets = shared(datasetsKey) as ReadonlyMap<string, Dataset>
    const reporter = new ReadReporter(tell)
    const onRead = reporter.add.bind(reporter)
    const memories = (request: MemoryRequest) => ask(request) as Promise<readonly (ColumnMemory | null)[]>
    const input = await inputOf(slice, { datasets, work, sources, texts, cancel, onRead, memories })
    const part = await runTask(work, slice, input)
    reporter.flush()
    await sources.trim()
    return { result: part, transfer: transferablesOf(part) }
  },
})
