import { describe, expect, test } from 'vitest'
import type { Expr, Measure, Named, Plan } from '../../../dsl/ir/plan.ts'
import type { AggregateName } from '../../../dsl/ir/types.ts'
import {
  about,
  bool,
  call,
  column,
  events,
  filter,
  int64,
  measure,
  number,
  otherColumn,
  rowsOf,
  scan,
  text,
  within,
} from './build.ts'

const stream = scan('events')
const group = (keys: readonly Named[], ...measures: readonly Measure[]): Plan => ({
  op: 'group',
  input: stream,
  keys,
  measures,
})
const count = measure('c', 'count')

const data = new Map([
  [
    'events',
    events(
      { t: 1, entry: 0, E: 2, n: 3, det: 'WP', ok: true },
      { t: 2, entry: 1, E: NaN, n: 1, det: 'CD' },
      { t: 3, entry: 2, E: -0, n: 7, det: 'CD', ok: true },
      { t: 9, entry: 3, E: 0, n: 3, det: '', ok: true },
      { t: 10, entry: 4, E: NaN, n: 2, det: 'WP' },
    ),
  ],
])

describe('keys', () => {
  test('ascend, NaN last, as one key; the two zeros are the key 0', () => {
    expect(rowsOf(group([{ name: 'k', value: column('E') }], count), data, 'k', 'c')).toEqual([
      [0, 2],
      [2, 1],
      [NaN, 2],
    ])
  })

  test('missing comes after NaN', () => {
    const key = about('max', stream, within(-1, 0, 'before'), { value: otherColumn('E') })
    expect(rowsOf(group([{ name: 'k', value: key }], count), data, 'k', 'c')).toEqual([
      [0, 1],
      [2, 1],
      [NaN, 1],
      [undefined, 2],
    ])
  })

  test('text and bool, the first key first', () => {
    const keys = [
      { name: 'ok', value: column('ok', bool) },
      { name: 'det', value: column('det', text) },
    ]
    expect(rowsOf(group(keys, count), data, 'ok', 'det', 'c')).toEqual([
      [false, 'CD', 1],
      [false, 'WP', 1],
      [true, '', 1],
      [true, 'CD', 1],
      [true, 'WP', 1],
    ])
  })

  test('without keys there is one row, also of nothing', () => {
    const empty = new Map([['events', events()]])
    const plan = group([], count, measure('s', 'sum', column('E')), measure('m', 'max', column('E')))
    expect(rowsOf(plan, empty, 'c', 's', 'm')).toEqual([[0, 0, undefined]])
    expect(rowsOf(group([{ name: 'k', value: column('E') }], count), empty, 'c')).toEqual([])
  })
})

