import { compile } from '../../../dsl/compile.ts'
import type { Bound, Meaning, Names } from '../../../dsl/check/bound.ts'
import { type AssistContext, contextOf } from '../../../dsl/assist/index.ts'
import { type DatasetFacts, type Facts, type FileRange, noFacts } from '../../../dsl/assist/facts.ts'
import type { Catalog } from '../../../dsl/check/scope.ts'
import { rational } from '../../../dsl/ir/rational.ts'
import type { Column, NumberRepr, Schema, Type, Unit, UnitName } from '../../../dsl/ir/types.ts'
import { parse } from '../../../dsl/parse/parse.ts'

function number(unit: UnitName | null, repr: NumberRepr = 'float32'): Type {
  return { kind: 'number', repr, unit: unit === null ? [] : [{ name: unit, power: 1 }] }
}

function columns(types: Readonly<Record<string, Type>>, prefix = ''): readonly Column[] {
  return Object.entries(types).map(([name, type]) => ({ name: prefix + name, type, missing: false }))
}

const eventTypes: Readonly<Record<string, Type>> = {
  t: { kind: 'instant' },
  run: number(null, 'int32'),
  file: number(null, 'uint32'),
  entry: number(null, 'uint64'),
  E: number('MeV'),
  x: number('mm'),
  y: number('mm'),
  z: number('mm'),
  r: number('mm'),
  qtot: number('pe'),
  nhit: number(null, 'int32'),
  det: { kind: 'text' },
}

const events: Schema = { stream: 'events', columns: columns(eventTypes), key: '', references: [''], roles: [] }

function matchOf(...roles: readonly string[]): Schema {
  return {
    stream: 'match',
    columns: roles.flatMap((role) => columns(eventTypes, `${role}.`)),
    key: `${roles[0]}.`,
    references: roles.map((role) => `${role}.`),
    roles,
  }
}

const table: Schema = {
  stream: 'table',
  columns: columns({ n: number(null), e_sum: number('MeV') }),
  key: null,
  references: [],
  roles: [],
}

function stream(schema: Schema, type: string): Bound {
  const plan = { op: 'scan', dataset: 'a', schema } as const
  return bound(
    { kind: 'stream', stream: { plan, label: 'a', present: new Set(), sorted: null, files: [], optional: [] } },
    type,
  )
}

function bound(meaning: Meaning, type: string): Bound {
  return { meaning, type, cell: 1, history: [], uses: [] }
}

/** A constant in a unit. */
function constant(value: bigint, unit: Unit): Bound {
  return bound({ kind: 'value', term: { kind: 'constant', value: rational(value), unit, whole: true } }, 'number')
}

function fn(text: string): Bound {
  const [statement] = parse(text).cell.statements
  if (statement?.kind !== 'fn') throw new Error(`${text} defines no function`)
  const { parameters, body } = statement
  return bound({ kind: 'fn', parameters, body, names: new Map(), origin: { text, cell: 1 } }, 'fn')
}

const names: Names = new Map<string, Bound>([
  ['events', stream(events, 'events')],
  ['muons', stream(events, 'events')],
  ['ibd', stream(matchOf('prompt', 'delayed'), 'match(prompt, delayed) of events')],
  ['per_muon', stream(table, 'table')],
  ['dt_max', constant(1n, [{ name: 'ms', power: 1 }])],
  ['near', fn('fn near(a, b, d = 1.5 m) = dist(a, b) < d')],
  ['pairs', fn('fn pairs(prompts, delayeds) = from prompts match p with d in delayeds within 1 ms after p')],
])

/** What each stream of the corpus has, as rows of the worked cells: one schema with every column they name. */
const corpusTypes: Readonly<Record<string, Type>> = {
  ...eventTypes,
  ...{ rho2: number('mm'), yield: number('pe'), dt: number('ns'), dr: number('mm'), n_neutron: number(null) },
  ...{ n_early: number(null), tail: number(null), burst_id: number(null), n: number(null), scale: number(null) },
  ...{ time: number('ns'), charge: number('pe'), chi2: number(null), ndf: number(null), score: number(null) },
  ...{ dir: number(null), first: number('pe'), where: number(null), event: number(null) },
}

const hits: Type = {
  kind: 'list',
  element: { kind: 'record', fields: columns({ time: number('ns'), charge: number('pe') }) },
}

