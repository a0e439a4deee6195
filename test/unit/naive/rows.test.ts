import { describe, expect, test } from 'vitest'
import type { Expr, Plan } from '../../../dsl/ir/plan.ts'
import {
  about,
  bool,
  call,
  column,
  events,
  filter,
  float64,
  instant,
  int64,
  match,
  number,
  otherColumn,
  role,
  rowsOf,
  scan,
  text,
  veto,
  within,
} from './build.ts'

const stream = scan('events')
const data = new Map([
  [
    'events',
    events(
      { t: 130, entry: 3, E: NaN, det: 'WP' },
      { t: 100, entry: 0, E: 1, n: 4, ok: true, det: 'CD' },
      { t: 120, entry: 2, E: 3, n: 2, ok: true, det: 'CD' },
      { t: 110, entry: 1, E: 2, n: 9007199254740993n, det: 'WP' },
    ),
  ],
])
const entries = (plan: Plan): readonly unknown[] => rowsOf(plan, data, 'entry').flat()
const define = (name: string, value: Expr, input = stream): Plan => ({
  op: 'define',
  input,
  columns: [{ name, value }],
})
const defined = (value: Expr, input = stream): readonly unknown[] => rowsOf(define('v', value, input), data, 'v').flat()

test('a scan is in the total order, however the rows come', () => {
  expect(entries(stream)).toEqual([0, 1, 2, 3])
})

describe('where', () => {
  test('keeps the rows that hold; NaN compares false, but for `!=`', () => {
    expect(entries(filter(stream, call('greater', column('E'), number(1))))).toEqual([1, 2])
    expect(entries(filter(stream, call('notEqual', column('E'), number(1))))).toEqual([1, 2, 3])
    expect(entries(filter(stream, call('not', call('greater', column('E'), number(1)))))).toEqual([0, 3])
  })

  test('knows ranges, lists and the two ends of a range', () => {
    expect(entries(filter(stream, call('inRange', column('E'), number(1), number(3))))).toEqual([0, 1, 2])
    expect(entries(filter(stream, call('inRangeOpen', column('E'), number(1), number(3))))).toEqual([0, 1])
    expect(entries(filter(stream, call('oneOf', column('det', text), { kind: 'text', value: 'WP' })))).toEqual([1, 3])
  })

  test('compares instants exactly', () => {
    const t = column('t', instant)
    expect(entries(filter(stream, call('lessEqual', t, { kind: 'instant', ns: '110' })))).toEqual([0, 1])
  })

  test('compares integers as float64, rounded beyond 2^53', () => {
    expect(entries(filter(stream, call('equal', column('n', int64), number(9007199254740992))))).toEqual([1])
  })
})

describe('missing values', () => {
  const last = about('last', filter(stream, column('ok', bool)), within(-15, 0, 'before'), {
    value: column('E').kind === 'column' ? otherColumn('E') : null,
  })
  const before = define('e', last)
  const e = column('e', undefined, true)

  test('come from an aggregate over nothing', () => {
    expect(rowsOf(before, data, 'e').flat()).toEqual([undefined, 1, undefined, 3])
  })

  test('are tested by `exists` and replaced by `coalesce`', () => {
    expect(defined(call('exists', e), before)).toEqual([false, true, false, true])
    expect(defined(call('coalesce', e, number(-1)), before)).toEqual([-1, 1, -1, 3])
  })

  test('make no condition true, and both answers of a guarded one are answers', () => {
    const guarded = call('and', call('exists', e), call('greater', e, number(2)))
    expect(entries(filter(before, guarded))).toEqual([3])
    expect(entries(filter(before, call('not', guarded)))).toEqual([0, 1, 2])
  })

  test('stay missing under arithmetic', () => {
    expect(defined(call('add', e, number(1)), before)).toEqual([undefined, 2, undefined, 4])
  })
})

test('the values of one `define` see those before them', () => {
  const plan: Plan = {
    op: 'define',
    input: stream,
    columns: [
      { name: 'a', value: call('multiply', column('E'), number(2)) },
      { name: 'b', value: call('add', column('a'), number(1)) },
    ],
  }
  expect(rowsOf(plan, data, 'a', 'b')).toEqual([
    [2, 3],
    [4, 5],
    [6, 7],
    [NaN, NaN],
  ])
})

test('a bin of an instant starts at a multiple since 1970, also before it', () => {
  const early = new Map([
    ['events', events({ t: -5, entry: 0 }, { t: -60, entry: 1 }, { t: 59, entry: 2 }, { t: 60, entry: 3 })],
  ])
  const value = call('binInstant', column('t', instant), number(60, int64))
  expect(rowsOf(define('day', value), early, 'entry', 'day')).toEqual([
    [1, -60n],
    [0, -60n],
    [2, 0n],
    [3, 60n],
  ])
})

