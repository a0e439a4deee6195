import { describe, expect, test } from 'vitest'
import type { Plan } from '../../../dsl/ir/plan.ts'
import { goodTimeOf } from '../../../runtime/naive/good-time.ts'
import { rowsOver } from '../../../runtime/naive/rows.ts'
import type { NaiveData } from '../../../runtime/naive/row.ts'
import type { Span } from '../../../runtime/ports/dataset.ts'
import {
  call,
  column,
  eventsIn,
  filter,
  instant,
  int64,
  match,
  measure,
  number,
  role,
  rowsOf,
  scan,
  veto,
  within,
} from './build.ts'

const at = (run: number, start: number, stop: number): Span => ({ run, start: String(start), stop: String(stop) })
const good = (...spans: readonly Span[]) => ({ spans, approximate: false })

const data: NaiveData = new Map([
  [
    'a',
    eventsIn(
      good(at(1, 0, 100), at(2, 100, 200)),
      { t: 10, entry: 0, run: 1 },
      { t: 50, entry: 1, run: 1 },
      { t: 99, entry: 2, run: 1 },
      { t: 150, entry: 3, run: 2 },
    ),
  ],
  [
    'b',
    eventsIn(
      good(at(2, 150, 300), at(3, 400, 500)),
      { t: 150, entry: 0, file: 1, run: 2 },
      { t: 160, entry: 1, file: 1, run: 2 },
    ),
  ],
  [
    'spans',
    {
      rows: [
        new Map([
          ['start', 40n],
          ['stop', 99n],
        ]),
        new Map([
          ['start', 10n],
          ['stop', 20n],
        ]),
        new Map([
          ['start', 300n],
          ['stop', 5n],
        ]),
      ],
      goodTime: good(),
    },
  ],
])
const a = scan('a')
const b = scan('b')
const entries = (plan: Plan): readonly unknown[] => rowsOf(plan, data, 'entry').flat()
/** The good time as `run start stop`. */
const spansOf = (plan: Plan): readonly string[] | undefined =>
  goodTimeOf(plan, data, rowsOver(data))?.spans.map(({ run, start, stop }) => `${run} ${start} ${stop}`)

describe('shift', () => {
  const shifted: Plan = { op: 'shift', input: a, by: -60 }

  test('moves the time and the good time, not the reference', () => {
    expect(rowsOf(shifted, data, 't', 'file', 'entry')).toEqual([
      [-50n, 0, 0],
      [-10n, 0, 1],
      [39n, 0, 2],
      [90n, 0, 3],
    ])
    expect(spansOf(shifted)).toEqual(['1 -60 40', '2 40 140'])
  })

  test('is seen by a window, which never finds the event itself', () => {
    const later: Plan = { op: 'shift', input: a, by: 45 }
    const plan = match(a, 'p', role('each', 'd', later, within(0, 10, 'after', 'p.')))
    expect(rowsOf(plan, data, 'p.entry', 'd.entry')).toEqual([[1, 0]])
    expect(
      rowsOf(match(a, 'p', role('each', 'd', { ...later, by: 1 }, within(0, 10, 'after', 'p.'))), data, 'p.entry'),
    ).toEqual([])
  })
})

describe('during', () => {
  const during = (mode: 'veto' | 'keep'): Plan => ({
    op: 'during',
    mode,
    input: a,
    spans: { kind: 'rows', source: scan('spans', spanSchema) },
    label: null,
    text: 'spans',
  })
  const spanSchema = {
    stream: 'table',
    columns: [
      { name: 'start', type: instant, missing: false },
      { name: 'stop', type: instant, missing: false },
    ],
    key: null,
    references: [],
    roles: [],
  } as const

  test('keeps the rows in half-open spans, and the good time', () => {
    expect(entries(during('keep'))).toEqual([0, 1])
    expect(spansOf(during('keep'))).toEqual(['1 10 20', '1 40 99'])
  })

  test('drops the rows in them, and takes the spans from the good time', () => {
    expect(entries(during('veto'))).toEqual([2, 3])
    expect(spansOf(during('veto'))).toEqual(['1 0 10', '1 20 40', '1 99 100', '2 100 200'])
  })

  test('of a stream is its good time, runs aside', () => {
    const plan: Plan = {
      op: 'during',
      mode: 'keep',
      input: a,
      spans: { kind: 'goodTime', source: b },
      label: null,
      text: '',
    }
    expect(entries(plan)).toEqual([3])
    expect(spansOf(plan)).toEqual(['2 150 200'])
  })
})

