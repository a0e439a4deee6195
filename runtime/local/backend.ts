import { availableParallelism } from 'node:os'
import type { RecordBatch } from 'apache-arrow'
import type { Plan } from '../../dsl/ir/plan.ts'
import { execute, executeAll, executeRows } from '../engine/index.ts'
import type { Backend, BackendQuery, OpenRequest, Result, RunRequest } from '../ports/backend.ts'
import type { Dataset } from '../ports/dataset.ts'
import { ColumnCache } from './cached-columns.ts'
import { interrupted } from './cancel-words.ts'
import { LocalExecutor } from './executor.ts'
import { Garbage } from './garbage.ts'
import { Inspector } from './inspector.ts'
import type { LocalJobs, WorkerShared } from './jobs.ts'
import { defaultMemoryBytes, type MemoryPlan, memoryPlan, saverBytes } from './memory.ts'
import { Pool } from './pool.ts'
import { ReadProgress } from './progress.ts'
import { makeTextMemory, releaseTexts } from './texts.ts'
import { scansOf } from '../index/scans.ts'

export interface LocalOptions {
  /** Worker threads; as many as the machine has cores when absent. */
  readonly threads?: number
  /** What the process may take at its peak; a quarter of the memory limit when absent. */
  readonly memoryBytes?: number
}

export function settingsOf({ threads, memoryBytes }: LocalOptions): Required<LocalOptions> {
  return { threads: threads ?? availableParallelism(), memoryBytes: memoryBytes ?? defaultMemoryBytes() }
}

/**
 * The backend of one machine: worker threads of this process.
 *
 * @param startBytes resident memory of the process without them
 */
export function createLocalBackend(options: LocalOptions = {}, startBytes = process.memoryUsage.rss()): LocalBackend {
  const { threads, memoryBytes } = settingsOf(options)
  const memory = memoryPlan(memoryBytes, threads, startBytes)
  const evicted = new Int32Array(new SharedArrayBuffer(4))
  const cache = new ColumnCache(memory.roomBytes / 2, () => void Atomics.add(evicted, 0, 1))
  const texts = makeTextMemory()
  const shared: WorkerShared = { texts, evicted, garbageBytes: memory.garbageBytes }
  const pool = new Pool<LocalJobs>({
    threads,
    entry: new URL('./worker.ts', import.meta.url),
    shared,
    ...(memory.youngMB === null ? {} : { youngMB: memory.youngMB }),
    onGone: (thread) => {
      releaseTexts(texts, thread)
      // It may have been about to fill a column, which nobody would do now.
      cache.clear()
    },
  })
  return new LocalBackend(pool, cache, memory, new Garbage(memory.garbageBytes, evicted))
}

export class LocalBackend implements Backend {
  readonly name = 'local'
  readonly #pool: Pool<LocalJobs>
  readonly #cache: ColumnCache
  readonly #memory: MemoryPlan
  readonly #garbage: Garbage
  readonly #inspector: Inspector

  constructor(pool: Pool<LocalJobs>, cache: ColumnCache, memory: MemoryPlan, garbage: Garbage) {
    this.#pool = pool
    this.#cache = cache
    this.#memory = memory
    this.#garbage = garbage
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
      yield* executeRows(plan, this.#executor(plan, request, saverBytes), { signal })
    } catch (error) {
      throw interruptedOr(error, signal)
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#pool[Symbol.asyncDispose]()
  }

  /** @param besides what whoever takes the rows needs for itself */
  #executor(
    scanning: BackendQuery | readonly BackendQuery[] | Plan,
    { datasets, progress }: RunRequest,
    besides = 0,
  ): LocalExecutor {
    const { budgetBytes, baseBytes, roomBytes } = this.#memory
    const scanned = scansOf(scanning)
    const used = new Map([...datasets].filter(([key]) => scanned.has(key)))
    return new LocalExecutor(this.#pool, {
      datasets: used,
      memoryBytes: roomBytes - besides,
      process: { budgetBytes, baseBytes: baseBytes + besides },
      cache: this.#cache,
      garbage: this.#garbage,
      progress: new ReadProgress([...used.values()], progress),
    })
  }
}

/** Whoever waits for an aborted signal is thrown its reason, which is any value. */
function interruptedOr(error: unknown, signal: AbortSignal): unknown {
  return signal.aborted && error === signal.reason ? interrupted() : error
}
