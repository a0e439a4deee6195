import { movedBelow } from './below.ts'
import { columnsOf } from './expressions.ts'
import type { Law } from './law.ts'

export const filterBelowJoin: Law = {
  name: 'filter below join',
  text: 'join optional p … where c = where c join optional p …, c not of p',
  rewrite(plan) {
    if (plan.op !== 'filter' || plan.input.op !== 'join') return null
    const join = plan.input
    // A join with an index tells how many rows it dropped, one with event data demands a partner of every row.
    if (join.unmatched !== 'missing') return null
    return movedBelow(plan, join, (condition) => {
      const isOfRow = !columnsOf(condition).some(({ name }) => name.startsWith(`${join.name}.`))
      return isOfRow ? condition : undefined
    })
  },
}
