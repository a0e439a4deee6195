import type { GoodTime } from '../ports/dataset.ts'
import { GrowingInstants } from './growing.ts'

/** Half-open intervals, sorted and disjoint, ns since 1970: those that touch are one. */
export interface Intervals {
  readonly starts: BigInt64Array
  readonly stops: BigInt64Array
}

/**
 * A good time in memory: span i is [starts[i], stops[i]) in the run runs[i]. A veto about millions of muons leaves millions
 * of spans, which as objects with texts would take ten times the room.
 */
export interface GoodSpans {
  readonly runs: Float64Array
  readonly starts: BigInt64Array
  readonly stops: BigInt64Array
  readonly approximate: boolean
}

export const noSpans: GoodSpans = {
  runs: new Float64Array(0),
  starts: new BigInt64Array(0),
  stops: new BigInt64Array(0),
  approximate: false,
}

export function goodSpans({ spans, approximate }: GoodTime): GoodSpans {
  return {
    runs: Float64Array.from(spans, ({ run }) => run),
    starts: BigInt64Array.from(spans, ({ start }) => BigInt(start)),
    stops: BigInt64Array.from(spans, ({ stop }) => BigInt(stop)),
    approximate,
  }
}

export function goodTimeOf({ runs, starts, stops, approximate }: GoodSpans): GoodTime {
  const spans = Array.from(runs, (run, at) => ({ run, start: String(starts[at]), stop: String(stops[at]) }))
  return { spans, approximate }
}

const [earliest, latest] = [-(2n ** 63n), 2n ** 63n - 1n]

/** The union of half-open intervals in any order; those that end where they start, or before, are none. */
export function united(starts: BigInt64Array, stops: BigInt64Array): Intervals {
  const order = Uint32Array.from(starts, (_, at) => at).sort((left, right) => {
    return starts[left]! < starts[right]! ? -1 : starts[left]! > starts[right]! ? 1 : 0
  })
  const union = new GrowingIntervals()
  for (const at of order) if (starts[at]! < stops[at]!) union.add(starts[at]!, stops[at]!)
  return union.take()
}

/** Intervals that are added in the order of their starts. */
export class GrowingIntervals {
  readonly #starts = new GrowingInstants()
  readonly #stops = new GrowingInstants()

  add(start: bigint, stop: bigint): void {
    const last = this.#stops.last
    if (last === undefined || last < start) {
      this.#starts.push(start)
      this.#stops.push(stop)
    } else if (stop > last) this.#stops.last = stop
  }

