/** An exact fraction in lowest terms; the denominator is positive. */
export interface Rational {
  readonly numerator: bigint
  readonly denominator: bigint
}

export function rational(numerator: bigint, denominator = 1n): Rational {
  if (denominator === 0n) throw new RangeError('a fraction without denominator')
  const divisor = greatestDivisor(
    numerator < 0n ? -numerator : numerator,
    denominator < 0n ? -denominator : denominator,
  )
  const sign = denominator < 0n ? -1n : 1n
  return { numerator: (sign * numerator) / divisor, denominator: (sign * denominator) / divisor }
}

export const zero = rational(0n)
export const one = rational(1n)

export function plus(left: Rational, right: Rational): Rational {
  return rational(
    left.numerator * right.denominator + right.numerator * left.denominator,
    left.denominator * right.denominator,
  )
}

export function minus(left: Rational, right: Rational): Rational {
  return plus(left, negative(right))
}

export function negative({ numerator, denominator }: Rational): Rational {
  return { numerator: -numerator, denominator }
}

export function times(left: Rational, right: Rational): Rational {
  return rational(left.numerator * right.numerator, left.denominator * right.denominator)
}

/** @throws RangeError when the divisor is zero */
export function over(left: Rational, right: Rational): Rational {
  return rational(left.numerator * right.denominator, left.denominator * right.numerator)
}

/** @param exponent a whole number; below zero only for a base that is not zero */
export function powerOf(base: Rational, exponent: number): Rational {
  const power = BigInt(Math.abs(exponent))
  const { numerator, denominator } = base
  return exponent < 0
    ? rational(denominator ** power, numerator ** power)
    : { numerator: numerator ** power, denominator: denominator ** power }
}

/** The square root where it is rational, else to 2^-400 of its size. */
export function squareRoot({ numerator, denominator }: Rational): Rational {
  const product = numerator * denominator
  const root = wholeRoot(product)
  if (root * root === product) return rational(root, denominator)
  return rational(wholeRoot(product << 800n), denominator << 400n)
}

/** Negative, zero or positive as left is below, equal to or above right. */
export function compareRationals(left: Rational, right: Rational): number {
  const difference = left.numerator * right.denominator - right.numerator * left.denominator
  return difference < 0n ? -1 : difference > 0n ? 1 : 0
}

/** The largest whole number that is not above. */
export function wholeBelow({ numerator, denominator }: Rational): bigint {
  const quotient = numerator / denominator
  return numerator < 0n && quotient * denominator !== numerator ? quotient - 1n : quotient
}

/** The smallest whole number that is not below. */
export function wholeAbove(value: Rational): bigint {
  return -wholeBelow(negative(value))
}

/**
 * The value that decimal digits mean, as in `12`, `0.7`, `.5`, `2.`, `1e-3`.
 *
 * @throws RangeError when the text is no number, or its exponent has more than three digits
 */
export function parseDecimal(digits: string): Rational {
  const [, whole = '', fraction = '', exponent = '0'] = /^(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d{1,3}))?$/.exec(digits) ?? []
  if (whole + fraction === '') throw new RangeError(`${digits} is not a number that can be represented`)
  const power = Number(exponent) - fraction.length
  const value = BigInt(whole + fraction)
  return power < 0 ? rational(value, 10n ** BigInt(-power)) : rational(value * 10n ** BigInt(power))
}

/** The exact value of a finite float64. */
export function exactly(value: number): Rational {
  let scaled = value
  let shift = 0n
  while (!Number.isInteger(scaled)) {
    scaled *= 2
    shift += 1n
  }
  return rational(BigInt(scaled), 1n << shift)
}

/** The nearest float64, ties to even; an infinity beyond the largest. */
export function nearestNumber({ numerator, denominator }: Rational): number {
  if (numerator < 0n) return -nearestNumber({ numerator: -numerator, denominator })
  if (numerator === 0n) return 0
  const shift = 56 - (bitsOf(numerator) - bitsOf(denominator))
  const [dividend, divisor] =
    shift < 0 ? [numerator, denominator << BigInt(-shift)] : [numerator << BigInt(shift), denominator]
  const quotient = dividend / divisor
  const exact = quotient * divisor === dividend
  const exponent = bitsOf(quotient) - 1 - shift
  const precision = Math.min(53, exponent + 1075)
  if (precision < 0) return 0
  return rounded(quotient, bitsOf(quotient) - precision, exact) * 2 ** (exponent + 1 - precision)
}

/** The quotient without its last `drop` bits, rounded half to even; `exact` says that nothing follows those bits. */
function rounded(quotient: bigint, drop: number, exact: boolean): number {
  const kept = quotient >> BigInt(drop)
  const rest = quotient - (kept << BigInt(drop))
  const half = 1n << BigInt(drop - 1)
  const up = rest > half || (rest === half && (!exact || (kept & 1n) === 1n))
  return Number(up ? kept + 1n : kept)
}

function bitsOf(value: bigint): number {
  return value.toString(2).length
}

function wholeRoot(value: bigint): bigint {
  if (value < 2n) return value
  let root = 1n << BigInt((bitsOf(value) + 1) >> 1)
  for (;;) {
    const next = (root + value / root) >> 1n
    if (next >= root) return root
    root = next
  }
}

function greatestDivisor(left: bigint, right: bigint): bigint {
  let [a, b] = [left, right]
  while (b !== 0n) [a, b] = [b, a % b]
  return a
}
