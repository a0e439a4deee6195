import { conjunction } from './expressions.ts'
import type { Law } from './law.ts'

export const fuseFilters: Law = {
  name: 'fuse',
  text: 'where a where b = where a and b',
  rewrite(plan) {
    if (plan.op !== 'filter' || plan.input.op !== 'filter') return null
    const where = conjunction([plan.input.where, plan.where])
    return where === undefined ? null : { op: 'filter', input: plan.input.input, where, label: null, text: null }
  },
}