test('`select` has the given columns alone, none seeing another', () => {
  const plan: Plan = {
    op: 'select',
    input: stream,
    columns: [
      { name: 'E', value: call('multiply', column('E'), number(10)) },
      { name: 'old', value: column('E') },
    ],
    schema: {
      stream: 'table',
      columns: [
        { name: 'E', type: float64, missing: false },
        { name: 'old', type: float64, missing: false },
      ],
      key: null,
      references: [],
      roles: [],
    },
  }
  expect(rowsOf(plan, data, 'E', 'old')).toEqual([
    [10, 1],
    [20, 2],
    [30, 3],
    [NaN, NaN],
  ])
})

describe('sort', () => {
  const sorted = (by: Expr, descending = false, input = stream): Plan => ({ op: 'sort', input, by, descending })
  const rank = define(
    'rank',
    about('min', filter(stream, call('less', column('E'), number(3))), within(-10, 0, 'before'), {
      value: otherColumn('E'),
    }),
  )

  test('puts NaN last in either direction', () => {
    expect(entries(sorted(column('E')))).toEqual([0, 1, 2, 3])
    expect(entries(sorted(column('E'), true))).toEqual([2, 1, 0, 3])
  })

  test('puts missing last in either direction, and is stable', () => {
    expect(entries(sorted(column('rank', undefined, true), true, rank))).toEqual([2, 1, 0, 3])
    expect(entries(sorted(column('ok', bool)))).toEqual([1, 3, 0, 2])
    expect(entries(sorted(column('det', text), true))).toEqual([1, 3, 0, 2])
  })

  test('orders text by code point, not by UTF-16 unit', () => {
    const texts = new Map([
      [
        'events',
        events(
          { t: 0, entry: 0, det: '\u{1F600}' },
          { t: 1, entry: 1, det: '\uFB01' },
          { t: 2, entry: 2, det: 'ab' },
          { t: 3, entry: 3, det: 'a' },
        ),
      ],
    ])
    expect(rowsOf(sorted(column('det', text)), texts, 'entry').flat()).toEqual([3, 2, 1, 0])
  })
})

test('`take` is the first rows', () => {
  expect(entries({ op: 'take', input: stream, count: 2 })).toEqual([0, 1])
  expect(entries({ op: 'take', input: stream, count: 9 })).toEqual([0, 1, 2, 3])
  expect(entries({ op: 'take', input: stream, count: 0 })).toEqual([])
})

describe('veto and keep', () => {
  const first = filter(stream, call('equal', column('entry', int64), number(0)))

  test('both bounds are closed and the cause itself is not exempt', () => {
    expect(entries(veto('veto', stream, first, { low: 0, high: 10 }))).toEqual([2, 3])
    expect(entries(veto('keep', stream, first, { low: 0, high: 10 }))).toEqual([0, 1])
    expect(entries(veto('veto', stream, first, { low: 1, high: 9 }))).toEqual([0, 1, 2, 3])
    expect(entries(veto('keep', stream, first, { low: 10, high: 20 }))).toEqual([1, 2])
  })

  test('the window may lie before the cause', () => {
    const third = filter(stream, call('equal', column('entry', int64), number(2)))
    expect(entries(veto('veto', stream, third, { low: -10, high: -1 }))).toEqual([0, 2, 3])
  })

  test('with a condition on both rows, the event is dropped by a cause for which it holds', () => {
    const sameDetector = call('equal', column('det', text), otherColumn('det', text))
    expect(entries(veto('veto', stream, first, { low: 0, high: 20, where: sameDetector }))).toEqual([1, 3])
    expect(entries(veto('keep', stream, first, { low: 0, high: 20, where: sameDetector }))).toEqual([0, 2])
  })

  test('a match is vetoed by the time of its anchor', () => {
    const pairs = match(stream, 'p', role('first', 'd', stream, within(0, 10, 'after', 'p.')))
    expect(rowsOf(veto('veto', pairs, first, { low: 0, high: 10 }), data, 'p.entry', 'd.entry')).toEqual([[2, 3]])
  })

  test('an empty source vetoes nothing and keeps nothing', () => {
    const nobody = filter(stream, { kind: 'bool', value: false })
    expect(entries(veto('veto', stream, nobody, { low: 0, high: 100 }))).toEqual([0, 1, 2, 3])
    expect(entries(veto('keep', stream, nobody, { low: 0, high: 100 }))).toEqual([])
  })
})
