import path from 'node:path'
import { beforeAll, expect, test } from 'vitest'
import { writeFiles } from '../local/files.ts'
import { siftJson, temporaryFolder } from './sift.ts'

// Three runs of 100 ms in two Parquet files: 1 and 2 touch, 3 comes after a gap of 100 ms. Worked out by hand.

const folder = temporaryFolder()
const start = 1_756_684_800_000_000_000n
const at = (ms: number): string => String(start + BigInt(ms * 1e6))

/** Muons [ms]: two whose vetoes overlap, one at the end of run 1, one in front of the gap, one in front of run 3. */
const muons = [10, 13, 98, 198, 299, 350]
const others = [60, 140, 320]
const runAt = (ms: number): number => (ms < 100 ? 1 : ms < 200 ? 2 : 3)

function fileOf(name: string, runs: readonly number[]) {
  const times = [...muons, ...others].filter((ms) => runs.includes(runAt(ms))).toSorted((a, b) => a - b)
  const spans = [
    { run: 1, start: at(0), stop: at(100) },
    { run: 2, start: at(100), stop: at(200) },
    { run: 3, start: at(300), stop: at(400) },
  ].filter(({ run }) => runs.includes(run))
  const events = [{ id: 0, path: `${name}.root`, uuid: name, bytes: null, entries: 100, tFirst: null, tLast: null }]
  return {
    path: path.join(folder, `${name}.parquet`),
    document: JSON.stringify({ version: 1, files: events, goodTime: spans, units: { E: 'MeV' } }),
    columns: [
      { name: 't', type: 'int64', values: times.map(at) },
      { name: 'file', type: 'uint32', values: times.map(() => 0) },
      { name: 'entry', type: 'int64', values: times.map((_, entry) => entry) },
      { name: 'run', type: 'int32', values: times.map(runAt) },
      { name: 'E', type: 'float32', values: times.map((ms) => (muons.includes(ms) ? 500 : 2)) },
    ],
  }
}

beforeAll(() => writeFiles([fileOf('first', [1, 2]), fileOf('second', [3])]))

const opening = 'events = from "*.parquet"\nmuons = from events where E > 100 MeV'

/** By run, ns: a window of 5 ms after a muon is 5,000,001 ns long. */
const vetoed = [89_999_999, 94_999_999, 90_999_998]
const facts: readonly (readonly [string, readonly number[]])[] = [
  ['from events', [100_000_000, 100_000_000, 100_000_000]],
  // [10, 18.000001) and [98, 100); [100, 103.000001) and [198, 200); [300, 304.000001) and [350, 355.000001)
  ['from events veto within 5 ms after muons', vetoed],
  [
    'from events veto mu: within 5 ms after muons veto again: within 5 ms after muons veto part: within 1 .. 3 ms after muons',
    vetoed,
  ],
  // Without [0, 5) and [300, 305), where the window looks outside of the good time.
  ['from events veto within 5 ms after muons complete', [84_999_999, 94_999_999, 89_999_999]],
]

test('live times of files are those worked out by hand, in each run and in all', async () => {
  const cells = facts.map(
    ([text], k) => `x${k} = ${text}\nshow livetime(x${k})\nfrom x${k} group by run: live = livetime()`,
  )
  const { status, lines } = await siftJson([opening, ...cells], folder)
  expect(status).toBe(0)
  const found = facts.map((_, k) => {
    const own = lines.filter(({ cell }) => cell === k + 2)
    const table = own.find(({ kind }) => kind === 'table') as {
      readonly data: Readonly<Record<string, readonly number[]>>
    }
    return {
      total: own.find(({ kind }) => kind === 'number')?.['value'],
      runs: table.data['run'],
      live: table.data['live'],
    }
  })
  expect(found).toEqual(
    facts.map(([, live]) => ({ total: live.reduce((sum, ns) => sum + ns, 0), runs: [1, 2, 3], live })),
  )
})

test('a condition on the time or the run reads the file that can hold the rows, with what windows see of the other', async () => {
  const selections = [
    'from events where run == 3',
    'from events where run in [3, 7]',
    'from events where t >= @2025-09-01T00:00:00.25',
    'from events where t >= @2025-09-01T00:00:00.25 match p with m in muons within 60 ms before p',
    'from events where t >= @2025-09-01T00:00:00.25 match p with m in muons within 110 ms before p',
    'from events where run > 1',
  ]
  const cells = selections.map((text, k) => `x${k} = ${text}\nexplain x${k}\nshow count(x${k})`)
  const { lines } = await siftJson([opening, ...cells], folder)
  const found = selections.map((_, k) => {
    const own = lines.filter(({ cell }) => cell === k + 2)
    const text = String(own.find(({ kind }) => kind === 'explain')?.['text'])
    return [/of (\d+) rows in .* of (\d+) files?/.exec(text)?.slice(1).map(Number), own.at(-1)?.['value']]
  })
  // Rows and files that are read, and the rows that come out.
  expect(found).toEqual([
    [[3, 1], 3],
    [[3, 1], 3],
    [[3, 1], 3],
    [[3, 1], 2],
    [[9, 2], 3],
    [[9, 2], 5],
  ])
})
