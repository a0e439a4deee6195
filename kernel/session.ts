import { type Facts, rowsOfPlan } from '../dsl/assist/facts.ts'
import type { Bound, Names } from '../dsl/check/bound.ts'
import type { Need } from '../dsl/check/scope.ts'
import type { Slider } from '../dsl/check/slider.ts'
import { staleNames } from '../dsl/check/stale.ts'
import type { Compilation, Compile, Compiled, CompileOptions } from '../dsl/compile.ts'
import { diagnose } from '../dsl/ir/name-messages.ts'
import type { Span } from '../dsl/ir/span.ts'
import type { Use } from '../dsl/ir/use.ts'
import { type CheckAmong, type Move, rebind } from '../dsl/rebind.ts'
import { RuntimeError } from '../runtime/errors.ts'
import type { Backend, Result } from '../runtime/ports/backend.ts'
import type { Dataset } from '../runtime/ports/dataset.ts'
import { Answers, asRuntimeError, type RunCellRequest, type Save } from './answers.ts'
import type { Cell } from './cell.ts'
import { isUnchanged, KnownFacts } from './known-facts.ts'
import { failureOf, type Problem, problemOf } from './problem.ts'
import { rateOf } from './rate.ts'
import { renewalsOf, type RenewRequest } from './renewal.ts'
import { StandingOutputs } from './standing.ts'
import { isShareable, togetherFrom } from './together.ts'

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

/** A notebook: runs its cells one after the other and holds their names. It sees neither a terminal nor a socket. */
export class Session {
  readonly #parts: SessionParts
  /** By the key that plans name them by. */
  readonly #datasets = new Map<string, Dataset>()
  /** By what cells asked for, as it was when it was opened last: what help at the cursor goes by. */
  readonly #lastOpened = new Map<string, Dataset>()
  readonly #facts = new KnownFacts(this.#datasets)
  readonly #answers: Answers
  readonly #standing = new StandingOutputs()
  #names: Names = new Map()
  /** Confirmed by `use local(max_window: …)`. */
  #maxWindowNs = 0

