import type { Compiled } from '../dsl/compile.ts'
import type { Query } from '../dsl/ir/plan.ts'
import { optimizedQuery } from '../dsl/optimize/optimize.ts'
import { RuntimeError } from '../runtime/errors.ts'
import type { SaveQuery } from '../runtime/index/save.ts'
import { scansOf } from '../runtime/index/scans.ts'
import type { Backend, BackendQuery, Progress, Result, RunRequest } from '../runtime/ports/backend.ts'
import type { Dataset } from '../runtime/ports/dataset.ts'
import type { CellOutput } from './cell-output.ts'
import type { KnownFacts } from './known-facts.ts'
import type { Shareable } from './together.ts'

/** Writes the rows of a plan to a file, whole or not at all, and resolves to their number. */
export type Save = (query: SaveQuery, request: RunRequest) => Promise<number>

export interface AnswersParts {
  readonly backend: Backend
  readonly save: Save
  /** Milliseconds of a clock that never goes back. */
  readonly now: () => number
  /** By the key that plans name them by. */
  readonly datasets: ReadonlyMap<string, Dataset>
  readonly facts: KnownFacts
}

export interface RunCellRequest {
  readonly signal: AbortSignal
  /** How many rows of a table are shown. */
  readonly limit: number
  /** Whether what sliders can change is remembered, to be shown again. */
  readonly isKept?: boolean
  /** Called in order. Progress may come often. */
  readonly emit: (output: CellOutput) => void
}

type QueryStatement = Extract<Compiled, { kind: 'query' }>

/** The answers to the queries of a notebook, with their progress emitted on the way. */
export class Answers {
  readonly #parts: AnswersParts

  constructor(parts: AnswersParts) {
    this.#parts = parts
  }

  /** The answers to queries that share passes; null where they must be run one by one, which tells whose a failure is. */
  async together(
    statements: readonly Shareable[],
    request: RunCellRequest,
  ): Promise<ReadonlyMap<Compiled, Result> | null> {
    const { backend } = this.#parts
    if (backend.runAll === undefined) return null
    const queries = statements.map(({ query }) => optimizedQuery(query) as BackendQuery)
    try {
      const results = await this.#measured(request, async (run) => backend.runAll?.(queries, run) ?? [])
      return new Map(
        statements.flatMap((statement, at): [Compiled, Result][] => {
          const result = results[at]
          return result === undefined ? [] : [[statement, result]]
        }),
      )
    } catch (error) {
      asRuntimeError(error, request.signal)
      return null
    }
  }

  /** @param answer that to the statement's query, where it is known already */
  async of(statement: QueryStatement, request: RunCellRequest, answer?: Result): Promise<CellOutput> {
    if (answer !== undefined) return this.#told(statement, answer, this.#parts.datasets)
    return this.#measured(request, (run) => this.#answer(statement, run))
  }

  async #answer(statement: QueryStatement, request: RunRequest): Promise<CellOutput> {
    const { span } = statement
    const query = optimizedQuery(statement.query)
    if (query.kind === 'handOver') throw new Error('an event list is not handed over')
    if (query.kind === 'save') {
      const rows = await this.#parts.save(query, request)
      if (statement.query.kind === 'save') this.#parts.facts.count(statement.query.plan, rows)
      return { kind: 'saved', path: query.path, rows, span }
    }
    return this.#told(statement, await this.#parts.backend.run(query, request), request.datasets)
  }

  #told({ query, span }: QueryStatement, answer: Result, datasets: ReadonlyMap<string, Dataset>): CellOutput {
    const isGuess = answer.kind === 'number' && isApproximate(query, datasets)
    const result: Result = isGuess ? { ...answer, approximate: true } : answer
    this.#parts.facts.learn(query, result)
    return { kind: 'result', result, span }
  }

  /** Runs a statement with its progress emitted, and says at its end how much was read. */
  async #measured<T>({ signal, limit, emit }: RunCellRequest, work: (request: RunRequest) => Promise<T>): Promise<T> {
    const { now, datasets } = this.#parts
    const start = now()
    let last: Progress | null = null
    const elapsedMs = () => now() - start
    const progress = (read: Progress): void => {
      last = read
      emit({ kind: 'progress', progress: read, elapsedMs: elapsedMs() })
    }
    try {
      signal.throwIfAborted()
      return await work({ datasets, limit, signal, progress })
    } finally {
      if (last !== null) emit({ kind: 'finished', progress: last, elapsedMs: elapsedMs() })
    }
  }
}

/** Whether a number rests on a live time of files that do not state their good time. */
function isApproximate(query: Query, datasets: ReadonlyMap<string, Dataset>): boolean {
  if (query.kind !== 'number') return false
  const plans = query.inputs.filter(({ kind }) => kind === 'livetime').map(({ plan }) => plan)
  return [...scansOf(plans)].some((key) => datasets.get(key)?.goodTime.approximate)
}

/** @throws what is a bug */
export function asRuntimeError(error: unknown, signal: AbortSignal): RuntimeError {
  if (error instanceof RuntimeError) return error
  if (signal.aborted) return new RuntimeError('R001', 'Interrupted.', { cause: error })
  throw error
}
