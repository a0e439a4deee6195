import path from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { runPython, sift, siftJson, temporaryFolder } from '../cli/sift.ts'

/** What people join an index with, on files as they have them; pandas, numpy and uproot say what comes out (`joins.py`). */

const folder = temporaryFolder()
const minutes = 60_000

type Row = Readonly<Record<string, number | string | null>>

let expected: {
  /** Of each event of the index, in the order of time. */
  readonly rows: readonly Row[]
  readonly scores: readonly (number | null)[]
  readonly mine: number
  readonly unshared: readonly string[]
  readonly scale: { readonly before: readonly number[]; readonly until: readonly number[] }
  readonly withoutScale: number
  readonly gain: readonly (number | null)[]
}

beforeAll(async () => {
  expected = JSON.parse(await runPython([path.join(import.meta.dirname, 'joins.py'), folder])) as typeof expected
}, 3 * minutes)

const names = `events = from "index/*.parquet"
rec = from "events/*.root:Event/Rec" units E: MeV
hits = from "events/*.root:Event/Hits" units hits.time: ns, hits.charge: pe
psd = from "psd.parquet"
mine = from "mine.parquet"
`

async function columnsOf(cell: string): Promise<Readonly<Record<string, readonly unknown[]>>> {
  const { lines, err, status } = await siftJson([names + cell], folder, ['--rows', 'all'])
  expect({ status, err: err.split('\n').filter((line) => line.startsWith('error')) }).toEqual({ status: 0, err: [] })
  return lines.find(({ kind }) => kind === 'table')?.['data'] as Readonly<Record<string, readonly unknown[]>>
}

function asColumns(rows: readonly Row[]): Readonly<Record<string, readonly unknown[]>> {
  return Object.fromEntries(Object.keys(rows[0] ?? {}).map((name) => [name, rows.map((row) => row[name])]))
}

describe('a join with two trees of the event data, flat and jagged', { timeout: 2 * minutes }, () => {
  const both = (rows: string): string => `from ${rows}
  join p in rec by event
  join h in hits by event
  select E = p.E, chi2 = p.chi2, ndf = p.ndf, early = count(h.hits where time < 50 ns), charge = sum(charge of h.hits), pmts = count(h.pmt)`

  test('of 30 rows', async () => {
    expect(await columnsOf(both('events take 30'))).toEqual(asColumns(expected.rows.slice(0, 30)))
  })

  test('of 20,000 rows', async () => {
    const found = await columnsOf(both('events take 20000'))
    expect(found).toEqual(asColumns(expected.rows.slice(0, 20_000)))
  })
})

describe('a friend index, whose file table has another order', { timeout: minutes }, () => {
  test('gives each event its own score, or none where the join is optional', async () => {
    const found = await columnsOf('from events join optional psd in psd by event select score = psd.score')
    expect(found['score']).toEqual(expected.scores)
  })

  test('leaves out the events that it lacks, and says how many', async () => {
    const cell = 'from events join psd in psd by event select score = psd.score'
    const known = expected.scores.filter((score) => score !== null)
    expect((await columnsOf(cell))['score']).toEqual(known)
    const { out } = await sift(['run', '-e', names + cell], folder)
    const lost = (expected.scores.length - known.length).toLocaleString('en')
    expect(out).toContain(`\`join psd\` dropped ${lost} rows without a partner`)
  })
})

describe('two lists of pairs', { timeout: minutes }, () => {
  const unshared = (theirs: string): string => `theirs = from "${theirs}"
from mine join optional them in theirs by prompt where not (them exists) select t = prompt.t`

  test.each(['theirs.parquet', 'theirs_events.parquet'])(
    'differ by the prompts that only one of them has, whether the other is a match or a list of events: %s',
    async (theirs) => {
      expect(expected.unshared.length).toBeGreaterThan(30)
      expect(expected.unshared.length).toBeLessThan(expected.mine / 2)
      expect((await columnsOf(unshared(theirs)))['t']).toEqual(expected.unshared)
    },
  )
})

describe('a table of calibration', { timeout: minutes }, () => {
  // Of two rows of one time that of the first dataset comes first.
  test.each([
    ['before it', 'within 30 d before this', 'before'],
    ['before it or at its very time', 'within -30 d .. 0 ns of this', 'until'],
  ] as const)('by time gives each event the last one %s', async (_, window, name) => {
    expect(expected.withoutScale).toBeGreaterThan(1000)
    const cell = `calib = from "scale.parquet" units t: ns
from events define c = last(scale of calib ${window}) ?? 1 select c`
    expect((await columnsOf(cell))['c']).toEqual(expected.scale[name])
  })

  test('by run and detector gives each event that of its key', async () => {
    const cell = 'from events join optional g in "gain.parquet" by run, det select gain = g.gain'
    expect((await columnsOf(cell))['gain']).toEqual(expected.gain)
  })
})
