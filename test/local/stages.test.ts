import path from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { runPython, siftJson, temporaryFolder } from '../cli/sift.ts'

/** Stages that look beyond a slice, over files: against numpy, and the same however the work is shared out. */

const folder = temporaryFolder()
const minutes = 60_000

interface Reference {
  readonly [name: string]: number
}

let expected: Reference

beforeAll(async () => {
  expected = JSON.parse(await runPython([path.join(import.meta.dirname, 'stages.py'), folder])) as Reference
}, 2 * minutes)

const cells = [
  `events = from "idx_*.parquet"
good = from events keep good: during "good.csv"
show count(good)`,
  `hot = from events where E > 5 MeV burst of at least 12 within 9 ms
show count(hot)
from (from hot group by burst_id: n = count()) sort by n desc`,
  `full = from events where E > 2 MeV and entry < 2000
  join w in "esd_*.root:hits" by event
  define early = count(w.hits where time < 50), tail = sum(charge of w.hits where time > 150)
show count(full), sum(early of full), sum(tail of full)`,
  `both = from union((from "idx_0.parquet" where E > 3 MeV), (from "idx_1.parquet" shift by 20 ms), good: either)
show count(both), livetime(both)
from both take 50`,
  `from events sample 1 % match p with nearest d in (from events shift by -30 ms where E > 8 MeV) within 5 ms of p`,
  `pairs = from hot veto within 100 us after (from events where E > 9.9 MeV) match p with each d within 300 us after p
cutflow pairs by run
show count((from pairs complete)), livetime((from pairs complete))
from pairs group by run: n = count(), live = livetime()`,
]

/** All that is printed, and what each `show` says by its text. */
async function answersWith(...options: readonly string[]) {
  const { lines, status, err } = await siftJson(cells, folder, ['--rows', '50', ...options])
  expect({ status, err }).toEqual({ status: 0, err: '' })
  const numbers = lines.filter(({ kind }) => kind === 'number').map(({ text, value }) => [text, Number(value)] as const)
  return { lines, numbers: new Map(numbers) }
}

describe('over files', { timeout: 5 * minutes }, () => {
  let whole: Awaited<ReturnType<typeof answersWith>>

  test('spans of a list, bursts and joins with event data are those of numpy and awkward', async () => {
    whole = await answersWith('--threads', '1')
    const { numbers, lines } = whole
    expect(numbers.get('count(good)')).toBe(expected['inside'])
    expect(numbers.get('count(hot)')).toBe(expected['in bursts'])
    expect(lines.find(({ kind, stream }) => kind === 'table' && stream === 'table')?.['rows']).toBe(expected['bursts'])
    expect(numbers.get('count(full)')).toBe(expected['joined'])
    expect(numbers.get('sum(early of full)')).toBe(expected['early hits'])
    expect(expected['bursts']).toBeGreaterThan(20)
  })

  test('four workers give what one gives', async () => {
    expect((await answersWith('--threads', '4')).lines).toEqual(whole.lines)
  })

  test('many slices in little memory give what few give', async () => {
    expect((await answersWith('--threads', '2', '--memory', '450MB')).lines).toEqual(whole.lines)
  })
})
