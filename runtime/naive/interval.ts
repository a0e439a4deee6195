import type { GoodTime, Span } from '../ports/dataset.ts'

/** Half-open, in ns since 1970. */
export interface Interval {
  readonly start: bigint
  readonly stop: bigint
}

/** The spans of a good time as times alone, united; without one there is none. */
export function intervalsOf(goodTime: GoodTime | null): readonly Interval[] {
  return united((goodTime?.spans ?? []).map(intervalOf))
}

export function intervalOf({ start, stop }: Span): Interval {
  return { start: BigInt(start), stop: BigInt(stop) }
}

/** Sorted and disjoint: intervals that overlap or touch are one; empty ones are gone. */
export function united(intervals: readonly Interval[]): readonly Interval[] {
  const sorted = intervals
    .filter(({ start, stop }) => start < stop)
    .toSorted((left, right) => order(left.start, right.start))
  return sorted.reduce<readonly Interval[]>((union, next) => {
    const last = union.at(-1)
    if (last === undefined || last.stop < next.start) return [...union, next]
    return [...union.slice(0, -1), { start: last.start, stop: last.stop > next.stop ? last.stop : next.stop }]
  }, [])
}

/** What disjoint sorted intervals leave free, in front of the first, between them and behind the last. */
export function gaps(intervals: readonly Interval[]): readonly Interval[] {
  const [earliest, latest] = [-(2n ** 127n), 2n ** 127n]
  const starts = [earliest, ...intervals.map(({ stop }) => stop)]
  const stops = [...intervals.map(({ start }) => start), latest]
  return starts.map((start, at) => ({ start, stop: stops[at] ?? latest }))
}

/** The parts of a span that lie in the disjoint sorted intervals. */
export function cut(span: Span, intervals: readonly Interval[]): readonly Span[] {
  const [first, last] = [BigInt(span.start), BigInt(span.stop)]
  return intervals
    .map(({ start, stop }) => ({ start: start > first ? start : first, stop: stop < last ? stop : last }))
    .filter(({ start, stop }) => start < stop)
    .map((interval) => spanOf(span.run, interval))
}

export function spanOf(run: number, { start, stop }: Interval): Span {
  return { run, start: String(start), stop: String(stop) }
}

/** Sum of the lengths of all spans, ns. */
export function livetimeOf({ spans }: Pick<GoodTime, 'spans'>): bigint {
  return spans.reduce((sum, { start, stop }) => sum + BigInt(stop) - BigInt(start), 0n)
}

/** By time, then by run. */
export function sortedSpans(spans: readonly Span[]): readonly Span[] {
  return spans.toSorted((left, right) => order(BigInt(left.start), BigInt(right.start)) || left.run - right.run)
}

function order(left: bigint, right: bigint): number {
  return left < right ? -1 : left > right ? 1 : 0
}
