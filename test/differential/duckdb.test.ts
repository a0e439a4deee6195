import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import type { Catalog } from '../../dsl/check/scope.ts'
import { compile } from '../../dsl/compile.ts'
import type { Expr, Measure, Named, Plan } from '../../dsl/ir/plan.ts'
import { mayBeMissing, schemaOf, typeOf } from '../../dsl/ir/schema.ts'
import type { Column, Schema } from '../../dsl/ir/types.ts'
import { execute } from '../../runtime/engine/index.ts'
import type { Row } from '../../runtime/naive/row.ts'
import { runScript } from '../local/files.ts'
import { memoryExecutor, type MemoryDataset } from '../support/memory-executor.ts'
import { plainResult } from '../support/plain-result.ts'
import {
  about,
  bool,
  call,
  column,
  filter,
  float64,
  instant,
  int32,
  int64,
  match,
  measure,
  number,
  otherColumn,
  role,
  veto,
  within,
} from '../unit/naive/build.ts'

/** The time-window operators against DuckDB's SQL, which shares nothing with them: `duckdb_answers.py` has the queries. */

type Answer = readonly (readonly (number | null)[])[]

interface Reference {
  readonly events: Readonly<Record<string, readonly (number | boolean)[]>>
  readonly keys: Readonly<Record<string, readonly number[]>>
  readonly spans: Readonly<Record<string, readonly number[]>>
  readonly answers: Readonly<Record<string, Answer>>
}

const columns: readonly Column[] = [
  { name: 't', type: instant, missing: false },
  { name: 'file', type: int32, missing: false },
  { name: 'entry', type: int64, missing: false },
  { name: 'i', type: int64, missing: false },
  { name: 'n', type: int64, missing: false },
  { name: 'E', type: float64, missing: false },
  { name: 'muon', type: bool, missing: false },
]
const eventsSchema: Schema = { stream: 'events', columns, key: '', references: [''], roles: [] }
const keysSchema: Schema = {
  stream: 'table',
  columns: ['k', 'value'].map((name) => ({ name, type: int64, missing: false })),
  key: null,
  references: [],
  roles: [],
}

const spansSchema: Schema = {
  ...keysSchema,
  columns: ['start', 'stop'].map((name) => ({ name, type: instant, missing: false })),
}

const e: Plan = { op: 'scan', dataset: 'e', schema: eventsSchema }
const keys: Plan = { op: 'scan', dataset: 'keys', schema: keysSchema }
const muons = filter(e, column('muon', bool))
const isMuon = otherColumn('muon', bool)
const [n, E] = [column('n', int64), column('E')]
const [otherN, otherE] = [otherColumn('n', int64), otherColumn('E')]
const less = (left: Expr, right: Expr): Expr => call('less', left, right)

function define(input: Plan, value: Expr): Plan {
  return { op: 'define', input, columns: [{ name: 'x', value }] }
}

function joined(left: Expr, unmatched: 'drop' | 'missing'): Plan {
  return { op: 'join', input: e, name: 'p', source: keys, keys: [{ left, right: column('k', int64) }], unmatched }
}

function selected(input: Plan, E: Expr): Plan {
  const places = columns.slice(0, 3).map(({ name, type }): Named => ({ name, value: column(name, type) }))
  const chosen: readonly Named[] = [...places, { name: 'E', value: E }]
  const types = chosen.map(({ name, value }) => ({ name, type: typeOf(value), missing: mayBeMissing(value) }))
  return { op: 'select', input, columns: chosen, schema: { ...eventsSchema, columns: types } }
}

function united(): Plan {
  const some: Plan = { op: 'shift', input: filter(e, less(number(2), n)), by: 3 }
  const second: Plan = { op: 'renumber', input: some, columns: ['file'], files: [3, 4, 5] }
  const inputs = [selected(muons, E), selected(second, call('negate', E))]
  return { op: 'union', inputs, good: 'either', schema: { ...eventsSchema, columns: schemaOf(inputs[0]!).columns } }
}

function grouped(input: Plan, keys: readonly Named[], ...measures: readonly Measure[]): Plan {
  return { op: 'group', input, keys, measures }
}

const ofMuons = { where: column('muon', bool) }
const bin: Expr = {
  kind: 'call',
  fn: 'binInstant',
  args: [column('t', instant), number(100)],
  type: instant,
  missing: false,
}

