import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { isSampled, numberOf, seedOf } from '../../../dsl/functions/sample.ts'
import type { Plan } from '../../../dsl/ir/plan.ts'
import { events, match, role, rowsOf, scan, within } from './build.ts'

const burst = (atLeast: number, length: number, ...times: readonly number[]): readonly unknown[] => {
  const data = new Map([['events', events(...times.map((t, entry) => ({ t, entry })))]])
  const plan: Plan = { op: 'burst', input: scan('events'), atLeast, within: length }
  return rowsOf(plan, data, 'entry', 'burst_id.file', 'burst_id.entry').map((row) => row.map(String).join(' '))
}

describe('burst', () => {
  test('keeps the events of closed windows that hold enough, with the first event of the chain', () => {
    expect(burst(3, 10, 0, 5, 10, 50, 55, 100)).toEqual(['0 0 0', '1 0 0', '2 0 0'])
    expect(burst(3, 9, 0, 5, 10, 50)).toEqual([])
  })

  test('chains windows that share an event', () => {
    expect(burst(3, 10, 0, 5, 10, 15, 20)).toEqual(['0 0 0', '1 0 0', '2 0 0', '3 0 0', '4 0 0'])
  })

  test('does not chain windows that only touch in time', () => {
    expect(burst(2, 10, 0, 10, 20, 30)).toEqual(['0 0 0', '1 0 0', '2 0 0', '3 0 0'])
    expect(burst(2, 10, 0, 10, 21, 30)).toEqual(['0 0 0', '1 0 0', '2 0 2', '3 0 2'])
  })

  test('counts events of the same time', () => {
    expect(burst(3, 0, 4, 7, 7, 7, 9)).toEqual(['1 0 1', '2 0 1', '3 0 1'])
  })

  test('of one event or more is every event', () => {
    expect(burst(1, 5, 0, 5, 11)).toEqual(['0 0 0', '1 0 0', '2 0 2'])
  })
})

describe('sample', () => {
  test('draws by the identity of the file and the entry, not by the number of the file', () => {
    const data = new Map([['events', events(...Array.from({ length: 200 }, (_, t) => ({ t, entry: t, file: t % 2 })))]])
    const drawn = (files: readonly string[], fraction: number): readonly unknown[] =>
      rowsOf({ op: 'sample', input: scan('events'), fraction, files }, data, 'file', 'entry').map((row) =>
        row.map(String).join(' '),
      )
    const swapped = new Map([
      ['events', events(...Array.from({ length: 200 }, (_, t) => ({ t, entry: t, file: 1 - (t % 2) })))],
    ])
    const other = rowsOf(
      { op: 'sample', input: scan('events'), fraction: 0.3, files: ['b', 'a'] },
      swapped,
      'entry',
    ).flat()
    expect(other).toEqual(drawn(['a', 'b'], 0.3).map((row) => Number(String(row).split(' ')[1])))
    expect(drawn(['a', 'b'], 0)).toEqual([])
    expect(drawn(['a', 'b'], 1)).toHaveLength(200)
  })

  test('of a match draws by its anchor', () => {
    const data = new Map([['events', events(...Array.from({ length: 60 }, (_, t) => ({ t, entry: t })))]])
    const pairs = match(scan('events'), 'p', role('each', 'd', scan('events'), within(0, 2, 'after', 'p.')))
    const anchors = rowsOf({ op: 'sample', input: scan('events'), fraction: 0.5, files: ['a'] }, data, 'entry').flat()
    const drawn = rowsOf({ op: 'sample', input: pairs, fraction: 0.5, files: ['a'] }, data, 'p.entry').flat()
    expect([...new Set(drawn)]).toEqual(anchors.filter((entry) => entry !== 59))
  })

  test('a smaller share is part of a larger one', () => {
    const shares = [0, 1e-3, 0.1, 0.3, 0.30001, 0.999, 1]
    const share = fc.constantFrom(...shares)
    fc.assert(
      fc.property(fc.string(), fc.nat(), share, share, (file, entry, p, q) => {
        const [small, large] = [Math.min(p, q), Math.max(p, q)].map((fraction) => isSampled(file, entry, fraction))
        expect(small === true && large === false).toBe(false)
      }),
    )
  })

  test('numbers are even over [0, 1), for neighbouring entries and files', () => {
    const numbers = Array.from({ length: 40_000 }, (_, at) => numberOf(seedOf(`file ${at % 20}`), Math.floor(at / 20)))
    const bins = numbers.reduce(
      (counts, x) => counts.with(Math.floor(x * 20), (counts[Math.floor(x * 20)] ?? 0) + 1),
      Array<number>(20).fill(0),
    )
    const chi2 = bins.reduce((sum, count) => sum + (count - 2000) ** 2 / 2000, 0)
    expect(chi2).toBeLessThan(43.8)
    expect(new Set(numbers).size).toBe(numbers.length)
  })

  test('numbers are those of the definition, for ever', () => {
    const seed = seedOf('0a1b2c3d-0000-4000-8000-00000000000f')
    expect([0, 1, 4_294_967_296, 9_007_199_254_740_991].map((entry) => numberOf(seed, entry))).toMatchInlineSnapshot(`
      [
        0.5456317666661162,
        0.7364662973262903,
        0.29892584354889373,
        0.21038012142423368,
      ]
    `)
  })
})
