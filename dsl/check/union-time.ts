import type { Plan } from '../ir/plan.ts'
import type { Span } from '../ir/span.ts'
import { type Context, type RunSpan, type Scope, warn } from './scope.ts'

/** Below this share of the shorter one, the time that two streams have in common is none that a union could be meant to keep. */
const least = 0.1

interface Source {
  readonly plan: Plan
  readonly label: string
}

/**
 * Warns where two streams of a union hold different times of the runs that they share, as parts of one run do: what a
 * union keeps of the good time of such a run is what both were on for (W004).
 */
export function warnOfParts(sources: readonly Source[], call: Span, scope: Scope): void {
  const timed = sources.map(({ plan, label }) => ({ label, spans: spansOf(plan, scope.context) }))
  for (const [at, right] of timed.entries()) {
    for (const left of timed.slice(0, at)) {
      const runs = partedRuns(left.spans, right.spans)
      const [run] = runs
      if (run === undefined) continue
      const facts = { left: left.label, right: right.label, run, more: runs.length - 1, at: call.end - 1 }
      return warn(scope, 'W004', { span: call, facts })
    }
  }
}

/** The good time of the files of a stream; nothing where it comes from several, or is moved. */
function spansOf(plan: Plan, context: Context): readonly RunSpan[] {
  switch (plan.op) {
    case 'scan':
      return context.catalog.goodTime?.(plan.dataset) ?? []
    case 'union':
    case 'shift':
      return []
    case 'filter':
    case 'define':
    case 'select':
    case 'veto':
    case 'match':
    case 'group':
    case 'sort':
    case 'take':
    case 'burst':
    case 'sample':
    case 'renumber':
    case 'complete':
    case 'join':
    case 'during':
      return spansOf(plan.input, context)
  }
}

/** The runs that both have, of which they share next to no time. */
function partedRuns(left: readonly RunSpan[], right: readonly RunSpan[]): readonly number[] {
  const runs = new Set(left.map(({ run }) => run))
  const common = [...new Set(right.map(({ run }) => run))].filter((run) => runs.has(run))
  return common.filter((run) => {
    const [a, b] = [left, right].map((spans) => spans.filter((span) => span.run === run).map(rangeOf))
    if (a === undefined || b === undefined) return false
    const shorter = Math.min(lengthOf(a), lengthOf(b))
    return shorter > 0 && sharedLength(a, b) < least * shorter
  })
}

type Range = readonly [start: bigint, stop: bigint]

function rangeOf({ start, stop }: RunSpan): Range {
  return [BigInt(start), BigInt(stop)]
}

function lengthOf(ranges: readonly Range[]): number {
  return Number(ranges.reduce((sum, [start, stop]) => sum + stop - start, 0n))
}

/** Of sorted, disjoint ranges. */
function sharedLength(left: readonly Range[], right: readonly Range[]): number {
  let [i, j, sum] = [0, 0, 0n]
  for (;;) {
    const [a, b] = [left[i], right[j]]
    if (a === undefined || b === undefined) return Number(sum)
    const [start, stop] = [a[0] > b[0] ? a[0] : b[0], a[1] < b[1] ? a[1] : b[1]]
    if (stop > start) sum += stop - start
    if (a[1] < b[1]) i++
    else j++
  }
}
