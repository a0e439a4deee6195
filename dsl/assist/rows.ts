import type { Plan } from '../ir/plan.ts'
import { schemaOf } from '../ir/schema.ts'
import type { Span } from '../ir/span.ts'
import type { Column, Schema } from '../ir/types.ts'
import { type IToken, isA, spanOfToken } from '../parse/lex.ts'
import * as t from '../parse/tokens.ts'
import { levelsAt, plainName, sourceAt, type WrittenPipeline } from './clause.ts'
import type { AssistContext } from './context.ts'
import type { Cursor } from './cursor.ts'

/** A column as it is named at the cursor. */
export interface RowColumn extends Column {
  /** The plan that gives it, and what it is called in there; absent where that is not known. */
  readonly of?: { readonly plan: Plan; readonly name: string }
}

/** The rows that names at the cursor can refer to. */
export interface Rows {
  /** Columns that are written bare. */
  readonly columns: readonly RowColumn[]
  /** Roles and targets of windows, with the columns of each. */
  readonly roles: ReadonlyMap<string, readonly RowColumn[]>
  /** The records that joins add; those of an optional one may not be there. */
  readonly joined: ReadonlySet<string>
  /** The role whose clause is being written. */
  readonly ownRole: string | null
  /** The record that the join being written adds. */
  readonly ownJoin: string | null
  /** What the rows are; null where that is not known. */
  readonly stream: Schema['stream'] | null
  /** Where the pipeline at the cursor begins; null outside of one. */
  readonly start: number | null
  /** Whether the rows are those of files, as they are. */
  readonly isScan: boolean
  /** The verb of the stage that is being written; null outside a pipeline, or before its first stage. */
  readonly verb: string | null
  /** The function whose argument is being written. */
  readonly callee: string | undefined
  /** The text that gives the rows of the stage at the cursor; null where bare columns are not those. */
  readonly before: string | null
}

/** The rows at the cursor, as far as the text left of it and the notebook tell. */
export function rowsAt(cursor: Cursor, context: AssistContext): Rows {
  const levels = levelsAt(cursor.tokens)
  const around = levels.findIndex((level) => level.pipeline !== null)
  const pipeline = levels[around]?.pipeline ?? null
  const inside = around < 0 ? levels : levels.slice(0, around)
  const looksAt = inside.find((level) => level.looksAt !== null)?.looksAt ?? null
  const known = { cursor, context }
  const input = pipeline === null ? undefined : inputOf(pipeline, known)
  const columns = input?.columns ?? []
  const roles = rolesOf(pipeline, input, known)
  const isOwn = looksAt === null && pipeline?.inRole === false
  return {
    columns: bareColumns({ pipeline, looksAt, known, input, columns, roles }),
    roles,
    joined: joinedIn(pipeline, input),
    ownRole: pipeline?.roles.at(-1)?.name ?? null,
    ownJoin: pipeline?.verb === 'join' ? (pipeline.joined.at(-1)?.name ?? null) : null,
    stream: input?.stream ?? null,
    start: pipeline?.start ?? null,
    isScan: input?.plan.op === 'scan',
    verb: pipeline?.verb ?? null,
    callee: levels[0]?.callee,
    before: isOwn ? textBefore(pipeline, cursor) : null,
  }
}

function textBefore({ start, stages }: WrittenPipeline, { above, text, word }: Cursor): string {
  return above + text.slice(start, stages.at(-1) ?? word.start)
}

interface Known {
  readonly cursor: Cursor
  readonly context: AssistContext
}

/** The rows of a plan. */
interface Input extends Omit<Schema, 'columns'> {
  readonly columns: readonly RowColumn[]
  readonly plan: Plan
}

function inputOfPlan(plan: Plan): Input {
  const schema = schemaOf(plan)
  const columns = schema.columns.map((column) => ({ ...column, of: { plan, name: column.name } }))
  return { ...schema, columns, plan }
}

/** The columns of a source as written. */
function sourceColumns(source: string, { cursor, context }: Known): readonly RowColumn[] | undefined {
  const plan = context.planOf(`${cursor.above}from ${source}`)
  return plan && inputOfPlan(plan).columns
}

/** So many stages may be beyond the checker before the rows are not known at all. */
const fewStages = 4

/** The rows that the stage at the cursor is given, and what it names itself. */
function inputOf(pipeline: WrittenPipeline, { cursor, context }: Known): Input | undefined {
  const { start, stages, named } = pipeline
  // A stage may be beyond the checker: then the rows before it are the next best guess.
  const ends = stages.length === 0 ? [cursor.word.start] : stages.slice(-fewStages).toReversed()
  for (const [back, end] of ends.entries()) {
    const plan = context.planOf(cursor.above + cursor.text.slice(start, end))
    if (plan === undefined) continue
    const input = inputOfPlan(plan)
    const stage = stages.length - 1
    const later = named.filter(
      (each, at) => each.stage >= stage - back && (each.stage < stage || isWhole(pipeline, at)),
    )
    return { ...input, columns: [...input.columns, ...later.map(({ name }) => unknownColumn(name))] }
  }
  return undefined
}

/** Values of one `define` see the names before them; those of `select` and `group` do not see each other. */
function isWhole({ verb, named }: WrittenPipeline, at: number): boolean {
  return verb === 'define' && at < named.length - 1
}

function unknownColumn(name: string): Column {
  return { name, type: { kind: 'number', repr: 'float64', unit: null }, missing: false }
}