/** By the names of the answers: a plan, and the columns that are compared. */
const questions: Readonly<Record<string, readonly [Plan, ...string[]]>> = {
  'count after': [define(e, about('count', e, within(0, 5))), 'i', 'x'],
  'count before': [define(e, about('count', e, within(-7, -1, 'before'))), 'i', 'x'],
  'sum of both sides': [define(e, about('sum', e, within(-3, 3, 'any'), { value: otherN })), 'i', 'x'],
  'largest after': [define(e, about('max', e, within(0, 4), { value: otherE, where: less(n, otherN) })), 'i', 'x'],
  'last before': [define(e, about('last', muons, within(-20, 0, 'before'), { value: otherN })), 'i', 'x'],
  veto: [veto('veto', e, muons, { low: 0, high: 6 }), 'i'],
  'veto if': [veto('veto', e, muons, { low: -2, high: 9, where: less(E, otherE) }), 'i'],
  keep: [veto('keep', e, muons, { low: 1, high: 8 }), 'i'],
  each: [
    match(
      filter(e, less(number(3), E)),
      'a',
      role('each', 'b', filter(e, less(E, number(2))), within(0, 5, 'after', 'a.')),
    ),
    'a.i',
    'b.i',
  ],
  first: [match(e, 'a', role('first', 'b', e, within(2, 9, 'after', 'a.'), less(otherE, column('a.E')))), 'a.i', 'b.i'],
  last: [match(e, 'a', role('last', 'b', e, within(-9, 0, 'before', 'a.'), isMuon)), 'a.i', 'b.i'],
  nearest: [match(e, 'a', role('nearest', 'b', muons, within(-8, 8, 'any', 'a.'))), 'a.i', 'b.i'],
  without: [
    match(
      filter(e, less(number(2), E)),
      'a',
      role('each', 'b', filter(e, less(number(0), n)), within(0, 6, 'after', 'a.')),
      role('without', 'c', filter(e, less(n, number(0))), { kind: 'between', from: 'a.', to: 'b.' }),
      role('without', 'd', muons, { kind: 'interval', from: 'a.', fromOffset: -2, to: 'b.', toOffset: 2 }),
    ),
    'a.i',
    'b.i',
  ],
  chain: [
    match(
      muons,
      'a',
      role('each', 'b', filter(e, less(E, number(3))), within(1, 6, 'after', 'a.')),
      role('each', 'c', e, within(1, 6, 'after', 'b.')),
    ),
    'a.i',
    'b.i',
    'c.i',
  ],
  burst: [{ op: 'burst', input: e, atLeast: 11, within: 10 }, 'i', 'burst_id.entry'],
  shifted: [
    match(muons, 'a', role('each', 'b', { op: 'shift', input: e, by: 50 }, within(0, 3, 'after', 'a.'))),
    'a.i',
    'b.i',
  ],
  join: [joined(n, 'drop'), 'i', 'p.value'],
  'join optional': [joined(call('multiply', n, number(2)), 'missing'), 'i', 'p.value'],
  union: [united(), 't', 'file', 'entry', 'E'],
  group: [
    grouped(
      e,
      [{ name: 'n', value: n }],
      measure('count', 'count'),
      { ...measure('muons', 'count'), ...ofMuons },
      { ...measure('energy', 'sum', E), ...ofMuons },
      measure('first', 'first', column('i', int64)),
    ),
    'n',
    'count',
    'muons',
    'energy',
    'first',
  ],
  'time bins': [
    grouped(e, [{ name: 'bin', value: bin }], measure('count', 'count'), measure('sum', 'sum', n)),
    'bin',
    'count',
    'sum',
  ],
}

/** Questions that only text can ask: half-open windows and what else the compiler makes of a phrase. */
const cells: Readonly<Record<string, readonly [string, ...string[]]>> = {
  'half open after': ['from e define x = count(e within 2 ns ..< 6 ns after this)', 'i', 'x'],
  'half open before': ['from e define x = count(e within 2 ns ..< 6 ns before this)', 'i', 'x'],
  'half open of': ['from e define x = count(e within -3 ns ..< 4 ns of this)', 'i', 'x'],
  'smallest, mean, spread': [
    `from e define a = min(E of e within 2 ns of this), b = round(mean(n of e within 2 ns of this) * 1e9),
       c = round(std(n of e within 2 ns of this) * 1e9), d = median(E of e within 2 ns of this)`,
    'i',
    'a',
    'b',
    'c',
    'd',
  ],
  'first after': ['from e define x = first(n of e where E > this.E within 1 ns .. 9 ns after this)', 'i', 'x'],
  'any and all': [
    'from e where any(e where muon within 3 ns after this) and all(n < 3 of e within 4 ns before this)',
    'i',
  ],
  'keep if': ['from e keep n < m.n within 1 ns .. 9 ns before m in muons', 'i'],
  during: ['from e keep during "spans"', 'i'],
  'veto during': ['from e veto during "spans"', 'i'],
  'each between': [
    'from muons match a with b in e within 6 ns after a with c in e where n > 1 between a and b',
    'a.i',
    'b.i',
    'c.i',
  ],
  'each between with offsets': [
    'from muons match a with b in e within 2 ns .. 5 ns after a with c in e between a - 3 ns and b - 1 ns',
    'a.i',
    'b.i',
    'c.i',
  ],
  'between two, counted': [
    `from (from muons match a with b in e within 9 ns after a)
       define x = count(e where E < 4 between a and b), y = count(e between a - 2 ns and b + 3 ns)`,
    'a.i',
    'b.i',
    'x',
    'y',
  ],
  'nearest of ties': ['from e match a with nearest b where b.n > a.n within 3 ns of a', 'a.i', 'b.i'],
  'nearest before': ['from muons match a with nearest b in e within 1 ns .. 7 ns before a', 'a.i', 'b.i'],
  'last half open': ['from e match a with last b where b.E < a.E within 1 ns ..< 7 ns after a', 'a.i', 'b.i'],
  'without on both sides': [
    'from muons match a without b in e where E > 6 within 4 ns before a without c in e where n > a.n + 5 within -1 ns .. 5 ns of a',
    'a.i',
  ],
  'choice before isolation': [
    'from e match a where E > 5 with first b where n > 2 within 8 ns after a without c within 2 ns after b',
    'a.i',
    'b.i',
  ],
  'match of matches': [
    'from (from muons match a with b in e where n > 0 within 4 ns after a) match p with c in muons within 5 ns .. 12 ns after p',
    'p.a.i',
    'p.b.i',
    'c.i',
  ],
  'window about a match': [
    'from (from muons match a with b in e within 4 ns after a) define x = count(e within 5 ns after b)',
    'a.i',
    'b.i',
    'x',
  ],
}

