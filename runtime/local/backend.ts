import { availableParallelism } from 'node:os'
import type { RecordBatch } from 'apache-arrow'
import type { Plan } from '../../dsl/ir/plan.ts'
import { execute, executeAll, executeRows } from '../engine/index.ts'
import type { Backend, BackendQuery, OpenRequest, Result, RunRequest } from '../ports/backend.ts'
import type { Dataset } from '../ports/dataset.ts'
import { ColumnCache } from './cached-columns.ts'
import { interrupted } from './cancel-words.ts'
import { LocalExecutor } from './executor.ts'
import { Inspector } from './inspector.ts'
import type { LocalJobs } from './jobs.ts'
import { defaultMemoryBytes } from './memory.ts'
import { Pool } from './pool.ts'
import { ReadProgress } from './progress.ts'
import { makeTextMemory, releaseTexts } from './texts.ts'
import { scansOf } from '../index/scans.ts'

export interface LocalOptions {
  /** Worker threads; as many as the machine has cores when absent. */
  readonly threads?: number
  /** One half is for what tasks in flight hold, one for columns kept in memory; a quarter of the memory limit when absent. */
  readonly memoryBytes?: number
}

/** The backend of one machine: worker threads of this process. */
export function createLocalBackend(options: LocalOptions = {}): Backend {
  const threads = options.threads ?? availableParallelism()
  const memoryBytes = options.memoryBytes ?? defaultMemoryBytes()
  const cache = new ColumnCache(Math.floor(memoryBytes / 2))
  const texts = makeTextMemory()
  const pool = new Pool<LocalJobs>({
    threads,
    entry: new URL('./worker.ts', import.meta.url),
    shared: texts,
    onGone: (thread) => {
      releaseTexts(texts, thread)
      // It may have been about to fill a column, which nobody would do now.
      cache.clear()
    },
  })
  return new LocalBackend(pool, cache, memoryBytes - Math.floor(memoryBytes / 2))
}

class LocalBackend implements Backend {
  readonly name = 'local'
  readonly #pool: Pool<LocalJobs>
  readonly #cache: ColumnCache
  readonly #memoryBytes: number
  readonly #inspector: Inspector

  constructor(pool: Pool<LocalJobs>, cache: ColumnCache, memoryBytes: number) {
    this.#pool = pool
    this.#cache = cache
    this.#memoryBytes = memoryBytes
    this.#inspector = new Inspector(pool)
  }

  open(request: OpenRequest, signal: AbortSignal): Promise<Dataset> {
    return this.#inspector.open(request, signal)
  }

  async run(query: BackendQuery, request: RunRequest): Promise<Result> {
    const { signal, limit } = request
    try {
      return await execute(query, this.#executor(query, request), { signal, limit })
    } catch (error) {
      throw interruptedOr(error, signal)
    }
  }

  async runAll(queries: readonly BackendQuery[], request: RunRequest): Promise<readonly Result[]> {
    const { signal, limit } = request
    try {
      return await executeAll(queries, this.#executor(queries, request), { signal, limit })
    } catch (error) {
      throw interruptedOr(error, signal)
    }
  }

  async *rows(plan: Plan, request: RunRequest): AsyncGenerator<RecordBatch> {
    const { signal } = request
    try {
      yield* executeRows(plan, this.#executor(plan, request), { signal })
    } catch (error) {
      throw interruptedOr(error, signal)
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#pool[Symbol.asyncDispose]()
  }

  #executor(
    scanning: BackendQuery | readonly BackendQuery[] | Plan,
    { datasets, progress }: RunRequest,
  ): LocalExecutor {
    const scanned = scansOf(scanning)
    const used = new Map([...datasets].filter(([key]) => scanned.has(key)))
    return new LocalExecutor(this.#pool, {
      datasets: used,
      memoryBytes: this.#memoryBytes,
      cache: this.#cache,
      progress: new ReadProgress([...used.values()], progress),
    })
  }
}

/** Whoever waits for an aborted signal is thrown its reason, which is any value. */
function interruptedOr(error: unknown, signal: AbortSignal): unknown {
  return signal.aborted && error === signal.reason ? interrupted() : error
}
