import { describe, expect, test } from 'vitest'
import type { Plan, Window } from '../../../dsl/ir/plan.ts'
import { about, call, column, events, filter, match, number, role, rowsOf, scan, within } from './build.ts'

const stream = scan('events')
const numbered = (entry: number): Plan => filter(stream, call('equal', column('entry'), number(entry)))

/** Entries 0 to 6; 2, 3 and 4 at the same time as the reference, which is entry 3. */
const data = new Map([
  [
    'events',
    events(
      { t: 80, entry: 0 },
      { t: 90, entry: 1 },
      { t: 100, entry: 2 },
      { t: 100, entry: 3 },
      { t: 100, entry: 4 },
      { t: 110, entry: 5 },
      { t: 120, entry: 6 },
    ),
  ],
])

/** The entries that a window about entry 3 sees. */
function seen(window: Window): readonly unknown[] {
  return rowsOf(match(numbered(3), 'r', role('each', 'x', stream, window)), data, 'x.entry').flat()
}

const about3 = (low: number, high: number, order: 'after' | 'before' | 'any'): Window => within(low, high, order, 'r.')

describe('within', () => {
  test('after: both bounds are closed, and of the simultaneous events the later ones are seen', () => {
    expect(seen(about3(0, 10, 'after'))).toEqual([4, 5])
    expect(seen(about3(0, 9, 'after'))).toEqual([4])
    expect(seen(about3(10, 20, 'after'))).toEqual([5, 6])
    expect(seen(about3(11, 19, 'after'))).toEqual([])
  })

  test('before: of the simultaneous events the earlier ones are seen', () => {
    expect(seen(about3(-10, 0, 'before'))).toEqual([1, 2])
    expect(seen(about3(-20, -10, 'before'))).toEqual([0, 1])
  })

  test('of: both sides, without the event itself', () => {
    expect(seen(about3(-10, 10, 'any'))).toEqual([1, 2, 4, 5])
    expect(seen(about3(-10, 0, 'any'))).toEqual([1, 2, 4])
    expect(seen(about3(-20, -10, 'any'))).toEqual([0, 1])
  })

  test('a window of length zero sees simultaneous events only', () => {
    expect(seen(about3(0, 0, 'after'))).toEqual([4])
    expect(seen(about3(0, 0, 'before'))).toEqual([2])
    expect(seen(about3(0, 0, 'any'))).toEqual([2, 4])
  })

  test('an empty range sees nothing', () => {
    expect(seen(about3(5, -5, 'any'))).toEqual([])
  })
})

test('ties are ordered by file, then entry: a simultaneous pair is found once', () => {
  const tied = new Map([
    ['events', events({ t: 5, file: 1, entry: 0 }, { t: 5, file: 0, entry: 9 }, { t: 5, file: 1, entry: 1 })],
  ])
  const pairs = match(stream, 'p', role('each', 'd', stream, within(0, 0, 'after', 'p.')))
  expect(rowsOf(pairs, tied, 'p.file', 'p.entry', 'd.file', 'd.entry')).toEqual([
    [0, 9, 1, 0],
    [0, 9, 1, 1],
    [1, 0, 1, 1],
  ])
})

describe('two references', () => {
  /** What a third role sees with p = entry `from` and d = entry `to`. */
  function seenWith(from: number, to: number, window: Window): readonly unknown[] {
    const everywhere = within(-1000, 1000, 'any', 'p.')
    const plan = match(
      numbered(from),
      'p',
      role('each', 'd', numbered(to), everywhere),
      role('each', 'x', stream, window),
    )
    return rowsOf(plan, data, 'x.entry').flat()
  }
  const interval = (fromOffset: number, toOffset: number): Window => {
    return { kind: 'interval', from: 'p.', fromOffset, to: 'd.', toOffset }
  }
  const between: Window = { kind: 'between', from: 'p.', to: 'd.' }

  test('between is strict in the total order, whichever reference comes first', () => {
    expect(seenWith(1, 5, between)).toEqual([2, 3, 4])
    expect(seenWith(5, 1, between)).toEqual([2, 3, 4])
    expect(seenWith(2, 4, between)).toEqual([3])
    expect(seenWith(2, 3, between)).toEqual([])
  })

  test('an interval is closed in time and leaves out the bound roles', () => {
    expect(seenWith(1, 5, interval(0, 0))).toEqual([2, 3, 4])
    expect(seenWith(1, 5, interval(-10, 10))).toEqual([0, 2, 3, 4, 6])
    expect(seenWith(1, 5, interval(10, -10))).toEqual([2, 3, 4])
    expect(seenWith(2, 4, interval(0, 0))).toEqual([3])
  })

  test('an interval whose ends are turned round holds nothing', () => {
    expect(seenWith(5, 1, interval(0, 0))).toEqual([])
    expect(seenWith(5, 1, interval(-20, 0))).toEqual([])
    expect(seenWith(5, 1, interval(-20, 10))).toEqual([2, 3, 4])
  })
})

test('a window on absolute time sees across file borders', () => {
  const files = new Map([['events', events({ t: 10, file: 0, entry: 7 }, { t: 12, file: 1, entry: 0 })]])
  const pairs = match(stream, 'p', role('each', 'd', stream, within(0, 5, 'after', 'p.')))
  expect(rowsOf(pairs, files, 'p.entry', 'd.entry')).toEqual([[7, 0]])
})

test('an aggregate does not count the row itself', () => {
  const counted = about('count', stream, within(0, 0, 'any'))
  const plan: Plan = { op: 'define', input: stream, columns: [{ name: 'c', value: counted }] }
  expect(rowsOf(plan, data, 'c').flat()).toEqual([0, 0, 2, 2, 2, 0, 0])
})
