import type { DataFile } from '../ports/dataset.ts'
import type { Reach } from './reach.ts'
import type { Slice } from './task.ts'

/** A stretch of time with so many rows in it, in ns since 1970; both ends are times of rows. */
export interface TimeBlock {
  readonly first: bigint
  readonly last: bigint
  readonly rows: number
}

export interface SliceRequest {
  /** Where the rows are whose results are wanted: the slices cover them. */
  readonly owners: readonly TimeBlock[]
  /** Everything that is read, the owners among it. */
  readonly read: readonly TimeBlock[]
  readonly reach: Reach
  /** What one row costs while a task works on it. */
  readonly rowBytes: number
  /** For all slices at work and for what is held. */
  readonly memoryBytes: number
  readonly heldBytes: number
  /** What part of the memory slices may take where less would do; a half when absent. */
  readonly share?: number
  readonly workers: number
}

/** Rows of a slice when nothing else decides: one batch of reading. */
const batchRows = 262144
/** With windows a slice is larger, so that what is read twice for their sake is little. */
const mostRows = 2_000_000
/** With smaller slices a job takes long and saves nothing: what reads and evaluates them has a size of its own. */
const [leastBytes, leastRows, enoughRows] = [32e6, 4096, 131072]
/** 26 days: a quarter of the 104 for which float64 holds every ns. */
const mostNs = 2 ** 51
/** Slices for each worker, so that all end at about the same time. */
const slicesPerWorker = 4

/** Cuts with the most that those at work and what is held take, or the memory that the smallest sensible cut would need. */
export type SlicePlan =
  | { readonly kind: 'slices'; readonly slices: readonly Slice[]; readonly bytes: number }
  | { readonly kind: 'too large'; readonly neededBytes: number; readonly reachRows: number }

/**
 * Cuts time into half-open slices of about equal numbers of rows. Rows with equal times are in one slice. Between the
 * ends of a block its rows are taken to be spread evenly.
 */
export function timeSlices(request: SliceRequest): SlicePlan {
  const { owners, read, reach, rowBytes, workers } = request
  const filled = owners.filter(({ rows }) => rows > 0)
  if (filled.length === 0) return { kind: 'slices', slices: [], bytes: request.heldBytes }
  const start = filled.reduce((least, { first }) => (first < least ? first : least), filled[0]!.first)
  const end = filled.reduce((most, { last }) => (last > most ? last : most), filled[0]!.last) + 1n
  const density = new RowsUntil(read, start)
  const [from, to] = [0, Number(end - start)]
  const total = density.at(to) - density.at(from)
  const reachRows = density.mostWithin(reach.before + reach.after)
  const room = roomOf(request, total, reachRows)
  if (room.rows === null) return { kind: 'too large', reachRows, neededBytes: room.neededBytes }
  const wanted = reach.before + reach.after > 0 ? Math.min(mostRows, Math.max(batchRows, 8 * reachRows)) : batchRows
  const rows = Math.max(1, Math.min(room.rows, wanted))
  const count = sliceCount(total, rows, workers)
  const cuts = Array.from({ length: count - 1 }, (_, k) => density.timeOf(density.at(from) + ((k + 1) * total) / count))
  const inner = [...cuts.map(Math.round), ...exactCuts(to)].filter((cut) => cut > from && cut < to)
  const edges = [...new Set([from, ...inner, to])].toSorted((left, right) => left - right)
  return {
    kind: 'slices',
    slices: edges.slice(1).map((edge, k) => ({
      kind: 'time',
      from: instant(start, edges[k]!),
      to: k + 2 === edges.length ? String(end) : instant(start, edge),
    })),
    bytes: request.heldBytes + (Math.min(rows, total / count) + reachRows) * rowBytes * workers,
  }
}

type Memory = Pick<SliceRequest, 'rowBytes' | 'memoryBytes' | 'heldBytes' | 'share' | 'workers'>

/**
 * The most rows of a slice, so that the rest of the memory stays free for what is kept and for columns of the next query;
 * null when not even the smallest slice fits.
 */
