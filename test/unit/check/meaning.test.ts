import { describe, expect, test } from 'vitest'
import type { Value } from '../../../dsl/functions/function.ts'
import { evaluate, type NaiveResult } from '../../../runtime/naive/evaluate.ts'
import type { Cell, NaiveData, Row } from '../../../runtime/naive/row.ts'
import { query } from './catalog.ts'

/** An event at a time in us, with its energy in MeV and its place on the x axis in m. */
function event(
  entry: number,
  us: number,
  values: { readonly E?: number; readonly x?: number; readonly qtot?: number } = {},
): Row {
  const { E = 1, x = 0, qtot = 0 } = values
  return new Map<string, Value>([
    ['t', BigInt(us) * 1000n],
    ['file', 0],
    ['entry', entry],
    ['run', 1],
    ['det', 'CD'],
    ['E', E],
    ['x', x * 1000],
    ['y', 0],
    ['z', 0],
    ['qtot', qtot],
    ['nhit', entry],
    ['stdt', 0],
    ['chi', NaN],
    ['score', entry % 2 === 0 ? undefined : entry],
    ['hits', undefined],
  ])
}

/** A muon at 0, a pair of 5 and 2.2 MeV at 10 and 50 us, a lone event at 5000 us, a far candidate at 55 us. */
const data: NaiveData = new Map([
  [
    'ev',
    {
      rows: [
        event(0, 0, { E: 900, qtot: 1e6 }),
        event(1, 10, { E: 5 }),
        event(2, 50, { E: 2.2, x: 1 }),
        event(3, 55, { E: 2.2, x: 4 }),
        event(4, 5000, { E: 1.5 }),
      ],
      goodTime: { spans: [{ run: 1, start: '0', stop: '10000000' }], approximate: false },
    },
  ],
])

function result(text: string): NaiveResult {
  const found = query(text)
  if (found.kind === 'save' || found.kind === 'handOver') throw new Error('nothing is saved here')
  return evaluate(found, data)
}

/** The named columns of the rows that a cell gives. */
function rows(text: string, ...names: readonly string[]): readonly (readonly Cell[])[] {
  const found = result(text)
  if (found.kind !== 'table') throw new Error(`a ${found.kind} is no table`)
  const places = names.map((name) => found.schema.columns.findIndex((known) => known.name === name))
  return found.rows.map((row) => places.map((place) => row[place]))
}

function number(text: string): Value {
  const found = result(text)
  if (found.kind !== 'number') throw new Error(`a ${found.kind} is no number`)
  return found.value
}

describe('the naive evaluator gives what a cell says:', () => {
  test('a cut', () => {
    expect(rows('from "ev" where 1900 keV < E < 12 MeV', 'entry')).toEqual([[1], [2], [3]])
  })

  test('a pair in time and space, isolated', () => {
    const text = `from "ev" match prompt where E in 0.7 .. 12 MeV
  with delayed where E in 1.9 .. 2.5 MeV and dist(prompt, delayed) < 1.5 m within 1 ms after prompt
  without late where E > 3 MeV within 1 ms after delayed`
    expect(rows(text, 'prompt.entry', 'delayed.entry')).toEqual([[1, 2]])
    expect(rows(text.replace('1.5 m', '5 m'), 'prompt.entry', 'delayed.entry')).toEqual([
      [1, 2],
      [1, 3],
      [2, 3],
    ])
    expect(
      rows(text.replace('within 1 ms after delayed', 'between prompt - 1 ms and delayed'), 'prompt.entry'),
    ).toEqual([])
  })

  test('a veto, and what it leaves of the live time', () => {
    const quiet = 'quiet = from "ev" veto within 40 us after muons\n'
    expect(rows(`${quiet}from quiet`, 'entry')).toEqual([[2], [3], [4]])
    // 10 ms less the closed window of 40,001 ns.
    expect(number(`${quiet}show livetime(quiet)`)).toBe(9_959_999)
  })

  test('a veto with a condition on the event leaves the live time', () => {
    const quiet = 'quiet = from "ev" veto dist(this, m) < 2 m within 60 us after m in muons\n'
    expect(rows(`${quiet}from quiet`, 'entry')).toEqual([[3], [4]])
    expect(number(`${quiet}show livetime(quiet)`)).toBe(10_000_000)
  })

  test('counts of neighbours, and a look back', () => {
    const text = `from "ev" define n = count("ev" where E > 2 MeV within 60 us after this), previous = last(E of "ev" within 45 us before this)`
    expect(rows(text, 'n', 'previous')).toEqual([
      [3, undefined],
      [2, 900],
      [1, 5],
      [0, 2.2],
      [0, undefined],
    ])
  })

  test('a number over whole streams', () => {
    expect(number('show count(events where E > 2 MeV) / count(events)')).toBe(0.8)
    expect(number('show max(t of events) - min(t of events)')).toBe(5_000_000)
  })

  test('a group, and an expression of its aggregates', () => {
    expect(
      rows('from "ev" group by big = E > 2 MeV: n = count(), spread = max(x) - min(x)', 'big', 'n', 'spread'),
    ).toEqual([
      [false, 1, 0],
      [true, 4, 4000],
    ])
  })

  test('a histogram', () => {
    expect(result('from "ev" hist E over 0 .. 4 MeV bins 4')).toMatchObject({
      axes: [{ edges: [0, 1, 2, 3, 4] }],
      counts: [0, 1, 2, 0],
      underflow: 0,
      overflow: 2,
    })
  })

  test('a value that may be missing, tested and replaced', () => {
    expect(rows('from "ev" where score exists and score > 1', 'entry')).toEqual([[3]])
    expect(rows('from "ev" define s = score ?? -1', 's')).toEqual([[-1], [1], [-1], [3], [-1]])
  })

  test('a match of matches', () => {
    const text = `pairs = from "ev" match p where E > 3 MeV and E < 10 MeV with first d within 1 ms
from pairs match pair with last mu in muons within 1 s before pair
  define dt = pair.d.t - mu.t`
    expect(rows(text, 'pair.p.entry', 'pair.d.entry', 'mu.entry', 'dt')).toEqual([[1, 2, 0, 50_000]])
  })
})
