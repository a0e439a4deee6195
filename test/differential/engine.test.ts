import fc from 'fast-check'
import { afterAll, describe, expect, test } from 'vitest'
import { rowFunctions } from '../../dsl/functions/index.ts'
import type { Plan } from '../../dsl/ir/plan.ts'
import { execute, type ExecuteOptions } from '../../runtime/engine/index.ts'
import { RuntimeError } from '../../runtime/errors.ts'
import { evaluate } from '../../runtime/naive/evaluate.ts'
import { notesOf } from '../../runtime/naive/notes.ts'
import type { BackendQuery } from '../../runtime/ports/backend.ts'
import { memoryExecutor, type MemoryDataset } from '../support/memory-executor.ts'
import { plainNaive, plainResult } from '../support/plain-result.ts'
import { aggregates, Census, operators, others, quantifiers, queries, windows } from './census.ts'
import { epoch, randomData, span } from './random-data.ts'
import { randomQuery } from './random-plan.ts'
import { Tape } from './tape.ts'

type Data = ReadonlyMap<string, MemoryDataset>
type Ways = Pick<ExecuteOptions, 'interpreted' | 'cuts'> & { readonly workers: number }

/** Queries, and streams that each of them is put to. */
const [plans, streams] = [5000, 4]

/** A counter-example is made smaller for no longer than this. */
const longestMs = 600_000

/** Rows of a table that come back. */
const limit = 6
const signal = new AbortController().signal

function engineAnswer(query: BackendQuery, data: Data, { workers, ...ways }: Ways): Promise<unknown> {
  return outcome(async () => {
    const { notes = [], ...result } = await execute(query, memoryExecutor(data, { workers }), {
      limit,
      signal,
      ...ways,
    })
    return { result: plainResult(result), notes }
  })
}

function definition(query: BackendQuery, data: Data): Promise<unknown> {
  return outcome(() => ({ result: plainNaive(evaluate(query, data), limit), notes: notesOf(query, data) }))
}

/** What the data do not allow is refused by both. */
async function outcome(answer: () => unknown): Promise<unknown> {
  try {
    return await answer()
  } catch (error) {
    if (error instanceof RuntimeError && refusals.includes(error.code)) return error.code
    throw error
  }
}

const refusals: readonly string[] = ['R004', 'D005', 'D009']

/** The refusals that the parts of a query meet when each is evaluated for itself, needed or not, of every row. */
async function refusalsOf(query: BackendQuery, data: Data): Promise<ReadonlySet<unknown>> {
  return allRefusals(unconditional(query), data, new Set(await allRefusals(query, data)))
}

/** The same without the conditions of measures and aggregates. */
function unconditional(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return value.map(unconditional)
  const parts = Object.entries(value).map(([name, part]) => [name, unconditional(part)] as const)
  const own: Readonly<Record<string, unknown>> = Object.fromEntries(parts)
  if (!('fn' in own) || !('where' in own)) return own
  const { where: _, ...rest } = own
  return 'kind' in own ? { ...rest, where: null } : rest
}

async function allRefusals(value: unknown, data: Data, found = new Set<unknown>()): Promise<ReadonlySet<unknown>> {
  if (typeof value !== 'object' || value === null) return found
  if ('op' in value) {
    const part = await definition({ kind: 'table', plan: value as Plan }, data)
    if (typeof part === 'string') found.add(part)
  }
  for (const part of Object.values(value)) await allRefusals(part, data, found)
  return found
}

function decisions(least: number, most: number): fc.Arbitrary<number[]> {
  return fc.array(fc.nat({ max: 65535 }), { minLength: least, maxLength: most, size: 'max' })
}

/** How an answer is found: whole or in up to seven slices, for one worker or four, by generated code or interpreted. */
function ways(tape: Tape, at: number): readonly Ways[] {
  const cuts = Array.from({ length: 1 + tape.below(6) }, () => epoch + BigInt(tape.below(span)))
  const isOdd = at % 2 === 1
  return [
    { cuts: [], interpreted: isOdd, workers: 1 },
    { cuts, interpreted: !isOdd, workers: 4 },
  ]
}

interface Answers {
  readonly answer: unknown
  readonly expected: unknown
}