/** Roles of the rows and of the match that is being written, joined records, the target of a window, the row itself. */
function rolesOf(
  pipeline: WrittenPipeline | null,
  input: Input | undefined,
  known: Known,
): ReadonlyMap<string, readonly RowColumn[]> {
  const columns = input?.columns ?? []
  const roles = new Map<string, readonly RowColumn[]>()
  if (columns.length > 0) roles.set('this', columns)
  for (const role of input?.roles ?? []) roles.set(role, membersOf(columns, `${role}.`))
  const written = [...(pipeline?.roles ?? []), ...(pipeline?.joined ?? [])]
  for (const { name, source } of written) {
    const own = membersOf(columns, `${name}.`)
    const text = source && known.cursor.text.slice(source.start, source.end)
    const found = text === null ? columns : (sourceColumns(text, known) ?? [])
    roles.set(name, own.length > 0 ? own : found)
  }
  const target = targetAt(known.cursor)
  if (target !== undefined) roles.set(target.name, sourceColumns(target.source, known) ?? [])
  return roles
}

/** The names of the records that the joins of the rows, and those being written, add. */
function joinedIn(pipeline: WrittenPipeline | null, input: Input | undefined): ReadonlySet<string> {
  const names = new Set(pipeline?.joined.map(({ name }) => name))
  for (let plan = input?.plan; plan !== undefined; plan = 'input' in plan ? plan.input : undefined)
    if (plan.op === 'join') names.add(plan.name)
  return names
}

/** Innermost first: the rows an aggregate looks at, the role being written, the rows of the pipeline. */
function bareColumns(at: {
  readonly pipeline: WrittenPipeline | null
  readonly looksAt: Span | null
  readonly known: Known
  readonly input: Input | undefined
  readonly columns: readonly RowColumn[]
  readonly roles: ReadonlyMap<string, readonly RowColumn[]>
}): readonly RowColumn[] {
  const { pipeline, looksAt, known, input, columns, roles } = at
  if (looksAt !== null) {
    const source = known.cursor.text.slice(looksAt.start, looksAt.end).trim()
    return listFields(columns, source) ?? sourceColumns(source, known) ?? []
  }
  const own = pipeline?.inRole === true ? pipeline.roles.at(-1) : undefined
  return own === undefined ? [...ofAnchor(input), ...columns] : (roles.get(own.name) ?? columns)
}

/** A row of a match is an event too: that of its anchor. */
function ofAnchor(input: Input | undefined): readonly RowColumn[] {
  if (input?.stream !== 'match') return []
  return membersOf(input.columns, input.key ?? '').filter(({ name }) => anchorColumns.has(name))
}

const anchorColumns: ReadonlySet<string> = new Set(['t', 'run', 'file', 'entry'])

/** The fields of a column that is a list of records. */
function listFields(columns: readonly Column[], name: string): readonly RowColumn[] | undefined {
  const list = columns.find((column) => column.name === name)?.type
  return list?.kind === 'list' && list.element.kind === 'record' ? list.element.fields : undefined
}

/** The columns below a prefix, named without it. */
export function membersOf(columns: readonly RowColumn[], prefix: string): readonly RowColumn[] {
  const below = columns.filter(({ name }) => name.startsWith(prefix))
  return below.map((column) => ({ ...column, name: column.name.slice(prefix.length) }))
}

/** `within 1.2 s after m in big_muons`, right of the cursor in the same stage: `m` may be named before it is written. */
function targetAt({ text, tokens, right }: Cursor): { readonly name: string; readonly source: string } | undefined {
  const around = [...tokens, ...right]
  const place = around.findLastIndex(
    (token, index) =>
      isA(token, ...directions) && isA(around[index + 1], t.Name) && isA(around[index + 2], t.word('in')),
  )
  const name = around[place + 1]
  if (place < 0 || name === undefined) return undefined
  const between = around.slice(Math.min(tokens.length, place), Math.max(tokens.length, place))
  if (between.some((token) => t.stageWords.some((word) => isA(token, t.word(word))))) return undefined
  const source = sourceAt(around, place + 3)
  return source === null ? undefined : { name: plainName(name), source: text.slice(source.start, source.end) }
}

const directions = [t.word('after'), t.word('before'), t.word('of')]

/** The dotted path that ends at the cursor, `pair.prompt.` as `['pair', 'prompt']`, `hits[0].` as `['hits']`; empty where none does. */
export function pathBefore({ tokens }: Pick<Cursor, 'tokens'>): readonly string[] {
  const path: string[] = []
  let end = tokens.length
  while (isA(tokens[end - 1], t.Dot)) {
    const at = isA(tokens[end - 2], t.RightBracket) ? openingOf(tokens, end - 2) - 1 : end - 2
    const name = tokens[at]
    if (name === undefined || !isA(name, t.Name, t.word('this'))) break
    path.unshift(plainName(name))
    if (at === end - 2 && spanOfToken(name).end !== tokens[end - 1]?.startOffset) break
    end = at
  }
  return path
}

/** Where the square bracket opens that closes at an index; −1 where nowhere. */
function openingOf(tokens: readonly IToken[], closing: number): number {
  let depth = 0
  for (let at = closing; at >= 0; at--) {
    if (isA(tokens[at], t.RightBracket)) depth++
    if (isA(tokens[at], t.LeftBracket) && --depth === 0) return at
  }
  return -1
}
