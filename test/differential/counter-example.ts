import { isDeepStrictEqual } from 'node:util'
import { compile } from '../../dsl/compile.ts'
import { planLines } from '../../dsl/ir/plan-text.ts'
import { schemaOf } from '../../dsl/ir/schema.ts'
import { optimizedQuery } from '../../dsl/optimize/optimize.ts'
import type { Cell as Value, Row } from '../../runtime/naive/row.ts'
import type { BackendQuery } from '../../runtime/ports/backend.ts'
import { cellOf } from '../support/plan-cell.ts'
import { definition, engineAnswer, isRefusalOfPart, type Answer, type Data, type Way } from './answers.ts'
import { catalog } from './compiled.ts'
import { epoch } from './random-data.ts'
import { shrunk, type Case, type Shrunk } from './shrink.ts'

/** What stands for the engine: with a fault put in, where the printing itself is tested. */
export type Engine = (query: BackendQuery, data: Data, way: Way) => Promise<Answer>

/** An answer, or what was thrown that no answer may be. */
type Told = { readonly answer: Answer } | { readonly thrown: string }

interface Sides {
  readonly expected: Told
  readonly found: Told
}

async function sidesOf({ query, laws, way, data }: Case, engine: Engine): Promise<Sides> {
  const better = laws.length === 0 ? query : (optimizedQuery(query, laws) as BackendQuery)
  return {
    expected: await told(() => definition(query, data)),
    found: await told(() => engine(better, data, way)),
  }
}

async function told(answer: () => Promise<Answer>): Promise<Told> {
  try {
    return { answer: await answer() }
  } catch (error) {
    return { thrown: String(error) }
  }
}

/** Whether the two sides differ in what they may not. What the definition throws is a fault of the case. */
async function differ({ expected, found }: Sides, { query, data }: Case): Promise<boolean> {
  if ('thrown' in expected) return false
  if ('thrown' in found) return true
  if (isDeepStrictEqual(found.answer, expected.answer)) return false
  const isRefused = typeof found.answer === 'string' || typeof expected.answer === 'string'
  return !isRefused || !(await isRefusalOfPart(found.answer, query, data))
}

export async function isCounterExample(of: Case, engine: Engine = engineAnswer): Promise<boolean> {
  return differ(await sidesOf(of, engine), of)
}

/**
 * The smallest case that fails as the given one does, as text: a Sift cell, the streams as tables, and what was expected
 * and found.
 */
export async function counterExample(failing: Case, engine: Engine = engineAnswer): Promise<string> {
  const first = await sidesOf(failing, engine)
  const hasThrown = 'thrown' in first.found
  const result = await shrunk(failing, async (smaller) => {
    const sides = await sidesOf(smaller, engine)
    return hasThrown === 'thrown' in sides.found && (await differ(sides, smaller))
  })
  return written(result, engine)
}

async function written({ smallest, steps, tries, isDone }: Shrunk, engine: Engine): Promise<string> {
  const { query, laws, way, data } = smallest
  const sides = await sidesOf(smallest, engine)
  const by = laws.length === 0 ? 'as it is written' : `by the laws ${laws.map(({ name }) => name).join(', ')}`
  const cuts = way.cuts.map((cut) => `${cut - epoch}`)
  const how = `${way.interpreted ? 'interpreted' : 'by generated code'}, ${way.workers} worker${way.workers === 1 ? '' : 's'}`
  return [
    `The engine finds something else (made smaller in ${steps} steps of ${tries} tries${isDone ? '' : ', not to the end'}).`,
    ['Cell', ...(await cellLines(smallest, engine))].join('\n'),
    ...tablesOf(query, data),
    `Run ${by}, ${how}, ${cuts.length === 0 ? 'whole' : `cut at ${cuts.join(', ')} ns`}`,
    ...answersText(query, sides),
  ].join('\n\n')
}

