import type { Plan } from '../../dsl/ir/plan.ts'
import { schemaOf } from '../../dsl/ir/schema.ts'
import type { GoodTime, Span } from '../ports/dataset.ts'
import { ask, type Ask } from './job.ts'
import { mergeSpans, type MergedSpans } from './merge.ts'
import type { VetoPlan } from './plan-parts.ts'

/** The good time of a stream: that of its dataset, edited by the vetoes and keeps above it, the lowest first. */
export interface GoodTimePlan {
  readonly dataset: string
  readonly edits: readonly { readonly mode: 'veto' | 'keep'; readonly windows: Ask<MergedSpans> }[]
}

/** What must be computed for the good time of a plan; null for a table. A veto with a condition edits no time. */
export function goodTimePlan(plan: Plan): GoodTimePlan | null {
  if (schemaOf(plan).stream === 'table') return null
  switch (plan.op) {
    case 'scan':
      return { dataset: plan.dataset, edits: [] }
    case 'filter':
    case 'define':
    case 'select':
    case 'take':
    case 'match':
      return goodTimePlan(plan.input)
    case 'veto': {
      const below = goodTimePlan(plan.input)
      if (below === null || plan.where !== null) return below
      return { ...below, edits: [...below.edits, { mode: plan.mode, windows: askWindows(plan) }] }
    }
    case 'group':
    case 'sort':
      return null
  }
}

function askWindows({ source, low, high }: VetoPlan): Ask<MergedSpans> {
  return ask(source, { kind: 'spans', low, high }, mergeSpans())
}

/** The good time after all edits, once the windows have been gathered. */
export function editedGoodTime({ edits }: GoodTimePlan, good: GoodTime): GoodTime {
  const spans = edits.reduce((known, { mode, windows }) => {
    const union = windows.whole()
    const free = mode === 'keep' ? union : gaps(union)
    return known.flatMap((span) => cut(span, free))
  }, good.spans.map(exact))
  return { ...good, spans: spans.map(({ run, start, stop }) => ({ run, start: String(start), stop: String(stop) })) }
}

/** Sum of the lengths of all spans, ns. */
export function livetimeOf({ spans }: GoodTime): bigint {
  return spans.reduce((sum, { start, stop }) => sum + BigInt(stop) - BigInt(start), 0n)
}

interface ExactSpan {
  readonly run: number
  readonly start: bigint
  readonly stop: bigint
}

function exact({ run, start, stop }: Span): ExactSpan {
  return { run, start: BigInt(start), stop: BigInt(stop) }
}

/** What disjoint sorted spans leave free, in front of the first, between them and behind the last. */
function gaps({ starts, stops }: MergedSpans): MergedSpans {
  return { starts: [-(2n ** 127n), ...stops], stops: [...starts, 2n ** 127n] }
}

/** The parts of a span that lie in the others, which are sorted and disjoint. */
function cut({ run, start, stop }: ExactSpan, { starts, stops }: MergedSpans): readonly ExactSpan[] {
  const parts: ExactSpan[] = []
  for (let at = firstStopAfter(stops, start); at < starts.length && starts[at]! < stop; at++) {
    const [from, to] = [starts[at]! > start ? starts[at]! : start, stops[at]! < stop ? stops[at]! : stop]
    if (from < to) parts.push({ run, start: from, stop: to })
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
