import { type Facts, rowsOfPlan } from '../dsl/assist/facts.ts'
import type { Compilation, Compile, Compiled, CompileOptions } from '../dsl/compile.ts'
import type { Bound, Names } from '../dsl/check/bound.ts'
import type { Need } from '../dsl/check/scope.ts'
import { staleNames } from '../dsl/check/stale.ts'
import { optimizedQuery } from '../dsl/optimize/optimize.ts'
import { diagnose } from '../dsl/ir/name-messages.ts'
import type { Query } from '../dsl/ir/plan.ts'
import type { Span } from '../dsl/ir/span.ts'
import type { Use } from '../dsl/ir/use.ts'
import { RuntimeError } from '../runtime/errors.ts'
import type { SaveQuery } from '../runtime/index/save.ts'
import { scansOf } from '../runtime/index/scans.ts'
import type { Backend, BackendQuery, Progress, Result, RunRequest } from '../runtime/ports/backend.ts'
import type { Dataset } from '../runtime/ports/dataset.ts'
import type { CellOutput } from './cell-output.ts'
import { isUnchanged, KnownFacts } from './known-facts.ts'
import { failureOf, type Problem, problemOf } from './problem.ts'
import { rateOf } from './rate.ts'
import { isShareable, togetherFrom, type Shareable } from './together.ts'

/** Writes the rows of a plan to a file, whole or not at all, and resolves to their number. */
export type Save = (query: SaveQuery, request: RunRequest) => Promise<number>

export interface SessionParts {
  readonly backend: Backend
  readonly compile: Compile
  readonly save: Save
  /** Other threads and memory from the next query on; what is not given stays. @throws RuntimeError R002 */
  readonly configure: (options: { readonly threads?: number; readonly memoryBytes?: number }) => Promise<void>
  /** What relative paths are relative to. */
  readonly folder: string
  /** Milliseconds of a clock that never goes back. */
  readonly now: () => number
}

export interface Cell {
  readonly text: string
  /** From 1; messages about its names give it. */
  readonly number: number
}

export interface RunCellRequest {
  readonly signal: AbortSignal
  /** How many rows of a table are shown. */
  readonly limit: number
  /** Called in order. Progress may come often. */
  readonly emit: (output: CellOutput) => void
}

/** A notebook: runs its cells one after the other and holds their names. It sees neither a terminal nor a socket. */
export class Session {
  readonly #parts: SessionParts
  /** By the key that plans name them by. */
  readonly #datasets = new Map<string, Dataset>()
  /** By what cells asked for, as it was when it was opened last: what help at the cursor goes by. */
  readonly #lastOpened = new Map<string, Dataset>()
  readonly #facts = new KnownFacts(this.#datasets)
  #names: Names = new Map()
  /** Confirmed by `use local(max_window: …)`. */
  #maxWindowNs = 0

  constructor(parts: SessionParts) {
    this.#parts = parts
  }