/** The query as a cell, and whether that cell, compiled, shows the same. */
async function cellLines(of: Case, engine: Engine): Promise<readonly string[]> {
  const { text, gaps } = cellOf(of.query)
  const lines = text.split('\n').map((line) => `  ${line}`)
  const plans = of.query.kind === 'number' ? of.query.inputs.map(({ plan }) => plan) : [of.query.plan]
  const plan = plans.flatMap((each) => planLines(each).map((line) => `  #   ${line}`))
  if (gaps.length > 0) return [...lines, '  # Not all of it has words; the plan is', ...plan]
  const { statements, diagnostics } = compile(text, { cell: 1, names: new Map(), catalog })
  const error = diagnostics.find(({ severity }) => severity === 'error')
  if (error !== undefined)
    return [...lines, `  # Sift refuses it: ${error.code}, ${error.message}`, '  # The plan is', ...plan]
  const [query] = statements.flatMap((each) => (each.kind === 'query' ? [each.query as BackendQuery] : []))
  const same = query === undefined ? null : { ...of, query }
  if (same !== null && (await differ(await sidesOf(same, engine), same))) return lines
  return [...lines, '  # The cell itself gives no difference; the plan, which is another one, is', ...plan]
}

/** The rows of the datasets that a query reads: time, event, and the columns that it names. */
function tablesOf(query: BackendQuery, data: Data): readonly string[] {
  const text = JSON.stringify(query)
  const named = namesIn(query)
  const read = (name: string): boolean => named.some((known) => known === name || known.endsWith(`.${name}`))
  return [...data].flatMap(([key, { schema, rows, goodTime }]) => {
    if (!text.includes(`"dataset":"${key}"`)) return []
    const places = schema.key === null ? [] : ['t', 'file', 'entry'].map((name) => `${schema.key}${name}`)
    const columns = schema.columns.filter(({ name }) => places.includes(name) || read(name)).map(({ name }) => name)
    const spans = goodTime.spans.map(
      ({ run, start, stop }) => `run ${run} ${sinceEpoch(BigInt(start))} .. ${sinceEpoch(BigInt(stop))}`,
    )
    const good = schema.key === null ? '' : `, good time ${spans.join('; ') || 'none'}`
    return [
      `Stream "${key}"${good}\n${table(
        columns,
        rows.map((row: Row) => columns.map((name) => cellText(row.get(name)))),
      )}`,
    ]
  })
}

/** The columns that any part of a query reads; of spans their ends. */
function namesIn(value: unknown): readonly string[] {
  if (typeof value !== 'object' || value === null) return []
  const own = 'kind' in value && value.kind === 'column' && 'name' in value ? [String(value.name)] : []
  return ['start', 'stop', ...own, ...Object.values(value).flatMap(namesIn)]
}

function sinceEpoch(instant: bigint): string {
  return `${instant - epoch}`
}

/** Instants as ns since the first one that there may be. */
function cellText(value: Value): string {
  if (value === undefined) return 'missing'
  if (typeof value === 'bigint')
    return value > 2n ** 60n && value - epoch < 10n ** 6n && epoch - value < 10n ** 6n ? sinceEpoch(value) : `${value}`
  if (Object.is(value, -0)) return '-0'
  return typeof value === 'object'
    ? JSON.stringify(value, (_, part: unknown) =>
        typeof part === 'bigint' ? cellText(part) : part === undefined ? 'missing' : part,
      )
    : String(value)
}

function table(head: readonly string[], rows: readonly (readonly string[])[], marks: readonly string[] = []): string {
  const widths = head.map((name, at) => Math.max(name.length, ...rows.map((row) => row[at]?.length ?? 0)))
  const line = (cells: readonly string[], mark: string): string =>
    `${mark.padEnd(2)}${cells.map((text, at) => text.padStart(widths[at] ?? 0)).join('  ')}`.trimEnd()
  return [line(head, ''), ...rows.map((row, at) => line(row, marks[at] ?? ''))].join('\n')
}

