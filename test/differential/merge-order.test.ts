import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Measure, Plan } from '../../dsl/ir/plan.ts'
import { execute } from '../../runtime/engine/index.ts'
import type { Executor } from '../../runtime/engine/task.ts'
import type { Part, Work } from '../../runtime/engine/work.ts'
import { evaluate } from '../../runtime/naive/evaluate.ts'
import type { BackendQuery } from '../../runtime/ports/backend.ts'
import { memoryExecutor } from '../support/memory-executor.ts'
import { plainNaive, plainResult } from '../support/plain-result.ts'
import { column, filter, call, measure, number } from '../unit/naive/build.ts'
import { epoch, randomData, schemas, span } from './random-data.ts'
import { Tape } from './tape.ts'

/** Law 9: histograms, sums and counts of slices are put together in any order. */

const events: Plan = { op: 'scan', dataset: 'events', schema: schemas.get('events')! }
const [E, q] = [column('E'), column('q', { kind: 'number', repr: 'float32', unit: [] })]
const measures: readonly Measure[] = [
  measure('count', 'count'),
  ...(['sum', 'mean', 'min', 'max', 'std', 'median', 'any', 'all'] as const).map((fn) => {
    return measure(fn, fn, fn === 'any' || fn === 'all' ? call('less', E, number(1)) : E)
  }),
]
const axis = { value: E, label: 'E', edges: [-2, 0, 0.5, 1, 4], bins: 4, step: null }
const queries: readonly BackendQuery[] = [
  {
    kind: 'table',
    plan: { op: 'group', input: events, keys: [{ name: 'k', value: column('ok', { kind: 'bool' }) }], measures },
  },
  { kind: 'hist', plan: events, axes: [axis], weight: q },
  { kind: 'hist', plan: events, axes: [{ ...axis, edges: null }], weight: null },
  {
    kind: 'cutflow',
    source: 'x',
    plan: filter(filter(events, call('less', E, number(2)), 'a'), call('less', q, number(2)), 'b'),
    by: null,
  },
]

/** Gives the parts of a pass in another order than that of its slices. */
function shuffled(executor: Executor<Work, Part>, order: (count: number) => readonly number[]): Executor<Work, Part> {
  return {
    ...executor,
    run: async function* (work, slices, signal) {
      const parts = await Array.fromAsync(executor.run(work, slices, signal))
      for (const at of order(parts.length)) yield parts[at]!
    },
  }
}

test('the parts of slices give the same whole in whatever order they come', async () => {
  const decisions = fc.array(fc.nat({ max: 65535 }), { minLength: 100, maxLength: 400, size: 'max' })
  await fc.assert(
    fc.asyncProperty(
      decisions,
      fc.array(fc.nat({ max: span }), { minLength: 2, maxLength: 6 }),
      fc.infiniteStream(fc.nat()),
      async (stream, cuts, keys) => {
        const data = randomData(new Tape(stream), 12)
        const order = (count: number): readonly number[] => {
          const drawn = Array.from({ length: count }, (_, at) => [keys.next().value, at] as const)
          return drawn.toSorted(([left], [right]) => left - right).map(([, at]) => at)
        }
        for (const query of queries) {
          const options = {
            limit: 100,
            signal: new AbortController().signal,
            cuts: cuts.map((cut) => epoch + BigInt(cut)),
          }
          const { notes: _, ...result } = await execute(query, shuffled(memoryExecutor(data), order), options)
          expect(plainResult(result)).toEqual(plainNaive(evaluate(query, data), 100))
        }
      },
    ),
    { numRuns: 200 },
  )
})
