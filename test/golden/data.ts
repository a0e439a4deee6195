import type { Catalog, OpenDataset } from '../../dsl/check/scope.ts'
import type { Column, Schema } from '../../dsl/ir/types.ts'
import type { Cell } from '../../runtime/naive/row.ts'
import { column, number } from '../unit/check/catalog.ts'
import type { Span } from '../../runtime/ports/dataset.ts'
import type { MemoryDataset } from '../support/memory-executor.ts'

/** 2025-09-01, UTC: the zero of every time in the golden files. */
export const zero = 1_756_684_800_000_000_000n

const at = (us: number): bigint => zero + BigInt(us) * 1000n

const reference: readonly Column[] = [
  column('t', { kind: 'instant' }),
  column('file', number('uint32', '')),
  column('entry', number('int64', '')),
]

const eventColumns: readonly Column[] = [
  ...reference,
  column('run', number('int32', '')),
  column('det', { kind: 'text' }),
  column('E', number('float64', 'MeV')),
  column('x', number('float64', 'mm')),
  column('y', number('float64', 'mm')),
  column('z', number('float64', 'mm')),
  column('nhit', number('int32', '')),
  column('q', number('float64', '')),
  column('hits', {
    kind: 'list',
    element: {
      kind: 'record',
      fields: [column('charge', number('float32', 'pe')), column('time', number('float32', 'ns'))],
    },
  }),
]

const hit = (charge: number, time: number) => ({ charge, time })

/** One muon, two pairs, three events at one instant or alone. Two runs with a gap of 2 ms between them. */
const eventRows: readonly (readonly Cell[])[] = [
  // t, file, entry, run, det, E, x, y, z, nhit, q, hits
  [at(0), 0, 0, 1, 'CD', 1, 0, 0, 0, 10, 0, []],
  [at(100), 0, 1, 1, 'CD', 3, 300, 400, 0, 30, 1, [hit(1, 10), hit(3, 20)]],
  [at(150), 0, 2, 1, 'CD', 2.2, 300, 0, 0, 22, 2, [hit(2, 5)]],
  [at(1000), 0, 3, 1, 'WP', 50, 0, 0, 2000, 500, 3, []],
  [at(1200), 0, 4, 1, 'CD', 8, 0, 0, 1200, 80, 4, [hit(4, 0), hit(2, 1), hit(6, 2)]],
  [at(5000), 0, 5, 2, 'CD', 4, 0, -700, 2400, 40, Number.NaN, [hit(1, 1)]],
  [at(5030), 0, 6, 2, 'CD', 2.25, 0, 0, 2400, 20, 1, []],
  [at(5030), 0, 7, 2, 'CD', 6, -1000, 0, 0, 60, 2, []],
]

/** Of another detector, on the same axis of time, in keV; it has no hits. */
const waterRows: readonly (readonly Cell[])[] = [
  [at(50), 1, 0, 1, 'WP', 500],
  [at(5030), 1, 1, 2, 'WP', 700],
]

const table = (columns: readonly Column[], references: readonly string[] = []): Schema => {
  return { stream: 'table', columns, key: null, references, roles: [] }
}

const stream = (columns: readonly Column[]): Schema => {
  return { stream: 'events', columns, key: '', references: [''], roles: [] }
}

const file = { path: 'a.root', uuid: 'a', bytes: null, entries: null }
const water = { path: 'b.root', uuid: 'b', bytes: null, entries: null }

interface Source extends Omit<OpenDataset, 'key'> {
  readonly rows: readonly (readonly Cell[])[]
  /** Where it is another one than that of the events. */
  readonly good?: readonly Span[]
}

const sources: Readonly<Record<string, Source>> = {
  events: { schema: stream(eventColumns), rows: eventRows, events: [file, water] },
  water: {
    schema: stream([
      ...reference,
      column('run', number('int32', '')),
      column('det', { kind: 'text' }),
      column('E', number('float64', 'keV')),
    ]),
    rows: waterRows,
    events: [file, water],
  },
  late: {
    schema: stream([...reference, column('run', number('int32', '')), column('det', { kind: 'text' })]),
    rows: [[at(4500), 1, 2, 2, 'CD']],
    events: [file, water],
    good: [
      { run: 2, start: String(at(4500)), stop: String(at(5500)) },
      { run: 3, start: String(at(7000)), stop: String(at(7100)) },
    ],
  },
  record: {
    schema: table(
      [
        column('file', number('uint32', '')),
        column('entry', number('int64', '')),
        column('chi2', number('float64', '')),
      ],
      [''],
    ),
    rows: eventRows.map((_, entry) => [0, entry, entry / 2]),
    events: [file],
    files: [{ reference: { kind: 'row' } }],
  },
  scores: {
    schema: stream([...reference, column('score', number('float64', ''))]),
    rows: [
      [at(100), 0, 1, 0.9],
      [at(150), 0, 2, 0.4],
      [at(5030), 0, 7, 0.7],
    ],
    events: [file],
  },
  runs: {
    schema: table([column('run', number('int32', '')), column('scale', number('float64', ''))]),
    rows: [
      [1, 2],
      [2, 10],
    ],
  },
  spans: {
    schema: table([column('start', { kind: 'instant' }), column('stop', { kind: 'instant' })]),
    rows: [
      [at(100), at(1000)],
      [at(5000), at(5030)],
    ],
  },
  plain: {
    schema: stream([...reference, column('E', number('float64', null))]),
    rows: [
      [at(10), 0, 0, 1.5],
      [at(20), 0, 1, 2.5],
    ],
    events: [file],
  },
}

const goodTime = {
  spans: [
    { run: 1, start: String(at(0)), stop: String(at(2000)) },
    { run: 2, start: String(at(4000)), stop: String(at(6000)) },
  ],
  approximate: false,
}

export const catalog: Catalog = {
  dataset: ({ path }) => {
    const source = sources[path]
    if (source === undefined) throw new Error(`no data ${path}`)
    const { rows: _, good: __, ...open } = source
    return { key: path, ...open }
  },
}

export const data: ReadonlyMap<string, MemoryDataset> = new Map(
  Object.entries(sources).map(([key, { schema, rows, good }]) => {
    const named = rows.map((row) => new Map(schema.columns.map(({ name }, index) => [name, row[index]])))
    return [key, { schema, rows: named, goodTime: good === undefined ? goodTime : { ...goodTime, spans: good } }]
  }),
)