/** Expected and found as tables, `>` before each line that the other has not. */
function answersText(query: BackendQuery, { expected, found }: Sides): readonly string[] {
  const [left, right] = withoutSame(query, linesOf(query, expected), linesOf(query, found))
  const head = query.kind === 'table' ? schemaOf(query.plan).columns.map(({ name }) => name) : ['what', 'value']
  const named = new Set([...namesIn(query), ...namesMade(query)])
  const shown = head.flatMap((name, at) => {
    const isPlace = /^(.*\.)?(t|file|entry)$/.test(name)
    const isDifferent = left.rows.some(
      (row, line) => right.rows[line] !== undefined && row[at] !== right.rows[line][at],
    )
    return query.kind !== 'table' || isPlace || named.has(name) || isDifferent ? [at] : []
  })
  const chosen = (row: readonly string[]): readonly string[] => shown.map((at) => row[at] ?? '')
  const side = (title: string, own: Lines, other: Lines): string => {
    const marks = own.rows.map((row, at) => (isDeepStrictEqual(row, other.rows[at]) ? '' : '>'))
    const notes = own.notes.flatMap((line, at) => (line === other.notes[at] ? [] : [`> ${line}`]))
    const rows = own.rows.length === 0 ? [] : [table(chosen(head), own.rows.map(chosen), marks)]
    return [title, ...rows, ...notes].join('\n')
  }
  return [side('Expected', left, right), side('Found', right, left)]
}

/** The names of what stages add. */
function namesMade(value: unknown): readonly string[] {
  if (typeof value !== 'object' || value === null) return []
  const own = 'name' in value && !('type' in value && 'missing' in value && 'row' in value) ? [String(value.name)] : []
  return [...own, ...Object.entries(value).flatMap(([key, part]) => (key === 'schema' ? [] : namesMade(part)))]
}

/** What is about names and types, and not about values, is shown where it differs. */
function withoutSame(query: BackendQuery, left: Lines, right: Lines): readonly [Lines, Lines] {
  if (query.kind === 'table') return [left, right]
  const texts = [left, right].map(({ rows }) => new Set(rows.map((row) => row.join(' '))))
  const isTold = (row: readonly string[]): boolean =>
    !/^(schema|type|text|name|source|kind)/.test(row[0] ?? '') || !texts.every((known) => known.has(row.join(' ')))
  return [
    { ...left, rows: left.rows.filter(isTold) },
    { ...right, rows: right.rows.filter(isTold) },
  ]
}

interface Lines {
  readonly rows: readonly (readonly string[])[]
  readonly notes: readonly string[]
}

function linesOf(query: BackendQuery, side: Told): Lines {
  if ('thrown' in side) return { rows: [], notes: [`thrown: ${side.thrown}`] }
  if (typeof side.answer === 'string') return { rows: [], notes: [`refused: ${side.answer}`] }
  const { result, notes } = side.answer
  const noted = (notes as readonly unknown[]).map((note) => `note: ${JSON.stringify(note)}`)
  if (query.kind !== 'table') return { rows: flat(result), notes: noted }
  const { rows, count } = result as { readonly rows: readonly (readonly unknown[])[]; readonly count: number }
  return { rows: rows.map((row) => row.map(plainText)), notes: [`${count} row${count === 1 ? '' : 's'}`, ...noted] }
}

function plainText(value: unknown): string {
  if (typeof value === 'string' && /^\d{19}$/.test(value)) return cellText(BigInt(value))
  if (Object.is(value, -0)) return '-0'
  return typeof value === 'string'
    ? value
    : Number.isFinite(value) || typeof value !== 'number'
      ? JSON.stringify(value)
      : `${value}`
}

/** Every plain value in some data, with the way to it. */
function flat(value: unknown, at = ''): readonly (readonly string[])[] {
  if (typeof value === 'bigint' || value === undefined) return [[at, `${value}`]]
  if (typeof value !== 'object' || value === null) return [[at, plainText(value)]]
  return Object.entries(value).flatMap(([name, part]) => flat(part, at === '' ? name : `${at}.${name}`))
}
