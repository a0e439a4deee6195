import { describe, expect, test } from 'vitest'
import type { CutflowBy, Expr, Plan } from '../../../dsl/ir/plan.ts'
import type { Schema } from '../../../dsl/ir/types.ts'
import { execute, type ExecuteOptions } from '../../../runtime/engine/index.ts'
import { reachOf } from '../../../runtime/engine/reach.ts'
import type { Row } from '../../../runtime/naive/row.ts'
import { memoryExecutor, type MemoryDataset } from '../../support/memory-executor.ts'
import { plainResult } from '../../support/plain-result.ts'
import {
  about,
  bool,
  call,
  column,
  events,
  eventsSchema,
  filter,
  instant,
  int32,
  int64,
  match,
  number,
  otherColumn,
  role,
  scan,
  veto,
  within,
} from '../naive/build.ts'

const signal = new AbortController().signal
const stream = scan('events')
const goodTime = { spans: [{ run: 1, start: '0', stop: '1000' }], approximate: false }

function dataOf(...times: readonly number[]): ReadonlyMap<string, MemoryDataset> {
  return new Map([
    ['events', { ...events(...times.map((t, entry) => ({ t, entry, E: entry }))), schema: eventsSchema() }],
  ])
}

async function tableOf(
  plan: Plan,
  data: ReadonlyMap<string, MemoryDataset>,
  options: Partial<ExecuteOptions> = {},
): Promise<readonly (readonly unknown[])[]> {
  const result = await execute({ kind: 'table', plan }, memoryExecutor(data), { limit: 1000, signal, ...options })
  return (plainResult(result) as { readonly rows: readonly (readonly unknown[])[] }).rows
}

describe('a burst', () => {
  const burst: Plan = { op: 'burst', input: stream, atLeast: 2, within: 10 }
  const entryAndId = async (times: readonly number[], cuts: readonly bigint[]): Promise<readonly unknown[]> => {
    const rows = await tableOf(burst, dataOf(...times), { cuts })
    return rows.map((row) => [row[2], row.at(-1)])
  }

  test('that is a hundred times longer than its window has one name in all slices', async () => {
    const times = Array.from({ length: 120 }, (_, at) => 10 * at)
    const cuts = Array.from({ length: 40 }, (_, at) => BigInt(30 * at + 5))
    expect(await entryAndId(times, cuts)).toEqual(times.map((_, at) => [String(at), '0']))
  })

  test('ends where the next window shares no event with it, also when that begins within its length', async () => {
    // Windows [0, 10] and [11, 21]: apart by 1 ns.
    expect(await entryAndId([0, 10, 11, 21], [])).toEqual([
      ['0', '0'],
      ['1', '0'],
      ['2', '0'],
      ['3', '0'],
    ])
    expect(await entryAndId([0, 5, 21, 22], [])).toEqual([
      ['0', '0'],
      ['1', '0'],
      ['2', '2'],
      ['3', '2'],
    ])
  })
})

describe('a union', () => {
  const place: Plan = {
    op: 'renumber',
    input: { op: 'shift', input: stream, by: 500 },
    columns: ['file'],
    files: [0],
  }
  const both = (second: Plan): Plan => ({
    op: 'union',
    inputs: [stream, second],
    good: 'runs',
    schema: eventsSchema(),
  })

  test('refuses the same event at another time, in whatever slice, by file and entry', async () => {
    for (const cuts of [[], [250n, 510n]]) {
      const refused = tableOf(both(place), dataOf(0, 20), { cuts })
      await expect(refused).rejects.toMatchObject({
        code: 'D005',
        message: 'The same event is on both sides of a union: entry 0 of `a.root`.',
      })
    }
  })

  test('takes streams whose files are different without looking at the events', async () => {
    const other = { ...place, files: [7, 8] }
    expect(await tableOf(both(other), dataOf(0, 20), { cuts: [10n] })).toHaveLength(4)
  })
})

