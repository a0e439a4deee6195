/**
 * Exact arithmetic on float64 by integers: a finite float64 is a whole number of 2^-1074, the smallest positive one.
 * Results are rounded once, to the nearest float64, ties to even; beyond the largest they are infinite.
 */
const unitBits = 1074n

/**
 * The sum, correctly rounded, as Python's `math.fsum`: NaN when there is a NaN or infinities of both signs, infinite
 * when there are infinities of one sign. A sum that is zero is +0. Unlike `fsum`, a finite sum that is too large is
 * infinite, and intermediate sums never overflow.
 */
export function exactSum(values: readonly number[]): number {
  if (!values.every(Number.isFinite)) return specialSum(values)
  return roundQuotient(sumOf(values.map(scaled)), 1n << unitBits)
}

/** Correctly rounded sum, divided by the count in float64. */
export function exactMean(values: readonly number[]): number {
  return exactSum(values) / values.length
}

/**
 * Standard deviation with divisor n. With the exact sums S1 = Σx and S2 = Σx² (squares not rounded), the variance is
 * the rational (n·S2 − S1²) / n², rounded once to float64; the result is its float64 square root. NaN when a value is
 * not finite.
 */
export function exactStd(values: readonly number[]): number {
  if (!values.every(Number.isFinite)) return NaN
  const n = BigInt(values.length)
  const units = values.map(scaled)
  const s1 = sumOf(units)
  const s2 = sumOf(units.map((unit) => unit * unit))
  return Math.sqrt(roundQuotient(n * s2 - s1 * s1, (n * n) << (2n * unitBits)))
}

/** The float64 nearest to `numerator / denominator`, ties to even; `denominator` is positive. */
export function roundQuotient(numerator: bigint, denominator: bigint): number {
  if (numerator < 0n) return -roundQuotient(-numerator, denominator)
  if (numerator === 0n) return 0
  let exponent = Math.max(bitLength(numerator) - bitLength(denominator) - 53, -1074)
  while (floorQuotient(numerator, denominator, exponent) >= 1n << 53n) exponent++
  return Number(nearest(numerator, denominator, exponent)) * 2 ** exponent
}

/** A finite float64 in units of 2^-1074. */
function scaled(value: number): bigint {
  const bits = new BigUint64Array(new Float64Array([value]).buffer)[0] ?? 0n
  const exponent = (bits >> 52n) & 0x7ffn
  const fraction = bits & ((1n << 52n) - 1n)
  const magnitude = exponent === 0n ? fraction : (fraction | (1n << 52n)) << (exponent - 1n)
  return bits >> 63n === 1n ? -magnitude : magnitude
}

function specialSum(values: readonly number[]): number {
  const [up, down] = [values.includes(Infinity), values.includes(-Infinity)]
  if (values.some(Number.isNaN) || (up && down)) return NaN
  return up ? Infinity : -Infinity
}

function sumOf(values: readonly bigint[]): bigint {
  return values.reduce((sum, value) => sum + value, 0n)
}

/** numerator / (denominator · 2^exponent) as a fraction of whole numbers. */
function fraction(numerator: bigint, denominator: bigint, exponent: number): readonly [bigint, bigint] {
  return exponent < 0 ? [numerator << BigInt(-exponent), denominator] : [numerator, denominator << BigInt(exponent)]
}

function floorQuotient(numerator: bigint, denominator: bigint, exponent: number): bigint {
  const [top, bottom] = fraction(numerator, denominator, exponent)
  return top / bottom
}

function nearest(numerator: bigint, denominator: bigint, exponent: number): bigint {
  const [top, bottom] = fraction(numerator, denominator, exponent)
  const floor = top / bottom
  const twiceRest = 2n * (top - floor * bottom)
  const up = twiceRest > bottom || (twiceRest === bottom && floor % 2n === 1n)
  return up ? floor + 1n : floor
}

function bitLength(value: bigint): number {
  return value.toString(2).length
}
