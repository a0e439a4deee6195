/** The most that an instant may be from the base, and a bin wide, for the arithmetic of float64 to be exact. */
const nearest = 2 ** 52
const narrowest = 2 ** 51

/** An instant in ns from the base: the nearest float64, and what that leaves of it. */
interface Exact {
  readonly high: number
  readonly rest: number
}

/**
 * What the function `binInstant` does to instants relative to a base: `at` gives the bin's lower edge as the nearest
 * float64, `rest` what that leaves of it.
 */
export class InstantBins {
  readonly #base: bigint
  #width = Number.NaN
  /** The base in its own bin. */
  #offset = 0
  /** The last bin that float64 does not hold, and the one after it. */
  #edge: Exact = { high: Number.NaN, rest: 0 }
  #next: Exact = { high: Number.NaN, rest: 0 }
  rest = 0

  constructor(base: bigint) {
    this.#base = base
  }

  /**
   * @param high the instant, ns from the base, as the nearest float64
   * @param rest what that leaves of it
   * @param width a whole number of ns
   */
  at(high: number, rest: number, width: number): number {
    if (width !== this.#width) this.#prepare(width)
    if (rest !== 0 || Math.abs(high) > nearest || width > narrowest) return this.#far(high, rest)
    const inside = (high % width) + this.#offset
    this.rest = 0
    return high - (inside < 0 ? inside + width : inside >= width ? inside - width : inside)
  }

  #prepare(width: number): void {
    this.#width = width
    this.#offset = Number(mod(this.#base, BigInt(width)))
    this.#edge = { high: Number.NaN, rest: 0 }
  }

  /** Neighbours in time mostly share a bin, so that the arithmetic of bigint is rare. */
  #far(high: number, rest: number): number {
    if (Number.isNaN(high)) return high
    const instant = { high, rest }
    if (!(isBefore(this.#edge, instant) && isBefore(instant, this.#next))) {
      const exact = this.#base + BigInt(high) + BigInt(rest)
      const width = BigInt(this.#width)
      const edge = exact - mod(exact, width) - this.#base
      this.#edge = exactOf(edge)
      this.#next = exactOf(edge + width)
    }
    this.rest = this.#edge.rest
    return this.#edge.high
  }
}

/** Strictly, but for an instant at an edge, which costs one more computation. */
function isBefore(left: Exact, right: Exact): boolean {
  return left.high < right.high || (left.high === right.high && left.rest < right.rest)
}

function exactOf(ns: bigint): Exact {
  const high = Number(ns)
  return { high, rest: Number(ns - BigInt(high)) }
}

function mod(instant: bigint, width: bigint): bigint {
  return ((instant % width) + width) % width
}