  /** What is known to whoever writes the next cell: the names, and the files opened so far. Nothing is opened. */
  get knowledge(): CompileOptions {
    return { cell: null, names: this.#names, catalog: { dataset: (need) => this.#lastOpened.get(keyOf(need)) } }
  }

  /** What files state and runs have counted. */
  get facts(): Facts {
    return this.#facts
  }

  /** Opens what a cell names and checks it, but runs nothing. Its names are bound. */
  async check(cell: Cell, signal: AbortSignal): Promise<readonly Problem[]> {
    const { compilation, problems } = await this.#checked(cell, signal)
    this.#names = compilation.names
    return problems
  }

  /**
   * Checks a cell whole, then runs its statements until one fails.
   *
   * A cell that does not check binds nothing: names of earlier cells keep their meaning, new ones are known to be broken.
   *
   * @returns the problem that ended the cell, which was emitted too; null when there was none
   */
  async run(cell: Cell, request: RunCellRequest): Promise<Problem | null> {
    const start = this.#parts.now()
    const failure = await this.#runChecked(cell, request)
    if (failure !== null) request.emit({ kind: 'problem', problem: failure })
    request.emit({ kind: 'timing', ms: this.#parts.now() - start })
    return failure
  }

  async #runChecked(cell: Cell, request: RunCellRequest): Promise<Problem | null> {
    const { compilation, problems } = await this.#checked(cell, request.signal)
    const mistake = problems.find(({ severity }) => severity === 'error')
    if (mistake !== undefined) {
      this.#names = withBroken(this.#names, compilation.names)
      return mistake
    }
    this.#names = compilation.names
    for (const problem of problems) request.emit({ kind: 'problem', problem })
    const failure = await this.#runStatements(compilation.statements, request)
    for (const stale of staleNames(this.#names, definedBy(compilation))) request.emit({ kind: 'stale', ...stale })
    return failure
  }

  async #runStatements(statements: readonly Compiled[], request: RunCellRequest): Promise<Problem | null> {
    for (let at = 0; at < statements.length; at++) {
      const group = togetherFrom(statements, at)
      const answers = group.length === 0 ? null : await this.#answerTogether(group.filter(isShareable), request)
      const shared = answers === null ? statements.slice(at, at + 1) : group
      for (const statement of shared) {
        const failure = await this.#runStatement(statement, request, answers?.get(statement))
        if (failure !== null) return failure
      }
      at += shared.length - 1
    }
    return null
  }

  /** The answers to queries that share passes; null where they must be run one by one, which tells whose a failure is. */
  async #answerTogether(
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

  async #checked(cell: Cell, signal: AbortSignal): Promise<Checked> {
    const opening: Opening = { opened: new Map(), failures: new Map(), signal }
    for (;;) {
      const compilation = this.#compile(cell, opening)
      const missing = Map.groupBy(compilation.needs, keyOf)
      for (const key of opening.failures.keys()) missing.delete(key)
      if (missing.size === 0) return { compilation, problems: byPlace(compilation, opening) }
      await Promise.all([...missing].map(([key, needs]) => this.#open(key, needs, opening)))
    }
  }

  #compile({ text, number }: Cell, { opened }: Opening): Compilation {
    const catalog = {
      dataset: (need: Need) => opened.get(keyOf(need)),
      rate: (key: string) => rateOf(this.#datasets.get(key)),
      goodTime: (key: string) => this.#datasets.get(key)?.goodTime.spans,
    }
    return this.#parts.compile(text, { cell: number, names: this.#names, catalog, maxWindowNs: this.#maxWindowNs })
  }

  async #open(key: string, needs: readonly Need[], { opened, failures, signal }: Opening): Promise<void> {
    const [need] = needs
    if (need === undefined) return
    const { path, timeDeclared, span } = need
    if (opened.has(key)) throw new Error(`the compiler asks again for ${path}, which is open`)
    try {
      const dataset = await this.#parts.backend.open({ path, timeDeclared, folder: this.#parts.folder }, signal)
      opened.set(key, dataset)
      const before = this.#datasets.get(dataset.key)
      if (before !== undefined && !isUnchanged(before, dataset)) this.#facts.forget()
      this.#datasets.set(dataset.key, dataset)
      this.#lastOpened.set(key, dataset)
    } catch (error) {
      failures.set(key, failureOf(asRuntimeError(error, signal), span))
    }
  }

  /** @param answer that to the statement's query, where it is known already */
  async #runStatement(statement: Compiled, request: RunCellRequest, answer?: Result): Promise<Problem | null> {
    const { span } = statement
    const construct = notYetRun(statement)
    if (construct !== null) return problemOf(diagnose('S190', span, { construct }))
    if (statement.kind === 'definition') {
      const failure = statement.use === undefined ? null : await this.#use(statement.use, span)
      if (failure !== null) return failure
      request.emit({
        kind: 'definition',
        name: statement.name,
        type: statement.type,
        ...this.#rowsOf(statement.name),
        span,
      })
      return null
    }
    try {
      if (answer !== undefined) request.emit(this.#told(statement, answer, this.#datasets))
      else request.emit(await this.#measured(request, (run) => this.#answer(statement, run)))
      return null
    } catch (error) {
      const failure = asRuntimeError(error, request.signal)
      return failureOf(failure, failure.code === 'R001' ? null : span)
    }
  }

  async #use({ options }: Use, span: Span): Promise<Problem | null> {
    const { threads, memory, max_window: maxWindow } = options
    try {
      if (typeof maxWindow === 'number') this.#maxWindowNs = maxWindow
      if (threads === undefined && memory === undefined) return null
      await this.#parts.configure({
        ...(typeof threads === 'number' ? { threads } : {}),
        ...(typeof memory === 'number' ? { memoryBytes: memory } : {}),
      })
      return null
    } catch (error) {
      if (error instanceof RuntimeError) return failureOf(error, span)
      throw error
    }
  }

  /** Of a stream: what its files state, or what an earlier run of the same plan has counted. */
  #rowsOf(name: string): { readonly rows?: number } {
    const meaning = this.#names.get(name)?.meaning
    const rows = meaning?.kind === 'stream' ? rowsOfPlan(meaning.stream.plan, this.#facts) : undefined
    return rows === undefined ? {} : { rows }
  }

  async #answer(statement: Extract<Compiled, { kind: 'query' }>, request: RunRequest): Promise<CellOutput> {
    const { span } = statement
    const query = optimizedQuery(statement.query)
    if (query.kind === 'handOver') throw new Error('an event list is not handed over')
    if (query.kind === 'save') {
      const rows = await this.#parts.save(query, request)
      if (statement.query.kind === 'save') this.#facts.count(statement.query.plan, rows)
      return { kind: 'saved', path: query.path, rows, span }
    }
    return this.#told(statement, await this.#parts.backend.run(query, request), request.datasets)
  }

