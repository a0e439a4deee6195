import { workerData } from 'node:worker_threads'
import { runTask, transferablesOf, type Work } from '../engine/index.ts'
import { inspectFile } from '../index/inspect.ts'
import type { Dataset } from '../ports/dataset.ts'
import type { ColumnMemory, MemoryRequest } from './cached-columns.ts'
import type { LocalJobs } from './jobs.ts'
import type { WorkerStart } from './messages.ts'
import { OpenSources } from './open-sources.ts'
import { ReadReporter } from './progress.ts'
import { serve } from './serve.ts'
import { inputOf } from './task-input.ts'
import { SharedTexts, type TextMemory } from './texts.ts'

const sources = new OpenSources()
const { thread, shared: textMemory } = workerData as WorkerStart
const texts = new SharedTexts(textMemory as TextMemory, thread)

serve<LocalJobs>({
  inspect: async (request, { cancel }) => ({ result: await inspectFile(request, cancel) }),
  task: async ({ work: workKey, datasets: datasetsKey, slice }, { cancel, shared, tell, ask }) => {
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
