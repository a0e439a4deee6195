import { describe, expect, test } from 'vitest'
import type { Expr, Plan } from '../../../dsl/ir/plan.ts'
import { optimize } from '../../../dsl/optimize/optimize.ts'
import { notesOf } from '../../../runtime/naive/notes.ts'
import type { NaiveData } from '../../../runtime/naive/row.ts'
import {
  about,
  bool,
  call,
  column,
  events,
  filter,
  instant,
  int64,
  match,
  measure,
  number,
  otherColumn,
  role,
  rowsOf,
  scan,
  veto,
  within,
} from '../naive/build.ts'

/** Times 10, 11, 12, 20 with the energies 5, 1, 5, 5. */
const data: NaiveData = new Map([
  [
    'events',
    events(
      { t: 10, entry: 0, E: 5, n: 1 },
      { t: 11, entry: 1, E: 1, n: 1 },
      { t: 12, entry: 2, E: 5, n: 2 },
      { t: 20, entry: 3, E: 5, n: 2 },
    ),
  ],
])
const stream = scan('events')
const above = (name: string, value = 2): Expr => call('greater', column(name), number(value))
const high = (input: Plan): Plan => filter(input, above('E'))
const after = within(0, 5, 'after', 'p.')
const near = within(0, 1, 'after', 'p.')
const pairs = (quantifier: 'each' | 'first' | 'nearest', source = stream): Plan =>
  match(stream, 'p', role(quantifier, 'd', source, after))

/** Where a law would be wrong: a plan that no law changes, and what a bold one would make of it. */
interface Limit {
  readonly plan: Plan
  readonly bold: Plan
  readonly column: string
  readonly rows: readonly unknown[]
  readonly boldRows: readonly unknown[]
}

const earlier = { op: 'shift', input: stream, by: -5 } as const
const neighbours = (reference: string): Expr =>
  call('equal', about('count', stream, within(0, 2, 'any', reference)), number(1))
const byRun = (input: Plan): Plan => ({
  op: 'group',
  input,
  keys: [{ name: 'n', value: column('n', int64) }],
  measures: [measure('c', 'count')],
})
const joined = (input: Plan): Plan => ({
  op: 'join',
  input,
  name: 'j',
  source: filter(stream, call('equal', column('t', instant), { kind: 'instant', ns: '11' })),
  keys: [{ left: column('n', int64), right: column('n', int64) }],
  unmatched: 'missing',
})
const absent: Expr = {
  kind: 'call',
  fn: 'not',
  args: [{ kind: 'call', fn: 'exists', args: [column('j.E')], type: bool, missing: false }],
  type: bool,
  missing: false,
}