describe('the engine gives what the definition gives, bit for bit', () => {
  const census = new Census()
  let [pairs, withRows, refused, differently, notes] = [0, 0, 0, 0, 0]

  test(
    'for random queries over random streams, whole and in slices, by generated code and by interpretation',
    async () => {
      const numbers = fc.tuple(...Array.from({ length: streams }, () => decisions(100, 400)))
      await fc.assert(
        fc.asyncProperty(decisions(60, 400), numbers, async (plan, given) => {
          const query = randomQuery(new Tape(plan))
          for (const [at, own] of given.entries()) {
            const tape = new Tape(own)
            const data = randomData(tape, 10)
            for (const { answer, expected } of await answers(query, data, ways(tape, at)))
              expect(answer).toEqual(expected)
          }
        }),
        { numRuns: plans, seed: 20260101, interruptAfterTimeLimit: longestMs },
      )
    },
    2 * longestMs,
  )

  /** What the engine answers each way, and what it must. */
  async function answers(query: BackendQuery, data: Data, given: readonly Ways[]): Promise<readonly Answers[]> {
    census.add(query)
    pairs++
    const expected = await definition(query, data)
    withRows += hasRows(expected) ? 1 : 0
    notes += hasNotes(expected) ? 1 : 0
    const found: Answers[] = []
    for (const way of given) {
      const answer = await engineAnswer(query, data, way)
      const isRefused = typeof expected === 'string' || typeof answer === 'string'
      refused += isRefused ? 1 : 0
      if (!isRefused || answer === expected) found.push({ answer, expected })
      else found.push({ answer, expected: await oneSided(answer, query, data) })
    }
    return found
  }

  /**
   * The engine leaves out what no answer needs, and finds out beforehand what the definition may never come to: when one
   * of the two alone refuses, the refusal must be one that some part of the query meets.
   */
  async function oneSided(answer: unknown, query: BackendQuery, data: Data): Promise<unknown> {
    differently++
    return typeof answer !== 'string' || (await refusalsOf(query, data)).has(answer) ? answer : 'no refusal'
  }

  afterAll(() => {
    console.log(census.toString())
    console.log(
      `${pairs} pairs of query and stream; ${withRows} with rows, ${notes} with notes, ${refused} answers refused`,
    )
  })

  const features = [
    ...queries.map((name) => `query ${name}`),
    ...operators.map((name) => `operator ${name}`),
    ...quantifiers.map((name) => `quantifier ${name}`),
    ...windows.map((name) => `window ${name}`),
    ...aggregates.flatMap((name) => [
      `aggregate in a window: ${name}`,
      `aggregate of rows: ${name}`,
      `aggregate of a list: ${name}`,
    ]),
    ...others,
  ]

  test.each(features)('%s occurs in two hundred pairs at least', (feature) => {
    expect(census.of(feature)).toBeGreaterThanOrEqual(200)
  })

  test('every function of a row occurs', () => {
    const special = ['exists', 'coalesce', 'binInstant']
    const unseen = [...rowFunctions.keys(), ...special].filter((name) => census.of(`function ${name}`) < 10)
    expect(unseen).toEqual([])
  })

  test('twenty thousand pairs are compared', () => {
    expect(pairs).toBeGreaterThanOrEqual(20_000)
  })

  test('one answer in a hundred at most is refused by one side alone', () => {
    expect(differently).toBeLessThan(pairs / 100)
  })

  test('a third of the answers at least is not about nothing', () => {
    expect(withRows).toBeGreaterThan(pairs / 3)
  })
})

function hasRows(answer: unknown): boolean {
  if (typeof answer !== 'object' || answer === null || !('result' in answer)) return true
  const { count, rows, counts, total } = answer.result as {
    count?: number
    rows?: unknown
    counts?: number[]
    total?: number
  }
  return (
    (count ?? total ?? 0) > 0 ||
    (typeof rows === 'number' && rows > 0) ||
    (counts ?? []).some((known) => known > 0) ||
    'value' in (answer.result as object)
  )
}

function hasNotes(answer: unknown): boolean {
  if (typeof answer !== 'object' || answer === null || !('notes' in answer)) return false
  return (answer.notes as readonly unknown[]).length > 0
}
