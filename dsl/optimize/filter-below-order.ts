import { movedBelow } from './below.ts'
import { columnsOf, looksAround } from './expressions.ts'
import type { Law } from './law.ts'

export const filterBelowSort: Law = {
  name: 'filter below sort',
  text: 'sort by x where c = where c sort by x',
  rewrite(plan) {
    if (plan.op !== 'filter' || plan.input.op !== 'sort') return null
    return movedBelow(plan, plan.input, (condition) => condition)
  },
}

export const filterBelowVeto: Law = {
  name: 'filter below veto',
  text: 'veto … where c = where c veto …; the same for keep and during',
  rewrite(plan) {
    if (plan.op !== 'filter' || (plan.input.op !== 'veto' && plan.input.op !== 'during')) return null
    return movedBelow(plan, plan.input, (condition) => condition)
  },
}

export const filterBelowShift: Law = {
  name: 'filter below shift',
  text: 'shift by s where c = where c shift by s, c not of t',
  rewrite(plan) {
    if (plan.op !== 'filter' || plan.input.op !== 'shift') return null
    return movedBelow(plan, plan.input, (condition) => {
      return looksAround(condition) || columnsOf(condition).some(({ name }) => name === 't') ? undefined : condition
    })
  },
}