function roomOf(
  { rowBytes, memoryBytes, heldBytes, share = 0.5, workers }: Memory,
  total: number,
  reachRows: number,
): { readonly rows: number | null; readonly neededBytes: number } {
  // Of a smaller one more would be read for the sake of its windows than twice itself.
  const least = Math.min(total, Math.max(leastRows, Math.min(enoughRows, leastBytes / rowBytes), reachRows / 2))
  const neededBytes = heldBytes + (least + reachRows) * rowBytes * workers
  if (neededBytes > memoryBytes) return { rows: null, neededBytes }
  const shared = ((memoryBytes - heldBytes) * share) / workers / rowBytes - reachRows
  return { rows: Math.max(shared, least), neededBytes }
}

/** Cuts that keep every slice so short that its times are exact from one base, whatever lies within some weeks of it. */
function exactCuts(length: number): readonly number[] {
  return Array.from({ length: Math.floor(length / mostNs) }, (_, k) => (k + 1) * mostNs)
}

function instant(start: bigint, offset: number): string {
  return String(start + BigInt(offset))
}

/** As many slices as rows ask for, and enough for every worker where each still has some work. */
function sliceCount(total: number, rows: number, workers: number): number {
  return Math.max(1, Math.ceil(total / rows), Math.min(slicesPerWorker * workers, Math.floor(total / (batchRows / 4))))
}

/** Slices of a table, by row number. */
export function rowSlices(total: number, request: Memory): SlicePlan {
  const { rowBytes, heldBytes, workers } = request
  const room = roomOf(request, total, 0)
  if (room.rows === null) return { kind: 'too large', reachRows: 0, neededBytes: room.neededBytes }
  const rows = Math.max(1, Math.min(room.rows, batchRows))
  const count = total === 0 ? 0 : sliceCount(total, rows, workers)
  const edge = (k: number): number => Math.round((k * total) / count)
  const slices = Array.from({ length: count }, (_, k): Slice => ({ kind: 'rows', start: edge(k), end: edge(k + 1) }))
  return { kind: 'slices', slices, bytes: heldBytes + Math.min(rows, total) * rowBytes * workers }
}

export function blocksOf(files: readonly DataFile[]): readonly TimeBlock[] {
  return files.flatMap(({ blocks }) =>
    blocks.map(({ start, end, tFirst, tLast }) => ({ first: BigInt(tFirst), last: BigInt(tLast), rows: end - start })),
  )
}

/** The number of rows before a time, piecewise linear; times are offsets from one instant. */
class RowsUntil {
  readonly #times: number[]
  readonly #rows: number[]

  constructor(blocks: readonly TimeBlock[], base: bigint) {
    const changes = blocks
      .filter(({ rows }) => rows > 0)
      .flatMap(({ first, last, rows }) => {
        const [start, end] = [Number(first - base), Number(last - base) + 1]
        return [
          { time: start, rate: rows / (end - start) },
          { time: end, rate: -rows / (end - start) },
        ]
      })
      .toSorted((left, right) => left.time - right.time)
    this.#times = [changes[0]?.time ?? 0]
    this.#rows = [0]
    let rate = 0
    for (const change of changes) {
      const [time, rows] = [this.#times.at(-1)!, this.#rows.at(-1)!]
      if (change.time > time) {
        this.#times.push(change.time)
        this.#rows.push(rows + Math.max(0, rate) * (change.time - time))
      }
      rate += change.rate
    }
  }

  at(time: number): number {
    return interpolate(time, this.#times, this.#rows)
  }

  timeOf(rows: number): number {
    return interpolate(rows, this.#rows, this.#times)
  }

  /** The most rows in any interval of a length. */
  mostWithin(length: number): number {
    if (length === 0) return 0
    return this.#times.reduce((most, time, at) => {
      const rows = this.#rows[at]!
      return Math.max(most, this.at(time + length) - rows, rows - this.at(time - length))
    }, 0)
  }
}

/** Piecewise linear through the points; constant beyond the ends. `from` ascends. */
function interpolate(x: number, from: readonly number[], to: readonly number[]): number {
  let [low, high] = [0, from.length - 1]
  if (x <= from[low]!) return to[low]!
  if (x >= from[high]!) return to[high]!
  while (high - low > 1) {
    const middle = (low + high) >>> 1
    if (from[middle]! <= x) low = middle
    else high = middle
  }
  const share = (x - from[low]!) / (from[high]! - from[low]!)
  return to[low]! + share * (to[high]! - to[low]!)
}
