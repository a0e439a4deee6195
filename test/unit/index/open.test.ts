import { describe, expect, test } from 'vitest'
import { inspect, type MemoryColumn, type MemoryFile, openMemory } from './memory-source.ts'

const t0 = 1_756_684_800_000_000_000n

function times(...after: readonly number[]): MemoryColumn {
  return { type: 'int64', unit: 'ns', values: after.map((ns) => t0 + BigInt(ns)) }
}

const int32 = (...values: readonly number[]): MemoryColumn => ({ type: 'int32', values })
const int64 = (...values: readonly number[]): MemoryColumn => ({ type: 'int64', values: values.map(BigInt) })
const float32 = (...values: readonly (number | null)[]): MemoryColumn => ({ type: 'float32', values })

function index(path: string, document?: unknown, columns: MemoryFile['columns'] = {}): MemoryFile {
  const own = {
    t: times(0, 5, 7),
    file: int32(0, 1, 0),
    entry: int64(4, 0, 5),
    run: int32(1, 1, 2),
    E: float32(1, 2, 3),
  }
  return { path, columns: { ...own, ...columns }, ...(document === undefined ? {} : { document }) }
}

const twoFiles = {
  version: 1,
  files: [
    { id: 0, path: '/esd/a.root', uuid: 'AAAA' },
    { id: 1, path: '/esd/b.root', uuid: 'bbbb' },
  ],
}

describe('columns', () => {
  test('t, file, entry and run come first, then the rest in the order of the file', async () => {
    const { E, ...rest } = index('a').columns
    const { schema } = await openMemory([
      { path: 'a', columns: { z: float32(0, 0, 0), E: E!, ...rest, b: int32(0, 0, 0) } },
    ])
    expect(schema.columns.map(({ name }) => name)).toEqual(['t', 'file', 'entry', 'run', 'z', 'E', 'b'])
  })

  test('a unit of the field wins over that of the document', async () => {
    const document = { ...twoFiles, units: { E: 'keV', x: 'mm' } }
    const columns = { E: { ...float32(1, 2, 3), unit: 'MeV' }, x: float32(1, 2, 3) }
    const { schema } = await openMemory([index('a', document, columns)])
    expect(schema.columns.slice(4).map(({ type }) => type)).toEqual([
      { kind: 'number', repr: 'float32', unit: [{ name: 'MeV', power: 1 }] },
      { kind: 'number', repr: 'float32', unit: [{ name: 'mm', power: 1 }] },
    ])
  })

  test('without a unit an integer is a count, and a floating-point number of unknown unit', async () => {
    const { schema } = await openMemory([index('a', undefined, { n: int32(1, 2, 3) })])
    expect(schema.columns.slice(4).map(({ type }) => type)).toEqual([
      { kind: 'number', repr: 'float32', unit: null },
      { kind: 'number', repr: 'int32', unit: [] },
    ])
  })

  test('a column that holds a null may be missing, also when only another file has the null', async () => {
    const { schema } = await openMemory([
      index('a', undefined, { file: int32(0, 0, 0) }),
      index('b', undefined, { E: float32(1, null, 3) }),
    ])
    expect(schema.columns.filter(({ missing }) => missing).map(({ name }) => name)).toEqual(['E'])
  })

  test('a column that the reader cannot give is told with the reason', async () => {
    const dataset = await openMemory([{ ...index('a'), skipped: { wave: 'maps are not read' } }])
    expect(dataset.skipped).toEqual([{ name: 'wave', reason: 'maps are not read' }])
  })
})

