import { ExactSum, type ExactSumState } from './exact-sum.ts'
import type { HistPart } from './work.ts'
import type { NumberArray } from './vector.ts'

/** Cells of a histogram after its bins: where rows go that are in none. */
export const flows = { underflow: 0, overflow: 1, outside: 2, nan: 3 } as const
const flowCells = 4

/** Edges of one axis, prepared for finding a value's bin. */
interface BinSearch {
  readonly edges: Float64Array
  readonly bins: number
  readonly low: number
  readonly high: number
  /** Bins per unit when a division finds the bin or its neighbour; 0 when edges must be searched. */
  readonly scale: number
}

/** Part of a bin's width at its edges in which a division does not decide which side a value is on. */
const margin = 1e-6

/**
 * Prepares a search. Where `(x − low) · scale` is within half a margin of k at every edge k, it is so monotonically: what
 * it says about an x that is a margin away from whole numbers is true, and for the others it is at most one bin off.
 */
function binSearch(edges: readonly number[]): BinSearch {
  const bins = edges.length - 1
  const [low, high] = [edges[0] ?? 0, edges.at(-1) ?? 0]
  const scale = bins / (high - low)
  const isEven = Number.isFinite(scale) && edges.every((edge, k) => Math.abs((edge - low) * scale - k) < margin / 2)
  // A guess of one bin too many looks at one edge past the last.
  return { edges: Float64Array.of(...edges, Number.POSITIVE_INFINITY), bins, low, high, scale: isEven ? scale : 0 }
}

/** Bin k with edges[k] <= x < edges[k + 1]; x lies in [low, high). */
function binOf(x: number, { edges, bins, low, scale }: BinSearch): number {
  if (scale > 0) {
    const guess = ((x - low) * scale) | 0
    return guess - +(x < edges[guess]!) + +(x >= edges[guess + 1]!)
  }
  let [first, last] = [0, bins]
  while (last - first > 1) {
    const middle = (first + last) >>> 1
    if (x < edges[middle]!) last = middle
    else first = middle
  }
  return first
}

/** Counts, or exact sums of weights, by bin; several axes make one flat array, last axis fastest. */
export class HistFill {
  readonly #axes: readonly BinSearch[]
  readonly #bins: number
  readonly #counts: Float64Array | null
  readonly #sums: (ExactSum | null)[] | null
  readonly #squares: (ExactSum | null)[] | null

  constructor(axes: readonly (readonly number[])[], isWeighted: boolean) {
    this.#axes = axes.map(binSearch)
    this.#bins = axes.reduce((product, edges) => product * (edges.length - 1), 1)
    this.#counts = isWeighted ? null : new Float64Array(this.#bins + flowCells)
    this.#sums = isWeighted ? noSums(this.#bins + flowCells) : null
    this.#squares = isWeighted ? noSums(this.#bins) : null
  }

  /** Adds rows [0, count): one array of values for each axis. */
  add(values: readonly NumberArray[], weights: NumberArray | null, count: number): void {
    const [axis] = this.#axes
    if (weights === null && axis !== undefined && this.#axes.length === 1) this.#addCounts(values[0]!, axis, count)
    else for (let row = 0; row < count; row++) this.#addCell(this.#cellOf(values, row), weights?.[row] ?? 1)
  }

  part(): HistPart {
    const states = (sums: readonly (ExactSum | null)[] | null): (ExactSumState | null)[] | null =>
      sums?.map((sum) => sum?.state() ?? null) ?? null
    return { kind: 'hist', counts: this.#counts, sums: states(this.#sums), squares: states(this.#squares) }
  }

  #addCounts(values: NumberArray, axis: BinSearch, count: number): void {
    const counts = this.#counts!
    const { low, high, scale } = axis
    const bins = this.#bins
    for (let row = 0; row < count; row++) {
      const x = values[row]!
      if (x >= low && x < high) {
        const place = (x - low) * scale
        const guess = place | 0
        const rest = place - guess
        counts[rest > margin && rest < 1 - margin ? guess : binOf(x, axis)]!++
      } else counts[bins + flowOf(x, axis)]!++
    }
  }

  #cellOf(values: readonly NumberArray[], row: number): number {
    let cell = 0
    let isInside = true
    let hasNan = false
    for (let at = 0; at < this.#axes.length; at++) {
      const axis = this.#axes[at]!
      const x = values[at]![row]!
      hasNan ||= Number.isNaN(x)
      isInside &&= x >= axis.low && x < axis.high
      if (isInside) cell = cell * axis.bins + binOf(x, axis)
    }
    if (hasNan) return this.#bins + flows.nan
    if (isInside) return cell
    return this.#bins + (this.#axes.length === 1 ? flowOf(values[0]![row]!, this.#axes[0]!) : flows.outside)
  }

  #addCell(cell: number, weight: number): void {
    if (this.#counts !== null) this.#counts[cell]!++
    if (this.#sums !== null) sumIn(this.#sums, cell).add(weight)
    if (this.#squares !== null && cell < this.#bins) sumIn(this.#squares, cell).add(weight * weight)
  }
}

function flowOf(x: number, { low }: BinSearch): number {
  if (Number.isNaN(x)) return flows.nan
  return x < low ? flows.underflow : flows.overflow
}

function sumIn(sums: (ExactSum | null)[], cell: number): ExactSum {
  return (sums[cell] ??= new ExactSum())
}

function noSums(length: number): (ExactSum | null)[] {
  return Array.from({ length }, () => null)
}