  take(): Intervals {
    return { starts: this.#starts.take(), stops: this.#stops.take() }
  }

  /** What they leave free, as `gaps` of them, in the same memory. */
  gaps(): Intervals {
    return { starts: this.#stops.after(earliest), stops: this.#starts.before(latest) }
  }
}

/** The spans of a good time as times alone. */
export function intervalsOf({ starts, stops }: GoodSpans): Intervals {
  return united(starts, stops)
}

/** What intervals leave free, in front of the first, between them and behind the last. */
export function gaps({ starts, stops }: Intervals): Intervals {
  const free = { starts: new BigInt64Array(starts.length + 1), stops: new BigInt64Array(stops.length + 1) }
  free.starts.set(stops, 1)
  free.starts[0] = earliest
  free.stops.set(starts)
  free.stops[starts.length] = latest
  return free
}

/** The parts of spans that lie in the intervals: whole intervals, of which the first and the last are cut. */
export function cutSpans(spans: GoodSpans, { starts, stops }: Intervals): GoodSpans {
  const ranges = Array.from(spans.runs, (_, at) => overlapping(spans.starts[at]!, spans.stops[at]!, { starts, stops }))
  const length = ranges.reduce((sum, [low, high]) => sum + high - low, 0)
  const parts = { runs: new Float64Array(length), starts: new BigInt64Array(length), stops: new BigInt64Array(length) }
  let at = 0
  for (const [span, [low, high]] of ranges.entries()) {
    if (low === high) continue
    const [first, last, end] = [spans.starts[span]!, spans.stops[span]!, at + high - low]
    parts.runs.fill(spans.runs[span]!, at, end)
    parts.starts.set(starts.subarray(low, high), at)
    parts.stops.set(stops.subarray(low, high), at)
    if (parts.starts[at]! < first) parts.starts[at] = first
    if (parts.stops[end - 1]! > last) parts.stops[end - 1] = last
    at = end
  }
  return { ...parts, approximate: spans.approximate }
}

/** The positions [low, high) of the intervals that share time with [first, last). */
function overlapping(first: bigint, last: bigint, { starts, stops }: Intervals): readonly [low: number, high: number] {
  if (first >= last) return [0, 0]
  const low = firstAfter(stops, first)
  return [low, Math.max(low, firstAfter(starts, last - 1n))]
}

/** Position of the first of the ascending instants that is later. */
function firstAfter(instants: BigInt64Array, instant: bigint): number {
  let [low, high] = [0, instants.length]
  while (low < high) {
    const middle = (low + high) >>> 1
    if (instants[middle]! <= instant) low = middle + 1
    else high = middle
  }
  return low
}

/** The spans of those runs for which `holds`. */
export function spansOfRuns(spans: GoodSpans, holds: (run: number) => boolean): GoodSpans {
  return chosen(
    spans,
    Uint32Array.from(spans.runs.keys()).filter((at) => holds(spans.runs[at]!)),
  )
}

function chosen({ runs, starts, stops, approximate }: GoodSpans, order: Uint32Array): GoodSpans {
  return {
    runs: Float64Array.from(order, (at) => runs[at]!),
    starts: BigInt64Array.from(order, (at) => starts[at]!),
    stops: BigInt64Array.from(order, (at) => stops[at]!),
    approximate,
  }
}

/** Sum of the lengths of all spans, ns. */
export function livetimeOf({ starts, stops }: Pick<GoodSpans, 'starts' | 'stops'>): bigint {
  let sum = 0n
  for (let at = 0; at < starts.length; at++) sum += stops[at]! - starts[at]!
  return sum
}

/** Two good times, run by run (language.md 6.11); by time, then by run. */
export function combined(left: GoodSpans, right: GoodSpans, how: 'runs' | 'either' | 'both'): GoodSpans {
  const runs = new Set([...left.runs, ...right.runs])
  const spans = [...runs].map((run): GoodSpans => {
    const [mine, its] = [left, right].map((side) => spansOfRuns(side, (each) => each === run)) as [GoodSpans, GoodSpans]
    if (how === 'either' || (how === 'runs' && (mine.runs.length === 0 || its.runs.length === 0))) {
      return spansIn(run, intervalsOf(joined([mine, its])))
    }
    return cutSpans(spansIn(run, intervalsOf(mine)), intervalsOf(its))
  })
  const all = joined(spans)
  return { ...chosen(all, sortedSpans(all)), approximate: left.approximate || right.approximate }
}

function spansIn(run: number, intervals: Intervals): GoodSpans {
  return { runs: new Float64Array(intervals.starts.length).fill(run), ...intervals, approximate: false }
}

function joined(parts: readonly GoodSpans[]): GoodSpans {
  const length = parts.reduce((sum, { runs }) => sum + runs.length, 0)
  const all = { runs: new Float64Array(length), starts: new BigInt64Array(length), stops: new BigInt64Array(length) }
  let at = 0
  for (const { runs, starts, stops } of parts) {
    all.runs.set(runs, at)
    all.starts.set(starts, at)
    all.stops.set(stops, at)
    at += runs.length
  }
  return { ...all, approximate: false }
}

function sortedSpans({ runs, starts }: GoodSpans): Uint32Array {
  return Uint32Array.from(runs.keys()).sort((left, right) => {
    const [a, b] = [starts[left]!, starts[right]!]
    return a < b ? -1 : a > b ? 1 : runs[left]! - runs[right]!
  })
}
