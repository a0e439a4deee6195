import type { GoodTime, Span } from '../ports/dataset.ts'

/** Half-open intervals, sorted and disjoint, ns since 1970: those that touch are one. */
export interface Intervals {
  readonly starts: readonly bigint[]
  readonly stops: readonly bigint[]
}

/** The union of half-open intervals in any order; those that end where they start, or before, are none. */
export function united(starts: ArrayLike<bigint>, stops: ArrayLike<bigint>): Intervals {
  const order = Uint32Array.from(starts, (_, at) => at).sort((left, right) => {
    return starts[left]! < starts[right]! ? -1 : starts[left]! > starts[right]! ? 1 : 0
  })
  const union: { starts: bigint[]; stops: bigint[] } = { starts: [], stops: [] }
  for (const at of order) {
    const [start, stop, last] = [starts[at]!, stops[at]!, union.stops.at(-1)]
    if (start >= stop) continue
    if (last === undefined || last < start) {
      union.starts.push(start)
      union.stops.push(stop)
    } else if (stop > last) union.stops[union.stops.length - 1] = stop
  }
  return union
}

/** The spans of a good time as times alone. */
export function intervalsOf(good: GoodTime | null): Intervals {
  const spans = good?.spans ?? []
  return united(
    spans.map(({ start }) => BigInt(start)),
    spans.map(({ stop }) => BigInt(stop)),
  )
}

/** What intervals leave free, in front of the first, between them and behind the last. */
export function gaps({ starts, stops }: Intervals): Intervals {
  return { starts: [-(2n ** 127n), ...stops], stops: [...starts, 2n ** 127n] }
}

/** The parts of spans that lie in the intervals. */
export function cutSpans(spans: readonly Span[], intervals: Intervals): readonly Span[] {
  return spans.flatMap((span) => cut(span, intervals))
}

function cut({ run, start, stop }: Span, { starts, stops }: Intervals): readonly Span[] {
  const [first, last] = [BigInt(start), BigInt(stop)]
  const parts: Span[] = []
  for (let at = firstStopAfter(stops, first); at < starts.length && starts[at]! < last; at++) {
    const [from, to] = [starts[at]! > first ? starts[at]! : first, stops[at]! < last ? stops[at]! : last]
    if (from < to) parts.push({ run, start: String(from), stop: String(to) })
  }
  return parts
}

function firstStopAfter(stops: readonly bigint[], instant: bigint): number {
  let [low, high] = [0, stops.length]
  while (low < high) {
    const middle = (low + high) >>> 1
    if (stops[middle]! <= instant) low = middle + 1
    else high = middle
  }
  return low
}

/** Sum of the lengths of all spans, ns. */
export function livetimeOf({ spans }: Pick<GoodTime, 'spans'>): bigint {
  return spans.reduce((sum, { start, stop }) => sum + BigInt(stop) - BigInt(start), 0n)
}

/** Two good times, run by run (language.md 6.11); by time, then by run. */
export function combined(left: GoodTime, right: GoodTime, how: 'runs' | 'either' | 'both'): GoodTime {
  const [a, b] = [left, right].map(({ spans }) => Map.groupBy(spans, ({ run }) => run))
  const runs = new Set([...left.spans, ...right.spans].map(({ run }) => run))
  const spans = [...runs].flatMap((run): readonly Span[] => {
    const [mine, its] = [a!.get(run) ?? [], b!.get(run) ?? []]
    if (how === 'either' || (how === 'runs' && (mine.length === 0 || its.length === 0))) {
      return spansIn(run, intervalsOf({ spans: [...mine, ...its], approximate: false }))
    }
    const own = spansIn(run, intervalsOf({ spans: mine, approximate: false }))
    return cutSpans(own, intervalsOf({ spans: its, approximate: false }))
  })
  return { spans: spans.toSorted(bySpan), approximate: left.approximate || right.approximate }
}

function spansIn(run: number, { starts, stops }: Intervals): readonly Span[] {
  return starts.map((start, at) => ({ run, start: String(start), stop: String(stops[at]) }))
}

function bySpan(left: Span, right: Span): number {
  const [a, b] = [BigInt(left.start), BigInt(right.start)]
  return a < b ? -1 : a > b ? 1 : left.run - right.run
}