describe('what the rows are', () => {
  const { t: _, ...timeless } = index('a').columns
  const plain = (t: MemoryColumn, rest: Partial<MemoryFile> = {}) =>
    inspect({ path: 'a', columns: { t, x: float32(1, 2, 3) }, ...rest })
  const streamOf = async (inspection: ReturnType<typeof plain>) => (await inspection).layout.schema.stream

  test('without a column t a table', async () => {
    const { schema, files } = await openMemory([{ path: 'a', columns: timeless }])
    expect([schema.stream, schema.key, files[0]!.blocks]).toEqual(['table', null, []])
  })

  test('events when t is a timestamp', async () => {
    expect(await streamOf(plain({ type: 'timestamp', values: [1n, 2n, 3n] }))).toBe('events')
  })

  test('events when t is a whole number of unit ns', async () => {
    expect(await streamOf(plain(times(1, 2, 3)))).toBe('events')
  })

  test('events when t is a whole number in a file with a document', async () => {
    expect(await streamOf(plain(int64(1, 2, 3), { document: { version: 1, files: [] } }))).toBe('events')
  })

  test('a table when the document states another unit for t', async () => {
    expect(await streamOf(plain(int64(1, 2, 3), { document: { version: 1, files: [], units: { t: 'us' } } }))).toBe(
      'table',
    )
  })

  test('a table when nobody says what a whole number t is, and events when the query declares it', async () => {
    expect(await streamOf(plain(int64(1, 2, 3)))).toBe('table')
    expect(await streamOf(plain(int64(1, 2, 3), { timeDeclared: true }))).toBe('events')
  })

  test('a table when t is a floating-point number, whatever is declared', async () => {
    expect(await streamOf(plain({ ...float32(1, 2, 3), unit: 'ns' }, { timeDeclared: true }))).toBe('table')
  })

  test('a saved table stays a table and gets no references', async () => {
    const { layout } = await inspect({
      path: 'a',
      columns: { t: times(3, 1, 2), n: int32(1, 2, 3) },
      document: { version: 1, files: [], stream: 'table' },
    })
    expect([layout.schema.stream, layout.schema.columns.map(({ name }) => name), layout.schema.references]).toEqual([
      'table',
      ['t', 'n'],
      [],
    ])
  })

  test('a time that may be missing is an error', async () => {
    await expect(plain({ type: 'int64', unit: 'ns', values: [1n, null, 3n] })).rejects.toMatchObject({ code: 'D003' })
  })
})

describe('a saved match', () => {
  const roles = {
    'prompt.t': times(0, 0, 7),
    'prompt.file': int32(0, 0, 1),
    'prompt.entry': int64(1, 1, 1),
    'prompt.E': float32(1, 1, 2),
    'delayed.t': times(1, 2, 9),
    'delayed.file': int32(0, 0, 1),
    'delayed.entry': int64(2, 3, 4),
  }
  const document = { ...twoFiles, stream: 'match', roles: ['prompt', 'delayed'] }
  const bare = { t: roles['prompt.t'], run: int32(1, 1, 1), file: roles['prompt.file'], entry: roles['prompt.entry'] }

  test('opens as a match of its roles, without the bare columns of its anchor', async () => {
    const { schema } = await openMemory([{ path: 'a', columns: { ...bare, ...roles }, document }])
    expect(schema).toMatchObject({
      stream: 'match',
      key: 'prompt.',
      references: ['prompt.', 'delayed.'],
      roles: ['prompt', 'delayed'],
    })
    expect(schema.columns.map(({ name }) => name)).toEqual(Object.keys(roles))
    expect(schema.columns.filter(({ type }) => type.kind === 'instant').map(({ name }) => name)).toEqual([
      'prompt.t',
      'delayed.t',
    ])
  })

  test('may write its roles with underscores, as ROOT must', async () => {
    const columns = Object.fromEntries(Object.entries(roles).map(([name, column]) => [name.replace('.', '_'), column]))
    const { schema } = await openMemory([{ path: 'a', columns, document }])
    expect(schema.columns.map(({ name }) => name)).toEqual(Object.keys(roles))
  })

  test('of a match refers to every event of the inner one', async () => {
    const nested = Object.fromEntries(Object.entries(roles).map(([name, column]) => [`pair.${name}`, column]))
    const { schema } = await openMemory([{ path: 'a', columns: nested, document: { ...document, roles: ['pair'] } }])
    expect([schema.key, schema.references]).toEqual(['pair.prompt.', ['pair.prompt.', 'pair.delayed.']])
  })

  test('whose roles are not there is an error of its document', async () => {
    await expect(inspect({ path: 'a', columns: bare, document })).rejects.toMatchObject({
      code: 'D008',
      message: expect.stringContaining('`prompt.t`'),
    })
  })
})

