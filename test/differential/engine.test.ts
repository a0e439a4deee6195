import { isDeepStrictEqual } from 'node:util'
import fc from 'fast-check'
import { afterAll, describe, expect, test } from 'vitest'
import { rowFunctions } from '../../dsl/functions/index.ts'
import { laws } from '../../dsl/optimize/index.ts'
import { definition, engineAnswer, isRefusalOfPart, type Answer, type Data, type Way } from './answers.ts'
import { counterExample } from './counter-example.ts'
import { aggregates, Census, operators, others, quantifiers, queries, windows } from './census.ts'
import { epoch, randomData, span } from './random-data.ts'
import { LawRotation, type Variant, type Variants } from './law-variants.ts'
import { randomQuery } from './random-plan.ts'
import { Tape } from './tape.ts'

/** Queries, and streams that each of them is put to. */
const [plans, streams] = [5000, 4]

function decisions(least: number, most: number): fc.Arbitrary<number[]> {
  return fc.array(fc.nat({ max: 65535 }), { minLength: least, maxLength: most, size: 'max' })
}

/** One run of the engine. */
interface Run extends Variant {
  readonly way: Way
}

/**
 * The two runs of a pair: one whole, one in up to seven slices for four workers; one by generated code, one interpreted.
 * The whole one and the sliced one take turns in being that of the query as written, and the other one of some laws.
 */
function runsOf({ written, all, alone, allButOne }: Variants, tape: Tape, at: number): readonly Run[] {
  const cuts = Array.from({ length: 1 + tape.below(6) }, () => epoch + BigInt(tape.below(span)))
  const isOdd = at % 2 === 1
  const [whole, sliced] = [
    [written, all],
    [written, allButOne],
    [all, written],
    [alone, written],
  ][at % 4] as [Variant, Variant]
  return [
    { ...whole, way: { cuts: [], interpreted: isOdd, workers: 1 } },
    { ...sliced, way: { cuts, interpreted: !isOdd, workers: 4 } },
  ]
}

describe('the engine gives what the definition gives, bit for bit', () => {
  const census = new Census()
  const rotation = new LawRotation()
  let [pairs, withRows, refused, differently, notes] = [0, 0, 0, 0, 0]

  test('for random queries over random streams: whole and in slices, by generated code and by interpretation, with each law and without it', async () => {
    const numbers = fc.tuple(...Array.from({ length: streams }, () => decisions(100, 400)))
    const property = fc.asyncProperty(decisions(60, 400), numbers, async (plan, given) => {
      const variants = rotation.variants(randomQuery(new Tape(plan)))
      for (const [at, own] of given.entries()) {
        const tape = new Tape(own)
        const data = randomData(tape, 10)
        await compare(variants, data, runsOf(variants, tape, at))
      }
    })
    // The counter-example is made smaller by its parts, not by its numbers.
    const settings = { numRuns: plans, seed: 20260101, endOnFailure: true }
    const { failed, errorInstance, counterexamplePath } = await fc.check(property, settings)
    if (failed) throw new Error(`pair ${counterexamplePath} of seed ${settings.seed}: ${String(errorInstance)}`)
    expect(pairs).toBe(plans * streams)
  }, 1_200_000)

  async function compare(variants: Variants, data: Data, runs: readonly Run[]): Promise<void> {
    const { query } = variants.written
    const expected = await definition(query, data)
    census.add(query)
    rotation.count(variants, runs)
    pairs++
    withRows += hasRows(expected) ? 1 : 0
    notes += hasNotes(expected) ? 1 : 0
    for (const run of runs) {
      const failing = { query, data, laws: run.applied, way: run.way }
      const answer = await engineAnswer(run.query, data, run.way).catch(() => null)
      if (answer === null) throw new Error(await counterExample(failing))
      const isRefused = typeof expected === 'string' || typeof answer === 'string'
      refused += isRefused ? 1 : 0
      if (isDeepStrictEqual(answer, expected)) continue
      differently++
      if (isRefused && (await isRefusalOfPart(answer, query, data))) continue
      throw new Error(await counterExample(failing))
    }
  }

  afterAll(() => {
    console.log(census.toString())
    console.log(`laws, in pairs: ${rotation.toString()}`)
    console.log(
      `${pairs} pairs of query and stream; ${withRows} with rows, ${notes} with notes, ${refused} answers refused`,
    )
    const { user, system } = process.cpuUsage()
    console.log(`${((user + system) / 1e6).toFixed(0)} s of one core`)
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

  test.each(laws.map((law) => [law.name, law] as const))(
    'the law `%s` is used in two hundred pairs at least, and left away in as many',
    (_, law) => {
      expect(rotation.on(law)).toBeGreaterThanOrEqual(200)
      expect(rotation.off(law)).toBeGreaterThanOrEqual(200)
    },
  )

  test('every function of a row occurs', () => {
    const special = ['exists', 'coalesce', 'binInstant']
    const unseen = [...rowFunctions.keys(), ...special].filter((name) => census.of(`function ${name}`) < 10)
    expect(unseen).toEqual([])
  })

  test('one answer in a hundred at most is refused by one side alone', () => {
    expect(differently).toBeLessThan((2 * pairs) / 100)
  })

  test('a third of the answers at least is not about nothing', () => {
    expect(withRows).toBeGreaterThan(pairs / 3)
  })
})

function hasRows(answer: Answer): boolean {
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

function hasNotes(answer: Answer): boolean {
  if (typeof answer !== 'object' || answer === null || !('notes' in answer)) return false
  return (answer.notes as readonly unknown[]).length > 0
}