const limits: readonly (readonly [string, Limit])[] = [
  [
    'a condition on the chosen role does not become the condition by which `first` chooses',
    {
      plan: filter(pairs('first'), above('d.E')),
      bold: pairs('first', high(stream)),
      column: 'p.entry',
      rows: [1],
      boldRows: [0, 1],
    },
  ],
  [
    'nor that by which `nearest` chooses',
    {
      plan: filter(pairs('nearest'), above('d.E')),
      bold: pairs('nearest', high(stream)),
      column: 'p.entry',
      rows: [1],
      boldRows: [0, 1],
    },
  ],
  [
    'a condition on the anchor is none on what a `without` looks at',
    {
      plan: filter(match(stream, 'p', role('without', 'd', stream, near)), above('p.E')),
      bold: match(high(stream), 'p', role('without', 'd', high(stream), near)),
      column: 'p.entry',
      rows: [2, 3],
      boldRows: [0, 2, 3],
    },
  ],
  [
    'an aggregate about a row of a match does not count the roles, so it is not one about the anchor',
    {
      plan: filter(pairs('each'), neighbours('p.')),
      bold: match(filter(stream, neighbours('')), 'p', role('each', 'd', stream, after)),
      column: 'p.entry',
      rows: [0, 0],
      boldRows: [1],
    },
  ],
  [
    'a condition does not move below `burst`',
    {
      plan: high({ op: 'burst', input: stream, atLeast: 3, within: 2 }),
      bold: { op: 'burst', input: high(stream), atLeast: 3, within: 2 },
      column: 'entry',
      rows: [0, 2],
      boldRows: [],
    },
  ],
  [
    'nor below `take`',
    {
      plan: high({ op: 'take', input: stream, count: 2 }),
      bold: { op: 'take', input: high(stream), count: 2 },
      column: 'entry',
      rows: [0],
      boldRows: [0, 2],
    },
  ],
  [
    'a veto of a stream by itself looks at all of it',
    {
      plan: high(veto('veto', stream, filter(stream, call('less', column('E'), number(2))), { low: 1, high: 5 })),
      bold: veto('veto', high(stream), filter(high(stream), call('less', column('E'), number(2))), { low: 1, high: 5 }),
      column: 'entry',
      rows: [0, 3],
      boldRows: [0, 2, 3],
    },
  ],
  [
    'a condition on the time does not move below `shift`',
    {
      plan: filter(earlier, call('less', column('t', instant), { kind: 'instant', ns: '10' })),
      bold: { ...earlier, input: filter(stream, call('less', column('t', instant), { kind: 'instant', ns: '10' })) },
      column: 'entry',
      rows: [0, 1, 2],
      boldRows: [],
    },
  ],
  [
    'a condition on an aggregate of a group is none on its rows',
    {
      plan: filter(byRun(stream), above('c', 1)),
      bold: byRun(filter(stream, above('n', 1))),
      column: 'n',
      rows: [1, 2],
      boldRows: [2],
    },
  ],
  [
    'a condition on a joined record is none on the rows before the join',
    {
      plan: filter(joined(stream), absent),
      bold: joined(filter(stream, call('less', column('E'), number(0)))),
      column: 'entry',
      rows: [2, 3],
      boldRows: [],
    },
  ],
]

describe('no law applies where it would be wrong:', () => {
  test.each(limits)('%s', (_, { plan, bold, column: name, rows, boldRows }) => {
    expect(rowsOf(plan, data, name).flat()).toEqual(rows)
    expect(rowsOf(bold, data, name).flat()).toEqual(boldRows)
    expect(rowsOf(optimize(plan).plan, data, name).flat()).toEqual(rows)
  })

  test('a join that must find every event is not spared the rows that a condition drops', () => {
    const plan: Plan = { ...joined(stream), unmatched: 'error' } as Plan
    expect(() =>
      rowsOf(optimize(filter(plan, call('less', column('n', int64), number(2)))).plan, data, 'entry'),
    ).toThrow('no partner')
  })
})

test('a condition stays above a join that drops rows, for the join tells how many it drops', () => {
  const few = call('less', column('n', int64), number(2))
  const unmatched = (input: Plan): unknown =>
    notesOf({ kind: 'table', plan: input }, data).find(({ kind }) => kind === 'unmatched')
  const plan = filter({ ...joined(stream), unmatched: 'drop' } as Plan, few)
  expect(optimize(plan).applied).toEqual([])
  expect(unmatched(plan)).toEqual({ kind: 'unmatched', join: 'j', rows: 2 })
  expect(unmatched({ ...joined(filter(stream, few)), unmatched: 'drop' } as Plan)).toBeUndefined()
})

test('a condition on both rows of `each` is one on the pair, and on the candidate alone one on its stream', () => {
  const plan = filter(pairs('each'), call('and', call('less', column('p.E'), column('d.E')), above('d.E')))
  const { plan: better, applied } = optimize(plan)
  expect(applied.map(({ name }) => name)).toEqual(['filter into role', 'role condition alone'])
  expect(better).toEqual(
    match(
      stream,
      'p',
      role(
        'each',
        'd',
        { ...high(stream), label: null, text: null } as Plan,
        after,
        call('less', column('p.E'), otherColumn('E')),
      ),
    ),
  )
})

test('what nobody reads is not defined', () => {
  const defined: Plan = {
    op: 'define',
    input: stream,
    columns: [
      { name: 'x', value: column('E') },
      { name: 'y', value: column('x') },
      { name: 'z', value: column('n') },
    ],
  }
  const group: Plan = { op: 'group', input: defined, keys: [], measures: [measure('s', 'sum', column('y'))] }
  expect(optimize(group).plan).toEqual({ ...group, input: { ...defined, columns: defined.columns.slice(0, 2) } })
})