const opening = 'e = from "e"\nmuons = from e where muon\n'

function questionOf(name: string): readonly [Plan, ...string[]] {
  const given = questions[name]
  if (given !== undefined) return given
  const [text, ...names] = cells[name]!
  const catalog: Catalog = { dataset: ({ path }) => ({ key: path, schema: path === 'e' ? eventsSchema : spansSchema }) }
  const { statements, diagnostics } = compile(opening + text, { cell: 1, names: new Map(), catalog })
  const [query] = statements.flatMap((each) => (each.kind === 'query' ? [each.query] : []))
  if (query?.kind !== 'table') throw new Error(`${text}: ${diagnostics.map(({ message }) => message).join('; ')}`)
  return [query.plan, ...names]
}

const script = fileURLToPath(new URL('duckdb_answers.py', import.meta.url))

describe.each([
  { seed: 1, rows: 800 },
  { seed: 2, rows: 800 },
  { seed: 3, rows: 60 },
])('on $rows random events (seed $seed) DuckDB finds the same', ({ seed, rows }) => {
  const { events, keys: table, spans, answers } = JSON.parse(runScript(script, String(seed), String(rows))) as Reference
  const goodTime = { spans: [], approximate: false }
  const data: ReadonlyMap<string, MemoryDataset> = new Map([
    ['e', { schema: eventsSchema, goodTime, rows: rowsOf(events, rows) }],
    ['keys', { schema: keysSchema, goodTime, rows: rowsOf(table, table['k']!.length) }],
    ['spans', { schema: spansSchema, goodTime, rows: rowsOf(spans, spans['start']!.length) }],
  ])
  const last = Number(events['t']!.at(-1))

  test.each(Object.keys(answers))('%s', async (name) => {
    const expected = name === 'burst' ? firstEntries(answers[name]!, events) : answers[name]
    expect(await answerOf(questionOf(name), data, [])).toEqual(expected)
    const cuts = Array.from({ length: 9 }, (_, at) => BigInt(Math.round((last * (at + 1)) / 10)))
    expect(await answerOf(questionOf(name), data, cuts)).toEqual(expected)
  })
})

function rowsOf(values: Readonly<Record<string, readonly (number | boolean)[]>>, count: number): readonly Row[] {
  return Array.from({ length: count }, (_, row) => {
    const cells = Object.entries(values).map(([name, own]) => [name, own[row]!] as const)
    return new Map(cells.map(([name, value]) => [name, ['t', 'start', 'stop'].includes(name) ? BigInt(value) : value]))
  })
}

/** SQL names a burst by the row number of its first event. */
function firstEntries(answer: Answer, { entry }: Reference['events']): Answer {
  return answer.map(([i = null, first = 0]) => [i, Number(entry?.[first ?? 0])])
}

async function answerOf(
  [plan, ...names]: readonly [Plan, ...string[]],
  data: ReadonlyMap<string, MemoryDataset>,
  cuts: readonly bigint[],
): Promise<Answer> {
  const options = { limit: 1e6, signal: new AbortController().signal, cuts }
  const result = plainResult(await execute({ kind: 'table', plan }, memoryExecutor(data), options))
  const places = names.map((name) => schemaOf(plan).columns.findIndex((known) => known.name === name))
  const { rows } = result as { readonly rows: readonly (readonly unknown[])[] }
  return rows.map((row) => places.map((place) => (row[place] === 'missing' ? null : Number(row[place]))))
}
