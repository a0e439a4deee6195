import { ExactSum, type ExactSumState } from './exact-sum.ts'

/**
 * Exact sum of squares. The square of a float64 is a pair of float64 (Dekker's product) unless it is so small or large
 * that the pair would lose bits or overflow: such squares are summed as integers of 2^-2148.
 */
export class ExactSquares {
  readonly #sum = new ExactSum()
  #rest = 0n

  add(value: number): void {
    if (!hasExactSquare(value)) return this.#addExtreme(value)
    this.#sum.add(value * value)
    this.#sum.add(squareError(value))
  }

  clear(): void {
    this.#sum.clear()
    this.#rest = 0n
  }

  state(): { readonly squares: ExactSumState; readonly rest: bigint } {
    return { squares: this.#sum.state(), rest: this.#rest }
  }

  /** What is not finite goes into the sum as it is: it makes the result NaN. */
  #addExtreme(value: number): void {
    if (value === 0) return
    if (!Number.isFinite(value)) return this.#sum.add(value)
    const units = unitsOf(value)
    this.#rest += units * units
  }
}

const splitter = 2 ** 27 + 1

/** Whether the square is the sum of two float64: its nearest one and `squareError`. */
export function hasExactSquare(value: number): boolean {
  const size = Math.abs(value)
  return size > 2 ** -480 && size < 2 ** 480
}

/** What the nearest float64 leaves of the square. */
export function squareError(value: number): number {
  const scaled = splitter * value
  const high = scaled - (scaled - value)
  const low = value - high
  return low * low - (value * value - high * high - 2 * high * low)
}

const bits = new Float64Array(1)
const word = new BigUint64Array(bits.buffer)

/** The magnitude of a finite float64 in units of 2^-1074. */
function unitsOf(value: number): bigint {
  bits[0] = value
  const exponent = (word[0]! >> 52n) & 0x7ffn
  const fraction = word[0]! & ((1n << 52n) - 1n)
  return exponent === 0n ? fraction : (fraction | (1n << 52n)) << (exponent - 1n)
}
