import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Expr, Plan } from '../../../dsl/ir/plan.ts'
import { laws } from '../../../dsl/optimize/index.ts'
import { optimize } from '../../../dsl/optimize/optimize.ts'
import type { NaiveData } from '../../../runtime/naive/row.ts'
import { call, column, measure, number, scan } from '../naive/build.ts'
import {
  defined,
  during,
  grouped,
  joined,
  matched,
  numbersOf,
  seen,
  shifted,
  someFilter,
  sorted,
  stage,
  streams,
  vetoed,
} from './streams.ts'

const start = fc.constantFrom(scan('a'), scan('b'))

/** A pipeline of a few stages. */
const plans: fc.Arbitrary<Plan> = start
  .chain(stage)
  .chain(stage)
  .chain((plan) => fc.oneof(fc.constant(plan), stage(plan)))
  .chain(stage)

/** Events behind a stage or none. */
const events: fc.Arbitrary<Plan> = start.chain((plan) =>
  fc.oneof(fc.constant(plan), someFilter(plan), vetoed(plan), shifted(plan)),
)

/** A filter whose condition is on columns of some names. */
function filterOn(plan: Plan, isMeant: (name: string) => boolean): fc.Arbitrary<Plan> {
  const names = numbersOf(plan).filter(isMeant)
  const where = fc
    .tuple(fc.constantFrom(...names), fc.integer({ min: 0, max: 3 }))
    .map(([name, value]): Expr => call('greaterEqual', column(name), number(value)))
  return where.map((condition) => ({ op: 'filter', input: plan, where: condition, label: null, text: 'c' }))
}

const roles = events.chain(matched)
const isRole = (name: string): boolean => name.startsWith('d.') || name.startsWith('e.')
const withRoles = roles.filter((plan) => numbersOf(plan).some(isRole))

/** Plans that a law has something to say about. */
const shapes: ReadonlyMap<string, fc.Arbitrary<Plan>> = new Map([
  ['fuse', events.chain(someFilter).chain(someFilter)],
  ['filter below sort', events.chain(sorted).chain(someFilter)],
  ['filter below group', events.chain(grouped).chain((plan) => filterOn(plan, (name) => name === 'k' || name === 'c'))],
  ['filter into anchor', roles.chain((plan) => filterOn(plan, (name) => name.startsWith('p.')))],
  ['filter into role', withRoles.chain((plan) => filterOn(plan, isRole)).chain(someFilter)],
  ['role condition alone', roles.chain(someFilter)],
  ['filter below join', events.chain(joined).chain(someFilter)],
  ['filter below veto', events.chain((plan) => fc.oneof(vetoed(plan), during(plan))).chain(someFilter)],
  ['filter below shift', events.chain(shifted).chain(someFilter)],
  ['filter below define', events.chain(defined).chain(someFilter)],
  ['drop unread', events.chain(defined).chain((plan) => fc.oneof(grouped(plan), fc.constant(counted(plan))))],
])

function counted(input: Plan): Plan {
  return {
    op: 'group',
    input,
    keys: [],
    measures: [measure('c', 'count'), measure('m', 'max', column(numbersOf(input).at(-1) ?? 'E'))],
  }
}

/** A plan, and the plan that laws make of it, on some streams: no difference where the law says nothing. */
function both(
  plan: Plan,
  data: NaiveData,
  use: typeof laws,
): { readonly isApplied: boolean; readonly before: unknown; readonly after: unknown } {
  const { plan: better, applied } = optimize(plan, use)
  return { isApplied: applied.length > 0, before: seen(plan, data), after: seen(better, data) }
}

describe('a law', () => {
  test.each(laws.map((law) => [law.name, law] as const))('%s keeps the rows and the good time', (name, law) => {
    let applied = 0
    const shape = shapes.get(name)
    if (shape === undefined) throw new Error(`no plans for ${name}`)
    fc.assert(
      fc.property(shape, streams, (plan, data) => {
        const { isApplied, before, after } = both(plan, data, [law])
        if (isApplied) applied++
        expect(after).toEqual(before)
      }),
      { numRuns: 1000 },
    )
    expect(applied).toBeGreaterThanOrEqual(200)
  })

  test('and all together keep them, and nothing is left to do', () => {
    fc.assert(
      fc.property(plans, streams, (plan, data) => {
        const { before, after } = both(plan, data, laws)
        expect(after).toEqual(before)
        expect(optimize(optimize(plan).plan).applied).toEqual([])
      }),
      { numRuns: 2000 },
    )
  })
})
