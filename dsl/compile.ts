import type { Bound, Names, NameUse } from './check/bound.ts'
import { type Origin, Held, Refusal } from './check/refusal.ts'
import type { Catalog, Context, Need, Scope } from './check/scope.ts'
import { type Checked, checked } from './check/statement.ts'
import { usesOf } from './check/uses.ts'
import { valueOf } from './check/value.ts'
import type { Statement } from './ir/ast.ts'
import type { Diagnostic } from './ir/diagnostic.ts'
import { extentOf } from './ir/extent.ts'
import { diagnose } from './ir/name-messages.ts'
import type { Query } from './ir/plan.ts'
import { schemaOf } from './ir/schema.ts'
import type { Span } from './ir/span.ts'
import type { Use } from './ir/use.ts'
import { parse } from './parse/parse.ts'
import { flowOf } from './stages/index.ts'

/** A checked statement: a definition, or what it asks of a backend. */
export type Compiled = { readonly span: Span } &
  /** `use`: the statement chose a backend. `bound`: what the name means. `uses`: the names that the query stands on. */
  (
    | {
        readonly kind: 'definition'
        readonly name: string
        readonly type: string
        readonly bound?: Bound
        readonly use?: Use
      }
    | { readonly kind: 'query'; readonly query: Query; readonly uses?: readonly NameUse[] }
  )

/** What a cell means. */
export interface Compilation {
  /** The statements without a mistake, in their order. */
  readonly statements: readonly Compiled[]
  /** The names of the notebook after the cell. */
  readonly names: Names
  /** At most one error for each statement, and warnings; by place. */
  readonly diagnostics: readonly Diagnostic[]
  /** Datasets to open before the cell can be checked to its end: the caller opens them and compiles again. */
  readonly needs: readonly Need[]
}

export interface CompileOptions {
  /** Number of the cell, for messages; null outside a notebook. */
  readonly cell: number | null
  readonly names: Names
  readonly catalog: Catalog
  /** The longest window that `use` has confirmed, ns. */
  readonly maxWindowNs?: number
}

export type Compile = (text: string, options: CompileOptions) => Compilation

/** Checks a cell and makes its plans. A mistake of the user is a diagnostic: nothing is thrown. */
export const compile: Compile = (text, { cell, names, catalog, maxWindowNs = 0 }) => {
  const origin: Origin = { text, cell }
  const parsed = parse(text)
  const known = new Map(names)
  const steps = [
    ...parsed.cell.statements.map((statement) => ({ start: statement.span.start, statement })),
    ...parsed.broken.map((definition) => ({ start: definition.start, definition })),
  ].toSorted((left, right) => left.start - right.start)
  let isNameless = false
  const results = steps.map((step) => {
    if ('statement' in step) {
      const result = compileStatement(step.statement, { origin, known, catalog, maxWindowNs })
      return isNameless ? withoutUnknownNames(result) : result
    }
    const { name, isGuess } = step.definition
    isNameless ||= name === null
    if (name !== null && !(isGuess && known.has(name))) known.set(name, broken(cell))
    return nothing
  })
  const diagnostics = [...parsed.diagnostics, ...results.flatMap((result) => result.diagnostics)]
  return {
    statements: results.flatMap(({ statements }) => statements),
    names: known,
    diagnostics: diagnostics.filter(isFirst).toSorted((left, right) => left.span.start - right.span.start),
    needs: distinct(results.flatMap(({ needs }) => needs)),
  }
}

/** A mistake in a function is found wherever it is called. */
function isFirst({ code, span, message }: Diagnostic, at: number, all: readonly Diagnostic[]): boolean {
  const isSame = (other: Diagnostic): boolean =>
    other.code === code && other.span.start === span.start && other.span.end === span.end && other.message === message
  return at === all.findIndex(isSame)
}

const ofUnknownName: ReadonlySet<string> = new Set(['S101', 'S102', 'S118'])

/** A definition before it lost its name: an unknown one may be just that. */
function withoutUnknownNames(result: Result): Result {
  return { ...result, diagnostics: result.diagnostics.filter(({ code }) => !ofUnknownName.has(code)) }
}

function distinct(needs: readonly Need[]): readonly Need[] {
  return needs.filter((need, at) => at === needs.findIndex((other) => isSame(need, other)))
}

