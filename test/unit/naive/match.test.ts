import { describe, expect, test } from 'vitest'
import type { Expr, Plan, Role, Window } from '../../../dsl/ir/plan.ts'
import { about, call, column, events, filter, match, number, otherColumn, role, rowsOf, scan, within } from './build.ts'

const stream = scan('events')
const withE = (low: number, high: number): Plan =>
  filter(stream, call('inRange', column('E'), number(low), number(high)))
const after = (reference: string, high: number): Window => within(0, high, 'after', reference)

/** Two prompts (E 1), three delayed (E 2), one muon (E 9). */
const data = new Map([
  [
    'events',
    events(
      { t: 100, entry: 0, E: 1 },
      { t: 110, entry: 1, E: 2 },
      { t: 120, entry: 2, E: 1 },
      { t: 125, entry: 3, E: 2 },
      { t: 140, entry: 4, E: 2 },
      { t: 200, entry: 5, E: 9 },
    ),
  ],
])
const prompts = withE(1, 1)
const delayed = withE(2, 2)

const pairs = (quantifier: Role['quantifier'], window: Window, where: Expr | null = null): Plan => {
  return match(prompts, 'p', role(quantifier, 'd', delayed, window, where))
}
const found = (plan: Plan): readonly unknown[] => rowsOf(plan, data, 'p.entry', 'd.entry')

describe('quantifiers', () => {
  test('each gives all combinations, by anchor, then role', () => {
    expect(found(pairs('each', after('p.', 40)))).toEqual([
      [0, 1],
      [0, 3],
      [0, 4],
      [2, 3],
      [2, 4],
    ])
  })

  test('first and last give one each, and no row without a candidate', () => {
    expect(found(pairs('first', after('p.', 40)))).toEqual([
      [0, 1],
      [2, 3],
    ])
    expect(found(pairs('last', after('p.', 40)))).toEqual([
      [0, 4],
      [2, 4],
    ])
    expect(found(pairs('first', after('p.', 9)))).toEqual([[2, 3]])
  })

  test('nearest is the smallest distance in time on either side', () => {
    expect(found(pairs('nearest', within(-50, 50, 'any', 'p.')))).toEqual([
      [0, 1],
      [2, 3],
    ])
    expect(found(pairs('nearest', within(-50, -5, 'before', 'p.')))).toEqual([[2, 1]])
  })

  test('nearest takes the earlier of two at the same distance', () => {
    const tied = new Map([
      [
        'events',
        events(
          { t: 90, entry: 3, E: 2 },
          { t: 100, entry: 0, E: 1 },
          { t: 110, entry: 1, E: 2 },
          { t: 90, entry: 2, E: 2 },
        ),
      ],
    ])
    expect(rowsOf(pairs('nearest', within(-50, 50, 'any', 'p.')), tied, 'd.entry')).toEqual([[2]])
  })

  test('the condition decides who is a candidate, then the quantifier chooses', () => {
    const later = call('greater', call('subtract', otherColumn('entry'), column('p.entry')), number(1))
    expect(found(pairs('first', after('p.', 40), later))).toEqual([
      [0, 3],
      [2, 4],
    ])
  })
})

describe('without', () => {
  test('drops the rows for which a candidate exists, and does not change the choice', () => {
    const between: Window = { kind: 'between', from: 'p.', to: 'd.' }
    const plan = match(prompts, 'p', role('each', 'd', delayed, after('p.', 40)), role('without', 'o', stream, between))
    expect(found(plan)).toEqual([
      [0, 1],
      [2, 3],
    ])
    const last = match(prompts, 'p', role('last', 'd', delayed, after('p.', 40)), role('without', 'o', stream, between))
    expect(found(last)).toEqual([])
  })

  test('ignores every bound role, also one bound by a later clause', () => {
    const plan = match(
      prompts,
      'p',
      role('without', 'o', delayed, after('p.', 10)),
      role('each', 'd', delayed, after('p.', 40)),
    )
    expect(found(plan)).toEqual([
      [0, 1],
      [2, 3],
    ])
  })

  test('may compare with the roles above it', () => {
    const same = call('equal', otherColumn('E'), column('d.E'))
    const plan = match(
      prompts,
      'p',
      role('each', 'd', delayed, after('p.', 40)),
      role('without', 'o', stream, after('d.', 60), same),
    )
    expect(found(plan)).toEqual([
      [0, 4],
      [2, 4],
    ])
  })
})

describe('self-exclusion', () => {
  test('a role never binds an event that the row already has', () => {
    const plan = match(
      withE(2, 2),
      'a',
      role('each', 'b', delayed, after('a.', 40)),
      role('each', 'c', delayed, within(-40, 40, 'any', 'a.')),
    )
    expect(rowsOf(plan, data, 'a.entry', 'b.entry', 'c.entry')).toEqual([
      [1, 3, 4],
      [1, 4, 3],
      [3, 4, 1],
    ])
  })

  test('counts the roles inside a nested match', () => {
    const pair = pairs('first', after('p.', 40))
    const plan = match(pair, 'pair', role('each', 'x', stream, within(-20, 5, 'any', 'pair.d.')))
    expect(rowsOf(plan, data, 'pair.p.entry', 'pair.d.entry', 'x.entry')).toEqual([[2, 3, 1]])
  })

  test('leaves out a match as candidate when it shares any event', () => {
    const pair = pairs('each', after('p.', 40))
    const plan = match(delayed, 'a', role('each', 'pair', pair, within(-100, 100, 'any', 'a.')))
    expect(rowsOf(plan, data, 'a.entry', 'pair.p.entry', 'pair.d.entry')).toEqual([
      [1, 0, 3],
      [1, 0, 4],
      [1, 2, 3],
      [1, 2, 4],
      [3, 0, 1],
      [3, 0, 4],
      [3, 2, 4],
      [4, 0, 1],
      [4, 0, 3],
      [4, 2, 3],
    ])
  })

  test('an aggregate about a role counts none of the events of the row', () => {
    const counted = about('count', stream, within(-100, 100, 'any', 'd.'))
    const plan: Plan = {
      op: 'define',
      input: pairs('first', after('p.', 40)),
      columns: [{ name: 'c', value: counted }],
    }
    expect(rowsOf(plan, data, 'c')).toEqual([[4], [4]])
  })
})

test('a role may come from another stream, and a later window may name any earlier role', () => {
  const plan = match(
    withE(9, 9),
    'mu',
    role('each', 'p', prompts, within(-200, 0, 'before', 'mu.')),
    role('first', 'd', delayed, after('p.', 40)),
    role('without', 'other', prompts, within(-30, 0, 'before', 'd.')),
  )
  expect(rowsOf(plan, data, 'mu.entry', 'p.entry', 'd.entry')).toEqual([[5, 0, 1]])
})

test('a match inside a match is placed by its anchor', () => {
  const pair = pairs('first', after('p.', 40))
  const plan = match(withE(9, 9), 'mu', role('last', 'pair', pair, within(-90, 0, 'before', 'mu.')))
  expect(rowsOf(plan, data, 'mu.entry', 'pair.p.entry', 'pair.d.entry')).toEqual([[5, 2, 3]])
})

test('an empty stream gives no match and forbids none', () => {
  const nobody = withE(5, 5)
  expect(found(match(prompts, 'p', role('each', 'd', nobody, after('p.', 40))))).toEqual([])
  const plan = match(prompts, 'p', role('without', 'o', nobody, after('p.', 40)))
  expect(rowsOf(plan, data, 'p.entry')).toEqual([[0], [2]])
})
