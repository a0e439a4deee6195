import type { Plan } from '../../dsl/ir/plan.ts'
import { schemaOf } from '../../dsl/ir/schema.ts'
import type { GoodTime, Span } from '../ports/dataset.ts'
import { keyOf, placeOf } from './place.ts'
import type { NaiveData, RowsOf } from './row.ts'

/** Half-open, in ns since 1970. */
interface Interval {
  readonly start: bigint
  readonly stop: bigint
}

/**
 * The good time of a plan (language.md 6.5); null for a table. A veto without condition takes away the union of its
 * windows, a keep without condition leaves nothing else; a match has its anchor's; everything else keeps it.
 */
export function goodTimeOf(plan: Plan, data: NaiveData, rowsOf: RowsOf): GoodTime | null {
  if (schemaOf(plan).stream === 'table') return null
  switch (plan.op) {
    case 'scan':
      return data.get(plan.dataset)?.goodTime ?? null
    case 'filter':
    case 'define':
    case 'select':
    case 'take':
    case 'match':
      return goodTimeOf(plan.input, data, rowsOf)
    case 'veto': {
      const good = goodTimeOf(plan.input, data, rowsOf)
      if (good === null || plan.where !== null) return good
      const windows = windowsOf(plan, rowsOf)
      return { ...good, spans: good.spans.flatMap((span) => cut(span, plan.mode === 'keep' ? windows : gaps(windows))) }
    }
    case 'group':
    case 'sort':
      return null
  }
}

/** Sum of the lengths of all spans, ns. */
export function livetimeOf({ spans }: GoodTime): bigint {
  return spans.reduce((sum, { start, stop }) => sum + BigInt(stop) - BigInt(start), 0n)
}

/** Union of [t + low, t + high + 1) over the source: time is a lattice of ns and the windows are closed. */
function windowsOf(plan: Extract<Plan, { op: 'veto' }>, rowsOf: RowsOf): readonly Interval[] {
  const key = keyOf(plan.source)
  const windows = rowsOf(plan.source)
    .map((row) => placeOf(row, key).t)
    .map((t): Interval => ({ start: t + BigInt(plan.low), stop: t + BigInt(plan.high) + 1n }))
    .filter(({ start, stop }) => start < stop)
    .toSorted((left, right) => (left.start < right.start ? -1 : left.start > right.start ? 1 : 0))
  return windows.reduce<readonly Interval[]>((union, next) => {
    const last = union.at(-1)
    if (last === undefined || last.stop < next.start) return [...union, next]
    return [...union.slice(0, -1), { start: last.start, stop: last.stop > next.stop ? last.stop : next.stop }]
  }, [])
}

/** What disjoint sorted intervals leave free, in front of the first, between them and behind the last. */
function gaps(intervals: readonly Interval[]): readonly Interval[] {
  const [earliest, latest] = [-(2n ** 127n), 2n ** 127n]
  const starts = [earliest, ...intervals.map(({ stop }) => stop)]
  const stops = [...intervals.map(({ start }) => start), latest]
  return starts.map((start, at) => ({ start, stop: stops[at] ?? latest }))
}

/** The parts of a span that lie in the intervals. */
function cut(span: Span, intervals: readonly Interval[]): readonly Span[] {
  const [first, last] = [BigInt(span.start), BigInt(span.stop)]
  return intervals
    .map(({ start, stop }) => ({ start: start > first ? start : first, stop: stop < last ? stop : last }))
    .filter(({ start, stop }) => start < stop)
    .map(({ start, stop }) => ({ run: span.run, start: String(start), stop: String(stop) }))
}
