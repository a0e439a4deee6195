import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Rows, Vector } from '../../../runtime/engine/vector.ts'
import type { Dataset } from '../../../runtime/ports/dataset.ts'
import type { Source } from '../../../runtime/ports/format.ts'
import type { Slice } from '../../../runtime/engine/task.ts'
import { type CacheUse, ColumnCache, type MemoryRequest } from '../../../runtime/local/cached-columns.ts'
import { orderOf } from '../../../runtime/local/dataset-order.ts'
import { OpenSources } from '../../../runtime/local/open-sources.ts'
import { FileReader } from '../../../runtime/local/read-file.ts'
import { type Access, readSlice, readSome } from '../../../runtime/local/read.ts'
import { SharedColumns } from '../../../runtime/local/shared-columns.ts'
import { makeTextMemory, SharedTexts } from '../../../runtime/local/texts.ts'
import { type MemoryColumn, type MemoryFile, memorySource, openMemory } from '../index/memory-source.ts'

const t0 = 1_756_684_800_000_000_000n
const patient = new AbortController().signal

/**
 * The rows of a slice as plain values: instants from the base, texts as text, null where missing. Read three times: without
 * shared memory, filling it, and from it; and once more every third of them alone.
 */
async function read(files: readonly MemoryFile[], slice: Slice, columns: readonly string[], base = t0) {
  const dataset = await openMemory(files)
  const texts = new SharedTexts(makeTextMemory({ bytes: 1 << 16, texts: 1 << 10 }), 1)
  const sources = new OpenSources(async (path) => memorySource(files.find((file) => file.path === path)!))
  const reader = new FileReader({ base, texts, sources, cancel: patient, onRead: () => {} })
  const use = new ColumnCache(1 << 28).open()
  const order = orderOf(dataset)
  const memories = async (request: MemoryRequest) => use.memories(request)
  const shared =
    order && new SharedColumns(order, dataset.schema, { base, cancel: patient, reader, memories, onRead: () => {} })
  const plain = (access: Access) => readSlice(dataset, slice, columns, access).then(plainRows)
  const plainRows = (rows: Rows) => {
    expect([...rows.columns.keys()]).toEqual(columns)
    const values = columns.map((name) => {
      const isText = dataset.schema.columns.find((column) => column.name === name)?.type.kind === 'text'
      const ids = valuesOf(rows.columns.get(name)!, rows.rows)
      return isText ? ids.map((id) => (id === null ? null : texts.textOf(id as number))) : ids
    })
    return Array.from({ length: rows.rows }, (_, row) => values.map((column) => column[row]))
  }
  const rows = await plain({ reader, shared: null })
  expect(await plain({ reader, shared })).toEqual(rows)
  expect(await plain({ reader, shared })).toEqual(rows)
  const thirds = Uint32Array.from(rows.keys()).filter((row) => row % 3 === 1)
  const some = await readSome(dataset, slice, thirds, columns, { reader, shared })
  expect(plainRows(some)).toEqual(rows.filter((_, row) => row % 3 === 1))
  return rows
}

function valuesOf(vector: Vector, rows: number): unknown[] {
  return Array.from({ length: rows }, (_, row) => {
    if (vector.valid?.[row] === 0) return null
    if (vector.kind === 'numbers') {
      const residual = vector.residual?.[row] ?? 0
      return residual === 0 ? vector.values[row] : BigInt(vector.values[row]!) + BigInt(residual)
    }
    const [start, end] = [vector.offsets[row]!, vector.offsets[row + 1]!]
    const field = vector.fields.get('')!
    return valuesOf(field, field.values.length).slice(start, end)
  })
}

const between = (from: number, to: number): Slice => ({
  kind: 'time',
  from: String(t0 + BigInt(from)),
  to: String(t0 + BigInt(to)),
})
const always = between(-1_000_000, 1_000_000)
const times = (values: readonly number[]): MemoryColumn => ({
  type: 'int64',
  unit: 'ns',
  values: values.map((ns) => t0 + BigInt(ns)),
})
const uint32 = (...values: readonly number[]): MemoryColumn => ({ type: 'uint32', values })
const int64 = (...values: readonly (number | bigint | null)[]): MemoryColumn => ({
  type: 'int64',
  values: values.map((value) => (value === null ? null : BigInt(value))),
})

