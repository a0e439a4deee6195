import { describe, expect, test } from 'vitest'
import { exactMean, exactStd, exactSum, roundQuotient } from '../../../runtime/naive/exact.ts'

/** `float.hex` of Python, without infinities. */
function hex(value: number): string {
  const bits = new BigUint64Array(new Float64Array([value]).buffer)[0] ?? 0n
  const sign = bits >> 63n === 1n ? '-' : ''
  const exponent = (bits >> 52n) & 0x7ffn
  const digits = (bits & ((1n << 52n) - 1n)).toString(16).padStart(13, '0')
  if (exponent === 0n && /^0+$/.test(digits)) return `${sign}0x0.0p+0`
  const power = exponent === 0n ? -1022n : exponent - 1023n
  return `${sign}0x${exponent === 0n ? 0 : 1}.${digits}p${power < 0n ? '' : '+'}${power}`
}

/**
 * Values, `math.fsum(xs).hex()`, and the standard deviation by
 * `S1 = sum(map(F, xs)); S2 = sum(F(x)**2 for x in xs); math.sqrt(float(F(n*S2 - S1*S1, n*n))).hex()`
 * with `from fractions import Fraction as F`; Python 3.11, run as `python3 -c`.
 */
const fromPython: readonly (readonly [readonly number[], string, string])[] = [
  [[0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1], '0x1.0000000000000p+0', '0x0.0p+0'],
  [[1e100, 1, -1e100, 1e-100], '0x1.0000000000000p+0', '0x1.9dce3e3d94c83p+331'],
  [[1, 2 ** -53], '0x1.0000000000000p+0', '0x1.fffffffffffffp-2'],
  [[1 + 2 ** -52, 2 ** -53], '0x1.0000000000002p+0', '0x1.0000000000000p-1'],
  [[1, 2 ** -53, 2 ** -105], '0x1.0000000000001p+0', '0x1.e2b7dddfefa66p-2'],
  [
    [
      -2.982788952713207e-10, 6.0615457457384685e-5, -4.505155319022292e-11, 1.234822857582869e-10,
      -0.007171587316439552, -0.00025121020910065517, -43736098375.78798, -54210848.887017235, 1.7648625522529637e-7,
      8.814400870569707e-11, 63198153046.00201, 5624.21842478136,
    ],
    '0x1.213311f9626fdp+34',
    '0x1.49b95e714cf74p+34',
  ],
  [[0.7, 1.9, 2.2, 2.25, 12, 7.3, 0.8], '0x1.b266666666666p+4', '0x1.f392c25070ef7p+1'],
  [[1e8 + 0.1, 1e8 + 0.2, 1e8 + 0.3], '0x1.1e1a30099999ap+28', '0x1.4e6fdf876afb4p-4'],
  [[1, 1 + 2 ** -52, 1], '0x1.8000000000000p+1', '0x1.e2b7dddfefa66p-54'],
  [[1e-170, 3e-170, -2e-165], '-0x1.d7bc61dbaeb1fp-548', '0x0.0p+0'],
]

test.each(fromPython)('sum and standard deviation of %j are those of Python', (values, sum, std) => {
  expect([hex(exactSum(values)), hex(exactStd(values))]).toEqual([sum, std])
  expect(hex(exactSum(values.toReversed()))).toBe(sum)
})

describe('a sum', () => {
  test('of nothing and of negative zeros is +0', () => {
    expect([hex(exactSum([])), hex(exactSum([-0, -0]))]).toEqual(['0x0.0p+0', '0x0.0p+0'])
  })

  test('keeps subnormal numbers', () => {
    expect(exactSum([5e-324, 1e-323, -2.2250738585072014e-308, 2.225073858507201e-308])).toBe(1e-323)
  })

  test('is not lost when a part of it overflows', () => {
    expect(exactSum([1.7976931348623157e308, 1.7976931348623157e308, -1.7976931348623157e308])).toBe(
      1.7976931348623157e308,
    )
  })

  test('is infinite from half a unit above the largest float64 on', () => {
    expect(exactSum([1.7976931348623157e308, 9.9792015476736e291])).toBe(Infinity)
    expect(exactSum([1.7976931348623157e308, 9.9792015476735e291])).toBe(1.7976931348623157e308)
    expect(exactSum([-1.7976931348623157e308, -9.9792015476736e291])).toBe(-Infinity)
  })

  test('of infinities of one sign is infinite, of both NaN', () => {
    expect([exactSum([1, Infinity]), exactSum([-Infinity, 1e308])]).toEqual([Infinity, -Infinity])
    expect([exactSum([Infinity, -Infinity]), exactSum([NaN, Infinity])]).toEqual([NaN, NaN])
  })
})

test('the mean is the rounded sum divided by the count', () => {
  expect(exactMean([0.1, 0.2, 0.3])).toBe(0.6 / 3)
})

test('the standard deviation of one value is 0, of a value that is not finite NaN', () => {
  expect([exactStd([3.3]), exactStd([1, Infinity]), exactStd([NaN])]).toEqual([0, NaN, NaN])
})

test('a quotient is rounded once, ties to even', () => {
  expect([roundQuotient(1n, 3n), roundQuotient(-2n, 3n)]).toEqual([1 / 3, -2 / 3])
  expect(roundQuotient(2n ** 53n + 1n, 1n)).toBe(2 ** 53)
  expect(roundQuotient(2n ** 53n + 3n, 1n)).toBe(2 ** 53 + 4)
  expect(roundQuotient(1n, 2n ** 1075n)).toBe(0)
  expect(roundQuotient(3n, 2n ** 1075n)).toBe(1e-323)
})
