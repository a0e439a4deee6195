import type { Catalog, OpenDataset } from '../../../dsl/check/scope.ts'
import type { Column, EventFile, Schema } from '../../../dsl/ir/types.ts'
import { column, columns, events, number } from './catalog.ts'

function file(name: string, uuid: string | null = `uuid of ${name}`): EventFile {
  return { path: `/esd/${name}.root`, uuid, bytes: null, entries: null }
}

function eventsOf(own: readonly Column[]): Schema {
  return { ...events, columns: [...columns.slice(0, 4), ...own] }
}

/** Columns of event data: no time, and each row refers to itself. */
const record: Schema = {
  stream: 'table',
  columns: [
    column('file', number('uint32', '')),
    column('entry', number('int64', '')),
    column('chi2', number('float64', '')),
    column('ndf', number('int32', '')),
    column('hits', {
      kind: 'list',
      element: {
        kind: 'record',
        fields: [column('charge', number('float32', 'pe')), column('time', number('float32', 'ns'))],
      },
    }),
    column('times', { kind: 'list', element: number('float32', 'ns') }),
  ],
  key: null,
  references: [''],
  roles: [],
}

const spans: Schema = {
  stream: 'table',
  columns: [column('start', { kind: 'instant' }), column('stop', { kind: 'instant' })],
  key: null,
  references: [],
  roles: [],
}

const runs: Schema = {
  stream: 'table',
  columns: [
    column('run', number('int32', '')),
    column('quality', number('float64', '')),
    column('height', number('float64', 'cm')),
  ],
  key: null,
  references: [],
  roles: [],
}

const indexFiles: Pick<OpenDataset, 'events' | 'files'> = {
  events: [file('a'), file('b')],
  files: [{ reference: { kind: 'columns' } }],
}

/** A notebook's files by what their names begin with, or have in them; any other path is the event index. */
const datasets: readonly (readonly [string, Omit<OpenDataset, 'key'>])[] = [
  ['.esd.root', { schema: record, events: [file('b'), file('a')], files: [{ reference: { kind: 'row' } }] }],
  ['strange', { schema: record, events: [file('y'), file('z')], files: [{ reference: { kind: 'row' } }] }],
  [
    'remade',
    { schema: record, events: [file('a'), { ...file('b'), uuid: 'another' }], files: [{ reference: { kind: 'row' } }] },
  ],
  [
    'psd',
    {
      ...indexFiles,
      schema: eventsOf([column('score', number('float64', '')), column('quality', number('float64', ''), true)]),
      events: [file('b'), file('a'), file('c')],
    },
  ],
  [
    'calib',
    { ...indexFiles, schema: eventsOf([column('scale', number('float64', ''))]), events: [file('calib', null)] },
  ],
  ['wp', { ...indexFiles, schema: events, events: [file('w')] }],
  [
    '2026',
    {
      ...indexFiles,
      schema: {
        ...events,
        columns: columns
          .filter(({ name }) => name !== 'hits')
          .map((each) => (each.name === 'E' ? column('E', number('float64', 'keV')) : each)),
      },
      events: [file('b'), file('n')],
    },
  ],
  ['good_runs.csv', { schema: spans }],
  ['run_table', { schema: runs }],
]

export const library: Catalog = {
  dataset: ({ path }) => ({
    key: path,
    ...(datasets.find(([part]) => path.includes(part))?.[1] ?? { ...indexFiles, schema: events }),
  }),
  goodTime: (key) => goodTimes.get(key),
}

/** Parts of run 7, and runs 7 and 8 whole. */
const goodTimes = new Map([
  ['part_1', [{ run: 7, start: '0', stop: '100' }]],
  ['part_2', [{ run: 7, start: '100', stop: '300' }]],
  ['part_3', [{ run: 7, start: '91', stop: '200' }]],
  ['whole', [7, 8].map((run) => ({ run, start: '0', stop: '300' }))],
  ['next', [{ run: 8, start: '300', stop: '400' }]],
])
