import type { Expr } from '../ir/plan.ts'
import { movedBelow } from './below.ts'
import { columnsOf, replaced } from './expressions.ts'
import type { Law } from './law.ts'

export const filterIntoAnchor: Law = {
  name: 'filter into anchor',
  text: 'match p … where c(p) = match p where c …',
  rewrite(plan) {
    if (plan.op !== 'filter' || plan.input.op !== 'match') return null
    const { anchor } = plan.input
    return movedBelow(plan, plan.input, (condition) => ofRole(condition, anchor))
  },
}

/** A condition on one role, as one on the rows of its stream: without aggregates, which `replaced` leaves where they are. */
function ofRole(condition: Expr, role: string): Expr | undefined {
  const prefix = `${role}.`
  const columns = columnsOf(condition)
  if (!columns.every(({ name }) => name.startsWith(prefix))) return undefined
  return replaced(condition, (column) => ({ ...column, name: column.name.slice(prefix.length) }))
}
