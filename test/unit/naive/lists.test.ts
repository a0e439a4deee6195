import { describe, expect, test } from 'vitest'
import type { ColumnExpr, Expr, Plan } from '../../../dsl/ir/plan.ts'
import type { AggregateName, ListType, Scalar } from '../../../dsl/ir/types.ts'
import { call, column, eventColumns, events, eventsSchema, float64, number, rowsOf, scan } from './build.ts'

const hits: ListType = {
  kind: 'list',
  element: {
    kind: 'record',
    fields: [
      { name: 'q', type: float64, missing: false },
      { name: 'time', type: float64, missing: false },
    ],
  },
}
const plain: ListType = { kind: 'list', element: float64 }
const schema = eventsSchema([
  ...eventColumns,
  { name: 'hits', type: hits, missing: false },
  { name: 'x', type: plain, missing: true },
])
const data = new Map([
  [
    'events',
    events(
      {
        t: 1,
        entry: 0,
        E: 2,
        hits: [
          { q: 1, time: 10 },
          { q: 2, time: 20 },
          { q: 4, time: 30 },
        ],
        x: [5, NaN],
      },
      { t: 2, entry: 1, E: 8, hits: [] },
      { t: 3, entry: 2, E: 3, hits: [{ q: 3, time: 5 }], x: [] },
    ),
  ],
])
const list = (name: string, type: ListType): ColumnExpr => ({
  kind: 'column',
  row: 'row',
  name,
  type,
  missing: name === 'x',
})
const element = (name: string): Expr => ({ kind: 'column', row: 'element', name, type: float64, missing: false })
const reduce = (
  fn: AggregateName,
  value: Expr | null,
  where: Expr | null = null,
  of = list('hits', hits),
  type: Scalar = float64,
): Expr => {
  return { kind: 'reduce', fn, list: of, value, where, type, missing: true }
}
const each = (value: Expr): readonly unknown[] => {
  const plan: Plan = { op: 'define', input: scan('events', schema), columns: [{ name: 'v', value }] }
  return rowsOf(plan, data, 'v').flat()
}

describe('a reduction', () => {
  test('counts and sums elements; of nothing it is 0, or missing', () => {
    expect(each(reduce('count', null))).toEqual([3, 0, 1])
    expect(each(reduce('sum', element('q')))).toEqual([7, 0, 3])
    expect(each(reduce('max', element('q')))).toEqual([4, undefined, 3])
    expect(each(reduce('first', element('time')))).toEqual([10, undefined, 5])
    expect(each(reduce('last', element('time')))).toEqual([30, undefined, 5])
  })

  test('takes the elements for which a condition holds', () => {
    const late = call('greater', element('time'), number(15))
    expect(each(reduce('count', null, late))).toEqual([2, 0, 0])
    expect(each(reduce('sum', element('q'), late))).toEqual([6, 0, 0])
    expect(each(reduce('any', late))).toEqual([true, false, false])
    expect(each(reduce('all', late))).toEqual([false, true, false])
  })

  test('mixes elements with values of the row', () => {
    expect(each(reduce('sum', call('multiply', element('q'), column('E'))))).toEqual([14, 0, 9])
    expect(each(reduce('count', null, call('less', element('q'), column('E'))))).toEqual([1, 0, 0])
  })

  test('of plain values; a row without the list has no result', () => {
    expect(each(reduce('count', null, null, list('x', plain)))).toEqual([2, undefined, 0])
    expect(each(reduce('sum', element(''), null, list('x', plain)))).toEqual([NaN, undefined, 0])
    expect(each(reduce('count', null, call('finite', element('')), list('x', plain)))).toEqual([1, undefined, 0])
  })
})

test('an element counts from 0 and is missing where the list is too short, or not there', () => {
  const at = (index: number, of: ColumnExpr, field: string): Expr => ({
    kind: 'element',
    list: of,
    index,
    field,
    type: float64,
    missing: true,
  })
  expect(each(at(0, list('hits', hits), 'q'))).toEqual([1, undefined, 3])
  expect(each(at(1, list('hits', hits), 'time'))).toEqual([20, undefined, undefined])
  expect(each(at(0, list('x', plain), ''))).toEqual([5, undefined, undefined])
})

test('a list is selected and passed on as it is', () => {
  const plan: Plan = {
    op: 'select',
    input: scan('events', schema),
    columns: [{ name: 'h', value: list('hits', hits) }],
    schema: {
      ...schema,
      stream: 'table',
      key: null,
      references: [],
      columns: [{ name: 'h', type: hits, missing: false }],
    },
  }
  expect(rowsOf(plan, data, 'h').at(2)).toEqual([[{ q: 3, time: 5 }]])
})
