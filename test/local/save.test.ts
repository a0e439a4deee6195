import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import type { RecordBatch } from 'apache-arrow'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Plan } from '../../dsl/ir/plan.ts'
import { saveTo } from '../../runtime/index/save.ts'
import { threadWriterFor } from '../../runtime/local/saver.ts'
import { createLocalBackend } from '../../runtime/local/backend.ts'
import type { RunRequest } from '../../runtime/ports/backend.ts'
import type { Dataset } from '../../runtime/ports/dataset.ts'
import { type ColumnSpec, runPython, temporaryFolder, writeFiles } from './files.ts'

const folder = temporaryFolder()
const backend = createLocalBackend({ threads: 2 })
const save = saveTo(backend, folder.path, threadWriterFor, { version: '1.2.3' })
afterAll(async () => {
  await backend[Symbol.asyncDispose]()
  folder[Symbol.dispose]()
})

const t0 = 1_756_684_800_000_000_000n
const at = (ns: number): string => String(t0 + BigInt(ns))
const never = new AbortController().signal

function columns(file: number, times: readonly number[]): readonly ColumnSpec[] {
  return [
    { name: 't', type: 'int64', values: times.map(at) },
    { name: 'file', type: 'uint32', values: times.map(() => file) },
    { name: 'entry', type: 'int64', values: times.map((_, row) => row) },
    { name: 'run', type: 'int32', values: times.map(() => 100 + file) },
    { name: 'E', type: 'float32', unit: 'MeV', values: times.map((ns) => ns / 8) },
    { name: 'det', type: 'string', values: times.map((ns) => (ns % 2 === 0 ? 'CD' : 'WP')) },
    { name: 'q', type: 'float64', values: times.map((ns) => (ns % 3 === 0 ? null : ns)) },
    { name: 'hits', type: 'list<float32>', values: times.map((ns) => Array.from({ length: ns % 3 }, () => ns)) },
  ]
}

function document(files: readonly number[], goodTime: readonly object[]): string {
  const table = files.map((id) => ({ id, path: `/esd/${id}.root`, uuid: `uuid-${id}`, entries: 10 }))
  return JSON.stringify({ version: 1, files: table, goodTime, units: { q: 'pe' } })
}

const muonTimes = [3, 60]
const datasets = new Map<string, Dataset>()

beforeAll(async () => {
  writeFiles([
    {
      path: folder.file('a.arrow'),
      columns: columns(7, [1, 2, 4, 50]),
      document: document([7, 9], [{ run: 107, start: at(0), stop: at(55) }]),
    },
    {
      path: folder.file('b.arrow'),
      columns: columns(8, [50, 51, 52, 90]),
      document: document([8], [{ run: 108, start: at(50), stop: at(99) }]),
    },
    { path: folder.file('muons.arrow'), columns: columns(9, muonTimes), document: document([9], []) },
    {
      path: folder.file('approximate.arrow'),
      columns: columns(1, [5, 6]).map((column) => (column.name === 't' ? { ...column, unit: 'ns' } : column)),
    },
  ])
  for (const [key, path] of [
    ['events', '[ab].arrow'],
    ['muons', 'muons.arrow'],
    ['plain', 'approximate.arrow'],
  ] as const) {
    const request = { path, folder: folder.path, timeDeclared: false }
    datasets.set(key, { ...(await backend.open(request, never)), key })
  }
})

function scan(dataset: string): Plan {
  return { op: 'scan', dataset, schema: datasets.get(dataset)!.schema }
}

/** Every event with each muon within 10 ns before it. */
function match(): Plan {
  const window = { kind: 'within', low: -10, high: 0, order: 'before', reference: 'e.' } as const
  const role = {
    name: 'mu',
    quantifier: 'each',
    source: scan('muons'),
    where: null,
    window,
    text: 'with each mu',
  } as const
  return { op: 'match', input: scan('events'), anchor: 'e', anchorText: 'e', roles: [role] }
}

function request(signal = never): RunRequest {
  return { datasets, limit: 1000, signal, progress: () => {} }
}

const saving = (plan: Plan, path: string, signal = never) =>
  save({ kind: 'save', plan, path, text: 'from x' }, request(signal))

