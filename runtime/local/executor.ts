import type { Part, Work } from '../engine/index.ts'
import type { Executor, ProcessMemory, Slice } from '../engine/task.ts'
import type { Dataset } from '../ports/dataset.ts'
import type { ColumnCache, MemoryRequest } from './cached-columns.ts'
import type { Garbage } from './garbage.ts'
import type { LocalJobs } from './jobs.ts'
import type { Pool } from './pool.ts'
import type { ReadNews, ReadProgress } from './progress.ts'

/** Parts that may wait for an earlier one, for each worker. */
const lookAhead = 2

export interface ExecutorOptions {
  readonly datasets: ReadonlyMap<string, Dataset>
  readonly memoryBytes: number
  readonly process: ProcessMemory
  readonly progress: ReadProgress
  readonly cache: ColumnCache
  /** Of the thread that takes the parts. */
  readonly garbage: Garbage
}

/** Runs tasks in the threads of a pool. */
export class LocalExecutor implements Executor<Work, Part> {
  readonly datasets: ReadonlyMap<string, Dataset>
  readonly workers: number
  readonly memoryBytes: number
  readonly process: ProcessMemory
  readonly #pool: Pool<LocalJobs>
  readonly #progress: ReadProgress
  readonly #cache: ColumnCache
  readonly #garbage: Garbage

  constructor(pool: Pool<LocalJobs>, { datasets, memoryBytes, process, progress, cache, garbage }: ExecutorOptions) {
    this.#pool = pool
    this.workers = pool.threads
    this.datasets = datasets
    this.memoryBytes = memoryBytes
    this.process = process
    this.#progress = progress
    this.#cache = cache
    this.#garbage = garbage
  }

  /** What is not needed now is for columns that stay. */
  reserve(bytes: number): void {
    this.#cache.limit(Math.max(0, this.memoryBytes - bytes))
  }

  async *run(work: Work, slices: readonly Slice[], signal: AbortSignal): AsyncGenerator<Part> {
    using columns = this.#cache.open()
    await using run = this.#pool.begin(signal)
    const keys = { work: run.share(work), datasets: run.share(this.datasets) }
    const submit = (slice: Slice): Promise<Part> =>
      run.submit(
        'task',
        { ...keys, slice },
        {
          uses: [keys.work, keys.datasets],
          news: (news) => this.#progress.add(news as readonly ReadNews[]),
          answer: (question) => ({ result: columns.memories(question as MemoryRequest) }),
        },
      )
    const settle = (): void => this.#garbage.settle()
    const ahead: Promise<Part>[] = []
    for (const slice of slices) {
      ahead.push(submit(slice))
      if (ahead.length < lookAhead * this.workers) continue
      const part = ahead.shift()
      if (part !== undefined) yield await part
      settle()
    }
    for (const part of ahead) {
      yield await part
      settle()
    }
    settle()
  }
}
