import { copyFileSync, cpSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs'
import path from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { runPython, sift, siftJson, temporaryFolder } from '../cli/sift.ts'

/** Joins with event data: what uproot reads back event by event, and one error for each way in which event data can be wrong. */

const folder = temporaryFolder()
const faults = temporaryFolder()
const minutes = 60_000

type Row = Readonly<Record<string, number>>

const names = `events = from "index/*.parquet"
rec = from "events/*.root:Event/Rec" units hits.time: ns, hits.charge: pe, E: MeV
`

const singles = `from events where kind > 0 join p in rec by event
  select E = p.E, run = p.run, early = count(p.hits where time < 50 ns), charge = sum(charge of p.hits), x = sum(p.x)`

const pairs = `from (from events where kind == 1) match prompt with each delayed in (from events where kind == 2) within 4 ms after prompt
  join p in rec by prompt
  join d in rec by delayed
  select early = count(p.hits where time < 50 ns), charge = sum(charge of d.hits), E = p.E, x = sum(d.x)`

async function rowsOf(cell: string, ...options: readonly string[]): Promise<readonly Row[]> {
  const { lines, status, err } = await siftJson([names + cell], folder, ['--rows', '5000', ...options])
  expect({ status, err }).toEqual({ status: 0, err: '' })
  return tableRows(lines)
}

describe('a join with event data', { timeout: 3 * minutes }, () => {
  let expected: {
    readonly singles: readonly Row[]
    readonly pairs: readonly Row[]
    /** Of the times of all hits of the rows, 50 bins of 10 ns. */
    readonly spectrum: readonly number[]
    /** Hits before 50 ns in the entries of the first basket of the first file. */
    readonly early: number
  }

  beforeAll(async () => {
    const program = path.join(import.meta.dirname, 'event_join.py')
    expected = JSON.parse(await runPython([program, folder])) as typeof expected
  }, 3 * minutes)

  test('of some 2000 rows gives the numbers and lists that uproot reads, in the order of the rows', async () => {
    expect(expected.singles.length).toBeGreaterThan(1900)
    expect(await rowsOf(singles)).toEqual(expected.singles)
  })

  test('of both roles of a match gives each the values of its own event', async () => {
    expect(expected.pairs.length).toBeGreaterThan(700)
    expect(await rowsOf(pairs)).toEqual(expected.pairs)
  })

  test('fills a histogram with all hits of all rows', async () => {
    const cell = `from events where kind > 0 join p in rec by event hist p.hits.time over 0 .. 500 ns bins 50`
    const { lines } = await siftJson([names + cell], folder)
    expect(lines).toContainEqual(expect.objectContaining({ kind: 'hist', counts: expected.spectrum }))
  })

  test('gives the same through streams that are held in memory on the way', async () => {
    const cell = `held = from events where kind > 0 join p in rec by event sort by t
  select early = count(p.hits where time < 50 ns), charge = sum(charge of p.hits)
from held`
    expect(await rowsOf(cell)).toEqual(expected.singles.map(({ early, charge }) => ({ early, charge })))
  })

  test('gives the same with one worker, and where an event is wanted twice', async () => {
    expect(await rowsOf(pairs, '--threads', '1')).toEqual(expected.pairs)
  })

  test('is refused, with the numbers, where it does not fit the memory', async () => {
    const { status, err } = await sift(['run', '--memory', '10MB', '-e', names + singles], folder)
    expect(status).toBe(4)
    expect(err).toMatch(/R002.*this needs \d+ MB of memory, and may use 10 MB.*`--memory \d+MB`/s)
  })

  test('unpacks no basket without an entry that is wanted, and no field of a list that is not named', async () => {
    await runPython([
      path.join(import.meta.dirname, 'event_join.py'),
      '--spoil',
      path.join(folder, 'events', 'rec_0.root'),
    ])
    const cell = `show sum(n of (from events where file == 0 and entry < 90 join p in rec by event define n = count(p.hits where time < 50 ns)))`
    const { lines } = await siftJson([names + cell], folder)
    expect(lines).toContainEqual(expect.objectContaining({ kind: 'number', value: expected.early }))
    expect(await sift(['run', '-e', names + cell.replace('entry < 90', 'entry < 91')], folder)).toMatchObject({
      status: 3,
    })
    expect(await sift(['run', '-e', names + cell.replace('time < 50 ns', 'charge > 5 pe')], folder)).toMatchObject({
      status: 3,
    })
  })
})

describe('event data that is not as the index says', { timeout: 2 * minutes }, () => {
  beforeAll(async () => {
    await runPython(['test/data/make.py', 'faults', '--parts', 'all', '--out', faults])
  }, 2 * minutes)

  const join = `events = from "*.parquet"
rec = from "events/*.root:Event/Rec" units E: MeV
show sum(p.nhit of (from events join p in rec by event))`

  async function failureIn(fault: string, cell = join) {
    const { status, err } = await sift(['run', '-e', cell], path.join(faults, 'faults', fault))
    return { status, err, codes: [...err.matchAll(/^error ([A-Z]\d+)/gm)].map(([, code]) => code) }
  }

  function copyOfGood(name: string): string {
    const copy = path.join(faults, 'faults', name)
    cpSync(path.join(faults, 'faults', 'good'), copy, { recursive: true })
    return copy
  }

  test('nothing is wrong with the good one', async () => {
    expect(await failureIn('good')).toMatchObject({ status: 0, err: '' })
  })

  test('a missing file is named with the row and the entry', async () => {
    const { status, err, codes } = await failureIn('missing_events')
    expect({ status, codes }).toEqual({ status: 3, codes: ['D009'] })
    expect(err).toMatch(/Row 400 .* entry 0 of `.*run10001_0001\.root`, which is not among the 1 file of/)
  })

  test('a missing file gives missing values where the join is optional', async () => {
    const cell = join.replace('join p', 'join optional p').replace('by event', 'by event where p exists')
    expect(await failureIn('missing_events', cell)).toMatchObject({ status: 0, err: '' })
  })

  test('a file that is cut off is one error', async () => {
    const { status, err, codes } = await failureIn('truncated_events')
    expect({ status, codes }).toEqual({ status: 3, codes: ['D002'] })
    expect(err).toContain('run10001_0001.root')
  })

  test('another file under the name is found out by its UUID', async () => {
    const { status, err, codes } = await failureIn('other_events')
    expect({ status, codes }).toEqual({ status: 1, codes: ['S114'] })
    expect(err).toContain('run10001_0001.root')
  })

  test('an entry beyond the end is named with row and file', async () => {
    const copy = copyOfGood('short')
    await rewrite(copy, '{name: values[:10] for name, values in arrays.items()}')
    const { status, err, codes } = await failureIn('short')
    expect({ status, codes }).toEqual({ status: 3, codes: ['D009'] })
    expect(err).toMatch(/Row 410 .* entry 10 of `.*run10001_0001\.root`, which has 10 entries/)
  })

  test('a branch that is absent in one file is one error', async () => {
    const copy = copyOfGood('absent')
    await rewrite(copy, '{name: values for name, values in arrays.items() if name != "nhit"}')
    const { status, err, codes } = await failureIn('absent')
    expect({ status, codes }).toEqual({ status: 3, codes: ['D003'] })
    expect(err).toMatch(/run10001_0001\.root` has no column `nhit`/)
  })

  test('index and event data moved together are found, and event data moved elsewhere by its UUID', async () => {
    const copy = copyOfGood('moved')
    expect(await failureIn('moved')).toMatchObject({ status: 0 })
    mkdirSync(path.join(copy, 'elsewhere'))
    for (const name of readdirSync(path.join(copy, 'events'))) {
      renameSync(path.join(copy, 'events', name), path.join(copy, 'elsewhere', `other_${name}`))
    }
    expect(await failureIn('moved', join.replace('events/*.root', 'elsewhere/*.root'))).toMatchObject({ status: 0 })
  })

  test('two copies of one file are refused: an event would have two partners', async () => {
    const copy = copyOfGood('twice')
    const events = path.join(copy, 'events')
    copyFileSync(path.join(events, 'run10001_0001.root'), path.join(events, 'run10001_0002.root'))
    expect(await failureIn('twice')).toMatchObject({ status: 3, codes: ['D005'] })
    rmSync(copy, { recursive: true })
  })
})

/** Writes the event data anew with some columns and the same UUIDs; the second file gets `kept` of the `arrays`. */
async function rewrite(copy: string, kept: string): Promise<void> {
  const program = `
import sys
import uproot
for number in (0, 1):
    path = f"{sys.argv[1]}/events/run10001_000{number}.root"
    with uproot.open(path) as file:
        uuid = file.file.uuid
        tree = file["Event/Rec"]
        arrays = {name: tree[name].array(library="np") for name in ("run", "E", "nhit")}
    arrays = ${kept} if number == 1 else arrays
    with uproot.recreate(path, uuid_function=lambda: uuid) as out:
        out.mktree("Event/Rec", {name: values.dtype for name, values in arrays.items()})
        out["Event/Rec"].extend(arrays)
`
  await runPython(['-c', program, copy])
}

/** The table that was printed, row by row. */
function tableRows(lines: readonly Readonly<Record<string, unknown>>[]): readonly Row[] {
  const table = lines.find(({ kind }) => kind === 'table')
  const columns = Object.entries((table?.['data'] ?? {}) as Readonly<Record<string, readonly number[]>>)
  const [, first = []] = columns[0] ?? []
  return first.map((_, row) => Object.fromEntries(columns.map(([name, values]) => [name, values[row] ?? NaN])))
}
