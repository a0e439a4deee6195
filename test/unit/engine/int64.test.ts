import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Int64Reader, Int64Writer } from '../../../runtime/engine/int64.ts'

const near = fc.bigInt({ min: -(2n ** 53n) + 1n, max: 2n ** 53n - 1n })
const bases = fc.bigInt({ min: -(2n ** 62n), max: 2n ** 62n })

test('a value within 2^53 of the base is read and written exactly', () => {
  fc.assert(
    fc.property(bases, near, (base, distance) => {
      const values = BigInt64Array.of(0n, base + distance)
      expect(new Int64Reader(values, base).at(1)).toBe(Number(distance))
      const target = new BigInt64Array(2)
      new Int64Writer(target, base).put(1, Number(distance))
      expect(target[1]).toBe(base + distance)
    }),
    { numRuns: 2000 },
  )
})

test('a value farther from the base is no safe integer', () => {
  const far = [2n ** 53n, 2n ** 53n + 1n, -(2n ** 53n) - 1n, 2n ** 63n - 1n, -(2n ** 63n)]
  const reader = new Int64Reader(BigInt64Array.from(far))
  expect(far.map((_, row) => Number.isSafeInteger(reader.at(row)))).toEqual(far.map(() => false))
  expect(Number.isSafeInteger(new Int64Reader(BigUint64Array.of(2n ** 64n - 1n)).at(0))).toBe(false)
})