  #told(
    { query, span }: Extract<Compiled, { kind: 'query' }>,
    answer: Result,
    datasets: ReadonlyMap<string, Dataset>,
  ): CellOutput {
    const isGuess = answer.kind === 'number' && isApproximate(query, datasets)
    const result: Result = isGuess ? { ...answer, approximate: true } : answer
    this.#facts.learn(query, result)
    return { kind: 'result', result, span }
  }

  /** Runs a statement with its progress emitted, and says at its end how much was read. */
  async #measured<T>({ signal, limit, emit }: RunCellRequest, work: (request: RunRequest) => Promise<T>): Promise<T> {
    const start = this.#parts.now()
    let last: Progress | null = null
    const elapsedMs = () => this.#parts.now() - start
    const progress = (read: Progress): void => {
      last = read
      emit({ kind: 'progress', progress: read, elapsedMs: elapsedMs() })
    }
    try {
      signal.throwIfAborted()
      return await work({ datasets: this.#datasets, limit, signal, progress })
    } finally {
      if (last !== null) emit({ kind: 'finished', progress: last, elapsedMs: elapsedMs() })
    }
  }
}

/** What this version checks and does not run; null for what it runs. */
function notYetRun(statement: Compiled): string | null {
  if (statement.kind === 'query') {
    return statement.query.kind === 'handOver' ? `\`save … to ${statement.query.target}(…)\`` : null
  }
  if (statement.use === undefined) return null
  const { backend } = statement.use
  return backend === 'local' ? null : `\`use ${backend}\``
}

/** The datasets that a cell names. They are opened anew for each cell, since files may have come or changed. */
interface Opening {
  readonly opened: Map<string, Dataset>
  readonly failures: Map<string, Problem>
  readonly signal: AbortSignal
}

interface Checked {
  readonly compilation: Compilation
  /** By place. */
  readonly problems: readonly Problem[]
}

function keyOf({ path, timeDeclared }: Need): string {
  return `${timeDeclared ? 't' : ''}:${path}`
}

function byPlace({ diagnostics }: Compilation, { failures }: Opening): readonly Problem[] {
  return [...diagnostics.map(problemOf), ...failures.values()].toSorted(
    (left, right) => (left.span?.start ?? 0) - (right.span?.start ?? 0),
  )
}

function definedBy({ statements }: Compilation): ReadonlySet<string> {
  return new Set(statements.flatMap((statement) => (statement.kind === 'definition' ? [statement.name] : [])))
}

/** Whether a number rests on a live time of files that do not state their good time. */
function isApproximate(query: Query, datasets: ReadonlyMap<string, Dataset>): boolean {
  if (query.kind !== 'number') return false
  const plans = query.inputs.filter(({ kind }) => kind === 'livetime').map(({ plan }) => plan)
  return [...scansOf(plans)].some((key) => datasets.get(key)?.goodTime.approximate)
}

/** The names before a failed cell, and those new in it, which have no meaning. */
function withBroken(before: Names, after: Names): Names {
  const added = [...after].filter(([name]) => !before.has(name))
  return new Map<string, Bound>([
    ...before,
    ...added.map(([name, bound]) => [name, { ...bound, meaning: { kind: 'broken' as const } }] as const),
  ])
}

/** @throws what is a bug */
function asRuntimeError(error: unknown, signal: AbortSignal): RuntimeError {
  if (error instanceof RuntimeError) return error
  if (signal.aborted) return new RuntimeError('R001', 'Interrupted.', { cause: error })
  throw error
}
