import { describe, expect, test } from 'vitest'
import type { Expr, Measure, Plan } from '../../../dsl/ir/plan.ts'
import { execute } from '../../../runtime/engine/index.ts'
import { evaluate } from '../../../runtime/naive/evaluate.ts'
import type { BackendQuery } from '../../../runtime/ports/backend.ts'
import { memoryExecutor, type MemoryDataset } from '../../support/memory-executor.ts'
import { plainNaive, plainResult } from '../../support/plain-result.ts'
import { about, call, column, events, eventsSchema, int64, number, otherColumn, scan, within } from '../naive/build.ts'

// Two rows in a window hold numbers whose sum is no int64; the others have small ones.
const huge = 2n ** 62n
const rows = [1, 2, huge, huge, 5].map((n, entry) => ({ t: 10 * entry, entry, n }))
const data: ReadonlyMap<string, MemoryDataset> = new Map([['events', { ...events(...rows), schema: eventsSchema() }]])
const stream = scan('events')
const signal = new AbortController().signal
const isSmall = call('less', column('n', int64), number(100))

/** The sum of n of the events about one, up to two on either side: beyond int64 for the second and the last event. */
const sumAbout = about('sum', stream, within(-20, 20, 'any', ''), { value: otherColumn('n', int64) })

async function answers(plan: Plan): Promise<readonly unknown[]> {
  const query: BackendQuery = { kind: 'table', plan }
  const outcome = async (answer: () => unknown): Promise<unknown> => {
    try {
      return await answer()
    } catch (error) {
      return (error as { code?: string }).code
    }
  }
  const engine = await outcome(async () =>
    plainResult(await execute(query, memoryExecutor(data), { limit: 9, signal })),
  )
  return [engine, await outcome(() => plainNaive(evaluate(query, data), 9))]
}

function sums(value: Expr, where?: Expr): Plan {
  const measure: Measure = {
    name: 's',
    fn: 'max',
    value,
    type: int64,
    missing: true,
    ...(where === undefined ? {} : { where }),
  }
  const count: Measure = { name: 'n', fn: 'count', value: null, type: int64, missing: false }
  const key = call('lessEqual', column('t', { kind: 'instant' }), { kind: 'instant', ns: '10' })
  return { op: 'group', input: stream, keys: [{ name: 'early', value: key }], measures: [count, measure] }
}

describe('a sum that is no int64', () => {
  test('is refused in a row that a measure is of', async () => {
    expect(await answers(sums(sumAbout))).toEqual(['R004', 'R004'])
  })

  test('is not even asked for in a row that the condition of the measure excludes', async () => {
    const isFirst = call('less', column('t', { kind: 'instant' }), { kind: 'instant', ns: '5' })
    const [engine, definition] = await answers(sums(sumAbout, isFirst))
    expect(engine).toEqual(definition)
    expect(engine).toMatchObject({
      rows: [
        [false, '3', 'missing'],
        [true, '2', String(2n + huge)],
      ],
    })
  })

  test('is refused where the condition lets the row in', async () => {
    expect(await answers(sums(sumAbout, isSmall))).toEqual(['R004', 'R004'])
  })
})

test('a sum of spans of which one is moved by NaN is refused, in the rows and in windows', async () => {
  const moved: Expr = {
    kind: 'call',
    fn: 'instantAdd',
    args: [column('t', { kind: 'instant' }), number(NaN)],
    type: { kind: 'instant' },
    missing: false,
  }
  const span = (side: 'row' | 'other'): Expr => {
    const time = { kind: 'column', row: side, name: 't', type: { kind: 'instant' }, missing: false } as const
    const args = [{ ...moved, args: [time, number(NaN)] }, time]
    return { kind: 'call', fn: 'instantDifference', args, type: int64, missing: false }
  }
  const total: Measure = { name: 's', fn: 'sum', value: span('row'), type: int64, missing: false }
  expect(await answers({ op: 'group', input: stream, keys: [], measures: [total] })).toEqual(['R004', 'R004'])
  const inWindow = about('sum', stream, within(-20, 20, 'any', ''), { value: span('other') })
  const defined: Plan = { op: 'define', input: stream, columns: [{ name: 's', value: inWindow }] }
  expect(await answers(defined)).toEqual(['R004', 'R004'])
})
