import { describe, expect, test } from 'vitest'
import type { Expr, Measure, Plan } from '../../../dsl/ir/plan.ts'
import { typeOf } from '../../../dsl/ir/schema.ts'
import { execute } from '../../../runtime/engine/index.ts'
import type { BackendQuery } from '../../../runtime/ports/backend.ts'
import { evaluate } from '../../../runtime/naive/evaluate.ts'
import { memoryExecutor, type MemoryDataset } from '../../support/memory-executor.ts'
import { plainNaive, plainResult } from '../../support/plain-result.ts'
import { call, column, events, eventsSchema, filter, measure, number, scan, veto } from '../naive/build.ts'

const rows = [1, 2, 3, 6].map((E, entry) => ({ t: 10 * entry, entry, E }))
const good = { spans: [{ run: 1, start: '0', stop: '100' }], approximate: false }
const data: ReadonlyMap<string, MemoryDataset> = new Map([
  ['events', { ...events(...rows), goodTime: good, schema: eventsSchema() }],
])
const stream = scan('events')
const energy = column('E')
const signal = new AbortController().signal

function over(plan: Plan, of: Measure): Expr {
  const type = of.type.kind === 'number' ? of.type : typeOf(energy)
  if (type.kind === 'list') throw new Error('a number is no list')
  return { kind: 'total', of: { kind: 'measure', name: 'total', plan, measure: of }, type, missing: of.missing }
}

/** The rows of a table, which the engine gives whole and in slices, and the definition too. */
async function rowsOf(plan: Plan, ...names: readonly string[]): Promise<unknown> {
  const query: BackendQuery = {
    kind: 'table',
    plan: {
      op: 'select',
      input: plan,
      columns: names.map((name) => ({ name, value: column(name) })),
      schema: {
        stream: 'table',
        columns: names.map((name) => ({ name, type: typeOf(energy), missing: false })),
        key: null,
        references: [],
        roles: [],
      },
    },
  }
  const expected = plainNaive(evaluate(query, data), 9)
  for (const cuts of [[], [5n, 20n]])
    expect(plainResult(await execute(query, memoryExecutor(data), { limit: 9, signal, cuts }))).toEqual(expected)
  return (expected as { rows: unknown }).rows
}

describe('a number over a whole stream stands in an expression of each row', () => {
  const mean = over(stream, measure('total', 'mean', energy))

  test('as one value, that of the whole stream', async () => {
    const share: Plan = {
      op: 'define',
      input: stream,
      columns: [{ name: 'share', value: call('divide', energy, mean) }],
    }
    expect(await rowsOf(share, 'E', 'share')).toEqual([
      ['1', 1 / 3],
      ['2', 2 / 3],
      ['3', '1'],
      ['6', '2'],
    ])
  })

  test('also of a stream that is narrowed by another such number', async () => {
    const high = filter(stream, call('greaterEqual', energy, mean))
    const largest = over(high, measure('total', 'min', energy))
    expect(await rowsOf(filter(stream, call('less', energy, largest)), 'E')).toEqual([['1'], ['2']])
  })

  test('missing where its stream has no rows', async () => {
    const none = over(filter(stream, call('greater', energy, number(9))), measure('total', 'max', energy))
    expect(await rowsOf(filter(stream, call('greater', energy, call('coalesce', none, number(2)))), 'E')).toEqual([
      ['3'],
      ['6'],
    ])
    expect(await rowsOf(filter(stream, call('exists', none)), 'E')).toEqual([])
  })

  test('as a live time', async () => {
    const quiet = veto('veto', stream, filter(stream, call('equal', energy, number(3))), { low: 0, high: 19 })
    const type = { kind: 'number', repr: 'int64', unit: [{ name: 'ns', power: 1 }] } as const
    const live: Expr = { kind: 'total', of: { kind: 'livetime', name: 'total', plan: quiet }, type, missing: false }
    const rate: Plan = { op: 'define', input: quiet, columns: [{ name: 'rate', value: call('divide', energy, live) }] }
    // The veto takes [20, 40) of [0, 100).
    expect(await rowsOf(rate, 'rate')).toEqual([[1 / 80], [2 / 80]])
  })

  test('in a window about the row', async () => {
    const about: Expr = {
      kind: 'aggregate',
      fn: 'count',
      source: stream,
      value: null,
      where: call('less', { kind: 'column', row: 'other', name: 'E', type: typeOf(energy), missing: false }, mean),
      window: { kind: 'within', low: -15, high: 0, order: 'before', reference: '' },
      type: { kind: 'number', repr: 'int64', unit: [] },
      missing: false,
    }
    const counted: Plan = { op: 'define', input: stream, columns: [{ name: 'n', value: about }] }
    expect(await rowsOf(counted, 'n')).toEqual([['0'], ['1'], ['1'], ['0']])
  })
})
