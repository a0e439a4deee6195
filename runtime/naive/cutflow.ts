import type { Value } from '../../dsl/functions/function.ts'
import type { CutflowBy, Plan, Role } from '../../dsl/ir/plan.ts'
import { schemaOf } from '../../dsl/ir/schema.ts'
import type { CutflowRow } from '../ports/backend.ts'
import { compareKeys } from './order.ts'
import { columnOf, type Row, type RowsOf } from './row.ts'

/** A line without what follows from its neighbours. */
interface Line {
  readonly cut: string
  readonly sequential: number
  readonly alone: number | null
  readonly nMinus1: number | null
}

type Match = Extract<Plan, { op: 'match' }>

export interface Cutflow {
  readonly total: number
  readonly rows: readonly CutflowRow[]
}

/**
 * The lines of each value of `by`, a column of the rows that the plan starts from, in the order of the values: of the
 * rows of every stage only those are counted that have the value, a match by its anchor.
 */
export function splitCutflow(plan: Plan, by: CutflowBy, rowsOf: RowsOf): Cutflow {
  const { name } = by.value
  const source = chainOf(plan)[0] ?? plan
  const valueOfRow = (row: Row, of: Plan): Value => columnOf(row, `${schemaOf(of).key ?? ''}${name}`)
  const values = rowsOf(source).map((row) => valueOfRow(row, source))
  const distinct = values
    .toSorted(compareKeys)
    .filter((value, at, sorted) => at === 0 || compareKeys(sorted[at - 1], value) !== 0)
  const rows = distinct.flatMap((value) => {
    const rowsOfValue: RowsOf = (of) => rowsOf(of).filter((row) => compareKeys(valueOfRow(row, of), value) === 0)
    return cutflow(plan, rowsOfValue).rows.map((row) => ({ ...row, by: value === 0 ? 0 : (value ?? null) }))
  })
  return { total: values.length, rows }
}

/**
 * The cuts of a plan from its scan or union upwards, through the input of every match: a line for each `where` with a text,
 * each veto and keep, and for each match its anchors (the rows of its input), then each role.
 *
 * - *sequential*: the rows of the plan up to and with the cut; of a role, the rows of its match with the roles up to
 *   and with this one.
 * - *alone*, *nMinus1*: a section is what lies between two stages that change what a row is: scan, union, match, group, take,
 *   burst, sample, a join that is not optional. Of its stages all but the cuts
 *   stay where they are; *alone* adds this one cut, *nMinus1* all cuts but this one. A `where` without text is no cut
 *   and is left out of both: it is the anchors' condition and counts with them.
 * - Of a `without`: the rows of its match with all `with` roles and only this `without`, or all others. Null for
 *   anchors and `with` roles.
 * - *efficiency*: sequential ÷ n, the sequential count of the line above (of the first: the rows of the scan), with the
 *   binomial *error* √(e(1 − e) / n); both null where n is 0 or smaller than the count.
 */
export function cutflow(plan: Plan, rowsOf: RowsOf): Cutflow {
  const chain = chainOf(plan)
  const total = rowsOf(chain[0] ?? plan).length
  const lines = chain.flatMap((node) => linesOf(node, sectionOf(node, chain), rowsOf))
  return { total, rows: lines.map((line, at) => withEfficiency(line, lines[at - 1]?.sequential ?? total)) }
}

function withEfficiency(line: Line, n: number): CutflowRow {
  if (n === 0 || n < line.sequential) return { ...line, efficiency: null, error: null }
  const efficiency = line.sequential / n
  return { ...line, efficiency, error: Math.sqrt((efficiency * (1 - efficiency)) / n) }
}

/** The plan and what it stands on, the scan or union first. */
function chainOf(plan: Plan): readonly Plan[] {
  return plan.op === 'scan' || plan.op === 'union' ? [plan] : [...chainOf(plan.input), plan]
}

/** The stages of the section that a stage is in, the one that gives its rows first. */
function sectionOf(node: Plan, chain: readonly Plan[]): readonly Plan[] {
  const at = chain.indexOf(node)
  const before = chain.slice(0, at).findLastIndex(changesRows)
  const after = chain.findIndex((other, index) => index > at && changesRows(other))
  return chain.slice(before, after < 0 ? chain.length : after)
}

const changing: ReadonlySet<Plan['op']> = new Set(['scan', 'union', 'match', 'group', 'take', 'burst', 'sample'])

function changesRows(plan: Plan): boolean {
  return changing.has(plan.op) || (plan.op === 'join' && plan.unmatched !== 'missing')
}

function linesOf(node: Plan, section: readonly Plan[], rowsOf: RowsOf): readonly Line[] {
  if (node.op === 'match') return matchLines(node, rowsOf)
  const cut = cutName(node)
  if (cut === null) return []
  const alone = rowsOf(rebuilt(section, (other) => other === node)).length
  const nMinus1 = rowsOf(rebuilt(section, (other) => other !== node && cutName(other) !== null)).length
  return [{ cut, sequential: rowsOf(node).length, alone, nMinus1 }]
}

/** How the cutflow names a stage; null for one that is no cut. */
function cutName(node: Plan): string | null {
  if (node.op === 'filter') return node.text === null ? null : (node.label ?? node.text)
  return node.op === 'veto' || node.op === 'during' ? (node.label ?? node.text) : null
}

/** The section on its first stage, with those filters and vetoes only that are chosen. */
function rebuilt([first, ...stages]: readonly Plan[], isChosen: (stage: Plan) => boolean): Plan {
  if (first === undefined) throw new Error('a section starts with a stage')
  return stages
    .filter((stage) => !isTest(stage) || isChosen(stage))
    .reduce((input, stage) => (stage.op === 'scan' || stage.op === 'union' ? stage : { ...stage, input }), first)
}

function isTest({ op }: Plan): boolean {
  return op === 'filter' || op === 'veto' || op === 'during'
}

function matchLines(match: Match, rowsOf: RowsOf): readonly Line[] {
  const count = (roles: readonly Role[]): number => rowsOf({ ...match, roles }).length
  const isWith = (role: Role): boolean => role.quantifier !== 'without'
  const lines = match.roles.map((role, at): Line => {
    return {
      cut: role.text,
      sequential: count(match.roles.slice(0, at + 1)),
      alone: isWith(role) ? null : count(match.roles.filter((other) => isWith(other) || other === role)),
      nMinus1: isWith(role) ? null : count(match.roles.filter((other) => other !== role)),
    }
  })
  return [{ cut: match.anchorText, sequential: rowsOf(match.input).length, alone: null, nMinus1: null }, ...lines]
}
