import type { Cancel } from '../ports/format.ts'
import { inChunks } from './chunks.ts'
import { negateLimbs, roundLimbs } from './round-limbs.ts'

/** Wider sums than this, of values that are very far apart, are not kept: so many bytes for each value would be too many. */
const mostLimbs = 10

/**
 * Running sums of float64 values, exact: of each number of first values a whole number of 2^exponent, in two's complement
 * of `width` limbs of 32 bits, the lowest first. The sum of any range is one exact difference, so it can be rounded once.
 */
export class ExactPrefix {
  readonly #limbs: Int32Array
  readonly #width: number
  readonly #exponent: number
  readonly #sum: Float64Array

  private constructor(limbs: Int32Array, width: number, exponent: number) {
    this.#limbs = limbs
    this.#width = width
    this.#exponent = exponent
    this.#sum = new Float64Array(width)
  }

  /** @param terms finite values, each of shape [rows]; what is summed is what they add up to in each row. Undefined where the values are too far apart */
  static of(terms: readonly Float64Array[], rows: number, cancel: Cancel): ExactPrefix | undefined {
    const [low, high] = placesOf(terms)
    const carries = Math.ceil(Math.log2(rows * terms.length + 1)) + 1
    const width = Math.max(((high - low) >>> 5) + 3, ((high - low + 53 + carries) >>> 5) + 1)
    if (width > mostLimbs) return undefined
    const limbs = new Int32Array((rows + 1) * width)
    inChunks(rows, cancel, (start, end) => {
      for (let row = start; row < end; row++) {
        const at = (row + 1) * width
        limbs.copyWithin(at, at - width, at)
        for (const values of terms) addFloat(limbs, at, at + width, values[row]!, low)
      }
    })
    return new ExactPrefix(limbs, width, low)
  }

  /** Running sums of whole numbers: of what `near` and `rest`, if any, add up to. */
  static ofIntegers(near: Float64Array, rest: Float64Array | null, cancel: Cancel): ExactPrefix {
    const width = 3
    const limbs = new Int32Array((near.length + 1) * width)
    inChunks(near.length, cancel, (start, end) => {
      for (let row = start; row < end; row++) {
        const at = (row + 1) * width
        limbs[at] = limbs[at - width]!
        limbs[at + 1] = limbs[at + 1 - width]!
        limbs[at + 2] = limbs[at + 2 - width]!
        addInteger(limbs, at, near[row]!)
        if (rest !== null) addInteger(limbs, at, rest[row]!)
      }
    })
    return new ExactPrefix(limbs, width, 0)
  }

  /** Begins the sum of no values. */
  clear(): void {
    this.#sum.fill(0)
  }

  /** Adds the values [start, end) to the sum. */
  add(start: number, end: number): void {
    const limbs = this.#limbs
    const sum = this.#sum
    const [from, to] = [start * this.#width, end * this.#width]
    for (let k = 0; k < sum.length; k++) sum[k]! += (limbs[to + k]! >>> 0) - (limbs[from + k]! >>> 0)
  }

  /** The nearest float64 to the sum, which is lost. */
  round(): number {
    const isNegative = this.#settle()
    if (isNegative) negateLimbs(this.#sum, this.#width)
    const magnitude = roundLimbs(this.#sum, this.#width, this.#exponent)
    return isNegative ? -magnitude : magnitude
  }

  /** The sum of integers where float64 holds it exactly; undefined elsewhere. */
  safeInteger(): number | undefined {
    const highest = this.#settle() ? limbSize : 0
    const sum = (this.#sum[2]! - highest) * limbSize * limbSize + this.#sum[1]! * limbSize + this.#sum[0]!
    return Number.isSafeInteger(sum) ? sum : undefined
  }

  /** The sum as a whole number of 2^exponent. */
  exact(): { readonly value: bigint; readonly exponent: number } {
    const isNegative = this.#settle()
    let value = isNegative ? -1n : 0n
    for (let k = this.#width - 1; k >= 0; k--) value = (value << 32n) | BigInt(this.#sum[k]!)
    return { value, exponent: this.#exponent }
  }

  /** Brings the limbs to [0, 2^32). @returns whether the sum is negative */
  #settle(): boolean {
    const sum = this.#sum
    let carry = 0
    for (let k = 0; k < sum.length; k++) {
      const value = sum[k]! + carry
      carry = Math.floor(value / limbSize)
      sum[k] = value - carry * limbSize
    }
    return sum[sum.length - 1]! >= limbSize / 2
  }
}

const limbSize = 2 ** 32
const bits = new Float64Array(1)
const words = new Uint32Array(bits.buffer)

/** Exponents of the lowest bit that a value may have, for the smallest and the largest one. */
function placesOf(terms: readonly Float64Array[]): readonly [low: number, high: number] {
  let [least, most] = [Number.POSITIVE_INFINITY, 0]
  for (const values of terms) {
    for (let row = 0; row < values.length; row++) {
      const size = Math.abs(values[row]!)
      most = size > most ? size : most
      least = size < least && size > 0 ? size : least
    }
  }
  return most === 0 ? [0, 0] : [placeOf(least), placeOf(most)]
}

function placeOf(value: number): number {
  bits[0] = value
  return Math.max(1, (words[1]! >>> 20) & 0x7ff) - 1075
}

/** Adds a value to the number limbs[at..end), whose lowest bit is 2^low. */
function addFloat(limbs: Int32Array, at: number, end: number, value: number, low: number): void {
  if (value === 0) return
  bits[0] = value
  const upper = words[1]!
  const exponentBits = (upper >>> 20) & 0x7ff
  const fractionLow = words[0]!
  const fractionHigh = exponentBits === 0 ? upper & 0xfffff : (upper & 0xfffff) | 0x100000
  const place = (exponentBits === 0 ? 1 : exponentBits) - 1075 - low
  const shift = place & 31
  // Shifts count modulo 32: one by 32 - shift goes in two.
  const first = (fractionLow << shift) >>> 0
  const second = ((fractionLow >>> 1) >>> (31 - shift)) + ((fractionHigh << shift) >>> 0)
  const third = (fractionHigh >>> 1) >>> (31 - shift)
  const sign = upper >>> 31 === 0 ? 1 : -1
  let k = at + (place >>> 5)
  let carry = step(limbs, k++, sign * first)
  carry = step(limbs, k++, sign * second + carry)
  carry = step(limbs, k++, sign * third + carry)
  while (carry !== 0 && k < end) carry = step(limbs, k++, carry)
}

/** Adds a whole number, smaller than 2^65, to a number of three limbs. */
function addInteger(limbs: Int32Array, at: number, value: number): void {
  const high = Math.floor(value / limbSize)
  const highest = Math.floor(high / limbSize)
  let carry = step(limbs, at, value - high * limbSize)
  carry = step(limbs, at + 1, high - highest * limbSize + carry)
  step(limbs, at + 2, highest + carry)
}

/** Adds to one limb. @returns what goes to the next */
function step(limbs: Int32Array, at: number, value: number): number {
  const sum = (limbs[at]! >>> 0) + value
  const carry = Math.floor(sum / limbSize)
  limbs[at] = sum - carry * limbSize
  return carry
}
