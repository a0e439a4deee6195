import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { HistFill } from '../../../runtime/engine/hist-fill.ts'

function counts(edges: readonly number[], values: readonly number[]): readonly number[] {
  const fill = new HistFill([edges], false)
  fill.add([Float64Array.from(values)], null, values.length)
  return [...fill.part().counts!]
}

describe('a histogram', () => {
  test('takes a lower edge in, an upper edge and NaN out', () => {
    expect(counts([0, 2, 4], [-1, 0, 1.99, 2, 3.99, 4, Number.NaN])).toEqual([2, 2, 1, 1, 0, 1])
  })

  test('counts infinities as flows', () => {
    expect(counts([0, 1], [Infinity, -Infinity])).toEqual([0, 1, 1, 0, 0])
  })

  test('finds the bins of uneven edges', () => {
    expect(counts([0, 1, 10, 10.5], [0.5, 1, 9.99, 10, 10.49])).toEqual([1, 2, 2, 0, 0, 0, 0])
  })

  test('gives a value on two equal edges to the bin that has room', () => {
    expect(counts([0, 1, 1, 2], [1])).toEqual([0, 0, 1, 0, 0, 0, 0])
  })

  test('puts every edge of a tenth into its own bin, although 0.1 · k is not exact', () => {
    const edges = Array.from({ length: 121 }, (_, k) => k * 0.1)
    const filled = counts(edges, edges.slice(0, 120))
    expect(filled.slice(0, 120)).toEqual(Array.from({ length: 120 }, () => 1))
  })

  test('finds the same bin as a look at every edge', () => {
    const number = fc.double({ min: -2, max: 14, noNaN: true })
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 40 }),
        fc.double({ min: 0.01, max: 0.4, noNaN: true }),
        fc.array(number),
        (bins, step, values) => {
          const edges = Array.from({ length: bins + 1 }, (_, k) => k * step)
          const near = edges.flatMap((edge) => [edge, edge * (1 + Number.EPSILON), edge * (1 - Number.EPSILON)])
          const all = [...values, ...near]
          const expected = edges.slice(0, -1).map((edge, k) => all.filter((x) => edge <= x && x < edges[k + 1]!).length)
          expect(counts(edges, all).slice(0, bins)).toEqual(expected)
        },
      ),
    )
  })

  test('of two axes has the last one fastest, and NaN apart from outside', () => {
    const fill = new HistFill(
      [
        [0, 1, 2],
        [0, 1, 2],
      ],
      false,
    )
    fill.add([Float64Array.of(0, 1, 1, 5, Number.NaN), Float64Array.of(1, 0, 0, 0, 9)], null, 5)
    expect([...fill.part().counts!]).toEqual([0, 1, 2, 0, 0, 0, 1, 1])
  })
})