  constructor(parts: SessionParts) {
    this.#parts = parts
    const { backend, save, now } = parts
    this.#answers = new Answers({ backend, save, now, datasets: this.#datasets, facts: this.#facts })
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
    if (request.isKept === true) this.#standing.forget(cell)
    const { compilation, problems } = await this.#checked(cell, request.signal)
    const mistake = problems.find(({ severity }) => severity === 'error')
    if (mistake !== undefined) {
      this.#names = withBroken(this.#names, compilation.names)
      return mistake
    }
    this.#names = compilation.names
    for (const problem of problems) request.emit({ kind: 'problem', problem })
    const failure = await this.#runKept(cell, compilation.statements, request)
    for (const stale of staleNames(this.#names, definedBy(compilation))) request.emit({ kind: 'stale', ...stale })
    return failure
  }

  /** Runs the statements of a cell, and remembers what it shows that sliders can change. */
  #runKept(cell: Cell, statements: readonly Compiled[], request: RunCellRequest): Promise<Problem | null> {
    const slots = this.#standing.slotsOf(request.isKept === true ? statements : [])
    const requestOf = (statement: Compiled): RunCellRequest => {
      const slot = slots.get(statement)
      if (slot === undefined) return request
      return { ...request, emit: (output) => request.emit('span' in output ? { ...output, slot } : output) }
    }
    return this.#inGroups(statements, requestOf, async (statement, answer) => {
      const failure = await this.#runStatement(statement, requestOf(statement), answer)
      const slot = slots.get(statement)
      if (failure === null && slot !== undefined) this.#standing.keep(statement, { cell, slot, among: statements })
      return failure
    })
  }

  /** Runs statements, those that read the same files together, until `each` returns a problem. */
  async #inGroups(
    statements: readonly Compiled[],
    requestOf: (statement: Compiled) => RunCellRequest,
    each: (statement: Compiled, answer?: Result) => Promise<Problem | null>,
  ): Promise<Problem | null> {
    for (let at = 0; at < statements.length; at++) {
      const [first, ...others] = togetherFrom(statements, at)
      const group = first === undefined ? [] : [first, ...others]
      const answers =
        first === undefined ? null : await this.#answers.together(group.filter(isShareable), requestOf(first))
      const shared = answers === null ? statements.slice(at, at + 1) : group
      for (const statement of shared) {
        const failure = await each(statement, answers?.get(statement))
        if (failure !== null) return failure
      }
      at += shared.length - 1
    }
    return null
  }

  /** The notebook has some cells no longer, and with them what they showed. */
  forget(cells: readonly string[]): void {
    for (const id of cells) this.#standing.forget({ id, text: '' })
  }

  /** What a slider of the notebook stands at; null for a name without one. */
  sliderOf(name: string): Slider | null {
    return this.#names.get(name)?.slider ?? null
  }

  /**
   * Gives a parameter another value, as if its cell had been run with it, and runs again what stands on it: each of these
   * outputs is renewed, by a problem where it has none. Nothing happens where the value cannot be that.
   */
  async slide(move: Move, { signal, limit, renew }: RenewRequest): Promise<void> {
    const check: CheckAmong = (text, { cell, names }) => this.#compile({ text, number: cell }, names, this.#lastOpened)
    const rebinding = rebind(this.#names, move, check)
    if (rebinding === undefined) return
    const renewals = renewalsOf(this.#standing.all, rebinding, { parameter: move.name, check })
    this.#names = rebinding.names
    this.#standing.replace(rebinding.uses)
    const running = new Map(renewals.flatMap((each) => (each.kind === 'run' ? [[each.statement, each]] : [])))
    for (const { standing, ...each } of renewals) {
      if (each.kind === 'show') renew({ slot: standing.slot, cell: each.cell, output: each.output })
    }
    const requestOf = (statement: Compiled): RunCellRequest => {
      const standing = running.get(statement)?.standing
      if (standing === undefined) throw new Error('a statement is run again for an output')
      const { slot, cell } = standing
      return { signal, limit, emit: (output) => renew({ slot, cell, output }) }
    }
    await this.#inGroups([...running.keys()], requestOf, async (statement, answer) => {
      const request = requestOf(statement)
      const failure = await this.#runStatement(statement, request, answer)
      if (failure !== null) request.emit({ kind: 'problem', problem: failure })
      return null
    })
  }

  async #checked(cell: Cell, signal: AbortSignal): Promise<Checked> {
    const opening: Opening = { opened: new Map(), failures: new Map(), signal }
    for (;;) {
      const compilation = this.#compile(cell, this.#names, opening.opened)
      const missing = Map.groupBy(compilation.needs, keyOf)
      for (const key of opening.failures.keys()) missing.delete(key)
      if (missing.size === 0) return { compilation, problems: byPlace(compilation, opening) }
      await Promise.all([...missing].map(([key, needs]) => this.#open(key, needs, opening)))
    }
  }

  #compile(
    { text, number }: { readonly text: string; readonly number: number | null },
    names: Names,
    opened: ReadonlyMap<string, Dataset>,
  ): Compilation {
    const catalog = {
      dataset: (need: Need) => opened.get(keyOf(need)),
      rate: (key: string) => rateOf(this.#datasets.get(key)),
      goodTime: (key: string) => this.#datasets.get(key)?.goodTime.spans,
    }
    return this.#parts.compile(text, { cell: number, names, catalog, maxWindowNs: this.#maxWindowNs })
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
        ...this.#rowsOf(statement.bound),
        ...(statement.bound?.slider === undefined ? {} : { slider: statement.bound.slider }),
        span,
      })
      return null
    }
    try {
      request.emit(await this.#answers.of(statement, request, answer))
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
  #rowsOf(bound: Bound | undefined): { readonly rows?: number } {
    const meaning = bound?.meaning
    const rows = meaning?.kind === 'stream' ? rowsOfPlan(meaning.stream.plan, this.#facts) : undefined
    return rows === undefined ? {} : { rows }
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

/** The names before a failed cell, and those new in it, which have no meaning. */
function withBroken(before: Names, after: Names): Names {
  const added = [...after].filter(([name]) => !before.has(name))
  return new Map<string, Bound>([
    ...before,
    ...added.map(([name, bound]) => [name, { ...bound, meaning: { kind: 'broken' as const } }] as const),
  ])
}