const corpusSchema: Schema = {
  ...events,
  columns: [
    ...columns(corpusTypes),
    ...['prompt', 'delayed', 'mu', 'e', 'pair', 'bi', 'po', 'psd', 'p', 'them', 'n', 'beta'].flatMap((role) =>
      columns(corpusTypes, `${role}.`),
    ),
    { name: 'w.hits', type: hits, missing: false },
  ],
  roles: ['prompt', 'delayed', 'mu', 'e', 'pair', 'them', 'psd'],
}

const streamsOfCorpus = [
  ...['events', 'singles', 'shape', 'wp', 'muons', 'big_muons', 'quiet', 'ibd', 'bipo', 'michel', 'showers', 'spall'],
  ...['per_muon', 'b12', 'bursts', 'on_time', 'off_time', 'late', 'rec', 'good', 'psd', 'tagged', 'both', 'physics'],
  ...['strict', 'neutrons', 'clean', 'ibd_2025', 'li9', 'theirs', 'calib', 'scaled'],
]

const corpusNames: Names = new Map<string, Bound>([
  ...streamsOfCorpus.map((name) => [name, stream(corpusSchema, 'events')] as const),
  ...names,
  ...['events', 'muons', 'ibd', 'per_muon'].map((name) => [name, stream(corpusSchema, 'events')] as const),
  ['rate', constant(1n, [])],
  ['r_fv', constant(1n, [{ name: 'm', power: 1 }])],
  ['prompt_bins', bound({ kind: 'list', items: [] }, 'list')],
  ['eff', fn('fn eff(r) = r')],
])

/** A notebook in which every name of the corpus means something. */
export const corpusContext: AssistContext = {
  namesAfter: () => corpusNames,
  planOf: () => ({ op: 'scan', dataset: 'a', schema: corpusSchema }),
  mistakesIn: () => [],
  facts: noFacts,
}

const eventData: Schema = {
  ...events,
  columns: [...events.columns, { name: 'hits', type: hits, missing: false }],
}

/** `esd.root` has hits; `friends.parquet` a quantity of its own; all other files are index files. */
const files: Catalog = {
  dataset: ({ path }) => {
    if (path === 'esd.root') return { key: 'esd', schema: eventData }
    if (path !== 'friends.parquet') return { key: 'a', schema: events }
    const score = { name: 'score', type: number(null), missing: false }
    const kept = events.columns.filter(({ name }) => ['t', 'run', 'file', 'entry', 'nhit'].includes(name))
    return { key: 'friends', schema: { ...events, columns: [...kept, score] } }
  },
}

/** What the index files state, and what was counted: matches alone. */
export const facts: Facts = {
  dataset: (key) => (key === 'a' ? indexFiles : key === 'friends' ? friends : undefined),
  counted: (plan) => (plan.op === 'match' ? 3185 : undefined),
}

const friends: DatasetFacts = {
  path: 'friends.parquet',
  files: 1,
  rows: 10,
  ranges: new Map<string, FileRange>([
    ['t', { min: '1756684700000000000', max: '1756684900000000000' }],
    ['run', { min: 10000, max: 10002 }],
  ]),
}

const indexFiles: DatasetFacts = {
  path: 'run_*.parquet',
  files: 24,
  rows: 1_998_475,
  ranges: new Map<string, FileRange>([
    ['t', { min: '1756684800002456498', max: '1756725678122049634' }],
    ['run', { min: 10001, max: 10003 }],
    ['E', { min: 0.271630436, max: 100024.5 }],
    ['x', { min: -18621.427, max: 18652.9 }],
    ['qtot', { min: 302.744, max: 178541984 }],
  ]),
}

const earlier = `events = from "a.parquet"
muons = from events where qtot > 3e4 pe
ibd = from events
  match prompt where E in 0.7 .. 12 MeV
    with delayed where E > 1.9 MeV within 1 ms after prompt
per_run = from ibd group by run: n = count()
dt_max = 1 ms
e_min = 1 MeV
fn near(a, b, d = 1.5 m) = dist(a, b) < d
fn pairs(prompts, delayeds) = from prompts match p with d in delayeds within 1 ms after p
spectrum = from ibd hist prompt.E over 0 .. 12 MeV bins 10
gone = from nowhere
`

/** A notebook with one cell that has run. */
export function notebook(known: Facts = noFacts): AssistContext {
  const { names } = compile(earlier, { cell: 1, names: new Map(), catalog: files })
  return contextOf(compile, { cell: 2, names, catalog: files }, known)
}
