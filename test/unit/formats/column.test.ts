import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  asDoubles,
  bools,
  numbers,
  numberType,
  packBits,
  unpackBits,
  valuesOf,
} from '../../../runtime/formats/column.ts'

describe('bits', () => {
  test('row 0 is the lowest bit of the first byte', () => {
    expect([...packBits(Uint8Array.of(1, 0, 0, 0, 0, 0, 0, 0, 0, 1)).subarray(0, 2)]).toEqual([0b1, 0b10])
    expect([...unpackBits(Uint8Array.of(0b1000_0001, 0b1), 0, 9)]).toEqual([1, 0, 0, 0, 0, 0, 0, 1, 1])
  })

  test('every byte that is not 0 counts as 1', () => {
    expect(packBits(Uint8Array.of(0, 2, 128, 255, 0))[0]).toBe(0b1110)
  })

  test('any range of packed bits comes back', () => {
    const bits = fc.array(fc.constantFrom(0, 1), { maxLength: 200 })
    fc.assert(
      fc.property(bits, fc.nat(200), fc.nat(200), (rows, a, b) => {
        const [start, end] = [Math.min(a, b, rows.length), Math.min(Math.max(a, b), rows.length)]
        expect([...unpackBits(packBits(Uint8Array.from(rows)), start, end)]).toEqual(rows.slice(start, end))
      }),
    )
  })
})

describe('masks', () => {
  test('a column without a null has no validity bits', () => {
    const column = numbers(numberType('int32'), Int32Array.of(1, 2), Uint8Array.of(1, 1))
    expect(column.nullCount).toBe(0)
    expect(column.nullBitmap.length).toBe(0)
  })

  test('nulls are counted and marked', () => {
    const mask = Uint8Array.from({ length: 21 }, (_, row) => Number(row !== 3 && row !== 20))
    const column = bools(new Uint8Array(21), mask)
    expect(column.nullCount).toBe(2)
    expect(Array.from(mask, (_, row) => column.getValid(row)).flatMap((valid, row) => (valid ? [] : [row]))).toEqual([
      3, 20,
    ])
  })
})

test('values that do not lie on a multiple of their width are copied, not misread', () => {
  const bytes = Uint8Array.of(9, 1, 0, 0, 0, 2, 0, 0, 0)
  expect([...valuesOf('int32', bytes.subarray(1))]).toEqual([1, 2])
})

test('64-bit integers become float64, exact up to 2^53', () => {
  const signed = [0n, -1n, 4_294_967_296n, -4_294_967_297n, 9_007_199_254_740_991n, -9_007_199_254_740_991n]
  expect([...asDoubles(BigInt64Array.from(signed))]).toEqual(signed.map(Number))
  expect([...asDoubles(BigUint64Array.of(2n ** 63n, 7n))]).toEqual([2 ** 63, 7])
  expect([...asDoubles(Int16Array.of(-3, 4))]).toEqual([-3, 4])
})
