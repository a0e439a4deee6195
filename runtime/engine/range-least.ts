import type { Cancel } from '../ports/format.ts'
import { inChunks } from './chunks.ts'

/** Values of a block; a power of two. */
const [block, blockBits] = [32, 5] as const

/**
 * Answers which value of any range is the least, in constant time: NaN where there is one, −0 below +0, infinity of none.
 * Least values from the start of each block and to its end, and of runs of 1, 2, 4, … blocks.
 */
export class RangeLeast {
  readonly #values: Float64Array
  readonly #fromStart: Float64Array
  readonly #toEnd: Float64Array
  readonly #runs: readonly Float64Array[]

  constructor(values: Float64Array, cancel: Cancel) {
    this.#values = values
    this.#fromStart = values.slice()
    this.#toEnd = values.slice()
    inChunks(values.length, cancel, (start, end) => {
      for (let at = start + 1; at < end; at++)
        if (at % block !== 0) this.#fromStart[at] = Math.min(this.#fromStart[at]!, this.#fromStart[at - 1]!)
      for (let at = end - 2; at >= start; at--)
        if ((at + 1) % block !== 0) this.#toEnd[at] = Math.min(this.#toEnd[at]!, this.#toEnd[at + 1]!)
    })
    this.#runs = runsOf(this.#toEnd)
  }

  of(start: number, end: number): number {
    if (start >= end) return Number.POSITIVE_INFINITY
    const first = start >>> blockBits
    const last = (end - 1) >>> blockBits
    if (first === last) return this.#inside(start, end)
    const edges = Math.min(this.#toEnd[start]!, this.#fromStart[end - 1]!)
    const blocks = last - first - 1
    if (blocks === 0) return edges
    const level = 31 - Math.clz32(blocks)
    const run = this.#runs[level]!
    return Math.min(edges, run[first + 1]!, run[last - (1 << level)]!)
  }

  #inside(start: number, end: number): number {
    const values = this.#values
    let least = values[start]!
    for (let at = start + 1; at < end; at++) least = Math.min(least, values[at]!)
    return least
  }
}

/** For each k the least values of 2^k blocks from each one on. */
function runsOf(toEnd: Float64Array): readonly Float64Array[] {
  let run = new Float64Array(Math.ceil(toEnd.length / block))
  for (let at = 0; at < run.length; at++) run[at] = toEnd[at * block]!
  const runs = [run]
  for (let half = 1; 2 * half <= runs[0]!.length; half *= 2) {
    const longer = new Float64Array(run.length - half)
    for (let at = 0; at < longer.length; at++) longer[at] = Math.min(run[at]!, run[at + half]!)
    runs.push((run = longer))
  }
  return runs
}
