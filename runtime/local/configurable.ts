import type { RecordBatch } from 'apache-arrow'
import type { Plan } from '../../dsl/ir/plan.ts'
import { tooLarge } from '../engine/index.ts'
import type { Backend, BackendQuery, OpenRequest, Result, RunRequest } from '../ports/backend.ts'
import type { Dataset } from '../ports/dataset.ts'
import { createLocalBackend, type LocalBackend, type LocalOptions, settingsOf } from './backend.ts'
import { memoryPlan } from './memory.ts'

/** The backend of one machine, whose threads and memory a notebook may set anew between two of its statements. */
export class ConfigurableBackend implements Backend {
  readonly name = 'local'
  /** Before there are any workers: what is measured later has columns in it. */
  readonly #startBytes = process.memoryUsage.rss()
  #options: LocalOptions
  #backend: LocalBackend

  constructor(options: LocalOptions) {
    this.#options = options
    this.#backend = createLocalBackend(options, this.#startBytes)
  }

  /**
   * Other workers, and nothing in memory, from the next query on. What is not given stays as it is.
   *
   * @throws RuntimeError R002 when the workers alone take more than the memory; nothing is changed then
   */
  async configure(options: LocalOptions): Promise<void> {
    const next = { ...this.#options, ...options }
    const { threads, memoryBytes } = settingsOf(next)
    const { budgetBytes, baseBytes, roomBytes } = memoryPlan(memoryBytes, threads, this.#startBytes)
    if (roomBytes < leastRoom) {
      const memory = { workers: threads, memoryBytes: roomBytes, process: { budgetBytes, baseBytes } }
      throw tooLarge(memory, leastRoom, 'a few rows take more')
    }
    await this.#backend[Symbol.asyncDispose]()
    this.#options = next
    this.#backend = createLocalBackend(next, this.#startBytes)
  }

  open(request: OpenRequest, signal: AbortSignal): Promise<Dataset> {
    return this.#backend.open(request, signal)
  }

  run(query: BackendQuery, request: RunRequest): Promise<Result> {
    return this.#backend.run(query, request)
  }

  runAll(queries: readonly BackendQuery[], request: RunRequest): Promise<readonly Result[]> {
    return this.#backend.runAll(queries, request)
  }

  rows(plan: Plan, request: RunRequest): AsyncIterable<RecordBatch> {
    return this.#backend.rows(plan, request)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#backend[Symbol.asyncDispose]()
  }
}

/** For the smallest slices of few columns. */
const leastRoom = 10e6
