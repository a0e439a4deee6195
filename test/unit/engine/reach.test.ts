import { describe, expect, test } from 'vitest'
import { reachOf } from '../../../runtime/engine/reach.ts'
import { about, call, column, filter, match, number, role, scan, veto, within } from '../naive/build.ts'

const events = scan('events')

describe('the reach of a plan', () => {
  test('is nothing without windows', () => {
    expect(reachOf(filter(events, call('less', column('E'), number(1))))).toEqual({ before: 0, after: 0 })
  })

  test('of a veto is its window seen from the event', () => {
    expect(reachOf(veto('veto', events, events, { low: -2, high: 5 }))).toEqual({ before: 5, after: 2 })
  })

  test('of a veto within the source of a veto is their sum', () => {
    const source = veto('veto', events, events, { low: 0, high: 3 })
    expect(reachOf(veto('veto', events, source, { low: 0, high: 5 }))).toEqual({ before: 8, after: 0 })
  })

  test('of a role about another role is the sum of their windows', () => {
    const chain = match(
      events,
      'p',
      role('each', 'd', events, within(0, 10, 'after', 'p.')),
      role('without', 'o', events, within(0, 4, 'after', 'd.')),
    )
    expect(reachOf(chain)).toEqual({ before: 0, after: 14 })
  })

  test('of a window on either side reaches to both', () => {
    expect(reachOf(match(events, 'p', role('each', 'd', events, within(-3, 7, 'any', 'p.'))))).toEqual({
      before: 3,
      after: 7,
    })
  })

  test('of `between` is that of its ends, and of an interval theirs with its offsets', () => {
    const bound = role('each', 'd', events, within(0, 10, 'after', 'p.'))
    const between = role('without', 'o', events, { kind: 'between', from: 'p.', to: 'd.' })
    const interval = role('without', 'o', events, {
      kind: 'interval',
      from: 'p.',
      fromOffset: -2,
      to: 'd.',
      toOffset: 5,
    })
    expect(reachOf(match(events, 'p', bound, between))).toEqual({ before: 0, after: 10 })
    expect(reachOf(match(events, 'p', bound, interval))).toEqual({ before: 2, after: 15 })
  })

  test('of an aggregate is its window and the reach of its stream', () => {
    const quiet = veto('veto', events, events, { low: 0, high: 3 })
    const count = about('count', quiet, within(-10, 0, 'before'))
    expect(reachOf(filter(events, call('less', count, number(2))))).toEqual({ before: 13, after: 0 })
  })

  test('of a match of matches adds up', () => {
    const inner = match(events, 'p', role('each', 'd', events, within(0, 10, 'after', 'p.')))
    const outer = match(inner, 'pair', role('each', 'm', events, within(-100, 0, 'before', 'pair.d.')))
    expect(reachOf(outer)).toEqual({ before: 100, after: 10 })
  })
})