async function reopened(path: string): Promise<Dataset> {
  return backend.open({ path, folder: folder.path, timeDeclared: false }, never)
}

async function allRows(plan: Plan, known: ReadonlyMap<string, Dataset> = datasets): Promise<unknown[]> {
  const rows: unknown[] = []
  for await (const batch of backend.rows(plan, { ...request(), datasets: known })) rows.push(...plainRows(batch))
  return rows
}

function plainRows(batch: RecordBatch): unknown[] {
  return batch
    .toArray()
    .map((row) =>
      JSON.parse(JSON.stringify(row, (_, value: unknown) => (typeof value === 'bigint' ? String(value) : value))),
    )
}

const rowsOf = (dataset: Dataset) =>
  allRows({ op: 'scan', dataset: dataset.key, schema: dataset.schema }, new Map([[dataset.key, dataset]]))

describe.each(['arrow', 'parquet'])('a stream saved as .%s', (ending) => {
  test('of events opens again as the same events with the same good time', async () => {
    const rows = await saving(scan('events'), `events.${ending}`)
    const dataset = await reopened(`events.${ending}`)
    expect(rows).toBe(8)
    expect(dataset.schema).toEqual(datasets.get('events')!.schema)
    expect(dataset.goodTime).toEqual(datasets.get('events')!.goodTime)
    expect(dataset.events).toEqual(datasets.get('events')!.events)
    expect(dataset.history).toEqual({ query: 'from x', parents: [folder.file('a.arrow'), folder.file('b.arrow')] })
    expect(await rowsOf(dataset)).toEqual(await allRows(scan('events')))
  })

  test('of a match opens again as a match, its roles in one file table', async () => {
    await saving(match(), `match.${ending}`)
    const dataset = await reopened(`match.${ending}`)
    expect(dataset.schema).toMatchObject({ stream: 'match', roles: ['e', 'mu'], key: 'e.', references: ['e.', 'mu.'] })
    expect(dataset.goodTime).toEqual(datasets.get('events')!.goodTime)
    expect(dataset.events.map(({ path }) => path)).toEqual(['/esd/7.root', '/esd/9.root', '/esd/8.root'])
    const rows = (await rowsOf(dataset)) as Record<string, unknown>[]
    const places = rows.map((row) =>
      ['e.t', 'e.file', 'e.entry', 'mu.t', 'mu.file', 'mu.entry'].map((name) => row[name]),
    )
    expect(places).toEqual([[at(4), 0, '2', at(3), 1, '0']])
  })

  test('keeps a good time approximate', async () => {
    await saving(scan('plain'), `plain.${ending}`)
    const { goodTime } = await reopened(`plain.${ending}`)
    expect(goodTime).toEqual({ spans: [{ run: 101, start: at(5), stop: at(7) }], approximate: true })
  })

  test('without rows opens again', async () => {
    const none: Plan = {
      op: 'filter',
      input: scan('events'),
      where: { kind: 'bool', value: false },
      label: null,
      text: null,
    }
    expect(await saving(none, `none.${ending}`)).toBe(0)
    const dataset = await reopened(`none.${ending}`)
    const types = ({ columns }: Dataset['schema']) => columns.map(({ name, type }) => [name, type])
    expect(types(dataset.schema)).toEqual(types(datasets.get('events')!.schema))
    expect(dataset.files[0]!.rows).toBe(0)
    expect(dataset.goodTime).toEqual(datasets.get('events')!.goodTime)
  })

  test('as a table has neither file table nor good time', async () => {
    const { columns: all } = datasets.get('events')!.schema
    const keys = all
      .filter(({ name }) => name === 'run')
      .map(({ name, type, missing }) => ({ name, value: { kind: 'column', row: 'row', name, type, missing } as const }))
    const time = { kind: 'column', row: 'row', name: 't', type: { kind: 'instant' }, missing: false } as const
    const measures = [{ name: 'start', fn: 'min', value: time, type: { kind: 'instant' }, missing: false } as const]
    const plan: Plan = { op: 'group', input: scan('events'), keys, measures }
    await saving(plan, `table.${ending}`)
    const dataset = await reopened(`table.${ending}`)
    expect(dataset.schema).toMatchObject({ stream: 'table', key: null, references: [] })
    expect(dataset.goodTime.spans).toEqual([])
    expect(await rowsOf(dataset)).toEqual(await allRows(plan))
    expect(await rowsOf(dataset)).toEqual([
      { run: 107, start: at(1) },
      { run: 108, start: at(50) },
    ])
  })
})