describe('a slice of time', () => {
  const file: MemoryFile = { path: 'a', columns: { t: times([0, 10, 10, 20, 30]), n: int64(1, 2, 3, 4, 5) } }

  test('holds the rows from its start on and before its end', async () => {
    expect(await read([file], between(10, 30), ['t', 'n'])).toEqual([
      [10, 2],
      [10, 3],
      [20, 4],
    ])
  })

  test('needs no column of time to be asked for', async () => {
    expect(await read([file], between(11, 31), ['n'])).toEqual([[4], [5]])
  })

  test('between two events is empty and still has its columns', async () => {
    expect(await read([file], between(11, 20), ['n', 't'])).toEqual([])
  })

  test('without columns counts rows', async () => {
    expect(await read([file], between(10, 30), [])).toHaveLength(3)
  })

  test('beyond the last event is empty', async () => {
    expect(await read([file], between(1000, 2000), ['n'])).toEqual([])
  })
})

describe('the order of events', () => {
  const table = {
    version: 1,
    files: [
      { id: 0, path: '/esd/a' },
      { id: 1, path: '/esd/b' },
    ],
  }

  test('is by time across files, whatever file a row is in', async () => {
    const files = [
      { path: 'a', columns: { t: times([0, 5, 9]), n: int64(1, 2, 3) } },
      { path: 'b', columns: { t: times([1, 4, 11]), n: int64(4, 5, 6) } },
      { path: 'c', columns: { t: times([20, 21]), n: int64(7, 8) } },
    ]
    expect(await read(files, always, ['n'])).toEqual([[1], [4], [5], [2], [3], [6], [7], [8]])
  })

  test('is right for a slice that begins after a file which began between two others', async () => {
    const files = [
      { path: 'a', columns: { t: times([0, 8]), n: int64(1, 2) } },
      { path: 'b', columns: { t: times([1, 2]), n: int64(3, 4) } },
      { path: 'c', columns: { t: times([9, 10]), n: int64(5, 6) } },
    ]
    expect(await read(files, between(5, 20), ['n'])).toEqual([[2], [5], [6]])
  })

  test('of the same time is by the dataset’s file number, then by entry', async () => {
    const file: MemoryFile = {
      path: 'a',
      document: table,
      columns: { t: times([7, 7, 7, 7]), file: uint32(1, 0, 1, 0), entry: int64(4, 9, 3, 8) },
    }
    expect(await read([file], always, ['file', 'entry'])).toEqual([
      [0, 8],
      [0, 9],
      [1, 3],
      [1, 4],
    ])
  })

  test('of the same time is that of the dataset also where it is not that of the file', async () => {
    const swapped = {
      version: 1,
      files: [
        { id: 0, path: '/esd/b' },
        { id: 1, path: '/esd/a' },
      ],
    }
    const files = [
      { path: 'x', document: table, columns: { t: times([1, 2]), file: uint32(0, 1), entry: int64(0, 1) } },
      { path: 'y', document: swapped, columns: { t: times([5, 5]), file: uint32(0, 1), entry: int64(2, 3) } },
    ]
    expect(await read(files, between(4, 9), ['file', 'entry'])).toEqual([
      [0, 3],
      [1, 2],
    ])
  })

  test('of the same time at the border of two files is by file number too', async () => {
    const swapped = {
      version: 1,
      files: [
        { id: 0, path: '/esd/b' },
        { id: 1, path: '/esd/a' },
      ],
    }
    const files = [
      { path: 'x', document: table, columns: { t: times([1, 5]), file: uint32(1, 1), entry: int64(0, 1) } },
      { path: 'y', document: swapped, columns: { t: times([5, 6]), file: uint32(1, 1), entry: int64(2, 3) } },
    ]
    expect(await read(files, always, ['t', 'file', 'entry'])).toEqual([
      [1, 1, 0],
      [5, 0, 2],
      [5, 1, 1],
      [6, 0, 3],
    ])
  })

  test('of a match is by its anchor, then by its roles', async () => {
    const file: MemoryFile = {
      path: 'a',
      document: { ...table, stream: 'match', roles: ['p', 'd'] },
      columns: {
        'p.t': times([1, 1, 1]),
        'p.file': uint32(0, 0, 0),
        'p.entry': int64(6, 5, 6),
        'd.t': times([9, 8, 7]),
        'd.file': uint32(0, 1, 1),
        'd.entry': int64(1, 2, 3),
      },
    }
    expect(await read([file], always, ['p.entry', 'd.t', 'd.file'])).toEqual([
      [5, 8, 1],
      [6, 7, 1],
      [6, 9, 0],
    ])
  })

  test('cannot be told for the same event twice: an error that names file and entry', async () => {
    const overlapping = (path: string, ...entries: readonly number[]): MemoryFile => ({
      path,
      document: table,
      columns: { t: times(entries), file: uint32(0, 0), entry: int64(...entries) },
    })
    const files = [overlapping('a', 2, 3), overlapping('b', 3, 4)]
    await expect(read(files, always, ['t'])).rejects.toMatchObject({
      code: 'D005',
      message: '`memory` has the same event twice: entry 3 of `/esd/a`.',
    })
  })
})

