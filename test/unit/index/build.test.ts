import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { hostname, tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  Bool,
  type Data,
  Dictionary,
  Field,
  Float32,
  Int32,
  Int64,
  List,
  RecordBatch,
  Schema,
  Struct,
  Utf8,
  Vector,
  vectorFromArray,
} from 'apache-arrow'
import fc from 'fast-check'
import { afterAll, describe, expect, test } from 'vitest'
import { writeCsv } from '../../../runtime/formats/csv-write.ts'
import { emptyPicks, gather } from '../../../runtime/index/build-gather-kernel.ts'
import { spansOfEvents } from '../../../runtime/index/build-good-time.ts'
import { Journal } from '../../../runtime/index/build-journal.ts'
import { lockFolder } from '../../../runtime/index/build-lock.ts'
import { sortedRows } from '../../../runtime/index/build-sort-kernel.ts'
import { readRunTable } from '../../../runtime/index/run-table.ts'

const folder = mkdtempSync(join(tmpdir(), 'sift-unit-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))
let serial = 0
const fresh = (): string => {
  const path = join(folder, String((serial += 1)))
  mkdirSync(path)
  return path
}

describe('gather', () => {
  const list = new List(new Field('item', new Struct([new Field('q', new Float32(), false)]), false))
  const types = {
    number: { type: new Int64(), value: fc.bigInt({ min: -5n, max: 5n }) },
    bool: { type: new Bool(), value: fc.boolean() },
    text: { type: new Dictionary(new Utf8(), new Int32()), value: fc.constantFrom('CD', 'WP', 'µ', '') },
    list: { type: list, value: fc.array(fc.record({ q: fc.constantFrom(0.5, 2, -1) }), { maxLength: 4 }) },
  } as const

  test.each(Object.keys(types) as (keyof typeof types)[])('picks rows of any pieces: %s', (kind) => {
    const { type, value } = types[kind]
    const piece = fc.array(fc.option(value as fc.Arbitrary<unknown>, { freq: 5 }), { minLength: 1, maxLength: 12 })
    fc.assert(
      fc.property(fc.array(piece, { minLength: 1, maxLength: 3 }), fc.infiniteStream(fc.nat()), (pieces, choose) => {
        const data = pieces.map((values) => vectorFromArray(values, type as Int64).data[0] as Data)
        const picks = emptyPicks(20)
        const next = (below: number): number => (choose.next().value as number) % below
        for (let i = 0; i < 20; i++) {
          picks.piece[i] = next(pieces.length)
          picks.row[i] = next(pieces[picks.piece[i]!]!.length)
        }
        const found = gather(data, picks, data[0]!.type)
        const plain = (of: unknown): unknown =>
          JSON.parse(JSON.stringify(of, (_, v: unknown) => (typeof v === 'bigint' ? String(v) : v)))
        const values = Array.from({ length: 20 }, (_, i) => pieces[picks.piece[i]!]![picks.row[i]!])
        expect(plain(vectorOf(found))).toEqual(plain(values))
      }),
    )
  })
})

function vectorOf(data: Data): readonly unknown[] {
  return [...new Vector([data])]
}

test('rows are sorted by run, then time, then position; sorted ones stay', () => {
  expect(sortedRows([2, 1, 1, 1], BigInt64Array.of(0n, 7n, 3n, 7n))).toEqual(Uint32Array.of(2, 1, 3, 0))
  expect(sortedRows([1, 1, 2], BigInt64Array.of(3n, 3n, 0n))).toBeNull()
})

describe('the good time of events', () => {
  test('ends where a pause is longer than the gap, and holds the last event', () => {
    const stretches = [
      [50n, 60n],
      [0n, 10n],
      [8n, 20n],
      [30n, 30n],
    ] as const
    expect(spansOfEvents(7, stretches, 10n)).toEqual([
      { run: 7, start: '0', stop: '31' },
      { run: 7, start: '50', stop: '61' },
    ])
  })

  test('of rare events has no more than 1000 spans', () => {
    const rare = Array.from({ length: 3000 }, (_, i) => [BigInt(i * 50), BigInt(i * 50)] as const)
    expect(spansOfEvents(7, rare, 10n)).toEqual([{ run: 7, start: '0', stop: '149951' }])
  })
})

describe('a run table', () => {
  const write = (text: string): string => {
    const path = join(fresh(), 'runs.csv')
    writeFileSync(path, text)
    return path
  }

  test('gives instants as ns or as ISO text, in any order of columns', () => {
    expect(
      readRunTable(write('\ufeffstart,stop,run\r\n1,2,5\r\n1970-01-01T00:00:00.000000003Z,1970-01-02,6\r\n')),
    ).toEqual([
      { run: 5, start: '1', stop: '2' },
      { run: 6, start: '3', stop: '86400000000000' },
    ])
  })

  test.each([
    ['run,begin,end\n', 'its first line'],
    ['run,start,stop\n5,2,1\n', 'line 2 is `5,2,1`'],
    ['run,start,stop\n5,1,2\n,1,2\n', 'line 3 is `,1,2`'],
    ['run,start,stop\n5,yesterday,2\n', 'line 2'],
  ])('that is wrong is told with its line: %j', (text, word) => {
    expect(() => readRunTable(write(text))).toThrow(word)
  })
})

describe('the journal', () => {
  test('ends a last step that was broken off: what is staged takes its place, what has its place stays', async () => {
    const index = fresh()
    mkdirSync(join(index, '.sift-build', 'staged'), { recursive: true })
    writeFileSync(join(index, '.sift-build', 'commit.json'), JSON.stringify({ names: ['a', 'b'], result: 'done' }))
    writeFileSync(join(index, '.sift-build', 'staged', 'b'), 'new b')
    writeFileSync(join(index, 'a'), 'new a')
    writeFileSync(join(index, 'b'), 'old b')
    const journal = new Journal(index)
    const commit = journal.committing<string>()
    expect(commit).not.toBeNull()
    expect(await journal.commit(commit ?? { names: [], result: '' })).toBe('done')
    journal.leave()
    expect(readdirSync(index).toSorted()).toEqual(['a', 'b'])
    expect([readFileSync(join(index, 'a'), 'utf8'), readFileSync(join(index, 'b'), 'utf8')]).toEqual(['new a', 'new b'])
  })
})

describe('the lock', () => {
  const owner = (pid: number, host = hostname()): string =>
    JSON.stringify({ pid, host, started: 'long ago', since: 'then' })

  test('of a process that is gone, or whose number another has now, is no hindrance', () => {
    const state = fresh()
    writeFileSync(join(state, 'lock.4'), owner(process.pid))
    {
      using _ = lockFolder(state)
      expect(readdirSync(state)).toEqual(['lock.5'])
      expect(() => lockFolder(state)).toThrow('Another build is at work')
    }
    expect(existsSync(join(state, 'lock.5'))).toBe(false)
  })

  test('of another machine holds', () => {
    const state = fresh()
    writeFileSync(join(state, 'lock.0'), owner(1, 'elsewhere'))
    expect(() => lockFolder(state)).toThrow('process 1 on elsewhere, since then')
  })
})

test('CSV quotes where it must, leaves missing values empty and keeps the shortest digits', async () => {
  const path = join(fresh(), 'x.csv')
  const unit = new Map([['unit', 'MeV']])
  const fields = [
    new Field('E', new Float32(), true, unit),
    new Field('a,b', new Dictionary(new Utf8(), new Int32()), true),
    new Field('ok', new Bool(), true),
    new Field('n', new Int64(), true),
  ]
  const columns = [
    vectorFromArray([0.1, null, NaN], new Float32()),
    vectorFromArray(['plain', 'with "quotes"', 'two\nlines'], new Dictionary(new Utf8(), new Int32())),
    vectorFromArray([true, null, false], new Bool()),
    vectorFromArray([9007199254740993n, -1n, null], new Int64()),
  ]
  const schema = new Schema(fields)
  const { data } = new RecordBatch(
    Object.fromEntries(columns.map((column, at) => [String(at), column.data[0]!])) as never,
  )
  const batch = new RecordBatch(schema, data.clone(new Struct(fields)) as never)
  const rows = await writeCsv(
    path,
    schema,
    (async function* () {
      yield batch
    })(),
  )
  expect(rows).toBe(3)
  expect(readFileSync(path, 'utf8')).toBe(
    'E [MeV],"a,b",ok,n\n0.1,plain,true,9007199254740993\n,"with ""quotes""",,-1\nNaN,"two\nlines",false,\n',
  )
})
