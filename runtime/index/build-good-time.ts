import type { Span } from '../ports/dataset.ts'

/** More spans than this say little of the detector and much of the rate of its events. */
const mostSpans = 1000

/** A stretch of events without a longer pause: times of the first and the last. */
export type Stretch = readonly [first: bigint, last: bigint]

/**
 * The good time of a run as its events show it: from the first event to the last, both included, without the pauses that
 * are longer than `gap`. Where that leaves more than 1000 spans, pauses count from ten times as long on, and so forth.
 */
export function spansOfEvents(run: number, stretches: readonly Stretch[], gap: bigint): readonly Span[] {
  const joined = join(stretches, gap)
  if (joined.length > mostSpans) return spansOfEvents(run, joined, gap * 10n)
  return joined.map(([first, last]) => ({ run, start: String(first), stop: String(last + 1n) }))
}

function join(stretches: readonly Stretch[], gap: bigint): readonly Stretch[] {
  const found: [bigint, bigint][] = []
  for (const [first, last] of stretches.toSorted(([left], [right]) => (left < right ? -1 : Number(left > right)))) {
    const open = found.at(-1)
    if (open === undefined || first - open[1] > gap) found.push([first, last])
    else if (last > open[1]) open[1] = last
  }
  return found
}
