import { describe, expect, test } from 'vitest'
import { compile } from '../../../dsl/compile.ts'
import { evaluate, type NaiveResult } from '../../../runtime/naive/evaluate.ts'
import type { Cell, NaiveData, NaiveDataset, Row } from '../../../runtime/naive/row.ts'
import { library } from './library.ts'

const plain = { run: 1, det: 'CD', x: 0, y: 0, z: 0, qtot: 0, nhit: 0, stdt: 0, chi: 0, score: undefined, hits: [] }

/** An event: file, entry, time in ms, energy in the unit of its file, and other columns. */
function event(file: number, entry: number, ms: number, others: Readonly<Record<string, Cell>>): Row {
  return new Map<string, Cell>(Object.entries({ ...plain, file, entry, t: BigInt(ms) * 1_000_000n, ...others }))
}

function dataset(spans: readonly (readonly [number, number, number])[], ...rows: readonly Row[]): NaiveDataset {
  const ns = (ms: number): string => String(BigInt(ms) * 1_000_000n)
  return {
    rows,
    goodTime: {
      spans: spans.map(([run, start, stop]) => ({ run, start: ns(start), stop: ns(stop) })),
      approximate: false,
    },
  }
}

/** File numbers are those of each dataset's own table: `ev` is a, b; `psd` is b, a, c; `x.esd.root` is b, a; `2026` is b, n. */
const data: NaiveData = new Map([
  [
    'ev',
    dataset(
      [[1, 0, 1000]],
      event(0, 7, 100, {
        E: 5,
        hits: [
          { charge: 1, time: 10 },
          { charge: 4, time: 200 },
        ],
      }),
      event(1, 7, 101, { E: 2.2, hits: [{ charge: 2, time: 300 }] }),
      event(0, 8, 990, { E: 1, run: 2 }),
    ),
  ],
  [
    '2026',
    dataset(
      [
        [1, 500, 2000],
        [3, 3000, 4000],
      ],
      event(1, 7, 100, { E: 8000 }),
      event(0, 9, 3500, { E: 2000, run: 3 }),
    ),
  ],
  ['psd', dataset([], event(1, 7, 5, { score: 0.9, quality: undefined }), event(0, 7, 6, { score: 0.2, quality: 1 }))],
  [
    'x.esd.root',
    dataset(
      [],
      new Map<string, Cell>([
        ['file', 1],
        ['entry', 7],
        ['chi2', 12],
        ['ndf', 4],
        ['hits', [{ charge: 3, time: 1 }]],
        ['times', [4, 5]],
      ]),
      new Map<string, Cell>([
        ['file', 0],
        ['entry', 7],
        ['chi2', 4],
        ['ndf', 4],
        ['hits', []],
        ['times', []],
      ]),
    ),
  ],
  [
    'good_runs.csv',
    {
      rows: [
        new Map<string, Cell>([
          ['start', 100_000_000n],
          ['stop', 101_000_000n],
        ]),
      ],
      goodTime: { spans: [], approximate: false },
    },
  ],
  [
    'run_table',
    {
      rows: [
        new Map<string, Cell>([
          ['run', 2],
          ['quality', 0.5],
          ['height', 3],
        ]),
      ],
      goodTime: { spans: [], approximate: false },
    },
  ],
])

function result(text: string): NaiveResult {
  const { statements, diagnostics } = compile(text, { cell: 1, names: new Map(), catalog: library })
  const last = statements.at(-1)
  if (last?.kind !== 'query' || last.query.kind === 'save' || last.query.kind === 'handOver') {
    throw new Error(diagnostics.map(({ message }) => message).join('\n'))
  }
  return evaluate(last.query, data)
}

/** The named columns of the rows that a cell gives. */
function rows(text: string, ...names: readonly string[]): readonly (readonly Cell[])[] {
  const found = result(text)
  if (found.kind !== 'table') throw new Error(`a ${found.kind} is no table`)
  const places = names.map((name) => found.schema.columns.findIndex((known) => known.name === name))
  return found.rows.map((row) => places.map((place) => row[place]))
}

const ms = 1_000_000

