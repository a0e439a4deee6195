import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Expr, Plan, Window } from '../../../dsl/ir/plan.ts'
import type { AggregateName } from '../../../dsl/ir/types.ts'
import { execute } from '../../../runtime/engine/index.ts'
import { evaluate } from '../../../runtime/naive/evaluate.ts'
import { exactStd, exactSum } from '../../../runtime/naive/exact.ts'
import { memoryExecutor, type MemoryDataset } from '../../support/memory-executor.ts'
import { plainNaive, plainResult } from '../../support/plain-result.ts'
import {
  about,
  bool,
  call,
  events,
  eventsSchema,
  int64,
  match,
  otherColumn,
  role,
  scan,
  text,
  within,
} from '../naive/build.ts'

/** Windows that hold a third of these rows, over several blocks: no aggregate of them is a look at each pair. */
const rows = 100

const special = [0, -0, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, undefined]
/** Sums of values so far apart are found by a look at each. */
const farApart = [2 ** -1074, 1.5e308, 1e16, -1e16]
const large = [2n ** 62n, -(2n ** 63n), 2n ** 53n + 1n]

/** Events with plain values, with some special ones, or with some of any. */
const given = fc.constantFrom(0, 1, 2).chain((kind) => {
  const rare = [...(kind > 0 ? special : [0]), ...(kind > 1 ? farApart : [])]
  const event = fc.record({
    step: fc.integer({ min: 0, max: 2 }),
    E: fc.oneof(
      { weight: 9, arbitrary: fc.double({ min: -10, max: 10, noNaN: true }).map((value) => value + 2 ** -20) },
      { weight: 1, arbitrary: fc.constantFrom(...rare) },
    ),
    n: fc.oneof(
      { weight: 9, arbitrary: fc.maxSafeInteger() },
      { weight: 1, arbitrary: fc.constantFrom(...(kind > 1 ? large : [undefined])) },
    ),
    ok: fc.constantFrom(true, false, undefined),
    det: fc.constantFrom('CD', 'WP'),
  })
  return fc.array(event, { minLength: rows, maxLength: rows })
})

const windows: readonly Window[] = [within(-30, 0, 'before'), within(0, 30, 'after'), within(-15, 20, 'any')]
const stream = scan('events')

/** What each aggregate is of. */
const values: readonly (readonly [AggregateName, Expr | null])[] = [
  ['count', null],
  ['any', otherColumn('ok', bool, true)],
  ['all', otherColumn('ok', bool, true)],
  ['sum', otherColumn('n', int64, true)],
  ['min', otherColumn('n', int64, true)],
  ['last', otherColumn('n', int64, true)],
  ['max', otherColumn('det', text)],
  ['first', otherColumn('det', text)],
  ...(['count', 'sum', 'mean', 'std', 'min', 'max', 'first', 'last', 'median'] as const).map(
    (fn) => [fn, otherColumn('E', undefined, true)] as const,
  ),
]

function dataOf(
  given: readonly { readonly step: number; readonly [name: string]: unknown }[],
): ReadonlyMap<string, MemoryDataset> {
  let t = 0
  const made = events(...given.map(({ step, ...cells }, entry) => ({ ...cells, t: (t += step), entry }) as never))
  return new Map([['events', { ...made, schema: eventsSchema() }]])
}

async function outcome(answer: () => unknown): Promise<unknown> {
  try {
    return await answer()
  } catch (error) {
    return (error as { code?: string }).code ?? error
  }
}

/** What the engine gives, and what it must. */
async function answers(plan: Plan, data: ReadonlyMap<string, MemoryDataset>): Promise<readonly [unknown, unknown]> {
  const query = { kind: 'table', plan } as const
  const options = { limit: rows, signal: new AbortController().signal }
  const found = await outcome(async () => plainResult(await execute(query, memoryExecutor(data), options)))
  return [found, await outcome(() => plainNaive(evaluate(query, data), rows))]
}