test.each(['arrow', 'parquet'])('pyarrow reads a match saved as .%s, with units and the document', async (ending) => {
  await saving(match(), `for-python.${ending}`)
  const program = `
import json, sys, pyarrow.feather as f, pyarrow.parquet as pq
t = (f if sys.argv[1].endswith("arrow") else pq).read_table(sys.argv[1])
d = json.loads(t.schema.metadata[b"sift"])
print(json.dumps([t.schema.names[:4], t.select(["t", "file", "e.det", "e.hits"]).to_pylist(), t.schema.field("e.E").metadata[b"unit"].decode(), d["version"], d["producer"], d["producerVersion"], d["stream"], d["roles"], d["units"]["e.q"]]))`
  expect(JSON.parse(runPython(program, folder.file(`for-python.${ending}`)))).toEqual([
    ['t', 'run', 'file', 'entry'],
    [{ t: Number(at(4)), file: 0, 'e.det': 'CD', 'e.hits': [4] }],
    'MeV',
    1,
    'sift',
    '1.2.3',
    'match',
    ['e', 'mu'],
    'pe',
  ])
})

describe('what cannot be saved', () => {
  test('to a folder that does not exist is an error that names the nearest that does', async () => {
    await expect(saving(scan('events'), 'no/such/x.arrow')).rejects.toMatchObject({
      code: 'D007',
      message: expect.stringContaining('there is no folder'),
      fix: expect.stringContaining(`\`${folder.path}\``),
    })
  })

  test('over a file that the query reads is an error, also by another name of it', async () => {
    symlinkSync(folder.file('a.arrow'), folder.file('linked.arrow'))
    const before = readFileSync(folder.file('a.arrow'))
    for (const path of ['a.arrow', './a.arrow', 'linked.arrow']) {
      await expect(saving(scan('events'), path)).rejects.toMatchObject({
        code: 'D007',
        message: expect.stringContaining('reads'),
      })
    }
    expect(readFileSync(folder.file('a.arrow'))).toEqual(before)
  })

  test('with an unknown ending is an error that tells the known ones', async () => {
    await expect(saving(scan('events'), 'x.xyz')).rejects.toMatchObject({
      code: 'D007',
      fix: expect.stringContaining('.arrow'),
    })
  })
})

describe('a save that does not finish', () => {
  test('leaves the old file whole and nothing beside it when it is interrupted', async () => {
    mkdirSync(folder.file('out'))
    writeFileSync(folder.file('out/x.arrow'), 'old')
    const controller = new AbortController()
    const interrupting = { ...request(controller.signal), progress: () => controller.abort() }
    const saved = save({ kind: 'save', plan: scan('events'), path: 'out/x.arrow', text: '' }, interrupting)
    await expect(saved).rejects.toMatchObject({ code: 'R001' })
    expect(readdirSync(folder.file('out'))).toEqual(['x.arrow'])
    expect(readFileSync(folder.file('out/x.arrow'), 'utf8')).toBe('old')
  })

  test('leaves nothing when the rows fail on the way', async () => {
    const path = folder.file('gone.arrow')
    writeFiles([{ path, columns: columns(1, [1, 2]), document: document([1], []) }])
    const dataset = await reopened('gone.arrow')
    writeFiles([{ path, columns: columns(1, [1, 2, 3]), document: document([1], []) }])
    const plan: Plan = { op: 'scan', dataset: dataset.key, schema: dataset.schema }
    const failing = save(
      { kind: 'save', plan, path: 'never.arrow', text: '' },
      { ...request(), datasets: new Map([[dataset.key, dataset]]) },
    )
    await expect(failing).rejects.toMatchObject({ code: 'D002' })
    expect(existsSync(folder.file('never.arrow'))).toBe(false)
    expect(readdirSync(folder.path).filter((name) => name.includes('never'))).toEqual([])
  })
})
