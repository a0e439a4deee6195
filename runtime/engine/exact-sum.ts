import { negateLimbs, roundLimbs } from './round-limbs.ts'

/**
 * Exact sum of float64 values, rounded once when it is read (round half to even, as `math.fsum`).
 *
 * The value is kept as limbs of 32 bits: limb k weighs 2^(32 k − 1088), so every finite double is a whole number of
 * the lowest weight. Limbs are float64 integers that may exceed 32 bits until they are normalised, and only the
 * occupied range of them is stored. Two partial sums merge to the sum of the whole in any order.
 */
export class ExactSum {
  /** Index of the first stored limb. */
  #base = 0
  #limbs = new Float64Array(0)
  #pending = 0
  #nans = 0
  #infinities = 0
  #negativeInfinities = 0

  add(value: number): void {
    if (value === 0) return
    if (!Number.isFinite(value)) return this.#addSpecial(value)
    bits[0] = value
    const high = words[1]!
    const exponentBits = (high >>> 20) & 0x7ff
    const fractionHigh = exponentBits === 0 ? high & 0xfffff : (high & 0xfffff) | 0x100000
    const fractionLow = words[0]!
    const place = (exponentBits === 0 ? 1 : exponentBits) - 1075 + offsetBits
    const shift = place & 31
    const at = this.#reserve(place >>> 5)
    const sign = high >>> 31 === 0 ? 1 : -1
    const limbs = this.#limbs
    if (shift === 0) {
      limbs[at]! += sign * fractionLow
      limbs[at + 1]! += sign * fractionHigh
    } else {
      const back = 32 - shift
      limbs[at]! += sign * ((fractionLow << shift) >>> 0)
      limbs[at + 1]! += sign * ((fractionLow >>> back) + ((fractionHigh << shift) >>> 0))
      limbs[at + 2]! += sign * (fractionHigh >>> back)
    }
    if (++this.#pending >= maxPending) this.#normalise()
  }

  merge(other: ExactSumState): void {
    this.#nans += other.nans
    this.#infinities += other.infinities
    this.#negativeInfinities += other.negativeInfinities
    if (other.limbs.length === 0) return
    this.#reserve(other.base)
    const at = this.#reserve(other.base + other.limbs.length - 1) - (other.limbs.length - 1)
    for (let i = 0; i < other.limbs.length; i++) this.#limbs[at + i]! += other.limbs[i]!
    if (++this.#pending >= maxPending) this.#normalise()
  }

  clear(): void {
    this.#limbs.fill(0)
    this.#pending = this.#nans = this.#infinities = this.#negativeInfinities = 0
  }

  /** Plain data for another thread or task; limbs are normalised. */
  state(): ExactSumState {
    this.#normalise()
    return {
      base: this.#base,
      limbs: this.#limbs.slice(),
      nans: this.#nans,
      infinities: this.#infinities,
      negativeInfinities: this.#negativeInfinities,
    }
  }

  /** The nearest float64; NaN for NaN or infinities of both signs. */
  round(): number {
    const special = this.#special()
    if (special !== undefined) return special
    this.#normalise()
    const { length } = this.#limbs
    const exponent = 32 * this.#base - offsetBits
    if (length === 0 || this.#limbs[length - 1]! >= 0) return roundLimbs(this.#limbs, length, exponent)
    const magnitude = this.#limbs.slice()
    magnitude[length - 1]! += limbSize
    negateLimbs(magnitude, length)
    return -roundLimbs(magnitude, length, exponent)
  }

  /** The exact value as a whole number of 2^-1088; undefined when it is not finite. */
  exact(): bigint | undefined {
    return this.#special() === undefined ? this.#integer() : undefined
  }

  #special(): number | undefined {
    if (this.#nans > 0 || (this.#infinities > 0 && this.#negativeInfinities > 0)) return Number.NaN
    if (this.#infinities > 0) return Number.POSITIVE_INFINITY
    if (this.#negativeInfinities > 0) return Number.NEGATIVE_INFINITY
    return undefined
  }

  #integer(): bigint {
    this.#normalise()
    let value = 0n
    for (let i = this.#limbs.length - 1; i >= 0; i--) value = (value << 32n) + BigInt(this.#limbs[i]!)
    return value << BigInt(32 * this.#base)
  }

  #addSpecial(value: number): void {
    if (Number.isNaN(value)) this.#nans++
    else if (value > 0) this.#infinities++
    else this.#negativeInfinities++
  }

  /** Makes room for limb `index` and the two above it; returns its position. */
  #reserve(index: number): number {
    const { length } = this.#limbs
    if (length > 0 && index >= this.#base && index + 3 <= this.#base + length) return index - this.#base
    const start = length === 0 ? index : Math.min(index, this.#base)
    const end = length === 0 ? index + 4 : Math.max(index + 4, this.#base + length)
    const limbs = new Float64Array(end - start)
    limbs.set(this.#limbs, length === 0 ? 0 : this.#base - start)
    this.#limbs = limbs
    this.#base = start
    return index - start
  }

  #normalise(): void {
    this.#pending = 0
    const { length } = this.#limbs
    if (length === 0) return
    // Room for a carry out of the highest limb, but only where it may have one: sums are read and used again.
    if (this.#limbs[length - 1] !== 0) this.#reserve(this.#base + length - 1)
    const limbs = this.#limbs
    let carry = 0
    for (let i = 0; i < limbs.length - 1; i++) {
      const value = limbs[i]! + carry
      carry = Math.floor(value / limbSize)
      limbs[i] = value - carry * limbSize
    }
    limbs[limbs.length - 1]! += carry
  }
}

export interface ExactSumState {
  readonly base: number
  readonly limbs: Float64Array
  readonly nans: number
  readonly infinities: number
  readonly negativeInfinities: number
}

/** 34 limbs below the unit: the smallest subnormal is 2^-1074. */
export const offsetBits = 1088
const limbSize = 2 ** 32
/** Each addition changes a limb by less than 2^33; limbs stay exact below 2^53. */
const maxPending = 1 << 19
const bits = new Float64Array(1)
const words = new Uint32Array(bits.buffer)

/** Nearest float64 to numerator / denominator (denominator > 0), ties to even, subnormals and overflow included. */
export function ratioToNumber(numerator: bigint, denominator: bigint): number {
  if (numerator === 0n) return 0
  const negative = numerator < 0n
  const value = negative ? -numerator : numerator
  // Scale so that the quotient has at least 64 significant bits, then keep 53 (fewer for subnormals).
  let exponent = bitLength(value) - bitLength(denominator) - 64
  let quotient = exponent >= 0 ? value / (denominator << BigInt(exponent)) : (value << BigInt(-exponent)) / denominator
  const remainder =
    exponent >= 0
      ? value - quotient * (denominator << BigInt(exponent))
      : (value << BigInt(-exponent)) - quotient * denominator
  quotient = (quotient << 1n) | (remainder === 0n ? 0n : 1n)
  exponent -= 1
  const drop = Math.max(bitLength(quotient) - 53, -1074 - exponent)
  const unit = 1n << BigInt(drop)
  const half = unit >> 1n
  let mantissa = quotient / unit
  const rest = quotient - mantissa * unit
  if (rest > half || (rest === half && (mantissa & 1n) === 1n)) mantissa += 1n
  const magnitude = scale(Number(mantissa), exponent + drop)
  return negative ? -magnitude : magnitude
}

/** m · 2^e without an intermediate that rounds or overflows when the result does not. */
function scale(mantissa: number, exponent: number): number {
  if (exponent > 900) return mantissa * 2 ** 900 * 2 ** (exponent - 900)
  if (exponent < -900) return mantissa * 2 ** (exponent + 200) * 2 ** -200
  return mantissa * 2 ** exponent
}

function bitLength(value: bigint): number {
  const hex = value.toString(16)
  return (hex.length - 1) * 4 + (32 - Math.clz32(Number.parseInt(hex[0]!, 16)))
}
