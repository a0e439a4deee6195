import type { Expr } from '../../dsl/ir/plan.ts'
import type { Evaluator } from './evaluator.ts'
import { baseColumn, frameOf, masked, materialise, ownColumns, type Frame } from './frame.ts'
import { keyOf, referencesOf, type VetoPlan } from './plan-parts.ts'
import { havePartner } from './pairs.ts'
import { insideMask, spansAbout } from './spans.ts'
import { numbersOf } from './vector.ts'

/** The rows that a veto leaves, or a keep retains: one more condition, on a column that says who is in a window. */
export function vetoFrame(plan: VetoPlan, input: Frame, evaluation: Evaluator): Frame {
  return plan.where === null ? vetoByTime(plan, input, evaluation) : vetoByPair(plan, plan.where, input, evaluation)
}

/** Windows of one width about sorted times: coalesced to disjoint spans, which the rows' times run through. */
function vetoByTime(plan: VetoPlan, input: Frame, evaluation: Evaluator): Frame {
  const spans = spansAbout(numbersOf(evaluation.rows(plan.source), `${keyOf(plan.source)}t`).values, plan)
  const key = `${keyOf(plan.input)}t`
  const times = baseColumn(input, key)
  if (times === undefined) throw new Error('the time of a row is a column')
  const mask = insideMask(times.values, spans)
  return masked(input, mask, plan.mode)
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
    { looking, row: rows, source: evaluation.rowsSeen(plan.source, looking, rows), where: replaced[0] ?? null },
    evaluation.tools,
  )
  return masked(frameOf(rows, ownColumns(input)), mask, plan.mode)
}
