import type { Block } from '../ports/dataset.ts'

/** Rows of a block: as fine as slices are worth narrowing, as coarse as a list of them for a year stays small. */
export const blockRows = 65_536

/** A row that is earlier than the row before it. */
export interface Descent {
  readonly row: number
  readonly time: bigint
  readonly before: bigint
}

/** First and last time of the rows of one run. */
export interface RunTimes {
  readonly run: number
  first: bigint
  last: bigint
}

/**
 * Reads the times of a file from its first row to its last: whether they ascend, where which lie, and when each run
 * began and ended. Times are compared exactly, as pairs of 32-bit halves.
 */
export class OrderScan {
  readonly runs = new Map<number, RunTimes>()
  readonly #blocks: { start: number; end: number; first: bigint; last: bigint; ties: boolean }[] = []
  #rows = 0
  #last: bigint | undefined

  /**
   * Takes the next rows.
   *
   * @param times ns since 1970, shape [rows]
   * @param runs shape [rows]; null when the file has no column `run`
   * @returns the first row that is out of order, if any
   */
  append(times: BigInt64Array, runs: ArrayLike<number> | null): Descent | null {
    const rows = times.length
    if (rows === 0) return null
    const steps = stepsOf(times)
    const joins = this.#last === undefined ? 1 : compare(times[0]!, this.#last)
    if (joins < 0) return { row: this.#rows, time: times[0]!, before: this.#last! }
    if (steps.descent > 0) {
      return { row: this.#rows + steps.descent, time: times[steps.descent]!, before: times[steps.descent - 1]! }
    }
    this.#addBlock(times, steps.ties, joins === 0)
    this.#addRuns(times, runs)
    this.#rows += rows
    this.#last = times[rows - 1]!
    return null
  }

  blocks(): readonly Block[] {
    return this.#blocks.map(({ start, end, first, last, ties }) => ({
      start,
      end,
      tFirst: String(first),
      tLast: String(last),
      ties,
    }))
  }

  #addBlock(times: BigInt64Array, ties: boolean, joined: boolean): void {
    const [start, end, first, last] = [this.#rows, this.#rows + times.length, times[0]!, times[times.length - 1]!]
    const block = this.#blocks.at(-1)
    if (block !== undefined && joined) block.ties = true
    if (block !== undefined && end - block.start <= blockRows) {
      Object.assign(block, { end, last, ties: block.ties || ties })
    } else {
      this.#blocks.push({ start, end, first, last, ties: ties || joined })
    }
  }

  #addRuns(times: BigInt64Array, runs: ArrayLike<number> | null): void {
    let start = 0
    for (let row = 1; row <= times.length; row++) {
      if (row < times.length && (runs === null || runs[row] === runs[row - 1])) continue
      this.#addRun(runs === null ? 0 : runs[start]!, times[start]!, times[row - 1]!)
      start = row
    }
  }

  #addRun(run: number, first: bigint, last: bigint): void {
    const known = this.runs.get(run)
    if (known === undefined) this.runs.set(run, { run, first, last })
    else known.last = last
  }
}

/** Where a batch first steps back in time (0: nowhere), and whether two neighbours have the same time. */
function stepsOf(times: BigInt64Array): { readonly descent: number; readonly ties: boolean } {
  const low = new Uint32Array(times.buffer, times.byteOffset, 2 * times.length)
  const high = new Int32Array(times.buffer, times.byteOffset, 2 * times.length)
  let ties = false
  for (let at = 2; at < low.length; at += 2) {
    const rise = high[at + 1]! - high[at - 1]!
    if (rise > 0 || (rise === 0 && low[at]! > low[at - 2]!)) continue
    if (rise < 0 || low[at]! < low[at - 2]!) return { descent: at / 2, ties }
    ties = true
  }
  return { descent: 0, ties }
}

function compare(left: bigint, right: bigint): number {
  return left < right ? -1 : left > right ? 1 : 0
}

/** Whether rows of the same time stand in the order of the keys, the first key first. */
export function tiesAscend(times: BigInt64Array, keys: readonly ArrayLike<number | bigint>[]): boolean {
  const halves = new Uint32Array(times.buffer, times.byteOffset, 2 * times.length)
  for (let at = 2; at < halves.length; at += 2) {
    const isTied = halves[at] === halves[at - 2] && halves[at + 1] === halves[at - 1]
    if (isTied && !ascends(keys, at / 2)) return false
  }
  return true
}

function ascends(keys: readonly ArrayLike<number | bigint>[], row: number): boolean {
  for (const key of keys) {
    const [before, after] = [key[row - 1]!, key[row]!]
    if (before !== after) return before < after
  }
  return false
}

/** Adds to `found` the values that occur. Neighbours are mostly equal, so that a look at the set is rare. */
export function collectDistinct(values: ArrayLike<number>, found: Set<number>): void {
  let last = NaN
  for (let row = 0; row < values.length; row++) {
    const value = values[row]!
    if (value === last) continue
    found.add(value)
    last = value
  }
}
