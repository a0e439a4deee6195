import fc from 'fast-check'
import { afterAll, describe, expect, test } from 'vitest'
import { rowFunctions } from '../../dsl/functions/index.ts'
import { execute, type ExecuteOptions } from '../../runtime/engine/index.ts'
import { evaluate } from '../../runtime/naive/evaluate.ts'
import type { BackendQuery } from '../../runtime/ports/backend.ts'
import { RuntimeError } from '../../runtime/errors.ts'
import { memoryExecutor, type MemoryDataset } from '../support/memory-executor.ts'
import { plainNaive, plainResult } from '../support/plain-result.ts'
import { aggregates, Census, operators, quantifiers, queries, windows } from './census.ts'
import { epoch, randomData, span } from './random-data.ts'
import { randomQuery } from './random-plan.ts'
import { Tape } from './tape.ts'

type Data = ReadonlyMap<string, MemoryDataset>
type Ways = Pick<ExecuteOptions, 'interpreted' | 'cuts'>

/** A counter-example is made smaller for no longer than this. */
const longestMs = 240_000

/** Rows of a table that come back. */
const limit = 6
const signal = new AbortController().signal

async function engineAnswer(query: BackendQuery, data: Data, ways: Ways): Promise<unknown> {
  return outcome(async () => plainResult(await execute(query, memoryExecutor(data), { limit, signal, ...ways })))
}

function definition(query: BackendQuery, data: Data): Promise<unknown> {
  return outcome(() => plainNaive(evaluate(query, data), limit))
}

/** What cannot be represented is refused by both. */
async function outcome(answer: () => unknown): Promise<unknown> {
  try {
    return await answer()
  } catch (error) {
    if (error instanceof RuntimeError && error.code === 'R004') return error.code
    throw error
  }
}

function decisions(least: number, most: number): fc.Arbitrary<number[]> {
  return fc.array(fc.nat({ max: 65535 }), { minLength: least, maxLength: most, size: 'max' })
}

/** Instants of events, at which time is cut: one cut makes two slices, six make up to seven. */
function randomCuts(tape: Tape, count: number): readonly bigint[] {
  return Array.from({ length: count }, () => epoch + BigInt(tape.below(span)))
}

describe('the engine gives what the definition gives, bit for bit', () => {
  const census = new Census()
  let withRows = 0

  test(
    'for random queries over random streams, whole and in slices, by generated code and by interpretation',
    async () => {
      await fc.assert(
        fc.asyncProperty(decisions(60, 400), decisions(100, 700), fc.boolean(), async (plan, numbers, isSwapped) => {
          const query = randomQuery(new Tape(plan))
          const tape = new Tape(numbers)
          const data = randomData(tape, 10)
          census.add(query)
          const expected = await definition(query, data)
          withRows += hasRows(expected) ? 1 : 0
          expect(await engineAnswer(query, data, { cuts: [], interpreted: isSwapped })).toEqual(expected)
          expect(await engineAnswer(query, data, { cuts: randomCuts(tape, 1), interpreted: false })).toEqual(expected)
          expect(await engineAnswer(query, data, { cuts: randomCuts(tape, 6), interpreted: !isSwapped })).toEqual(
            expected,
          )
        }),
        { numRuns: 3500, seed: 20260101, interruptAfterTimeLimit: longestMs },
      )
    },
    2 * longestMs,
  )

  afterAll(() => console.log(`${census.toString()}; ${withRows} cases with rows`))

  const features = [
    ...queries.map((name) => `query ${name}`),
    ...operators.map((name) => `operator ${name}`),
    ...quantifiers.map((name) => `quantifier ${name}`),
    ...windows.map((name) => `window ${name}`),
    ...aggregates.flatMap((name) => [`aggregate in a window: ${name}`, `aggregate of rows: ${name}`]),
  ]

  test.each(features)('%s occurs in a hundred cases at least', (feature) => {
    expect(census.of(feature)).toBeGreaterThanOrEqual(100)
  })

  test('every function of a row occurs', () => {
    const others = ['exists', 'coalesce', 'binInstant']
    const unseen = [...rowFunctions.keys(), ...others].filter((name) => census.of(`function ${name}`) < 10)
    expect(unseen).toEqual([])
  })

  test('a third of the answers at least is not about nothing', () => {
    expect(withRows).toBeGreaterThan(800)
  })
})

function hasRows(answer: unknown): boolean {
  if (typeof answer !== 'object' || answer === null) return true
  const { count, rows, counts, total } = answer as { count?: number; rows?: unknown; counts?: number[]; total?: number }
  return (
    (count ?? total ?? 0) > 0 ||
    (typeof rows === 'number' && rows > 0) ||
    (counts ?? []).some((known) => known > 0) ||
    'value' in answer
  )
}