test('any files in any slices give the rows of all files, sorted', async () => {
  const fileOf = fc.array(fc.record({ t: fc.integer({ min: 0, max: 12 }), n: fc.integer({ min: -9, max: 9 }) }), {
    maxLength: 12,
  })
  await fc.assert(
    fc.asyncProperty(
      fc.array(fileOf, { minLength: 1, maxLength: 5 }),
      fc.integer({ min: -1, max: 13 }),
      async (contents, cut) => {
        const sorted = contents.map((rows) => rows.toSorted((left, right) => left.t - right.t))
        const files = sorted.map((rows, number): MemoryFile => ({
          path: `file ${number}`,
          columns: { t: times(rows.map(({ t }) => t)), n: int64(...rows.map(({ n }) => n)) },
        }))
        const expected = sorted
          .flatMap((rows, file) => rows.map(({ t, n }, entry) => [t, file, entry, n]))
          .toSorted((left, right) => left[0]! - right[0]! || left[1]! - right[1]! || left[2]! - right[2]!)
        const columns = ['t', 'file', 'entry', 'n']
        const halves = [
          ...(await read(files, between(-5, cut), columns)),
          ...(await read(files, between(cut, 50), columns)),
        ]
        expect(halves).toEqual(expected)
      },
    ),
    { numRuns: 200 },
  )
})

test('a slice of rows of a table runs through its files in their order', async () => {
  const files = [[5, 3], [9], [], [1, 2, 8]].map((values, at): MemoryFile => ({
    path: `${at}`,
    columns: { n: int64(...values) },
  }))
  expect(await read(files, { kind: 'rows', start: 1, end: 5 }, ['n', 'file', 'entry'])).toEqual([
    [3, 0, 1],
    [9, 1, 0],
    [1, 3, 0],
    [2, 3, 1],
  ])
})

describe('values', () => {
  const one = (column: MemoryColumn) =>
    read([{ path: 'a', columns: { x: column } }], { kind: 'rows', start: 0, end: 99 }, ['x'])

  test('of 64 bits keep what float64 loses', async () => {
    const values = [2n ** 53n + 1n, -(2n ** 63n), 5n, 2n ** 63n - 1n, -(2n ** 53n) - 1n]
    expect(await one({ type: 'int64', values })).toEqual([
      [2n ** 53n + 1n],
      [-(2 ** 63)],
      [5],
      [2n ** 63n - 1n],
      [-(2n ** 53n) - 1n],
    ])
  })

  test('of 64 bits without sign are not taken for negative', async () => {
    expect(await one({ type: 'uint64', values: [2n ** 64n - 1n, 7n] })).toEqual([[2n ** 64n - 1n], [7]])
  })

  test('that are missing are marked', async () => {
    expect(await one(int64(1, null, 3))).toEqual([[1], [null], [3]])
    expect(await one({ type: 'text', values: ['a', null, 'a', 'b'] })).toEqual([['a'], [null], ['a'], ['b']])
  })

  test('true and false are 1 and 0', async () => {
    expect(await one({ type: 'bool', values: [true, false, true, true, false, true, false, false, true] })).toEqual(
      [1, 0, 1, 1, 0, 1, 0, 0, 1].map((bit) => [bit]),
    )
  })

  test('of lists keep their lengths', async () => {
    expect(await one({ type: 'list<float32>', values: [[1, 2], [], [3]] })).toEqual([[[1, 2]], [[]], [[3]]])
  })

  test('of lists are those of the slice when it begins within a file', async () => {
    const x: MemoryColumn = { type: 'list<float32>', values: [[9], [1, 2], [], [3]] }
    expect(await read([{ path: 'a', columns: { t: times([0, 1, 2, 3]), x } }], between(1, 3), ['x'])).toEqual([
      [[1, 2]],
      [[]],
    ])
  })

  test('of many batches follow one another', async () => {
    const values = Array.from({ length: 140_000 }, (_, row) => row)
    const texts = values.map((row) => (row % 3 === 0 ? 'CD' : 'WP'))
    const file: MemoryFile = {
      path: 'a',
      columns: { t: times(values), x: { type: 'uint32', values }, d: { type: 'text', values: texts } },
    }
    const rows = await read([file], between(65_530, 131_080), ['x', 'd'])
    expect(rows).toEqual(values.slice(65_530, 131_080).map((row) => [row, texts[row]]))
  })
})