describe('a join', () => {
  const schema: Schema = {
    stream: 'table',
    columns: [
      { name: 'k', type: int64, missing: true },
      { name: 'at', type: instant, missing: true },
      { name: 'x', type: int32, missing: false },
    ],
    key: null,
    references: [],
    roles: [],
  }
  const table = (...rows: readonly (readonly [k: number | bigint | undefined, at: bigint | undefined])[]) =>
    new Map([
      ...dataOf(0, 10, 20),
      [
        'table',
        { goodTime, schema, rows: rows.map(([k, at], x): Row => new Map(Object.entries({ k, at, x }))) },
      ] as const,
    ])
  const join = (left: Plan & { op: 'scan' }, key: 'k' | 'at', unmatched: 'drop' | 'missing' | 'error'): Plan => ({
    op: 'join',
    input: left,
    name: 'p',
    source: { op: 'scan', dataset: 'table', schema },
    keys: [
      {
        left: key === 'k' ? column('E') : column('t', instant),
        right: column(key, key === 'k' ? int64 : instant, true),
      },
    ],
    unmatched,
  })
  const events = stream as Plan & { op: 'scan' }

  test('compares numbers by value: no float64 is 2^53 + 1', async () => {
    const doubled: Plan = {
      op: 'join',
      input: {
        op: 'define',
        input: events,
        columns: [{ name: 'y', value: call('add', column('E'), number(2 ** 53)) }],
      },
      name: 'p',
      source: { op: 'scan', dataset: 'table', schema },
      keys: [{ left: column('y'), right: column('k', int64, true) }],
      unmatched: 'drop',
    }
    const rows = await tableOf(doubled, table([2n ** 53n + 1n, 0n], [2n ** 53n + 2n, 0n], [undefined, 0n]))
    expect(rows.map((row) => [row[3], row.at(-1)])).toEqual([['2', '1']])
  })

  test('compares instants far from any base exactly', async () => {
    const rows = await tableOf(join(events, 'at', 'drop'), table([0, 10n], [0, 2n ** 62n], [0, undefined], [0, -1n]))
    expect(rows.map((row) => [row[0], row.at(-1)])).toEqual([['10', '0']])
  })

  test('refuses two partners of a row, and bears two rows that are nobody’s', async () => {
    await expect(tableOf(join(events, 'k', 'drop'), table([1, 0n], [1, 1n]))).rejects.toMatchObject({ code: 'D005' })
    expect(await tableOf(join(events, 'k', 'drop'), table([9, 0n], [9, 1n]))).toEqual([])
  })

  test('with event data names the event that is not there', async () => {
    await expect(tableOf(join(events, 'k', 'error'), table([0, 0n], [1, 1n]))).rejects.toMatchObject({
      code: 'D009',
      message: 'Entry 2 of `a.root` has no partner in the join `p`.',
    })
  })
})

test('lists out of the middle of what a task has read keep their own elements', async () => {
  const schema = eventsSchema([
    ...eventsSchema().columns,
    { name: 'q', type: { kind: 'list', element: int32 }, missing: false },
  ])
  const lists = events(...[0, 10, 20, 30].map((t, entry) => ({ t, entry, q: [entry, 10 * entry] })))
  const some = scan('events', schema)
  const counted = filter(some, call('less', number(0), about('count', some, within(-10, 10, 'any'))))
  const rows = await tableOf(counted, new Map([['events', { ...lists, schema }]]), { cuts: [15n] })
  expect(rows.map((row) => row.at(-1))).toEqual([0, 1, 2, 3].map((entry) => [String(entry), String(10 * entry)]))
})

describe('a cutflow', () => {
  const cut = (input: Plan, name: string, below: number): Plan =>
    filter(input, call('less', column('E'), number(below)), name)
  const linesOf = async (plan: Plan, by: CutflowBy | null = null): Promise<unknown> => {
    const query = { kind: 'cutflow', source: 'x', plan, by } as const
    const result = await execute(query, memoryExecutor(dataOf(0, 10, 20, 30)), { limit: 0, signal, cuts: [15n] })
    if (result.kind !== 'cutflow') throw new Error('no cutflow')
    return result.rows.map((line) => [
      line.cut,
      line.sequential,
      line.alone,
      line.nMinus1,
      ...('by' in line ? [line.by] : []),
    ])
  }

  test('counts cuts on both sides of an optional join together, and of another join apart', async () => {
    const keys = [{ left: column('n', int64), right: column('entry', int64) }]
    const join = (unmatched: 'missing' | 'drop'): Plan =>
      cut({ op: 'join', input: cut(stream, 'a', 3), name: 'p', source: stream, keys, unmatched }, 'b', 2)
    expect(await linesOf(join('missing'))).toEqual([
      ['a', 3, 3, 2],
      ['b', 2, 2, 3],
    ])
    expect(await linesOf(join('drop'))).toEqual([
      ['a', 3, 3, 4],
      ['b', 2, 2, 3],
    ])
  })

  test('counts in the time of each cut where a shift lies between', async () => {
    const early = { low: 0, high: 5 }
    const shifted: Plan = { op: 'shift', input: cut(stream, 'a', 3), by: 10 }
    const plan = veto('keep', shifted, cut(stream, 'second', 2), early)
    // At 10, 20, 30 and 40: the windows [0, 5] and [10, 15] about the first two events hold the first one.
    expect(await linesOf(plan)).toEqual([
      ['a', 3, 3, 1],
      ['keep', 1, 1, 3],
    ])
  })

  test('splits by a column of the rows it starts from, −0 with +0', async () => {
    const value = { kind: 'column', row: 'row', name: 'n', type: int64, missing: false } as const
    expect(await linesOf(cut(stream, 'a', 3), { name: 'n', value })).toEqual([['a', 3, 3, 4, 0]])
  })
})

