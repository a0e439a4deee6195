import type { Expr, Role } from '../../dsl/ir/plan.ts'
import { schemaOf } from '../../dsl/ir/schema.ts'
import type { Type } from '../../dsl/ir/types.ts'
import type { Evaluator } from './evaluator.ts'
import { baseColumn, columnExpr, masked, materialise, type Frame } from './frame.ts'
import { lookingAt } from './looking.ts'
import type { Pairing } from './paired-rows.ts'
import { findPairs, havePartner } from './pairs.ts'
import { boundBefore, isWith, keyOf, positionType, type MatchPlan } from './plan-parts.ts'
import { besides, pickRows, renameRows } from './lazy-rows.ts'
import { insideMask, spansAbout } from './spans.ts'
import { numbersOf, type Rows } from './vector.ts'

export interface MatchRows {
  readonly rows: Rows
  /** The columns that the match carries, each as itself. */
  readonly types: ReadonlyMap<string, Expr>
}

/**
 * All combinations of an anchor with a candidate of each `with` role for which no `without` has a candidate. Roles are
 * bound one after the other: the rows so far look at the role's stream, and every pair found is a row of the next step.
 */
export function matchRows(plan: MatchPlan, input: Frame, evaluation: Evaluator): MatchRows {
  const { tools, demands } = evaluation
  const carried = demands.boundOf(plan)
  const carriedAs = (role: string) => (name: string) => {
    const own = `${role}.${name}`
    return carried.has(own) ? own : undefined
  }
  let rows = renameRows(materialise(withCandidates(plan, input, evaluation), tools), carriedAs(plan.anchor))
  for (const role of plan.roles.filter(isWith)) {
    const pairing = pairingOf(plan, role, rows, evaluation)
    const pairs = findPairs(pairing, quantifierOf(role), tools)
    const candidates = renameRows(pairing.source, carriedAs(role.name))
    rows = besides(pickRows(rows, pairs.row), pickRows(candidates, pairs.other))
  }
  for (const role of plan.roles.filter((known) => !isWith(known))) rows = withoutRole(plan, role, rows, evaluation)
  const types = new Map(schemaOf(plan).columns.map(({ name, type }): [string, Type] => [name, type]))
  return {
    rows,
    types: new Map([...rows.columns.keys()].map((name) => [name, columnExpr(name, types.get(name) ?? positionType)])),
  }
}

function quantifierOf({ quantifier }: Role): Exclude<Role['quantifier'], 'without'> {
  if (quantifier === 'without') throw new Error('a `without` binds nothing')
  return quantifier
}

/**
 * The anchors that have any row of the first role's stream in time: where these are few, most anchors need not even be
 * written down. Whether a candidate is one is for the search to say.
 */
function withCandidates(plan: MatchPlan, input: Frame, evaluation: Evaluator): Frame {
  const role = plan.roles.find(isWith)
  const key = keyOf(plan.input)
  const times = baseColumn(input, `${key}t`)
  if (role?.window.kind !== 'within' || role.window.reference !== `${plan.anchor}.${key}` || times === undefined)
    return input
  const source = evaluation.rows(role.source)
  if (2 * source.rows > input.base.rows) return input
  const { low, high } = role.window
  const spans = spansAbout(numbersOf(source, `${keyOf(role.source)}t`).values, { low: -high, high: -low })
  return masked(input, insideMask(times.values, spans), 'keep')
}

function withoutRole(plan: MatchPlan, role: Role, rows: Rows, evaluation: Evaluator): Rows {
  const mask = havePartner(pairingOf(plan, role, rows, evaluation), evaluation.tools)
  const kept = new Uint32Array(rows.rows)
  let count = 0
  for (let i = 0; i < mask.length; i++) {
    kept[count] = i
    count += mask[i]! ^ 1
  }
  return pickRows(rows, kept.subarray(0, count))
}

function pairingOf(plan: MatchPlan, role: Role, bound: Rows, evaluation: Evaluator): Pairing {
  const references = boundBefore(plan, role)
  const { rows, replaced } = evaluation.aggregated(bound, [role.where], references)
  const looking = lookingAt(role.window, references, role.source)
  return { looking, row: rows, source: evaluation.rowsSeen(role.source, looking, rows), where: replaced[0] ?? null }
}
