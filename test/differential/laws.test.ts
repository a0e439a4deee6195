import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Query } from '../../dsl/ir/plan.ts'
import { laws } from '../../dsl/optimize/index.ts'
import type { Law } from '../../dsl/optimize/law.ts'
import { optimize, optimizedQuery } from '../../dsl/optimize/optimize.ts'
import { execute } from '../../runtime/engine/index.ts'
import { RuntimeError } from '../../runtime/errors.ts'
import { evaluate } from '../../runtime/naive/evaluate.ts'
import type { BackendQuery } from '../../runtime/ports/backend.ts'
import { memoryExecutor, type MemoryDataset } from '../support/memory-executor.ts'
import { plainNaive, plainResult } from '../support/plain-result.ts'
import { randomData } from './random-data.ts'
import { randomQuery } from './random-plan.ts'
import { Tape } from './tape.ts'

type Data = ReadonlyMap<string, MemoryDataset>

const limit = 50

/**
 * Undefined where the data do not allow an answer, as where a sum of integers is too large: a law may drop the rows that
 * do not, or ask rows that would have been dropped.
 */
async function answered(answer: () => unknown): Promise<unknown> {
  try {
    return await answer()
  } catch (error) {
    if (error instanceof RuntimeError) return undefined
    throw error
  }
}

const naive = (query: BackendQuery, data: Data): Promise<unknown> =>
  answered(() => plainNaive(evaluate(query, data), limit))

const engine = (query: BackendQuery, data: Data): Promise<unknown> => {
  return answered(async () => {
    const { notes: _, ...result } = await execute(query, memoryExecutor(data), {
      limit,
      signal: new AbortController().signal,
    })
    return plainResult(result)
  })
}

const decisions = fc.array(fc.nat({ max: 65535 }), { minLength: 60, maxLength: 400, size: 'max' })

function appliedTo(query: Query): readonly Law[] {
  const plans = query.kind === 'number' ? query.inputs.map(({ plan }) => plan) : [query.plan]
  return plans.flatMap((plan) => optimize(plan).applied)
}

test('random queries over random streams have the same answer by the laws as without them, by definition and by the engine', async () => {
  let compared = 0
  const counts = new Map(laws.map(({ name }) => [name, 0]))
  await fc.assert(
    fc.asyncProperty(decisions, decisions, async (plan, stream) => {
      const query = randomQuery(new Tape(plan))
      const better = optimizedQuery(query) as BackendQuery
      const applied = new Set(query.kind === 'cutflow' ? [] : appliedTo(query))
      for (const { name } of applied) counts.set(name, (counts.get(name) ?? 0) + 1)
      const data = randomData(new Tape(stream), 8)
      const expected = await naive(query, data)
      const answers =
        expected === undefined || applied.size === 0 ? [] : [await naive(better, data), await engine(better, data)]
      for (const answer of answers.filter((each) => each !== undefined)) {
        compared++
        expect(answer).toEqual(expected)
      }
    }),
    { numRuns: 3000 },
  )
  expect(compared).toBeGreaterThan(200)
  process.stdout.write(`laws applied: ${[...counts].map(([name, count]) => `${name} ${count}`).join(', ')}\n`)
}, 300_000)
