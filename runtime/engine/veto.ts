import type { Expr } from '../../dsl/ir/plan.ts'
import { typeOf } from '../../dsl/ir/schema.ts'
import { searchSorted } from './codegen-loops.ts'
import type { Evaluator } from './evaluator.ts'
import { columnExpr, frameOf, materialise, type Frame } from './frame.ts'
import { keyOf, referencesOf, type VetoPlan } from './plan-parts.ts'
import { havePartner } from './pairs.ts'
import { withVector } from './lazy-rows.ts'
import { numbers, numbersOf, type NumberArray, type Rows } from './vector.ts'

/** The rows that a veto leaves, or a keep retains: one more condition, on a column that says who is in a window. */
export function vetoFrame(plan: VetoPlan, input: Frame, evaluation: Evaluator): Frame {
  return plan.where === null ? vetoByTime(plan, input, evaluation) : vetoByPair(plan, plan.where, input, evaluation)
}

/** Windows of one width about sorted times: coalesced to disjoint spans, which the rows' times run through. */
function vetoByTime(plan: VetoPlan, input: Frame, evaluation: Evaluator): Frame {
  const spans = spansAbout(numbersOf(evaluation.rows(plan.source), `${keyOf(plan.source)}t`).values, plan)
  const key = `${keyOf(plan.input)}t`
  const column = input.columns.get(key)
  if (column?.kind !== 'column') throw new Error('the time of a row is a column')
  const mask = insideMask(numbersOf(input.base, column.name).values, spans)
  return withMask(input, input.base, mask, plan)
}

function vetoByPair(plan: VetoPlan, where: Expr, input: Frame, evaluation: Evaluator): Frame {
  const { rows, replaced } = evaluation.aggregated(
    materialise(input, evaluation.tools),
    [where],
    referencesOf(plan.input),
  )
  const window = {
    kind: 'within',
    low: -plan.high,
    high: -plan.low,
    order: 'any',
    reference: keyOf(plan.input),
  } as const
  const looking = { window, key: keyOf(plan.source), byPosition: false, exclusions: [] }
  const mask = havePartner(
    { looking, row: rows, source: evaluation.rows(plan.source), where: replaced[0] ?? null },
    evaluation.tools,
  )
  const types = new Map([...input.columns].map(([name, expr]) => [name, columnExpr(name, typeOf(expr))]))
  return withMask(frameOf(rows, types), rows, mask, plan)
}

function withMask(frame: Frame, base: Rows, mask: Uint8Array, { mode }: VetoPlan): Frame {
  const name = `\0mask${base.columns.size}`
  const isInside = columnExpr(name, { kind: 'bool' })
  const condition: Expr =
    mode === 'keep' ? isInside : { kind: 'call', fn: 'not', args: [isInside], type: { kind: 'bool' }, missing: false }
  return {
    ...frame,
    base: withVector(base, name, numbers(mask)),
    conditions: [...frame.conditions, condition],
  }
}

/** Disjoint closed spans in ascending order. */
export interface Spans {
  readonly starts: Float64Array
  readonly stops: Float64Array
  readonly count: number
}

/** The union of the closed windows [t + low, t + high] about ascending times: two that share an instant are one. */
export function spansAbout(times: NumberArray, { low, high }: { readonly low: number; readonly high: number }): Spans {
  const starts = new Float64Array(times.length)
  const stops = new Float64Array(times.length)
  let count = 0
  if (low > high) return { starts, stops, count }
  for (let i = 0; i < times.length; i++) {
    const start = times[i]! + low
    if (count > 0 && start <= stops[count - 1]!) stops[count - 1] = times[i]! + high
    else {
      starts[count] = start
      stops[count++] = times[i]! + high
    }
  }
  return { starts, stops, count }
}

/** 1 for each of the ascending times that lies in a span: the rows of a span are a range. */
function insideMask(times: NumberArray, { starts, stops, count }: Spans): Uint8Array {
  const first = searchSorted(times, starts.subarray(0, count), 0, 'at or after')
  const end = searchSorted(times, stops.subarray(0, count), 0, 'after')
  const mask = new Uint8Array(times.length)
  for (let at = 0; at < count; at++) mask.fill(1, first[at], end[at])
  return mask
}
