import path from 'node:path'
import { beforeAll, expect, test } from 'vitest'
import { writeFiles } from '../local/files.ts'
import { siftJson, temporaryFolder } from './sift.ts'

// Instants over three years, next to one another by a nanosecond: float64 does not tell such neighbours apart when they are
// more than 104 days from where it counts from. All values are written by hand.

const folder = temporaryFolder()
/** 2025-09-01, 2026-09-01 and 2028-08-31 at midnight, with one neighbour on either side. */
const [first, second, third] = [1_756_684_800_000_000_000n, 1_788_220_800_000_000_000n, 1_851_292_800_000_000_000n]
const instants = [first, first + 1n, second - 1n, second, second + 1n, third - 1n, third, third + 1n].map(String)
const shuffled = [6, 3, 1, 7, 0, 5, 2, 4]

beforeAll(() => {
  writeFiles([
    {
      path: path.join(folder, 'events.arrow'),
      columns: [
        { name: 't', type: 'int64', values: instants },
        { name: 'file', type: 'uint32', values: instants.map(() => 0) },
        { name: 'entry', type: 'int64', values: instants.map((_, row) => row) },
      ],
      document: JSON.stringify({
        version: 1,
        files: [{ id: 0, path: 'a.root', uuid: null, entries: 8 }],
        units: { t: 'ns' },
      }),
    },
    {
      path: path.join(folder, 'table.arrow'),
      columns: [
        { name: 'when', type: 'timestamp[ns]', values: shuffled.map((row) => instants[row]!) },
        { name: 'number', type: 'int32', values: shuffled },
      ],
    },
  ])
})

const [firstDay, secondDay, thirdDay] = [first, second, third].map(String)
const [dayBeforeSecond, dayBeforeThird] = [second, third].map((instant) => String(instant - 86_400_000_000_000n))
const byDay = '(from "events.arrow" group by day = bin(t, 1 d): n = count(), last = max(t))'

test('events group by day over years', async () => {
  expect(await columns(`from ${byDay}`)).toEqual({
    day: [firstDay, dayBeforeSecond, secondDay, dayBeforeThird, thirdDay],
    n: [2, 1, 2, 1, 2],
    last: [1, 2, 4, 5, 7].map((row) => instants[row]),
  })
})

test.each([
  ['last > @2028-08-31', [7]],
  ['last >= @2028-08-31', [7]],
  ['last > @2028-08-31T00:00:00.000000001', []],
  ['last == @2028-08-31T00:00:00.000000001', [7]],
  ['last != @2026-09-01T00:00:00.000000001', [1, 2, 5, 7]],
  ['last < @2026-09-01', [1, 2]],
  ['last in @2026-08-31T23:59:59.999999999 .. @2026-09-01', [2]],
  ['last in @2025-09-01 ..< @2026-09-01', [1, 2]],
  ['last in [@2025-09-01T00:00:00.000000001, @2026-09-01, @2028-08-31T00:00:00.000000001]', [1, 7]],
  ['last > day and n > 1', [1, 4, 7]],
])('groups over years are compared to the ns: %s', async (condition, rows) => {
  const { last } = await columns(`from ${byDay} where ${condition}`)
  expect(last).toEqual(rows.map((row) => instants[row]))
})

test('the rows of a table are sorted, compared, grouped, counted and saved to the ns', async () => {
  const sorted = 'from "table.arrow" sort by when desc'
  expect((await columns(sorted))['number']).toEqual([7, 6, 5, 4, 3, 2, 1, 0])
  expect(
    (await columns('from "table.arrow" where when > @2028-08-31 or when < @2025-09-01T00:00:00.000000001'))['when'],
  ).toEqual([instants[7], instants[0]])
  expect(await columns('from "table.arrow" group by when: n = count()')).toEqual({
    when: instants,
    n: instants.map(() => 1),
  })
  expect(await columns('from "table.arrow" group by all = 1: least = min(when), most = max(when)')).toMatchObject({
    least: [instants[0]],
    most: [instants[7]],
  })
  await siftJson([`save (${sorted}) to "saved.parquet"`], folder)
  expect((await columns('from "saved.parquet"'))['when']).toEqual(instants.toReversed())
})

test('spans between instants years apart are exact', async () => {
  const since = 'from "table.arrow" sort by when define since = when - @2025-09-01T00:00:00.000000001'
  expect((await columns(since))['since']).toEqual([
    -1,
    0,
    '31535999999999998',
    '31535999999999999',
    '31536000000000000',
    '94607999999999998',
    '94607999999999999',
    '94608000000000000',
  ])
  expect(await columns('from "table.arrow" group by all = 1: span = max(when) - min(when), n = count()')).toMatchObject(
    {
      span: ['94608000000000001'],
    },
  )
  expect(
    await columns(`from ${byDay} select length = last - @2025-09-01, back = @2025-09-01 + (last - @2025-09-01)`),
  ).toEqual({
    length: [1, '31535999999999999', '31536000000000001', '94607999999999999', '94608000000000001'],
    back: [1, 2, 4, 5, 7].map((row) => instants[row]),
  })
})

test('bins of a day or a year, of the instants of a table, are exact', async () => {
  expect(await columns('from "table.arrow" group by day = bin(when, 1 d): n = count()')).toEqual({
    day: [firstDay, dayBeforeSecond, secondDay, dayBeforeThird, thirdDay],
    n: [2, 1, 2, 1, 2],
  })
  // A year is 365.25 d, counted from 1970.
  expect(await columns('from "table.arrow" sort by when define year = bin(when, 1 yr)')).toMatchObject({
    year: [55, 55, 56, 56, 56, 58, 58, 58].map((year) => String(31_557_600_000_000_000n * BigInt(year))),
  })
})

test('instants moved by a year are exact, and are compared to the ns', async () => {
  expect(
    await columns(
      'from "table.arrow" where when - 365 d >= @2025-09-01 and when - 365 d < @2025-09-01T00:00:00.000000001',
    ),
  ).toMatchObject({
    number: [3],
  })
  expect(
    await columns('from "table.arrow" sort by @2025-09-01 - when define later = when + 1095 d take 2'),
  ).toMatchObject({
    number: [7, 6],
    later: [third, third + 1n].map((instant) => String(instant + 94_608_000_000_000_000n)).toReversed(),
  })
})

test('windows of a hundred days, to either side, find what lies in them to the ns', async () => {
  const found = ['100 d after p', '100 d before p', '60 d of p'].map(
    (window) => `count(from "events.arrow" match p with d within ${window})`,
  )
  const { lines } = await siftJson([`show ${found.join(', ')}`], folder)
  expect(lines.map(({ value }) => value)).toEqual([7, 7, 14])
})

test('an instant moved by NaN is none', async () => {
  const moved = '(from "table.arrow" define later = when + (number - 3) / (number - 3) * 1 ns)'
  expect((await columns(`from ${moved} where later > when sort by when`))['number']).toEqual([0, 1, 2, 4, 5, 6, 7])
  const { status, lines } = await siftJson([`from ${moved}`], folder)
  expect({ status, ...lines.at(-1) }).toMatchObject({
    status: 4,
    code: 'R004',
    message: expect.stringContaining('`later`') as string,
  })
})

async function columns(cell: string): Promise<Readonly<Record<string, readonly unknown[]>>> {
  const { err, lines } = await siftJson([cell], folder, ['--rows', 'all'])
  const table = lines.find(({ kind }) => kind === 'table')
  if (table === undefined) throw new Error(`${cell}: ${JSON.stringify(lines)} ${err}`)
  return table['data'] as Readonly<Record<string, readonly unknown[]>>
}