describe('instants', () => {
  const file = (...after: readonly bigint[]): MemoryFile => ({
    path: 'a',
    columns: { t: { type: 'int64', unit: 'ns', values: after.map((ns) => t0 + ns) } },
  })
  const whole: Slice = { kind: 'time', from: '0', to: String(2n ** 62n) }

  test('are exact to the nanosecond up to 104 days from the base, on either side', async () => {
    const far = 104n * 86_400_000_000_000n
    expect(await read([file(-far + 1n, far - 1n)], whole, ['t'])).toEqual([[Number(-far + 1n)], [Number(far - 1n)]])
  })

  test('farther away are an error instead of a wrong number', async () => {
    await expect(read([file(0n, 2n ** 53n)], whole, ['t'])).rejects.toMatchObject({ code: 'R004' })
  })

  test('are exact across a carry between the halves of the integer', async () => {
    const base = 0x1_ffff_fff0n
    const rows = await read(
      [{ path: 'a', columns: { t: { type: 'timestamp', values: [base - 32n, base, base + 31n] } } }],
      { kind: 'time', from: '0', to: '99999999999' },
      ['t'],
      base,
    )
    expect(rows).toEqual([[-32], [0], [31]])
  })
})

describe('memory that threads share', () => {
  const file: MemoryFile = {
    path: 'a',
    columns: { t: times([0, 10, 20]), n: int64(1, 2, 3), d: { type: 'text', values: ['a', 'b', 'a'] } },
  }

  async function accessTo(dataset: Dataset, source: () => Source, use: CacheUse, base = t0): Promise<Access> {
    const texts = new SharedTexts(makeTextMemory({ bytes: 64, texts: 8 }), 1)
    const reader = new FileReader({
      base,
      texts,
      sources: new OpenSources(async () => source()),
      cancel: patient,
      onRead: () => {},
    })
    const memories = async (request: MemoryRequest) => use.memories(request)
    const options = { base, cancel: patient, reader, memories, onRead: () => {} }
    return { reader, shared: new SharedColumns(orderOf(dataset), dataset.schema, options) }
  }

  const unreadable = () => {
    throw new Error('the file is read again')
  }

  test('saves the second reading of a file', async () => {
    using use = new ColumnCache(1 << 20).open()
    const dataset = await openMemory([file])
    await readSlice(dataset, between(5, 30), ['t', 'n', 'd'], await accessTo(dataset, () => memorySource(file), use))
    const again = await readSlice(dataset, between(5, 30), ['t', 'n'], await accessTo(dataset, unreadable, use))
    expect([...again.columns.values()].map((vector) => valuesOf(vector, again.rows))).toEqual([
      [10, 20],
      [2, 3],
    ])
  })

  test('holds times from another base than the task’s', async () => {
    using use = new ColumnCache(1 << 20).open()
    const dataset = await openMemory([file])
    await readSlice(dataset, always, ['t'], await accessTo(dataset, () => memorySource(file), use))
    const again = await readSlice(dataset, between(5, 30), ['t'], await accessTo(dataset, unreadable, use, t0 - 100n))
    expect(valuesOf(again.columns.get('t')!, again.rows)).toEqual([110, 120])
  })

  test('is given back when reading fails, so that the next can try', async () => {
    using use = new ColumnCache(1 << 20).open()
    const dataset = await openMemory([file])
    const failing = () => ({ ...memorySource(file), scan: unreadable })
    await expect(readSlice(dataset, always, ['n'], await accessTo(dataset, failing, use))).rejects.toThrow('read again')
    const rows = await readSlice(dataset, always, ['n'], await accessTo(dataset, () => memorySource(file), use))
    expect(valuesOf(rows.columns.get('n')!, rows.rows)).toEqual([1, 2, 3])
  })

  test('without room is done without', async () => {
    using use = new ColumnCache(10).open()
    const dataset = await openMemory([file])
    const rows = await readSlice(dataset, between(5, 30), ['n'], await accessTo(dataset, () => memorySource(file), use))
    expect(valuesOf(rows.columns.get('n')!, rows.rows)).toEqual([2, 3])
  })
})
