import type { Window } from '../../dsl/ir/plan.ts'
import { GrowingIndices } from './growing.ts'
import type { Looking } from './looking.ts'
import { numbersOf, type NumberArray, type Rows } from './vector.ts'

/** Disjoint closed spans in ascending order. */
export interface Spans {
  readonly starts: Float64Array
  readonly stops: Float64Array
  readonly count: number
}

/** The union of the closed windows [t + low, t + high] about ascending times: two that share an instant are one. */
export function spansAbout(times: NumberArray, { low, high }: { readonly low: number; readonly high: number }): Spans {
  const starts = new Float64Array(times.length)
  const stops = new Float64Array(times.length)
  let count = 0
  if (low > high) return { starts, stops, count }
  for (let i = 0; i < times.length; i++) {
    const start = times[i]! + low
    if (count > 0 && start <= stops[count - 1]!) stops[count - 1] = times[i]! + high
    else {
      starts[count] = start
      stops[count++] = times[i]! + high
    }
  }
  return { starts, stops, count }
}

/** Rows for each span from which on the search for its first row leaps instead of looking at every time. */
const sparse = 32

/** 1 for each of the ascending times that lies in a span: the rows of a span are a range. */
export function insideMask(times: NumberArray, spans: Spans): Uint8Array {
  const mask = new Uint8Array(times.length)
  const isSparse = times.length > sparse * spans.count
  if (isSparse) markSparse(times, spans, mask)
  else markDense(times, spans, mask)
  return mask
}

function markSparse(times: NumberArray, { starts, stops, count }: Spans, mask: Uint8Array): void {
  let row = 0
  for (let at = 0; at < count; at++) {
    const stop = stops[at]!
    row = leap(times, row, starts[at]!)
    while (row < mask.length && times[row]! <= stop) mask[row++] = 1
  }
}

function markDense(times: NumberArray, { starts, stops, count }: Spans, mask: Uint8Array): void {
  let row = 0
  for (let at = 0; at < count; at++) {
    const start = starts[at]!
    const stop = stops[at]!
    while (row < mask.length && times[row]! < start) row++
    while (row < mask.length && times[row]! <= stop) mask[row++] = 1
  }
}

/** The positions of the ascending times that lie in a span. */
export function positionsInside(times: NumberArray, { starts, stops, count }: Spans): Uint32Array {
  const positions = new GrowingIndices()
  let row = 0
  for (let at = 0; at < count; at++) {
    row = leap(times, row, starts[at]!)
    while (row < times.length && times[row]! <= stops[at]!) positions.push(row++)
  }
  return positions.take()
}

/** The first index from `from` on whose value is at least the target: doubling steps, then halving. */
function leap(sorted: NumberArray, from: number, target: number): number {
  let [low, high, step] = [from, from, 1]
  while (high < sorted.length && sorted[high]! < target) {
    low = high + 1
    high += step
    step *= 2
  }
  high = Math.min(high, sorted.length)
  while (low < high) {
    const middle = (low + high) >>> 1
    if (sorted[middle]! < target) low = middle + 1
    else high = middle
  }
  return low
}

/** Beyond so many rows whose windows are not in order of time, sorting them costs more than it saves. */
const mostUnsorted = 65536

/** When the rows that a window shows may lie: undefined where it is not worth while to say. */
export function spansSeen({ window }: Looking, row: Rows): Spans | undefined {
  const [from, low] = [timesOf(row, window.kind === 'within' ? window.reference : window.from), lowOf(window)]
  const [to, high] = [timesOf(row, window.kind === 'within' ? window.reference : window.to), highOf(window)]
  const starts = Float64Array.from({ length: row.rows }, (_, i) => from[i]! + low)
  const stops = Float64Array.from({ length: row.rows }, (_, i) => to[i]! + high)
  if (window.kind === 'between') for (let i = 0; i < row.rows; i++) exchange(starts, stops, i)
  if (isAscending(starts)) return coalesced(starts, stops)
  if (row.rows > mostUnsorted) return undefined
  const order = Uint32Array.from(starts, (_, i) => i).sort((a, b) => starts[a]! - starts[b]!)
  return coalesced(
    Float64Array.from(order, (i) => starts[i]!),
    Float64Array.from(order, (i) => stops[i]!),
  )
}

function timesOf(row: Rows, prefix: string): NumberArray {
  return numbersOf(row, `${prefix}t`).values
}

function lowOf(window: Window): number {
  return window.kind === 'within' ? window.low : window.kind === 'interval' ? window.fromOffset : 0
}

function highOf(window: Window): number {
  return window.kind === 'within' ? window.high : window.kind === 'interval' ? window.toOffset : 0
}

function exchange(starts: Float64Array, stops: Float64Array, i: number): void {
  const [a, b] = [starts[i]!, stops[i]!]
  starts[i] = Math.min(a, b)
  stops[i] = Math.max(a, b)
}

function isAscending(values: Float64Array): boolean {
  for (let i = 1; i < values.length; i++) if (values[i]! < values[i - 1]!) return false
  return true
}

/** The union of closed spans by ascending start; those that end before they start are none. */
function coalesced(from: Float64Array, to: Float64Array): Spans {
  const [starts, stops] = [new Float64Array(from.length), new Float64Array(from.length)]
  let count = 0
  for (let i = 0; i < from.length; i++) {
    if (to[i]! < from[i]!) continue
    if (count > 0 && from[i]! <= stops[count - 1]!) stops[count - 1] = Math.max(stops[count - 1]!, to[i]!)
    else {
      starts[count] = from[i]!
      stops[count++] = to[i]!
    }
  }
  return { starts, stops, count }
}