function isSame(left: Need, right: Need): boolean {
  return left.path === right.path && left.timeDeclared === right.timeDeclared
}

interface Result {
  readonly statements: readonly Compiled[]
  readonly diagnostics: readonly Diagnostic[]
  readonly needs: readonly Need[]
}

const nothing: Result = { statements: [], diagnostics: [], needs: [] }

interface State {
  readonly origin: Origin
  /** The names of the notebook; changed in place by a definition, for the statements after it. */
  readonly known: Map<string, Bound>
  readonly catalog: Catalog
  readonly maxWindowNs: number
}

function compileStatement(statement: Statement, state: State): Result {
  const { origin, known, catalog, maxWindowNs } = state
  const context: Context = {
    cell: origin,
    catalog,
    maxWindowNs,
    warnings: [],
    needs: [],
    history: new Set(),
    expansions: { count: 0 },
    uses: [],
    value: valueOf,
    pipeline: flowOf,
  }
  const scope: Scope = { context, origin, names: new Map(known), parameters: new Map(), place: { kind: 'nowhere' } }
  try {
    const found = checked(statement, scope)
    const refused = withinBounds(found, statement)
    if (refused !== null) {
      const name = nameOf(statement)
      if (name !== null) known.set(name, broken(origin.cell))
      return refused
    }
    if (found.kind === 'definition') known.set(found.name, found.bound)
    return { statements: compiledOf(found, statement.span, scope), diagnostics: context.warnings, needs: [] }
  } catch (error) {
    const name = nameOf(statement)
    if (name !== null) known.set(name, broken(origin.cell))
    return resultOf(error, statement, context)
  }
}

function compiledOf(found: Checked, span: Span, scope: Scope): readonly Compiled[] {
  switch (found.kind) {
    case 'queries': {
      const uses = usesOf(scope)
      return found.queries.map((query) => ({ span, uses, kind: 'query', query }))
    }
    case 'definition':
      return [{ span, kind: 'definition', name: found.name, type: found.bound.type, bound: found.bound }]
    case 'use':
      return [{ span, kind: 'definition', name: found.use.backend, type: 'backend', use: found.use }]
  }
}

/** What ended the check of a statement: a dataset that is not open, or a mistake. */
function resultOf(error: unknown, statement: Statement, { needs, warnings }: Context): Result {
  if (error instanceof Held) return { ...nothing, needs }
  if (error instanceof Refusal) return { ...nothing, diagnostics: [...warnings, error.diagnostic] }
  if (isTooDeep(error)) return tooDeep(statement)
  throw error
}

/** Deeper than this a plan is not handed on: what runs it walks it by recursion, with more in each step than the check. */
const deepest = 500

/** Each use of a stream repeats it: a few lines can double a plan again and again. */
const [largest, mostColumns] = [50_000, 10_000]

/** A query that can be run, and a stream that can be used. */
function withinBounds(found: Checked, statement: Statement): Result | null {
  const tooLarge = { ...nothing, diagnostics: [diagnose('S148', statement.span, {})] }
  if (found.kind === 'definition' && found.bound.meaning.kind === 'stream') {
    const { plan } = found.bound.meaning.stream
    return extentOf(plan).size > largest || schemaOf(plan).columns.length > mostColumns ? tooLarge : null
  }
  if (found.kind !== 'queries') return null
  const extents = found.queries.map(extentOf)
  if (extents.some(({ size }) => size > largest)) return tooLarge
  return extents.some(({ depth }) => depth > deepest) ? tooDeep(statement) : null
}

function tooDeep({ span }: Statement): Result {
  return { ...nothing, diagnostics: [diagnose('S143', span, {})] }
}

/** An expression is checked by recursion, one level for each operator that stands inside another. */
function isTooDeep(error: unknown): boolean {
  return error instanceof RangeError && error.message.includes('call stack')
}

function broken(cell: number | null): Bound {
  return { meaning: { kind: 'broken' }, type: 'without meaning', cell, history: [], uses: [] }
}

function nameOf(statement: Statement): string | null {
  return statement.kind === 'definition' || statement.kind === 'fn' || statement.kind === 'param'
    ? statement.name.text
    : null
}
