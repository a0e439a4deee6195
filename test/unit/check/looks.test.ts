import fc from 'fast-check'
import { expect, test } from 'vitest'
import { looksOf } from '../../../dsl/check/looks.ts'
import type { Plan } from '../../../dsl/ir/plan.ts'
import { schemaOf } from '../../../dsl/ir/schema.ts'
import { placeOf } from '../../../runtime/naive/place.ts'
import type { NaiveData, Row } from '../../../runtime/naive/row.ts'
import { rowsOver } from '../../../runtime/naive/rows.ts'
import { scan } from '../naive/build.ts'
import { defined, matched, shifted, someFilter, streams, vetoed } from '../optimize/streams.ts'

/** One or two stages that look about them, on events; a match ends it, or is matched again. */
const plans: fc.Arbitrary<Plan> = fc
  .constantFrom(scan('a'), scan('b'))
  .chain(looking)
  .chain(looking)
  .chain((plan) => (schemaOf(plan).stream === 'events' ? looking(plan) : fc.constant(plan)))

function looking(plan: Plan): fc.Arbitrary<Plan> {
  const stages = [someFilter(plan), vetoed(plan), defined(plan)]
  return schemaOf(plan).stream === 'events' ? fc.oneof(...stages, shifted(plan), matched(plan)) : fc.oneof(...stages)
}

/** The events whose times are near a row's. */
function near(data: NaiveData, from: bigint, to: bigint): NaiveData {
  return new Map(
    [...data].map(([key, dataset]) => {
      const rows = dataset.rows.filter((row) => from <= placeOf(row, '').t && placeOf(row, '').t <= to)
      return [key, { ...dataset, rows }]
    }),
  )
}

function text(row: Row): string {
  return JSON.stringify([...row].map(([name, value]) => [name, typeof value === 'bigint' ? `${value}` : value]))
}

/** How far an unshifted row lies from one that is shifted. */
function shiftOf(plan: Plan): number {
  if (plan.op === 'scan' || plan.op === 'union') return 0
  return shiftOf(plan.input) + (plan.op === 'shift' ? plan.by : 0)
}

test('a row depends on nothing but what it looks at', () => {
  fc.assert(
    fc.property(plans, streams, (plan, data) => {
      const looks = looksOf(plan)
      // The row itself stands where it was before it was shifted.
      const own = -shiftOf(plan)
      const low = BigInt(Math.min(0, own, ...looks.map((look) => look.low)))
      const high = BigInt(Math.max(0, own, ...looks.map((look) => look.high)))
      const key = schemaOf(plan).key ?? ''
      const kept = rowsOver(data)(plan).filter((row) => {
        const { t } = placeOf(row, key)
        const around = rowsOver(near(data, t + low, t + high))(plan)
        return around.some((other) => text(other) === text(row))
      })
      expect(kept.length).toBe(rowsOver(data)(plan).length)
    }),
    { numRuns: 1500 },
  )
})
