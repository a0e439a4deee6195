import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { sortedOrder, type SortKeys } from '../../../runtime/engine/sort.ts'

const plain = { residual: null, valid: null, textOf: null }

function order(keys: SortKeys, descending = false): readonly number[] {
  return [...sortedOrder(keys, keys.values.length, descending)]
}

/** By JavaScript's own stable sort, the rows in `last` behind all others. */
function byHand<T>(values: readonly T[], compare: (a: T, b: T) => number, last = new Set<number>()): readonly number[] {
  const rows = [...values.keys()]
  return [...rows.filter((row) => !last.has(row)).toSorted((a, b) => compare(values[a]!, values[b]!)), ...last]
}

const up = <T>(a: T, b: T): number => (a < b ? -1 : a > b ? 1 : 0)

describe('rows are sorted stably', () => {
  test('by numbers, those that are none last', () => {
    const value = fc.oneof(fc.double(), fc.constantFrom(0, -0, 1, 2, Number.NaN, Number.NEGATIVE_INFINITY))
    fc.assert(
      fc.property(fc.array(value, { maxLength: 60 }), fc.boolean(), (values, descending) => {
        const nans = new Set([...values.keys()].filter((row) => Number.isNaN(values[row])))
        const compare = descending ? (a: number, b: number): number => up(b, a) : up<number>
        expect(order({ ...plain, values: Float64Array.from(values) }, descending)).toEqual(
          byHand(values, compare, nans),
        )
      }),
    )
  })

  test.each([
    ['signed', fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), (values: bigint[]) => BigInt64Array.from(values)],
    ['unsigned', fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }), (values: bigint[]) => BigUint64Array.from(values)],
  ])('by integers of 64 bits, %s', (_, whole, made) => {
    fc.assert(
      fc.property(fc.array(fc.oneof(whole, fc.constantFrom(0n, 1n, 2n ** 32n)), { maxLength: 60 }), (values) => {
        expect(order({ ...plain, values: made(values) })).toEqual(byHand(values, up))
      }),
    )
  })

  test('by what float64 leaves of an integer too', () => {
    const keys = { ...plain, values: Float64Array.of(2 ** 60, 2 ** 60, 5), residual: Float64Array.of(7, -7, 0) }
    expect(order(keys)).toEqual([2, 1, 0])
    expect(order(keys, true)).toEqual([0, 1, 2])
  })

  test('by texts in the order of their code points, the empty one first', () => {
    const texts = ['b', '\u{1F600}', '', '\uFFFF', 'a', 'b']
    expect(order({ ...plain, values: Int32Array.from(texts.keys()), textOf: (row) => texts[row]! })).toEqual([
      2, 4, 0, 5, 3, 1,
    ])
  })

  test('with those that are missing at the very end, in their order, in either direction', () => {
    const keys = { ...plain, values: Float64Array.of(1, Number.NaN, 9, 3, 8), valid: Uint8Array.of(1, 1, 0, 1, 0) }
    expect(order(keys)).toEqual([0, 3, 1, 2, 4])
    expect(order(keys, true)).toEqual([3, 0, 1, 2, 4])
  })

  test('unless that is cancelled', () => {
    const cancel = {
      aborted: true,
      throwIfAborted: () => {
        throw new Error('cancelled')
      },
    }
    expect(() => sortedOrder({ ...plain, values: Float64Array.of(2, 1) }, 2, false, cancel)).toThrow('cancelled')
  })
})
