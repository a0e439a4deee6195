import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  compareRationals,
  exactly,
  minus,
  nearestNumber,
  over,
  parseDecimal,
  plus,
  powerOf,
  rational,
  squareRoot,
  times,
  wholeAbove,
  wholeBelow,
} from '../../../dsl/ir/rational.ts'

const bigInt = fc.bigInt({ min: -(10n ** 60n), max: 10n ** 60n })
const positive = fc.bigInt({ min: 1n, max: 10n ** 60n })

const python = fileURLToPath(new URL('../../../.venv/bin/python', import.meta.url))

/** Fractions as float64 by Python's `fractions`, which rounds once. */
function byPython(fractions: readonly (readonly [bigint, bigint])[]): readonly number[] {
  const program = [
    'import sys, struct, fractions',
    'for line in sys.stdin:',
    '  n, d = map(int, line.split())',
    '  print(float(fractions.Fraction(n, d)).hex())',
  ].join('\n')
  const input = fractions.map(([numerator, denominator]) => `${numerator} ${denominator}`).join('\n')
  const { stdout, stderr } = spawnSync(python, ['-c', program], { input, encoding: 'utf8' })
  if (stderr !== '') throw new Error(stderr)
  return stdout.trim().split('\n').map(fromHex)
}

/** A number such as `-0x1.8p+1`. */
function fromHex(text: string): number {
  const [, sign = '', whole = '0', fraction = '', exponent = '0'] =
    /^(-?)0x(\d)\.?([0-9a-f]*)p([+-]\d+)$/.exec(text) ?? []
  const mantissa = Number.parseInt(whole + fraction, 16) * 2 ** (-4 * fraction.length)
  // In two steps: 2 ** -1074 times a mantissa below 1 would be rounded twice in one.
  return (sign === '-' ? -1 : 1) * mantissa * 2 ** Number(exponent)
}

describe('the nearest float64', () => {
  test('of a fraction is what Python says', () => {
    const fractions = fc.sample(fc.tuple(bigInt, positive), { numRuns: 500, seed: 1 })
    expect(fractions.map(([n, d]) => nearestNumber(rational(n, d)))).toEqual(
      byPython(fractions).map((value) => value + 0),
    )
  })

  test('of decimal digits is what the JavaScript of the machine reads', () => {
    const decimals = fc.tuple(fc.nat(10 ** 9), fc.nat(10 ** 9), fc.integer({ min: -300, max: 290 }))
    fc.assert(
      fc.property(decimals, ([whole, part, exponent]) => {
        const digits = `${whole}.${part}e${exponent}`
        expect(nearestNumber(parseDecimal(digits))).toBe(Number(digits))
      }),
      { numRuns: 2000 },
    )
  })

  test('half way goes to the even neighbour', () => {
    const two53 = 2n ** 53n
    expect(nearestNumber(rational(two53 + 1n))).toBe(2 ** 53)
    expect(nearestNumber(rational(two53 + 3n))).toBe(2 ** 53 + 4)
    expect(nearestNumber(rational(2n * two53 + 3n, 2n))).toBe(2 ** 53 + 2)
  })

  test('is subnormal, zero and infinite at the ends', () => {
    expect(nearestNumber(rational(1n, 2n ** 1074n))).toBe(Number.MIN_VALUE)
    expect(nearestNumber(rational(1n, 2n ** 1075n))).toBe(0)
    expect(nearestNumber(rational(3n, 2n ** 1075n))).toBe(2 * Number.MIN_VALUE)
    expect(nearestNumber(rational(2n ** 1024n))).toBe(Infinity)
  })
})

describe('arithmetic', () => {
  test('of float64 is exact and comes back', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
        expect(nearestNumber(exactly(value))).toBe(value + 0)
      }),
    )
  })

  test('keeps the laws of fractions', () => {
    const fraction = fc.tuple(bigInt, positive).map(([n, d]) => rational(n, d))
    fc.assert(
      fc.property(fraction, fraction, fraction, (a, b, c) => {
        expect(minus(plus(a, b), b)).toEqual(a)
        expect(times(a, plus(b, c))).toEqual(plus(times(a, b), times(a, c)))
        expect(b.numerator === 0n ? a : times(over(a, b), b)).toEqual(a)
      }),
    )
  })

  test('rounds to whole numbers below and above', () => {
    expect([wholeBelow(rational(7n, 2n)), wholeAbove(rational(7n, 2n))]).toEqual([3n, 4n])
    expect([wholeBelow(rational(-7n, 2n)), wholeAbove(rational(-7n, 2n))]).toEqual([-4n, -3n])
    expect([wholeBelow(rational(4n)), wholeAbove(rational(4n))]).toEqual([4n, 4n])
  })

  test('takes roots exactly where they are fractions, else to more than float64', () => {
    expect(squareRoot(rational(9n, 16n))).toEqual(rational(3n, 4n))
    expect(nearestNumber(squareRoot(rational(2n)))).toBe(Math.SQRT2)
  })

  test('raises to negative powers', () => {
    expect(powerOf(rational(-2n, 3n), -3)).toEqual(rational(-27n, 8n))
  })

  test('compares', () => {
    expect(compareRationals(rational(1n, 3n), rational(2n, 5n))).toBeLessThan(0)
    expect(compareRationals(rational(2n, 6n), rational(1n, 3n))).toBe(0)
  })

  test('refuses text that is no number', () => {
    expect(() => parseDecimal('')).toThrow(RangeError)
    expect(() => parseDecimal('.')).toThrow(RangeError)
    expect(() => rational(1n, 0n)).toThrow(RangeError)
  })
})