describe('complete', () => {
  const complete = (low: number, high: number, source = a): Plan => ({
    op: 'complete',
    input: a,
    windows: [{ low, high, source }],
  })

  test('drops the rows whose closed window leaves the good time, and that time', () => {
    expect(entries(complete(-10, 0))).toEqual([0, 1, 2, 3])
    expect(entries(complete(-11, 0))).toEqual([1, 2, 3])
    expect(spansOf(complete(-11, 0))).toEqual(['1 11 100', '2 100 200'])
    expect(spansOf(complete(0, 49))).toEqual(['1 0 100', '2 100 151'])
    expect(entries(complete(0, 50))).toEqual([0, 1, 2])
  })

  test('looks across runs that touch', () => {
    expect(entries(complete(-5, 5))).toContain(2)
  })

  test('looks at the good time of another stream', () => {
    expect(spansOf(complete(0, 0, b))).toEqual(['2 150 200'])
    expect(entries(complete(1, 2, veto('veto', a, b, { low: 0, high: 0 })))).toEqual([0, 1, 2, 3])
    expect(entries(complete(0, 2, veto('veto', a, b, { low: 0, high: 0 })))).toEqual([0, 1, 2])
  })
})

describe('union', () => {
  const union = (goodTime: 'runs' | 'either' | 'both', ...inputs: readonly Plan[]): Plan => ({
    op: 'union',
    inputs,
    good: goodTime,
    schema: a.op === 'scan' ? a.schema : unreachable(),
  })
  const unreachable = (): never => {
    throw new Error('a scan')
  }

  test('merges by the total order', () => {
    expect(rowsOf(union('runs', b, a), data, 'file', 'entry')).toEqual([
      [0, 0],
      [0, 1],
      [0, 2],
      [0, 3],
      [1, 0],
      [1, 1],
    ])
  })

  test('has the good time of a run alone, and the intersection of a run that both have', () => {
    expect(spansOf(union('runs', a, b))).toEqual(['1 0 100', '2 150 200', '3 400 500'])
    expect(spansOf(union('either', a, b))).toEqual(['1 0 100', '2 100 300', '3 400 500'])
    expect(spansOf(union('both', a, b))).toEqual(['2 150 200'])
  })

  test('refuses an event that two inputs have', () => {
    expect(() =>
      entries(union('runs', a, filter(a, call('greater', column('t', instant), { kind: 'instant', ns: '120' })))),
    ).toThrow('the event 0:3')
  })

  test('of streams with other file numbers goes by the new ones', () => {
    const renumbered: Plan = { op: 'renumber', input: union('runs', a, b), columns: ['file'], files: [7, 2] }
    expect(rowsOf(renumbered, data, 't', 'file', 'entry').slice(3)).toEqual([
      [150n, 2, 0],
      [150n, 7, 3],
      [160n, 2, 1],
    ])
  })
})

describe('livetime of a group', () => {
  const live = (key: Parameters<typeof measure>[2], input = a): Plan => {
    if (key === null || key === undefined) throw new Error('a key')
    return {
      op: 'group',
      input,
      keys: [{ name: 'k', value: key }],
      measures: [measure('n', 'count')],
      livetime: 'live',
    }
  }

  test('of a run is that of its spans', () => {
    expect(rowsOf(live(column('run', int64)), data, 'k', 'n', 'live')).toEqual([
      [1, 3, 100],
      [2, 1, 100],
    ])
  })

  test('of a bin of time is what lies in it, runs aside', () => {
    const bin = { ...call('binInstant', column('t', instant), number(60, int64)), type: instant } as const
    expect(rowsOf(live(bin), data, 'k', 'n', 'live')).toEqual([
      [0n, 2, 60],
      [60n, 1, 60],
      [120n, 1, 60],
    ])
  })
})
