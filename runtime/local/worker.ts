import { runTask, transferablesOf, type Work } from '../engine/index.ts'
import { inspectFile } from '../index/inspect.ts'
import type { Dataset } from '../ports/dataset.ts'
import type { LocalJobs } from './jobs.ts'
import { OpenSources } from './open-sources.ts'
import { ReadReporter } from './progress.ts'
import { serve } from './serve.ts'
import { inputOf } from './task-input.ts'
import { TextTable } from './texts.ts'

const sources = new OpenSources()
const texts = new TextTable()

serve<LocalJobs>({
  inspect: async (request, { cancel }) => ({ result: await inspectFile(request, cancel) }),
  task: async ({ work: workKey, datasets: datasetsKey, slice }, { cancel, shared, tell }) => {
    const work = shared(workKey) as Work
    const datasets = shared(datasetsKey) as ReadonlyMap<string, Dataset>
    const reporter = new ReadReporter(tell)
    const onRead = reporter.add.bind(reporter)
    const input = await inputOf(slice, { datasets, work, sources, texts, cancel, onRead })
    const part = await runTask(work, slice, input)
    reporter.flush()
    await sources.trim()
    return { result: part, transfer: transferablesOf(part) }
  },
})
