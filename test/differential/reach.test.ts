import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Plan } from '../../dsl/ir/plan.ts'
import { execute, type ExecuteOptions } from '../../runtime/engine/index.ts'
import { reachOfOutput } from '../../runtime/engine/reach-of-output.ts'
import { evaluate } from '../../runtime/naive/evaluate.ts'
import { memoryExecutor } from '../support/memory-executor.ts'
import { plainNaive, plainResult } from '../support/plain-result.ts'
import { events, eventsSchema, match, role, scan, within } from '../unit/naive/build.ts'

/** A chain: the isolation of the delayed event looks one window beyond the delayed event's own. */
const window = 4
const chain: Plan = match(
  scan('events'),
  'p',
  role('each', 'd', scan('events'), within(0, window, 'after', 'p.')),
  role('without', 'o', scan('events'), within(0, window, 'after', 'd.')),
)

/** Whether sliced and whole agree over random streams. */
async function isSliceable(reachOf: ExecuteOptions['reachOf']): Promise<boolean> {
  const streams = fc.array(fc.nat({ max: 40 }), { minLength: 1, maxLength: 14 })
  const details = await fc.check(
    fc.asyncProperty(streams, fc.array(fc.nat({ max: 40 }), { maxLength: 6 }), async (times, cuts) => {
      const stream = events(...times.map((t, entry) => ({ t, entry })))
      const data = new Map([['events', { ...stream, schema: eventsSchema() }]])
      const query = { kind: 'table', plan: chain } as const
      const options = { limit: 100, signal: new AbortController().signal, cuts: cuts.map(BigInt) }
      const result = await execute(query, memoryExecutor(data), {
        ...options,
        ...(reachOf === undefined ? {} : { reachOf }),
      })
      expect(plainResult(result)).toEqual(plainNaive(evaluate(query, data), 100))
    }),
    { numRuns: 300, seed: 7, endOnFailure: true },
  )
  return !details.failed
}

test('slices with the composed reach give the rows of the whole', async () => {
  expect(await isSliceable(undefined)).toBe(true)
})

test('slices with a reach that is one window too short give other rows', async () => {
  const shortened: ExecuteOptions['reachOf'] = (output) => {
    const { before, after } = reachOfOutput(output)
    return { before, after: after - window }
  }
  expect(await isSliceable(shortened)).toBe(false)
})

test('slices with half of the reach give other rows', async () => {
  const halved: ExecuteOptions['reachOf'] = (output) => {
    const { before, after } = reachOfOutput(output)
    return { before: before / 2, after: after / 2 - 1 }
  }
  expect(await isSliceable(halved)).toBe(false)
})
