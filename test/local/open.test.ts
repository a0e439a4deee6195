import { copyFileSync, readFileSync, truncateSync, utimesSync, writeFileSync } from 'node:fs'
import { afterAll, describe, expect, test } from 'vitest'
import { createLocalBackend } from '../../runtime/local/backend.ts'
import { type ColumnSpec, type FileSpec, temporaryFolder, writeFiles } from './files.ts'

const folder = temporaryFolder()
const backend = createLocalBackend({ threads: 2 })
afterAll(async () => {
  await backend[Symbol.asyncDispose]()
  folder[Symbol.dispose]()
})

const t0 = 1_756_684_800_000_000_000n
const at = (ns: number): string => String(t0 + BigInt(ns))
const open = (path: string, signal = new AbortController().signal) =>
  backend.open({ path, folder: folder.path, timeDeclared: false }, signal)

const document = JSON.stringify({
  version: 1,
  files: [
    { id: 3, path: 'esd/a.root', uuid: '6F1C', entries: 9 },
    { id: 5, path: '/esd/b.root' },
  ],
  goodTime: [{ run: 101, start: at(0), stop: at(50) }],
  units: { E: 'MeV' },
  query: 'from "x"',
  parents: ['x'],
})

function columns(...times: readonly number[]): readonly ColumnSpec[] {
  return [
    { name: 'E', type: 'float32', values: times.map((_, row) => row / 2) },
    { name: 't', type: 'int64', values: times.map(at) },
    { name: 'file', type: 'uint32', values: times.map((_, row) => (row === 0 ? 3 : 5)) },
    { name: 'entry', type: 'int64', values: times.map((_, row) => row) },
    { name: 'run', type: 'int32', values: times.map(() => 101) },
  ]
}

const indexIn = (name: string, rest: Partial<FileSpec> = {}): FileSpec => ({
  path: folder.file(name),
  columns: columns(0, 7, 9),
  document,
  ...rest,
})

writeFiles([
  indexIn('index.arrow'),
  indexIn('index.parquet'),
  indexIn('index.h5'),
  indexIn('late.arrow', { columns: columns(1000, 2000) }),
  indexIn('unsorted.arrow', { columns: columns(3, 9, 8) }),
  indexIn('plain.arrow', { document: undefined as never }),
])

const schema = {
  stream: 'events',
  key: '',
  references: [''],
  roles: [],
  columns: [
    { name: 't', type: { kind: 'instant' }, missing: false },
    { name: 'file', type: { kind: 'number', repr: 'uint32', unit: [] }, missing: false },
    { name: 'entry', type: { kind: 'number', repr: 'int64', unit: [] }, missing: false },
    { name: 'run', type: { kind: 'number', repr: 'int32', unit: [] }, missing: false },
    { name: 'E', type: { kind: 'number', repr: 'float32', unit: [{ name: 'MeV', power: 1 }] }, missing: false },
  ],
}

describe.each(['arrow', 'parquet', 'h5'])('an index in the format of .%s', (ending) => {
  test('opens with its schema, file table, good time and history', async () => {
    const dataset = await open(`index.${ending}`)
    expect(dataset).toMatchObject({
      key: `index.${ending}`,
      path: `index.${ending}`,
      schema,
      events: [
        { path: folder.file('esd/a.root'), uuid: '6f1c', bytes: null, entries: 9 },
        { path: '/esd/b.root', uuid: null, bytes: null, entries: null },
      ],
      goodTime: { spans: [{ run: 101, start: at(0), stop: at(50) }], approximate: false },
      history: { query: 'from "x"', parents: ['x'] },
      files: [
        {
          rows: 3,
          reference: {
            kind: 'columns',
            fileNumbers: [
              [3, 0],
              [5, 1],
            ],
          },
          blocks: [{ start: 0, end: 3, tFirst: at(0), tLast: at(9), ties: false }],
        },
      ],
    })
  })

  test('that is cut off is an error that names the file', async () => {
    const cut = `cut.${ending}`
    copyFileSync(folder.file(`index.${ending}`), folder.file(cut))
    truncateSync(folder.file(cut), Math.floor(readFileSync(folder.file(cut)).length * (2 / 3)))
    await expect(open(cut)).rejects.toMatchObject({ code: 'D002', message: expect.stringContaining(cut) })
  })
})

test('files of two formats open as one dataset when their columns agree', async () => {
  const dataset = await open('{index.parquet,late.arrow}')
  expect(dataset.schema).toEqual(schema)
  expect(dataset.files.map(({ rows }) => rows)).toEqual([3, 2])
})

test('a file out of time order is an error that names the row', async () => {
  await expect(open('unsorted.arrow')).rejects.toMatchObject({
    code: 'D004',
    message: expect.stringContaining(`row 2 has t = ${at(8)} ns`),
  })
})

test('of several faults that of the first file is told', async () => {
  copyFileSync(folder.file('unsorted.arrow'), folder.file('fault_2.arrow'))
  writeFileSync(
    folder.file('fault_1.arrow'),
    'no index at all, only some sixty bytes of plain text in a file of that name',
  )
  await expect(open('fault_*.arrow')).rejects.toMatchObject({
    code: 'D002',
    message: expect.stringContaining('fault_1.arrow'),
  })
})

test('a whole number t without a unit is no time, until it is declared', async () => {
  const declared = await backend.open(
    { path: 'plain.arrow', folder: folder.path, timeDeclared: true },
    new AbortController().signal,
  )
  const plain = await open('plain.arrow')
  expect([plain.schema.stream, declared.schema.stream]).toEqual(['table', 'events'])
  expect(plain.key).not.toBe(declared.key)
})

test('a file that was written again is looked at again', async () => {
  const spec = { path: folder.file('again.arrow'), document }
  writeFiles([{ ...spec, columns: columns(1, 2) }])
  await open('again.arrow')
  writeFiles([{ ...spec, columns: columns(1, 2, 3, 4) }])
  utimesSync(spec.path, 1_700_000_000, 1_700_000_000)
  expect((await open('again.arrow')).files[0]?.rows).toBe(4)
})

test('opening can be interrupted', async () => {
  await expect(open('index.arrow', AbortSignal.abort())).rejects.toMatchObject({ code: 'R001' })
})
