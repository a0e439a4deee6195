import { expect, test } from 'vitest'
import type { Plan } from '../../../dsl/ir/plan.ts'
import { execute } from '../../../runtime/engine/index.ts'
import { memoryExecutor } from '../../support/memory-executor.ts'
import { call, column, events, eventsSchema, filter, int64, match, number, role, scan, within } from '../naive/build.ts'

/** Event i at 10 i ns with energy i. */
const rows = Array.from({ length: 40 }, (_, entry) => ({ t: 10 * entry, entry, E: entry, n: -entry, det: 'CD' }))
const data = new Map([['events', { ...events(...rows), schema: eventsSchema() }]])
const stream = scan('events')
const above = (low: number): Plan => filter(stream, call('greater', column('E'), number(low)))

type Reading = readonly [columns: string, only: readonly number[] | null]

/** What the rows of a plan make the engine read, in its order. */
async function readings(plan: Plan, limit = 100): Promise<readonly Reading[]> {
  const found: Reading[] = []
  const onRead = (columns: readonly string[], only: readonly number[] | null): void => {
    found.push([columns.toSorted().join(' '), only])
  }
  const options = { limit, signal: new AbortController().signal, cuts: [] }
  await execute({ kind: 'table', plan }, memoryExecutor(data, { onRead }), options)
  return found
}

test('columns that no condition asks for are read where rows survive', async () => {
  expect(await readings(above(36))).toEqual([
    ['E', null],
    ['det entry file n ok t', [37, 38, 39]],
  ])
})

test('of a table that is shown in part, they are read for this part', async () => {
  expect(await readings(above(30), 2)).toEqual([
    ['E', null],
    ['det entry file n ok t', [31, 32]],
  ])
})

test('where no row survives, nothing more is read than their types', async () => {
  expect(await readings(above(99))).toEqual([
    ['E', null],
    ['det entry file n ok t', []],
  ])
})

test('where many rows survive, they are read whole', async () => {
  expect(await readings(above(5))).toEqual([
    ['E', null],
    ['det entry file n ok t', null],
  ])
})

test('what a column is computed from is read where it is computed', async () => {
  const value = call('negate', column('n', int64))
  const plan: Plan = {
    op: 'select',
    input: above(37),
    columns: [{ name: 'm', value }],
    schema: {
      stream: 'table',
      columns: [{ name: 'm', type: int64, missing: false }],
      key: null,
      references: [],
      roles: [],
    },
  }
  expect(await readings(plan)).toEqual([
    ['E', null],
    ['n', [38, 39]],
  ])
})

test('the roles of a match are read where its rows are, but for the events that may be in several of them', async () => {
  const plan = match(above(37), 'p', role('each', 'd', stream, within(0, 10, 'after', 'p.')))
  expect(await readings(plan)).toEqual([
    ['E entry file t', null],
    ['det n ok', [38]],
    ['det n ok', [39]],
  ])
})
