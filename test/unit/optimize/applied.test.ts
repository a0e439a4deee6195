import { describe, expect, test } from 'vitest'
import { planLines } from '../../../dsl/ir/plan-text.ts'
import type { Expr, Named, Plan } from '../../../dsl/ir/plan.ts'
import { laws } from '../../../dsl/optimize/index.ts'
import { optimize } from '../../../dsl/optimize/optimize.ts'
import {
  about,
  call,
  column,
  events,
  filter,
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

/** What each law makes of a plan that it is about, and what it leaves as it is. */

const stream = scan('events')
const above = (name: string, value = 2): Expr => call('greater', column(name), number(value))
const both = call('and', above('E'), above('x', 1))
const defined = (input: Plan, columns: readonly Named[]): Plan => ({ op: 'define', input, columns })
const x: Named = { name: 'x', value: call('add', column('E'), number(1)) }
const group = (input: Plan, keys: readonly Named[]): Plan => {
  return { op: 'group', input, keys, measures: [measure('c', 'count')] }
}
const byE = [{ name: 'k', value: column('E') }]
const joined: Plan = {
  op: 'join',
  input: stream,
  name: 'j',
  source: stream,
  keys: [{ left: column('n', int64), right: column('n', int64) }],
  unmatched: 'missing',
}
const spans = { kind: 'goodTime', source: stream } as const
const pairs = match(stream, 'p', role('each', 'd', stream, within(0, 5, 'after', 'p.')))
const chosen = match(
  stream,
  'p',
  role('first', 'd', stream, within(0, 5, 'after', 'p.')),
  role('each', 'e', stream, within(0, 5, 'after', 'd.')),
)

const made: readonly (readonly [law: string, plan: Plan, ...lines: string[]])[] = [
  ['fuse', filter(filter(stream, above('E')), above('n', 3)), 'where (E > 2) and (n > 3)'],
  [
    'filter below sort',
    filter({ op: 'sort', input: stream, by: column('E'), descending: true }, above('n')),
    'where n > 2',
    'sort by E desc',
  ],
  [
    'filter below group',
    filter(group(stream, byE), call('and', above('k'), above('c', 1))),
    'where E > 2',
    'group by k = E: c = count()',
    'where c > 1',
  ],
  [
    'filter into anchor',
    filter(pairs, call('and', above('p.E'), above('d.E'))),
    'where E > 2',
    'match p',
    '  with each d within 0 ns .. 5 ns after p',
    '    scan of 7 columns',
    'where d.E > 2',
  ],
  [
    'filter into role',
    filter(pairs, call('less', column('p.E'), column('d.E'))),
    'match p',
    '  with each d within 0 ns .. 5 ns after p where p.E < d.E',
    '    scan of 7 columns',
  ],
  [
    'role condition alone',
    match(
      stream,
      'p',
      role('first', 'd', stream, within(0, 5, 'after', 'p.'), call('greater', otherColumn('E'), number(2))),
    ),
    'match p',
    '  with first d within 0 ns .. 5 ns after p',
    '    scan of 7 columns',
    '    where E > 2',
  ],
  [
    'filter below join',
    filter(joined, call('and', above('E'), above('j.E'))),
    'where E > 2',
    'join optional j by n = j.n',
    '  scan of 7 columns',
    'where j.E > 2',
  ],
  [
    'filter below veto',
    filter(veto('veto', stream, stream, { low: 1, high: 5 }), above('E')),
    'where E > 2',
    'veto within 1 ns .. 5 ns after any of',
    '  scan of 7 columns',
  ],
  [
    'filter below veto',
    filter({ op: 'during', mode: 'keep', input: stream, spans, label: null, text: '' }, above('E')),
    'where E > 2',
    'keep during the good time of',
    '  scan of 7 columns',
  ],
  ['filter below shift', filter({ op: 'shift', input: stream, by: 5 }, above('E')), 'where E > 2', 'shift by 5 ns'],
  ['filter below define', filter(defined(stream, [x]), both), 'where (E > 2) and ((E + 1) > 1)', 'define x = E + 1'],
  [
    'drop unread',
    group(defined(stream, [x, { name: 'y', value: column('E') }]), [{ name: 'k', value: column('y') }]),
    'define y = E',
    'group by k = y: c = count()',
  ],
]

test.each(made.map(([name, plan, ...lines]) => ({ name, plan, lines })))(
  'the law `$name` makes of a plan another one of the same rows',
  ({ name, plan, lines }) => {
    const { plan: better, applied } = optimize(
      plan,
      laws.filter((law) => law.name === name),
    )
    expect(applied.map((law) => law.name)).toEqual([name])
    expect(planLines(better)).toEqual(['scan of 7 columns', ...lines])
  },
)

test('every law is among them', () => {
  expect(new Set(made.map(([name]) => name))).toEqual(new Set(laws.map(({ name }) => name)))
})

const around: Expr = about('count', stream, within(-1, 1, 'any'))
const costly: Named = { name: 'x', value: call('hypot', column('E'), column('n', int64)) }
const whole: Named = { name: 'x', value: { ...call('add', column('n', int64), number(1)), type: int64 } as Expr }
const chain: readonly Named[] = [
  { name: 'x', value: column('E') },
  { name: 'y', value: column('x') },
]

const left: readonly (readonly [string, Plan])[] = [
  [
    'what looks around is not computed twice for the keys of a group',
    filter(group(stream, [{ name: 'k', value: around }]), call('greater', column('k', int64), number(1))),
  ],
  ['a costly definition is not computed twice', filter(defined(stream, [costly]), above('x'))],
  [
    'a definition that is stored as whole numbers is asked as it is stored',
    filter(defined(stream, [whole]), call('greater', column('x', int64), number(1))),
  ],
  ['a definition by another of the same stage is not there below it', filter(defined(stream, chain), above('y'))],
  ['a condition on a chosen role is not asked of every pair with a later one', filter(chosen, above('d.E'))],
  ['what only a key reads is defined', group(defined(stream, [x]), [{ name: 'k', value: column('x') }])],
  [
    'what only the condition of a measure reads is defined',
    { op: 'group', input: defined(stream, [x]), keys: [], measures: [{ ...measure('c', 'count'), where: above('x') }] },
  ],
]

describe('no law changes a plan in which', () => {
  test.each(left)('%s', (_, plan) => {
    expect(optimize(plan).applied).toEqual([])
  })
})

describe('no law applies to a group', () => {
  const data = new Map([['events', events({ t: 1, entry: 0, E: -0 }, { t: 2, entry: 1, E: 3 })]])

  test('without keys, which has a row even of no rows', () => {
    const never: Expr = { kind: 'bool', value: false }
    const plan = filter(group(stream, []), never)
    expect(rowsOf(optimize(plan).plan, data, 'c')).toEqual([])
    expect(rowsOf(group(filter(stream, never), []), data, 'c')).toEqual([[0]])
  })

  test('for a condition that divides by a key, which is never -0', () => {
    const negative = (name: string): Expr => call('less', call('divide', number(1), column(name)), number(0))
    const plan = filter(group(stream, byE), negative('k'))
    expect(rowsOf(optimize(plan).plan, data, 'c')).toEqual([])
    expect(rowsOf(group(filter(stream, negative('E')), byE), data, 'c')).toHaveLength(1)
  })
})