describe('the naive evaluator gives what a cell says:', () => {
  test('a union in the units of its first stream, its files numbered anew, its good time run by run', () => {
    const both = 'both = union("ev", "2026")\n'
    expect(rows(`${both}from both`, 't', 'file', 'entry', 'E', 'hits')).toEqual([
      [
        100n * 1_000_000n,
        0,
        7,
        5,
        [
          { charge: 1, time: 10 },
          { charge: 4, time: 200 },
        ],
      ],
      [100n * 1_000_000n, 2, 7, 8, undefined],
      [101n * 1_000_000n, 1, 7, 2.2, [{ charge: 2, time: 300 }]],
      [990n * 1_000_000n, 0, 8, 1, []],
      [3500n * 1_000_000n, 1, 9, 2, undefined],
    ])
    expect(result(`${both}show livetime(both)`)).toMatchObject({ value: 1500 * ms })
    expect(result('show livetime(union("ev", "2026", good: either))')).toMatchObject({ value: 3000 * ms })
    expect(result('show livetime(union("ev", "2026", good: both))')).toMatchObject({ value: 500 * ms })
  })

  test('events of other files are not taken for those of the same number', () => {
    const text = 'from "ev" match a with b in "psd" within 96 .. 200 ms before a'
    expect(rows(text, 'a.file', 'a.entry', 'b.file', 'b.entry', 'b.score')).toEqual([[1, 7, 0, 7, 0.9]])
  })

  test('a friend joined by event, and by the event of a role', () => {
    expect(rows('from "ev" join optional s in "psd"', 'file', 'entry', 's.score')).toEqual([
      [0, 7, 0.9],
      [1, 7, 0.2],
      [0, 8, undefined],
    ])
    expect(rows('from "ev" join optional s in "psd" where s exists and s.score > 0.5', 'entry')).toEqual([[7]])
    expect(rows('from "ev" match a with b within 5 ms join s in "psd" by b', 'a.file', 'b.file', 's.score')).toEqual([
      [0, 1, 0.2],
    ])
  })

  test('event data must have every event', () => {
    expect(rows('from "ev" take 2 join r in "x.esd.root" where r.chi2 / r.ndf < 2', 'file')).toEqual([[1]])
    expect(() => rows('from "ev" join r in "x.esd.root"', 'file')).toThrow('the event 0:8 (file:entry) has no partner')
  })

  test('a table joined by a key', () => {
    expect(rows('from "ev" join q in "run_table" by run', 'entry', 'q.quality')).toEqual([[8, 0.5]])
  })

  test('lists reduced, indexed and put beside values of the row', () => {
    const text = `from "ev" define n = count(hits where time > 150 ns), tail = sum(charge of hits where time > 150 ns) / sum(charge of hits),
      first = hits[0].charge ?? 0 pe, big = any(hits.charge * 1 MeV > E * 1.5 pe)`
    expect(rows(text, 'n', 'tail', 'first', 'big')).toEqual([
      [1, 0.8, 1, false],
      [1, 1, 2, false],
      [0, NaN, 0, false],
    ])
    expect(
      rows('from "ev" group by run: m = mean(count(hits)), e = max(E where count(hits) > 1) ?? 0 MeV', 'run', 'm', 'e'),
    ).toEqual([
      [1, 1.5, 5],
      [2, 0, 0],
    ])
    expect(
      rows('from "x.esd.root" define n = count(times where times > 4 ns), last = times[1] ?? 0 ns', 'n', 'last'),
    ).toEqual([
      [1, 5],
      [0, 0],
    ])
  })

  test('spans of a file, half-open', () => {
    expect(rows('from "ev" keep during "good_runs.csv"', 'file')).toEqual([[0]])
    expect(result('show livetime((from "ev" veto during "good_runs.csv"))')).toMatchObject({ value: 999 * ms })
  })

  test('complete, and what it leaves of the live time', () => {
    const text = 'pairs = from "ev" match a with b within 5 ms before a\nshort = from pairs complete\n'
    expect(rows(`${text}from short`, 'a.file')).toEqual([[1]])
    expect(result(`${text}show livetime(short)`)).toMatchObject({ value: 995 * ms })
    expect(rows('from "ev" veto within 20 ms before (from "ev" where E > 9 MeV) complete', 'entry')).toEqual([[7], [7]])
  })

  test('bursts, and a group by them', () => {
    const text = 'from "ev" burst of at least 2 within 1 ms group by burst_id: n = count(), length = max(t) - min(t)'
    expect(rows(text, 'burst_id.file', 'burst_id.entry', 'n', 'length')).toEqual([[0, 7, 2, ms]])
  })

  test('the live time of a run in a group', () => {
    expect(rows('from "ev" group by run: rate = count() / livetime()', 'run', 'rate')).toEqual([
      [1, 2 / (1000 * ms)],
      [2, Infinity],
    ])
  })

  test('a stream shifted against itself', () => {
    const text = 'from "ev" match a with b in (from "ev" shift by -889 ms) within 1 ms'
    expect(rows(text, 'a.file', 'a.entry', 'b.entry')).toEqual([[0, 7, 8]])
  })

  test('whether a condition holds for all neighbours', () => {
    const text = 'from "ev" define quiet = all("ev" where E < 3 MeV within 5 ms of this)'
    expect(rows(text, 'quiet')).toEqual([[true], [false], [true]])
  })
})
