import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { ColumnExpr, Expr, Plan, Query } from '../../dsl/ir/plan.ts'
import type { Column, ListType, Schema } from '../../dsl/ir/types.ts'
import { execute } from '../../runtime/engine/index.ts'
import { evaluate } from '../../runtime/naive/evaluate.ts'
import { memoryExecutor, type MemoryDataset } from '../support/memory-executor.ts'
import { plainNaive, plainResult } from '../support/plain-result.ts'
import { column, filter, float64, instant, int32, int64, number } from '../unit/naive/build.ts'

/** Histograms that the elements of a list fill: by hand, and engine against definition however the work is cut. */

const hits: ListType = {
  kind: 'list',
  element: {
    kind: 'record',
    fields: ['time', 'charge'].map((name) => ({ name, type: float64, missing: false })),
  },
}
const columns: readonly Column[] = [
  { name: 't', type: instant, missing: false },
  { name: 'file', type: int32, missing: false },
  { name: 'entry', type: int64, missing: false },
  { name: 'E', type: float64, missing: false },
  { name: 'hits', type: hits, missing: true },
]
const schema: Schema = { stream: 'events', columns, key: '', references: [''], roles: [] }
const each: ColumnExpr = { kind: 'column', row: 'row', name: 'hits', type: hits, missing: true }
const start = 1_756_684_800_000_000_000n

type Hit = readonly [time: number, charge: number]

interface Event {
  readonly E: number
  /** Null: the row has no list at all. */
  readonly hits: readonly Hit[] | null
}

function dataOf(events: readonly Event[]): ReadonlyMap<string, MemoryDataset> {
  const rows = events.map(({ E, hits: own }, entry) => {
    const list = own?.map(([time, charge]) => ({ time, charge }))
    const at = { t: start + BigInt(entry) * 1000n, file: 0, entry, E, hits: list }
    return new Map(Object.entries(at))
  })
  const span = { run: 1, start: String(start), stop: String(start + 1_000_000n) }
  return new Map([['events', { schema, rows, goodTime: { spans: [span], approximate: false } }]])
}

function element(name: string): Expr {
  return { kind: 'column', row: 'element', name, type: float64, missing: false }
}

const scan: Plan = { op: 'scan', dataset: 'events', schema }

function query(edges: readonly number[] | null, options: { readonly plan?: Plan; readonly weighted?: boolean } = {}) {
  const value: Expr = {
    kind: 'call',
    fn: 'add',
    args: [element('time'), column('E')],
    type: float64,
    missing: false,
  }
  const axis = { value, label: 'time', edges, bins: edges === null ? 4 : edges.length - 1, step: null }
  const weight = options.weighted === true ? element('charge') : null
  return { kind: 'hist', plan: options.plan ?? scan, axes: [axis], weight, each } as const satisfies Query
}

const signal = new AbortController().signal

test('each element fills once, with the columns of its row; a row without the list, or with an empty one, fills nothing', async () => {
  const events: readonly Event[] = [
    {
      E: 0,
      hits: [
        [1, 10],
        [2.5, 20],
        [-1, 1],
      ],
    },
    { E: 1, hits: [] },
    { E: 5, hits: null },
    {
      E: 1,
      hits: [
        [1, 5],
        [NaN, 7],
        [9, 9],
      ],
    },
  ]
  const result = await execute(query([0, 2, 4]), memoryExecutor(dataOf(events)), { limit: 0, signal })
  expect(result).toMatchObject({ counts: [1, 2], underflow: 1, overflow: 1, nan: 1, sumw2: null })
  const weighted = query([0, 2, 4], { weighted: true })
  expect(await execute(weighted, memoryExecutor(dataOf(events)), { limit: 0, signal })).toMatchObject({
    counts: [10, 25],
    underflow: 1,
    overflow: 9,
    nan: 7,
    sumw2: [100, 425],
  })
})

test('the engine fills as the definition says, with fixed and automatic edges, cut anywhere, compiled or not', async () => {
  const real = fc.oneof(fc.integer({ min: -3, max: 9 }), fc.constant(NaN), fc.double({ min: -2, max: 8, noNaN: true }))
  const list = fc.option(fc.array(fc.tuple(real, fc.double({ min: -4, max: 4, noNaN: true })), { maxLength: 5 }))
  const event = fc.record({ E: real, hits: list })
  const law = fc.asyncProperty(
    fc.array(event, { maxLength: 12 }),
    fc.boolean(),
    fc.boolean(),
    fc.boolean(),
    fc.nat(12),
    async (events, isFixed, weighted, filtered, cut) => {
      const where: Expr = {
        kind: 'call',
        fn: 'less',
        args: [column('E'), number(3)],
        type: { kind: 'bool' },
        missing: false,
      }
      const asked = query(isFixed ? [0, 1.5, 3, 7] : null, { weighted, plan: filtered ? filter(scan, where) : scan })
      const data = dataOf(events)
      const expected = plainNaive(evaluate(asked, data), 0)
      for (const interpreted of [false, true]) {
        const cuts = [start + BigInt(cut) * 1000n]
        const found = await execute(asked, memoryExecutor(data), { limit: 0, signal, interpreted, cuts })
        expect(plainResult(found)).toEqual(expected)
      }
    },
  )
  await fc.assert(law, { numRuns: 300, seed: 6 })
})
