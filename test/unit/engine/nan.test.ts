import { describe, expect, test } from 'vitest'
import { withWheres } from '../../../dsl/check/wheres.ts'
import type { Expr, Plan } from '../../../dsl/ir/plan.ts'
import { optimizedQuery } from '../../../dsl/optimize/optimize.ts'
import { execute } from '../../../runtime/engine/index.ts'
import { notesOf } from '../../../runtime/naive/notes.ts'
import { memoryExecutor, type MemoryDataset } from '../../support/memory-executor.ts'
import {
  call,
  column,
  events,
  eventsSchema,
  filter,
  int64,
  match,
  number,
  role,
  scan,
  veto,
  within,
} from '../naive/build.ts'

// Every second event from the first one on has no energy, of every third one n is 0.
const rows = Array.from({ length: 12 }, (_, entry) => ({
  t: 10 * entry,
  entry,
  E: entry % 2 === 0 ? NaN : entry,
  n: entry % 3,
}))
const data: ReadonlyMap<string, MemoryDataset> = new Map([['events', { ...events(...rows), schema: eventsSchema() }]])
const stream = scan('events')
const energy = column('E')
const signal = new AbortController().signal

/** The notes on NaN: of the engine, whole and in slices, as written and by the laws, and of the definition. */
async function counted(plan: Plan): Promise<unknown> {
  const written = withWheres({ kind: 'table', plan } as const)
  const found = notesOf(written, data).filter(({ kind }) => kind === 'nan')
  for (const query of [written, optimizedQuery(written)]) {
    for (const cuts of [[], [30n, 31n, 75n]]) {
      if (query.kind !== 'table') throw new Error('a table stays one')
      const { notes = [] } = await execute(query, memoryExecutor(data), { limit: 3, signal, cuts })
      expect(notes.filter(({ kind }) => kind === 'nan')).toEqual(found)
    }
  }
  return found.map((note) => (note.kind === 'nan' ? [note.where, note.rows] : note))
}

function above(value: Expr, least: number): Expr {
  return call('greater', value, number(least))
}

describe('a `where` tells in how many of the rows that come to it an operand of a comparison is NaN:', () => {
  test('by its label, else its text', async () => {
    expect(await counted(filter(stream, above(energy, 2), 'E > 2', 'energy'))).toEqual([['energy', 6]])
    expect(await counted(filter(stream, above(energy, 2), 'E > 2'))).toEqual([['E > 2', 6]])
  })

  test('each of several stages its own', async () => {
    const some = filter(stream, call('equal', column('n', int64), number(0)), 'n == 0')
    const high = filter(some, call('not', above(energy, 6)), 'not E > 6')
    // Of the events 0, 3, 6 and 9 the second and the last have an energy; 9 MeV is too high.
    expect(await counted(high)).toEqual([['not E > 6', 2]])
    expect(await counted(filter(high, call('less', energy, number(1)), 'E < 1'))).toEqual([
      ['not E > 6', 2],
      ['E < 1', 2],
    ])
  })

  test('a row once, however many comparisons', async () => {
    const condition = call('or', call('inRange', energy, number(1), number(2)), call('notEqual', energy, number(3)))
    expect(await counted(filter(stream, condition))).toEqual([['cut', 6]])
  })

  test('of computed operands', async () => {
    const ratio = call('divide', column('n', int64), column('n', int64))
    expect(await counted(filter(stream, above(ratio, 0)))).toEqual([['cut', 4]])
  })

  test('not of rows that a stage before has dropped', async () => {
    const quiet = veto('veto', stream, filter(stream, call('equal', column('entry', int64), number(4)), null), {
      low: 0,
      high: 25,
    })
    expect(await counted(filter(quiet, above(energy, 0)))).toEqual([['cut', 4]])
  })

  test('not of rows that it excludes by time or by a whole number, or a stage behind it', async () => {
    const high = filter(stream, above(energy, 2), 'E > 2')
    const early = call('less', column('t', { kind: 'instant' }), { kind: 'instant', ns: '50' })
    // Of the events 0, 2, …, 10 without energy: 0, 2 and 4 are early, n is 0 in 0 and 6, the veto takes 4, 5 and 6.
    expect(await counted(filter(high, call('and', early, above(energy, 3)), 'early'))).toEqual([['E > 2', 3]])
    expect(await counted(filter(stream, call('and', above(energy, 3), early)))).toEqual([['cut', 3]])
    expect(await counted(filter(high, call('equal', column('n', int64), number(0)), 'n'))).toEqual([['E > 2', 2]])
    const about4 = filter(stream, call('equal', column('entry', int64), number(4)), null)
    expect(await counted(veto('veto', high, about4, { low: 0, high: 25 }))).toEqual([['E > 2', 4]])
    const pairs = match(high, 'p', role('each', 'd', stream, within(0, 10, 'after', 'p.')))
    expect(await counted(filter(pairs, call('less', column('p.n', int64), number(1)), 'p.n'))).toEqual([['E > 2', 2]])
    const byNumber: Plan = { op: 'group', input: high, keys: [{ name: 'k', value: column('n', int64) }], measures: [] }
    expect(await counted(filter(byNumber, call('less', column('k', int64), number(2)), 'k'))).toEqual([['E > 2', 4]])
  })

  test('of rows of a match', async () => {
    const pairs = match(stream, 'p', role('each', 'd', stream, within(0, 10, 'after', 'p.')))
    expect(await counted(filter(pairs, above(column('d.E'), 0)))).toEqual([['cut', 5]])
  })

  test('nothing without NaN, or without a comparison', async () => {
    expect(await counted(filter(filter(stream, call('finite', energy)), above(energy, 0)))).toEqual([])
  })
})