describe('aggregates', () => {
  const of = (fn: AggregateName, value: Expr | null, ...values: readonly number[]): unknown => {
    const rows = events(...values.map((E, at) => ({ t: at, entry: at, E, n: at, ok: E > 1 })))
    return rowsOf(group([], measure('v', fn, value)), new Map([['events', rows]]), 'v').flat()[0]
  }
  const E = column('E')

  test('of three values', () => {
    const values: Record<AggregateName, unknown> = {
      count: 3,
      sum: 7,
      mean: 7 / 3,
      min: 1,
      max: 4,
      std: 1.247219128924647,
      median: 2,
      first: 4,
      last: 2,
      any: true,
      all: false,
    }
    const bools = new Set(['any', 'all'])
    const found = Object.keys(values).map((fn) => {
      const name = Object.keys(values).find((known): known is AggregateName => known === fn) ?? 'count'
      return [fn, of(name, bools.has(fn) ? column('ok', bool) : E, 4, 1, 2)]
    })
    expect(Object.fromEntries(found)).toEqual(values)
  })

  test('of nothing', () => {
    expect(['count', 'sum', 'any', 'all'].map((fn) => of(fn as AggregateName, fn === 'sum' ? E : null))).toEqual([
      0,
      0,
      false,
      true,
    ])
    const missing: readonly AggregateName[] = ['mean', 'std', 'median', 'min', 'max', 'first', 'last']
    expect(missing.map((fn) => of(fn, E))).toEqual(missing.map(() => undefined))
  })

  test('NaN goes through, but for `first` and `last`', () => {
    const all: readonly AggregateName[] = ['sum', 'mean', 'min', 'max', 'std', 'median']
    expect(all.map((fn) => of(fn, E, 1, NaN, 2))).toEqual(all.map(() => NaN))
    expect([of('first', E, 1, NaN, 2), of('last', E, 1, NaN, 2), of('count', E, 1, NaN)]).toEqual([1, 2, 2])
  })

  test('the median of an even count is the mean of the middle two', () => {
    expect([of('median', E, 9, 1, 2, 4), of('median', E, Infinity, -Infinity)]).toEqual([3, NaN])
  })

  test('negative zero is below positive zero', () => {
    expect([of('min', E, 0, -0), of('max', E, -0, 0), of('median', E, 0, -0, -0)]).toEqual([-0, 0, -0])
  })

  test('`count` of a bool counts the true ones', () => {
    expect(of('count', column('ok', bool), 0, 2, 3)).toBe(2)
  })

  test('a sum of integers is exact, and refused beyond int64', () => {
    const sum = (...values: readonly bigint[]): unknown => {
      const rows = events(...values.map((n, at) => ({ t: at, entry: at, n })))
      return rowsOf(group([], measure('v', 'sum', column('n', int64))), new Map([['events', rows]]), 'v').flat()[0]
    }
    expect(sum(2n ** 53n, 1n)).toBe(9007199254740993n)
    expect(sum(2n ** 62n, 2n ** 62n, -(2n ** 63n))).toBe(0)
    expect(() => sum(2n ** 62n, 2n ** 62n)).toThrow('the sum 9223372036854775808 does not fit in an int64')
  })

  test('pass over missing values', () => {
    const before = about('max', stream, within(-1, 0, 'before'), { value: otherColumn('n', int64) })
    const plan: Plan = {
      op: 'group',
      input: { op: 'define', input: stream, columns: [{ name: 'm', value: before }] },
      keys: [],
      measures: ['count', 'sum', 'first', 'last'].map((fn) =>
        measure(fn, fn as AggregateName, column('m', int64, true)),
      ),
    }
    expect(rowsOf(plan, data, 'count', 'sum', 'first', 'last')).toEqual([[3, 7, 3, 3]])
  })
})

describe('aggregates over a window', () => {
  const values = (value: Expr): readonly unknown[] => {
    return rowsOf({ op: 'define', input: stream, columns: [{ name: 'v', value }] }, data, 'v').flat()
  }
  const n = otherColumn('n', int64)

  test('see the members in order, without the row itself', () => {
    const window = within(-10, 10, 'any')
    expect(values(about('first', stream, window, { value: n }))).toEqual([1, 3, 3, 3, 3])
    expect(values(about('last', stream, window, { value: n }))).toEqual([2, 2, 2, 2, 3])
    expect(values(about('sum', stream, within(-7, -1, 'before'), { value: n }))).toEqual([0, 3, 4, 8, 10])
  })

  test('may compare the member with the row', () => {
    const more = call('greater', n, column('n', int64))
    expect(values(about('count', stream, within(0, 10, 'after'), { where: more }))).toEqual([1, 3, 0, 0, 0])
  })

  test('`any` and `all` say whether a member meets, and all members meet, a condition', () => {
    const window = within(0, 2, 'after')
    expect(values(about('any', stream, window, { value: otherColumn('ok', bool) }))).toEqual([
      true,
      true,
      false,
      false,
      false,
    ])
    expect(values(about('all', stream, window, { value: otherColumn('ok', bool) }))).toEqual([
      false,
      true,
      true,
      false,
      true,
    ])
    expect(values(about('any', filter(stream, call('equal', column('n', int64), number(2))), window))).toEqual([
      false,
      false,
      false,
      true,
      false,
    ])
  })
})
