import { comparisons } from '../functions/operators.ts'
import type { Expr, Named } from '../ir/plan.ts'
import { movedBelow } from './below.ts'
import { columnsOf, looksAround, replaced } from './expressions.ts'
import type { Law } from './law.ts'

export const filterBelowGroup: Law = {
  name: 'filter below group',
  text: 'group by k … where c(k) = where c group by k …',
  rewrite(plan) {
    if (plan.op !== 'filter' || plan.input.op !== 'group') return null
    const { keys } = plan.input
    return movedBelow(plan, plan.input, (condition) => ofKeys(condition, keys))
  },
}

const tests = new Set([...comparisons, 'and', 'or', 'not', 'exists'])

/**
 * A test of keys against each other and constants, as one of what they are: no key is -0, which only a division tells. A
 * test of nothing stays, since a group without keys has a row even of no rows; what looks around is not asked twice.
 */
function ofKeys(condition: Expr, keys: readonly Named[]): Expr | undefined {
  const values = new Map(keys.map(({ name, value }) => [name, value]))
  const columns = columnsOf(condition)
  if (!isTest(condition) || columns.length === 0) return undefined
  if (!columns.every(({ name }) => values.has(name)) || [...values.values()].some(looksAround)) return undefined
  return replaced(condition, (column) => values.get(column.name) ?? column)
}

function isTest(expr: Expr): boolean {
  return expr.kind !== 'call' || (tests.has(expr.fn) && expr.args.every(isTest))
}