describe('the file table', () => {
  test('numbers files densely in the order of index files and their own tables, one number per UUID', async () => {
    const other = {
      version: 1,
      files: [
        { id: 7, path: '/copy/b.root', uuid: 'BBBB' },
        { id: 1, path: '/esd/c.root', uuid: 'cccc' },
      ],
    }
    const { events, files } = await openMemory([
      index('run_1', twoFiles),
      index('run_2', other, { file: int32(7, 1, 7) }),
    ])
    expect(events.map(({ path }) => path)).toEqual(['/esd/a.root', '/esd/b.root', '/esd/c.root'])
    expect(files.map(({ reference }) => reference)).toEqual([
      {
        kind: 'columns',
        fileNumbers: [
          [0, 0],
          [1, 1],
        ],
      },
      {
        kind: 'columns',
        fileNumbers: [
          [7, 1],
          [1, 2],
        ],
      },
    ])
  })

  test('without UUIDs a path is one file', async () => {
    const table = {
      version: 1,
      files: [
        { id: 0, path: '/esd/a.root' },
        { id: 1, path: '/esd/b.root' },
      ],
    }
    const swapped = {
      version: 1,
      files: [
        { id: 0, path: '/esd/b.root' },
        { id: 1, path: '/esd/a.root' },
      ],
    }
    const { files } = await openMemory([index('run_1', table), index('run_2', swapped)])
    expect(files[1]!.reference).toEqual({
      kind: 'columns',
      fileNumbers: [
        [0, 1],
        [1, 0],
      ],
    })
  })

  test('a path with two UUIDs is two files', async () => {
    const rewritten = {
      version: 1,
      files: [
        { id: 0, path: '/esd/a.root', uuid: 'dddd' },
        { id: 1, path: '/esd/b.root', uuid: 'bbbb' },
      ],
    }
    const { events } = await openMemory([index('run_1', twoFiles), index('run_2', rewritten)])
    expect(events.map(({ uuid }) => uuid)).toEqual(['aaaa', 'bbbb', 'dddd'])
  })

  test('without a document the same number in two index files is two files', async () => {
    const { events, files } = await openMemory([index('run_1'), index('run_2', undefined, { file: int32(1, 3, 1) })])
    expect(files.map(({ reference }) => reference)).toEqual([
      {
        kind: 'columns',
        fileNumbers: [
          [0, 0],
          [1, 1],
        ],
      },
      {
        kind: 'columns',
        fileNumbers: [
          [1, 2],
          [3, 3],
        ],
      },
    ])
    expect(events).toHaveLength(4)
  })

  test('a file without file and entry is its own event data', async () => {
    const bare = (path: string): MemoryFile => ({
      path,
      uuid: `uuid of ${path}`,
      columns: { t: times(0, 1), E: float32(1, 2) },
    })
    const { schema, events, files } = await openMemory([bare('a'), bare('b')])
    expect(schema.columns.map(({ name }) => name)).toEqual(['t', 'file', 'entry', 'E'])
    expect(files.map(({ reference }) => reference)).toEqual([
      { kind: 'row', fileNumber: 0 },
      { kind: 'row', fileNumber: 1 },
    ])
    expect(events[1]).toEqual({ path: 'b', uuid: 'uuid of b', bytes: 0, entries: 2 })
  })

  test('half a reference gives way to the row itself, and is told', async () => {
    const dataset = await openMemory([{ path: 'a', columns: { t: times(0, 1), entry: int64(8, 9) } }])
    expect(dataset.files[0]!.reference).toEqual({ kind: 'row', fileNumber: 0 })
    expect(dataset.skipped?.map(({ name }) => name)).toEqual(['entry'])
  })

  test('a row that refers to a file which the table has not is an error that names the number', async () => {
    const opening = openMemory([index('a', twoFiles, { file: int32(0, 5, 0) })])
    await expect(opening).rejects.toMatchObject({ code: 'D008', message: expect.stringContaining('number 5') })
  })

  test('makes a copy of an index file an error, since each event would count twice', async () => {
    await expect(openMemory([index('/d/a', twoFiles), index('/d/copy', twoFiles)])).rejects.toMatchObject({
      code: 'D005',
      message: '`/d/copy` holds the same events as `/d/a`: each would count twice.',
    })
  })

  test('relative paths start at the folder of the index file', async () => {
    const { events } = await openMemory([
      index('/data/index/a', {
        version: 1,
        files: [
          { id: 0, path: '../esd/a.root' },
          { id: 1, path: 'root://x//b.root' },
        ],
      }),
    ])
    expect(events.map(({ path }) => path)).toEqual(['/data/esd/a.root', 'root://x//b.root'])
  })
})

describe('good time', () => {
  const span = (run: number, start: number, stop: number) => ({ run, start: String(start), stop: String(stop) })

  test('is what the documents state, spans of one run united', async () => {
    const stating = (...goodTime: readonly object[]) => ({ ...twoFiles, goodTime })
    const { goodTime } = await openMemory([
      index('a', stating(span(1, 10, 20), span(2, 40, 50))),
      index('b', stating(span(1, 15, 30), span(1, 32, 35)), { entry: int64(1, 2, 3) }),
    ])
    expect(goodTime).toEqual({ spans: [span(1, 10, 30), span(1, 32, 35), span(2, 40, 50)], approximate: false })
  })

  test('where none is stated reaches from the first to the last event of each run in each file, and is approximate', async () => {
    const { goodTime } = await openMemory([index('a')])
    const at = (ns: number) => String(t0 + BigInt(ns))
    expect(goodTime).toEqual({
      spans: [
        { run: 1, start: at(0), stop: at(6) },
        { run: 2, start: at(7), stop: at(8) },
      ],
      approximate: true,
    })
  })

  test('without a column run belongs to run 0', async () => {
    const { goodTime } = await openMemory([{ path: 'a', columns: { t: times(3, 9) } }])
    expect(goodTime.spans).toEqual([{ run: 0, start: String(t0 + 3n), stop: String(t0 + 10n) }])
  })

  test('is approximate when one of the files states none', async () => {
    const { goodTime } = await openMemory([index('a', { ...twoFiles, goodTime: [span(1, 10, 20)] }), index('b')])
    expect(goodTime.approximate).toBe(true)
  })
})

