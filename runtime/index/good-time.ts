import type { GoodTime, Span } from '../ports/dataset.ts'
import type { Inspection } from './inspect.ts'

interface Interval {
  readonly run: number
  readonly start: bigint
  readonly stop: bigint
}

/**
 * The good time of some files, run by run: the spans that their documents state. A file that states none contributes
 * for each run the time from its first event of that run to its last, both included, and makes the whole approximate.
 */
export function goodTimeOf(inspections: readonly Inspection[]): GoodTime {
  const timed = inspections.filter(({ layout }) => layout.schema.key !== null)
  const stated = (inspection: Inspection): readonly Span[] | null => inspection.document?.goodTime ?? null
  const [first, ...others] = timed
  const alone = first === undefined || others.length > 0 ? null : stated(first)
  return {
    spans:
      alone !== null && areApart(alone)
        ? alone
        : united(timed.flatMap((inspection) => stated(inspection)?.map(intervalOf) ?? seen(inspection))),
    approximate: timed.some((inspection) => stated(inspection) === null || inspection.document?.approximate === true),
  }
}

function seen({ runs }: Inspection): readonly Interval[] {
  return runs.map(({ run, first, last }) => ({ run, start: first, stop: last + 1n }))
}

function intervalOf({ run, start, stop }: Span): Interval {
  return { run, start: BigInt(start), stop: BigInt(stop) }
}

/** Whether each span ends before the next one starts, so that nothing is to be united: of millions, numbers would take seconds. */
function areApart(spans: readonly Span[]): boolean {
  let last: string | null = null
  for (const { start, stop } of spans) {
    if (!isBefore(start, stop) || (last !== null && !isBefore(last, start))) return false
    last = stop
  }
  return true
}

/** Of whole numbers as text; false where one is negative. */
function isBefore(left: string, right: string): boolean {
  if (left.startsWith('-') || right.startsWith('-')) return false
  return left.length === right.length ? left < right : left.length < right.length
}

/** Spans of the same run that overlap or touch as one; sorted by time, then run. */
function united(intervals: readonly Interval[]): readonly Span[] {
  const spans: { run: number; start: bigint; stop: bigint }[] = []
  for (const next of intervals.filter(({ start, stop }) => start < stop).toSorted(byRun)) {
    const last = spans.at(-1)
    if (last === undefined || last.run !== next.run || last.stop < next.start) spans.push({ ...next })
    else if (next.stop > last.stop) last.stop = next.stop
  }
  return spans.toSorted(byStart).map(({ run, start, stop }) => ({ run, start: String(start), stop: String(stop) }))
}

function byRun(left: Interval, right: Interval): number {
  return left.run - right.run || order(left.start, right.start)
}

function byStart(left: Interval, right: Interval): number {
  return order(left.start, right.start) || left.run - right.run
}

function order(left: bigint, right: bigint): number {
  return left < right ? -1 : left > right ? 1 : 0
}
