import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { hashTable } from '../../../runtime/engine/join-hash.ts'
import type { Keys } from '../../../runtime/engine/join-keys.ts'
import { placeTable } from '../../../runtime/engine/join-places.ts'
import { noPartner, twoPartners } from '../../../runtime/engine/partners.ts'

type Key = number | undefined

/** A key of one column: undefined is no key. */
function column(values: readonly Key[]): Keys {
  return {
    high: Float64Array.from(values, (value) => value ?? 0),
    low: new Float64Array(values.length),
    valid: Uint8Array.from(values, (value) => Number(value !== undefined)),
  }
}

function columns(rows: readonly (readonly Key[])[], count: number): readonly Keys[] {
  return Array.from({ length: count }, (_, at) => column(rows.map((row) => row[at])))
}

/** By a look at every held row. */
function partnersByHand(held: readonly (readonly Key[])[], rows: readonly (readonly Key[])[]): readonly number[] {
  return rows.map((row) => {
    if (row.includes(undefined)) return noPartner
    const same = held.flatMap((other, at) => (row.every((key, k) => other[k] === key) ? [at] : []))
    return same.length > 1 ? twoPartners : (same[0] ?? noPartner)
  })
}

const cancel = { aborted: false, throwIfAborted: () => undefined }
const tables = [
  ['by their places', placeTable],
  ['by their hashes', hashTable],
] as const

describe('held rows are found', () => {
  test.each(tables)('%s, as a look at each finds them', (_, makeTable) => {
    const key = fc.oneof(fc.integer({ min: -5, max: 40 }), fc.constantFrom(undefined, 0, -0))
    const asked = fc.oneof(key, fc.constantFrom(0.5, 1e-17, 2 ** 60, Number.POSITIVE_INFINITY))
    const both = fc.integer({ min: 1, max: 2 }).chain((count) => {
      const rowsOf = (one: fc.Arbitrary<Key>): fc.Arbitrary<Key[][]> =>
        fc.array(fc.array(one, { minLength: count, maxLength: count }), { maxLength: 30 })
      return fc.record({ count: fc.constant(count), held: rowsOf(key), rows: rowsOf(asked) })
    })
    fc.assert(
      fc.property(both, ({ count, held, rows }) => {
        const partners = new Int32Array(rows.length)
        makeTable(columns(held, count), held.length, cancel)?.(columns(rows, count), 0, rows.length, partners)
        expect([...partners]).toEqual(partnersByHand(held, rows))
      }),
    )
  })

  test.each([[[0.5, 1]], [[0, 1e9]], [[0, Number.POSITIVE_INFINITY]]])('not by places of the keys %j', (keys) => {
    expect(placeTable([column(keys)], keys.length, cancel)).toBeUndefined()
  })

  test.each(tables)('%s, unless that is cancelled', (_, makeTable) => {
    const cancelled = {
      aborted: true,
      throwIfAborted: () => {
        throw new Error('cancelled')
      },
    }
    expect(() => makeTable([column([1, 2])], 2, cancelled)).toThrow('cancelled')
  })
})