describe('time order', () => {
  test('a row that is too early is an error that names file, row and both times', async () => {
    await expect(inspect({ path: '/data/a', columns: { t: times(1, 5, 4) } })).rejects.toMatchObject({
      code: 'D004',
      message:
        '`/data/a` is not in time order: row 2 has t = 1756684800000000004 ns, the row before it t = 1756684800000000005 ns.',
    })
  })

  test('is checked across batches and to the nanosecond', async () => {
    const values = Array.from({ length: 65_537 }, (_, row) => t0 + BigInt(row))
    values[65_536] = t0 + 65_534n
    await expect(inspect({ path: 'a', columns: { t: { type: 'int64', unit: 'ns', values } } })).rejects.toMatchObject({
      code: 'D004',
      message: expect.stringContaining('row 65536'),
    })
  })

  test('is checked across a carry into the upper half of the integer, and for times before 1970', async () => {
    const late = { type: 'int64', unit: 'ns', values: [0xffff_ffffn, 0x1_0000_0000n, 0x1_0000_0000n] } as const
    const early = { type: 'int64', unit: 'ns', values: [-5n, -4n, 3n] } as const
    expect((await inspect({ path: 'a', columns: { t: late } })).blocks).toHaveLength(1)
    expect((await inspect({ path: 'a', columns: { t: early } })).blocks).toHaveLength(1)
    await expect(
      inspect({ path: 'a', columns: { t: { ...late, values: [0x1_0000_0000n, 0xffff_ffffn] } } }),
    ).rejects.toMatchObject({ code: 'D004' })
  })

  test('blocks say which times lie where, and whether there are ties', async () => {
    const values = Array.from({ length: 150_000 }, (_, row) => t0 + BigInt(row < 131_072 ? row : 131_071))
    const { blocks } = await inspect({ path: 'a', columns: { t: { type: 'int64', unit: 'ns', values } } })
    const at = (ns: number) => String(t0 + BigInt(ns))
    expect(blocks).toEqual([
      { start: 0, end: 65_536, tFirst: at(0), tLast: at(65_535), ties: false },
      { start: 65_536, end: 131_072, tFirst: at(65_536), tLast: at(131_071), ties: true },
      { start: 131_072, end: 150_000, tFirst: at(131_071), tLast: at(131_071), ties: true },
    ])
  })

  test('an empty file has no blocks and no good time', async () => {
    const { files, goodTime } = await openMemory([
      { path: 'a', columns: { t: { type: 'int64', unit: 'ns', values: [] } } },
    ])
    expect([files[0]!.rows, files[0]!.blocks, goodTime.spans]).toEqual([0, [], []])
  })
})

describe('files that differ', () => {
  const opening = (second: MemoryFile['columns']) =>
    openMemory([
      { path: '/d/a', columns: index('a').columns },
      { path: '/d/b', columns: second },
    ])
  const { E, ...withoutE } = index('a').columns

  test.each([
    [
      'in a type',
      { ...withoutE, E: int32(1, 2, 3) },
      'Column `E` is int32 in `/d/b`, but float32 of unknown unit in `/d/a`.',
    ],
    [
      'in a unit',
      { ...withoutE, E: { ...E!, unit: 'keV' } },
      'Column `E` is float32 [keV] in `/d/b`, but float32 of unknown unit in `/d/a`.',
    ],
    ['by a column that is not there', withoutE, '`/d/b` has no column `E`, but `/d/a` has it.'],
    ['by a column too many', { ...index('a').columns, F: E! }, '`/d/a` has no column `F`, but `/d/b` has it.'],
    [
      'by a time',
      { ...index('a').columns, t: int64(1, 2, 3) },
      '`/d/b` holds a table without time, but `/d/a` holds events.',
    ],
  ] as const)('%s are an error that names both', async (_, second, message) => {
    await expect(opening(second)).rejects.toMatchObject({ code: 'D003', message })
  })

  test('in the width of file and entry agree, since both become the dataset’s', async () => {
    await expect(
      opening({ ...index('a').columns, file: int64(0, 1, 0), entry: int32(4, 0, 5) }),
    ).resolves.toMatchObject({ files: { length: 2 } })
  })
})
