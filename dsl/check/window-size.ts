import type { Plan, Window } from '../ir/plan.ts'
import { schemaOf } from '../ir/schema.ts'
import type { Stream } from './bound.ts'
import { refuse } from './refusal.ts'
import type { At } from './stream.ts'
import { timeText } from './window.ts'
import { rational } from '../ir/rational.ts'

/** What a window may make the engine hold before it must be confirmed. */
const mostBytes = 2 * 2 ** 30

/** Refuses a window that holds more than fits in memory, by what the files say of the rate of their rows (S115). */
export function demandAffordable(window: Window, stream: Stream, { scope, span }: At): void {
  const { catalog, maxWindowNs } = scope.context
  const ns = lengthOf(window)
  if (ns === null || ns <= maxWindowNs) return
  const rate = scansOf(stream.plan).reduce((sum, key) => sum + (catalog.rate?.(key) ?? 0), 0)
  const events = (ns / 1e9) * rate
  const columns = schemaOf(stream.plan).columns.length
  const bytes = events * 8 * columns
  if (bytes <= mostBytes) return
  const length = lengthText(ns)
  refuse(scope, 'S115', {
    span,
    facts: { length, events: rounded(events), rate: rounded(rate), columns, gigabytes: rounded(bytes / 2 ** 30) },
  })
}

function lengthOf(window: Window): number | null {
  if (window.kind === 'within') return window.high - window.low
  return window.kind === 'interval' ? window.toOffset - window.fromOffset : null
}

/** In days or hours where these are whole. */
function lengthText(ns: number): string {
  const hours = ns / 3.6e12
  if (!Number.isInteger(hours)) return timeText(rational(BigInt(ns)))
  return hours % 24 === 0 ? `${hours / 24} d` : `${hours} h`
}

/** Two digits. */
function rounded(value: number): string {
  return Number(value.toPrecision(2)).toLocaleString('en').replaceAll(',', ' ')
}

function scansOf(plan: Plan): readonly string[] {
  if (plan.op === 'scan') return [plan.dataset]
  return plan.op === 'union' ? plan.inputs.flatMap(scansOf) : scansOf(plan.input)
}
