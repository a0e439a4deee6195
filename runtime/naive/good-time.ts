import type { Plan } from '../../dsl/ir/plan.ts'
import { schemaOf } from '../../dsl/ir/schema.ts'
import type { GoodTime, Span } from '../ports/dataset.ts'
import { cut, gaps, type Interval, intervalOf, intervalsOf, sortedSpans, spanOf, united } from './interval.ts'
import { keyOf, placeOf } from './place.ts'
import { columnOf, type NaiveData, type RowsOf } from './row.ts'

/**
 * The good time of a plan (language.md 6.5); null for a table. A veto without condition takes away the union of its
 * windows, a keep without condition leaves nothing else; a match has its anchor's; `shift` moves it, `union` combines
 * it run by run, `complete` and `during` trim it; everything else keeps it.
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
    case 'burst':
    case 'sample':
    case 'renumber':
    case 'join':
      return goodTimeOf(plan.input, data, rowsOf)
    case 'veto': {
      const good = goodTimeOf(plan.input, data, rowsOf)
      if (good === null || plan.where !== null) return good
      const windows = windowsOf(plan, rowsOf)
      return within(good, plan.mode === 'keep' ? windows : gaps(windows))
    }
    case 'during': {
      const good = goodTimeOf(plan.input, data, rowsOf)
      return good === null ? null : within(good, duringIntervals(plan, data, rowsOf))
    }
    case 'shift': {
      const good = goodTimeOf(plan.input, data, rowsOf)
      return good === null ? null : { ...good, spans: good.spans.map((span) => moved(span, BigInt(plan.by))) }
    }
    case 'complete':
      return plan.windows.reduce<GoodTime | null>(
        (good, { low, high, source }) => {
          const seen = intervalsOf(goodTimeOf(source, data, rowsOf))
          return good === null ? null : within(good, lookingInside(seen, BigInt(low), BigInt(high)))
        },
        goodTimeOf(plan.input, data, rowsOf),
      )
    case 'union':
      return plan.inputs
        .map((input) => goodTimeOf(input, data, rowsOf) ?? { spans: [], approximate: false })
        .reduce((left, right) => combined(left, right, plan.good))
    case 'group':
    case 'sort':
      return null
  }
}

/** The time that a `during` keeps. */
export function duringIntervals(
  { mode, spans }: Extract<Plan, { op: 'during' }>,
  data: NaiveData,
  rowsOf: RowsOf,
): readonly Interval[] {
  const stated =
    spans.kind === 'goodTime'
      ? intervalsOf(goodTimeOf(spans.source, data, rowsOf))
      : united(
          rowsOf(spans.source).map((row) => ({
            start: instantOf(columnOf(row, 'start')),
            stop: instantOf(columnOf(row, 'stop')),
          })),
        )
  return mode === 'keep' ? stated : gaps(stated)
}

function instantOf(value: unknown): bigint {
  if (typeof value !== 'bigint') throw new Error('a span goes from an instant to an instant')
  return value
}

/** What is left of a good time in disjoint sorted intervals. */
function within(good: GoodTime, intervals: readonly Interval[]): GoodTime {
  return { ...good, spans: good.spans.flatMap((span) => cut(span, intervals)) }
}

/** Union of [t + low, t + high + 1) over the source: time is a lattice of ns and the windows are closed. */
function windowsOf(plan: Extract<Plan, { op: 'veto' }>, rowsOf: RowsOf): readonly Interval[] {
  const key = keyOf(plan.source)
  const times = rowsOf(plan.source).map((row) => placeOf(row, key).t)
  return united(times.map((t) => ({ start: t + BigInt(plan.low), stop: t + BigInt(plan.high) + 1n })))
}

function moved({ run, start, stop }: Span, by: bigint): Span {
  return spanOf(run, { start: BigInt(start) + by, stop: BigInt(stop) + by })
}

/** The instants t for which one of the disjoint intervals holds all of the closed [t + low, t + high]. */
function lookingInside(intervals: readonly Interval[], low: bigint, high: bigint): readonly Interval[] {
  return united(intervals.map(({ start, stop }) => ({ start: start - low, stop: stop - high })))
}

/** Two good times, run by run (6.11). */
export function combined(left: GoodTime, right: GoodTime, how: 'runs' | 'either' | 'both'): GoodTime {
  const runs = [...new Set([...left.spans, ...right.spans].map(({ run }) => run))]
  const spans = runs.flatMap((run): readonly Span[] => {
    const [a, b] = [left, right].map((each) => each.spans.filter((span) => span.run === run))
    if (a === undefined || b === undefined) throw new Error('there are two')
    if (how === 'either' || (how === 'runs' && (a.length === 0 || b.length === 0))) {
      return united([...a, ...b].map(intervalOf)).map((interval) => spanOf(run, interval))
    }
    return united(a.map(intervalOf)).flatMap((interval) => cut(spanOf(run, interval), united(b.map(intervalOf))))
  })
  return { spans: sortedSpans(spans), approximate: left.approximate || right.approximate }
}
