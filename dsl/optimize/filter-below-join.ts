import { movedBelow } from './below.ts'
import { columnsOf, looksAround } from './expressions.ts'
import type { Law } from './law.ts'

export const filterBelowJoin: Law = {
  name: 'filter below join',
  text: 'join p … where c = where c join p …, c not of p',
  rewrite(plan) {
    if (plan.op !== 'filter' || plan.input.op !== 'join') return null
    const join = plan.input
    // Above a join with event data the condition may rest on every event being there.
    if (join.unmatched === 'error') return null
    return movedBelow(plan, join, (condition) => {
      const isOfRow = !columnsOf(condition).some(({ name }) => name.startsWith(`${join.name}.`))
      return isOfRow && !looksAround(condition) ? condition : undefined
    })
  },
}