test('the nearest of two candidates as near is the earlier one, also where a list is put to the other row', async () => {
  const schema = eventsSchema([
    ...eventsSchema().columns,
    { name: 'q', type: { kind: 'list', element: int32 }, missing: false },
  ])
  const lists = events(...[0, 10, 20].map((t, entry) => ({ t, entry, q: [7] })))
  const some = scan('events', schema)
  const list = { kind: 'column', row: 'row', name: 'p.q', type: schema.columns.at(-1)!.type, missing: false } as const
  const element: Expr = { kind: 'column', row: 'element', name: '', type: int32, missing: false }
  const isMore = call('less', otherColumn('E'), element)
  const where: Expr = { kind: 'reduce', fn: 'any', list, value: isMore, where: null, type: bool, missing: false }
  const nearest = match(some, 'p', role('nearest', 'd', some, within(-10, 10, 'any', 'p.'), where))
  const rows = await tableOf(nearest, new Map([['events', { ...lists, schema }]]))
  expect(rows.map((row) => [row[2], row[schema.columns.length + 2]])).toEqual([
    ['0', '1'],
    ['1', '0'],
    ['2', '1'],
  ])
})

test('matches of one anchor stand in the order of their roles under the new file numbers', async () => {
  const rows = [
    { t: 0, entry: 0, file: 2 },
    { t: 5, entry: 0, file: 0 },
    { t: 5, entry: 0, file: 1 },
    { t: 4, entry: 9, file: 1 },
  ]
  const data = new Map([['events', { ...events(...rows), schema: eventsSchema() }]])
  const pairs = match(scan('events'), 'p', role('each', 'd', scan('events'), within(1, 9, 'after', 'p.')))
  const files: readonly number[] = [8, 7, 2]
  const plan: Plan = { op: 'renumber', input: pairs, columns: ['p.file', 'd.file'], files }
  const width = eventsSchema().columns.length
  const found = (await tableOf(plan, data)).filter((row) => row[0] === '0')
  expect(found.map((row) => [row[width], row[width + 1]])).toEqual([
    ['4', '7'],
    ['5', '7'],
    ['5', '8'],
  ])
})

describe('the reach', () => {
  test.each<readonly [string, Plan, number, number]>([
    ['of a stream that is shifted into the future looks back', { op: 'shift', input: stream, by: 7 }, 7, 0],
    ['of a burst is its window on both sides', { op: 'burst', input: stream, atLeast: 2, within: 5 }, 5, 5],
    [
      'of a veto after a shifted stream is that of both',
      veto('veto', stream, { op: 'shift', input: stream, by: 7 }, { low: 0, high: 3 }),
      10,
      0,
    ],
    [
      'of a match with a stream shifted into the past looks ahead',
      match(stream, 'p', role('each', 'd', { op: 'shift', input: stream, by: -20 }, within(1, 3, 'after', 'p.'))),
      0,
      23,
    ],
    [
      'of a union is that of its widest input',
      {
        op: 'union',
        inputs: [
          { op: 'shift', input: stream, by: 4 },
          { op: 'shift', input: stream, by: -9 },
        ],
        good: 'runs',
        schema: eventsSchema(),
      },
      4,
      9,
    ],
  ])('%s', (_, plan, before, after) => {
    expect(reachOf(plan)).toEqual({ before, after })
  })
})

test('explain tells reach, slices, columns, rows and what is held, and reads nothing', async () => {
  const burst: Plan = { op: 'burst', input: filter(stream, column('ok', { kind: 'bool' })), atLeast: 2, within: 5 }
  const plan: Plan = { op: 'take', input: { op: 'shift', input: burst, by: 3 }, count: 2 }
  const executor = memoryExecutor(dataOf(0, 10, 20), { onSlice: () => expect.unreachable() })
  const query = { kind: 'explain', name: 'x', plan, text: 'plan' } as const
  const result = await execute(query, executor, { limit: 0, signal })
  expect(result).toMatchObject({
    facts: {
      reach: { beforeNs: 8, afterNs: 2 },
      slices: 1,
      neededBytes: null,
      workers: 1,
      reads: [
        {
          path: 'events',
          columns: ['E', 'det', 'entry', 'file', 'n', 'ok', 't'],
          files: 2,
          blocks: 2,
          rows: 3,
          bytes: 3 * (8 + 4 + 8 + 8 + 8 + 1 + 4),
        },
      ],
      held: ['burst', 'take'],
    },
    text: `plan
reach: 8e-9 s before, 2e-9 s after
1 slice on 1 worker
reads events: E, det, entry, file, n, ok, t of 3 rows in 2 blocks of 2 files, about 1 kB
held in memory: burst, take`,
  })
})
