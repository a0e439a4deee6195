import { describe, expect, test } from 'vitest'
import type { Plan } from '../../../dsl/ir/plan.ts'
import { evaluate } from '../../../runtime/naive/evaluate.ts'
import { call, column, events, filter, int64, match, number, role, scan, within } from './build.ts'

const data = new Map([
  [
    'events',
    events(
      { t: 10, entry: 0, E: 1, n: 2 },
      { t: 12, entry: 1, E: 5, n: 2 },
      { t: 30, entry: 2, E: 1, n: 1 },
      { t: 31, entry: 3, E: 5, n: 2 },
      { t: 32, entry: 4, E: 5, n: 1 },
    ),
  ],
])
const stream = scan('events')
const above = (energy: number, input: Plan, label: string): Plan =>
  filter(input, call('greater', column('E'), number(energy)), label, label)

function lines(plan: Plan, by: string | null): readonly string[] {
  const split =
    by === null
      ? null
      : { name: by, value: { kind: 'column', row: 'row', name: by, type: int64, missing: false } as const }
  const result = evaluate({ kind: 'cutflow', source: 'x', plan, by: split }, data)
  if (result.kind !== 'cutflow') throw new Error('no cutflow')
  return result.rows.map(({ by: value, cut, sequential, alone, nMinus1 }) =>
    [value, cut, sequential, alone, nMinus1].join(' '),
  )
}

describe('a cutflow', () => {
  test('that is split has the lines of each value, sorted', () => {
    expect(lines(above(2, stream, 'high'), null)).toEqual([' high 3 3 5'])
    expect(lines(above(2, stream, 'high'), 'n')).toEqual(['1 high 1 1 2', '2 high 2 2 3'])
  })

  test('splits a match by its anchors', () => {
    const pairs = match(stream, 'p', role('each', 'd', stream, within(0, 2, 'after', 'p.')))
    expect(lines(pairs, 'n')).toEqual(['1 p 2  ', '1 d 2  ', '2 p 3  ', '2 d 2  '])
  })

  test('counts a keep of spans as a cut, and parts its sections at a burst', () => {
    const spans: Plan = {
      op: 'during',
      mode: 'keep',
      input: above(2, stream, 'high'),
      spans: { kind: 'goodTime', source: stream },
      label: 'good',
      text: '',
    }
    expect(lines(spans, null)).toEqual([' high 3 3 5', ' good 3 5 3'])
    const burst: Plan = { op: 'burst', input: above(2, stream, 'high'), atLeast: 2, within: 1 }
    expect(lines(above(3, burst, 'higher'), null)).toEqual([' high 3 3 5', ' higher 2 2 2'])
  })
})