const columnsOf = (value: Expr): Plan => ({ op: 'define', input: stream, columns: [{ name: 'found', value }] })

describe('an aggregate of crowded windows is what the definition gives', () => {
  test.each(values)('%s of %j', async (fn, value) => {
    await fc.assert(
      fc.asyncProperty(given, fc.constantFrom(...windows), fc.boolean(), async (cells, window, isCut) => {
        const where = isCut ? call('equal', otherColumn('det', text), { kind: 'text', value: 'CD' }) : null
        const [found, expected] = await answers(columnsOf(about(fn, stream, window, { value, where })), dataOf(cells))
        expect(found).toEqual(expected)
      }),
      { numRuns: 20 },
    )
  })

  test('without the events that are bound in a row, of which there are several', async () => {
    await fc.assert(
      fc.asyncProperty(given, fc.constantFrom('count', 'sum', 'max', 'first', 'last'), async (cells, fn) => {
        const pairs = match(
          stream,
          'p',
          role('first', 'd', stream, within(0, 9, 'after', 'p.')),
          role('last', 'q', stream, within(-9, 9, 'any', 'p.')),
        )
        const value = fn === 'count' ? null : otherColumn('E', undefined, true)
        const other = about(fn, stream, within(-20, 20, 'any', 'd.'), { value })
        const [found, expected] = await answers(
          { op: 'define', input: pairs, columns: [{ name: 'found', value: other }] },
          dataOf(cells),
        )
        expect(found).toEqual(expected)
      }),
      { numRuns: 20 },
    )
  })

  test('where the source is another data set with the same events', async () => {
    await fc.assert(
      fc.asyncProperty(given, async (cells) => {
        const data = dataOf(cells)
        const other = about('sum', scan('copy'), within(-20, 20, 'any'), { value: otherColumn('E', undefined, true) })
        const [found, expected] = await answers(columnsOf(other), new Map([...data, ['copy', data.get('events')!]]))
        expect(found).toEqual(expected)
      }),
      { numRuns: 10 },
    )
  })
})

test('a sum of integers that is no int64 is an error wherever it is met', async () => {
  const data = dataOf(Array.from({ length: 8 }, () => ({ step: 1, n: 2n ** 61n })))
  const sum = (width: number): Plan =>
    columnsOf(about('sum', stream, within(-width, 0, 'before'), { value: otherColumn('n', int64) }))
  const options = { limit: 8, signal: new AbortController().signal }
  const run = (plan: Plan): Promise<unknown> => execute({ kind: 'table', plan }, memoryExecutor(data), options)
  await expect(run(sum(4))).rejects.toMatchObject({ code: 'R004', message: expect.stringContaining(String(2n ** 63n)) })
  await expect(run(sum(3))).resolves.toMatchObject({ rows: 8 })
})

test('a float sum of a window does not remember what lies before it', async () => {
  const E = [1e300, -1e-3, 1e16, 1, -1e16, 0.1, 0.2, 0.3, -1e300, 5e-324]
  const data = dataOf(E.map((value) => ({ step: 1, E: value })))
  const columns = (['sum', 'std'] as const).map((fn) => ({
    name: fn,
    value: about(fn, stream, within(-3, 0, 'any'), { value: otherColumn('E') }),
  }))
  const query = { kind: 'table', plan: { op: 'define', input: stream, columns } } as const
  const result = await execute(query, memoryExecutor(data), { limit: 10, signal: new AbortController().signal })
  const batch = result.kind === 'table' ? result.batches[0] : undefined
  const others = (i: number): readonly number[] => E.slice(Math.max(0, i - 3), i)
  const at = (name: string): readonly unknown[] => [...(batch?.getChild(name) ?? [])]
  expect(at('sum')).toEqual(E.map((_, i) => exactSum(others(i))))
  expect(at('std')).toEqual(E.map((_, i) => (i === 0 ? null : exactStd(others(i)))))
})
