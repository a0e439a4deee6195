import type { Expr, Plan, Role } from '../ir/plan.ts'
import { columnsOf, conjunction, filtered, parted, replaced } from './expressions.ts'
import type { Law } from './law.ts'

export const filterIntoRole: Law = {
  name: 'filter into role',
  text: 'match p with each d where c … where c′(p, d) = match p with each d where c and c′ …',
  rewrite(plan) {
    if (plan.op !== 'filter' || plan.input.op !== 'match') return null
    const match = plan.input
    for (const [at, role] of match.roles.entries()) {
      if (role.quantifier !== 'each') continue
      const parts = parted(plan, (condition) => onRole(condition, role, boundBefore(match, at)))
      if (parts !== undefined)
        return filtered({ ...match, roles: match.roles.with(at, withCondition(role, parts.moved)) }, parts.rest)
    }
    return null
  },
}

/** The anchor and the roles that are bound before a clause. */
function boundBefore({ anchor, roles }: Extract<Plan, { op: 'match' }>, at: number): readonly string[] {
  const before = roles.slice(0, at).filter(({ quantifier }) => quantifier !== 'without')
  return [anchor, ...before.map(({ name }) => name)]
}

/** A condition of the whole row as one of a role: it must concern the role, and otherwise only what is bound before. */
function onRole(condition: Expr, { name }: Role, bound: readonly string[]): Expr | undefined {
  const isOf = (role: string, column: string): boolean => column.startsWith(`${role}.`)
  const columns = columnsOf(condition)
  if (!columns.some((column) => isOf(name, column.name))) return undefined
  if (!columns.every((column) => [name, ...bound].some((role) => isOf(role, column.name)))) return undefined
  return replaced(condition, (column) => {
    return isOf(name, column.name) ? { ...column, row: 'other', name: column.name.slice(name.length + 1) } : column
  })
}

function withCondition(role: Role, condition: Expr): Role {
  const where = conjunction([...(role.where === null ? [] : [role.where]), condition])
  return { ...role, where: where ?? null }
}

export const roleConditionAlone: Law = {
  name: 'role condition alone',
  text: 'with d in s where c(d) = with d in (from s where c)',
  rewrite(plan) {
    if (plan.op !== 'match') return null
    for (const [at, role] of plan.roles.entries()) {
      const own =
        role.where === null ? undefined : parted({ ...whole, where: role.where }, (condition) => ofCandidate(condition))
      if (own === undefined) continue
      const narrowed: Role = { ...role, source: filtered(role.source, own.moved), where: own.rest ?? null }
      return { ...plan, roles: plan.roles.with(at, narrowed) }
    }
    return null
  },
}

const whole = {
  op: 'filter',
  input: { op: 'scan', dataset: '', schema: { stream: 'table', columns: [], key: null, references: [], roles: [] } },
  label: null,
  text: null,
} as const

/** A condition on the candidate alone, as one on its row. */
function ofCandidate(condition: Expr): Expr | undefined {
  const columns = columnsOf(condition)
  if (!columns.every(({ row }) => row === 'other')) return undefined
  return replaced(condition, (column) => ({ ...column, row: 'row' }))
}
