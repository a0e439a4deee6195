import type { Expr, Named, Plan } from '../ir/plan.ts'
import { columnsOf } from './expressions.ts'
import type { Law } from './law.ts'

export const dropUnread: Law = {
  name: 'drop unread',
  text: 'a column that nothing reads is not defined',
  rewrite(plan) {
    if (plan.op !== 'select' && plan.op !== 'group') return null
    const { input } = plan
    if (input.op !== 'define') return null
    const columns = needed(input.columns, readBy(plan))
    if (columns.length === input.columns.length) return null
    return { ...plan, input: columns.length === 0 ? input.input : { ...input, columns } }
  },
}

function readBy(plan: Extract<Plan, { op: 'select' | 'group' }>): ReadonlySet<string> {
  const exprs = plan.op === 'select' ? plan.columns.map(({ value }) => value) : groupExprs(plan)
  return new Set(exprs.flatMap(columnsOf).map(({ name }) => name))
}

function groupExprs({ keys, measures }: Extract<Plan, { op: 'group' }>): readonly Expr[] {
  return [
    ...keys.map(({ value }) => value),
    ...measures.flatMap(({ value, where }) => [value, where ?? null].filter((expr) => expr !== null)),
  ]
}

/** The definitions that are read, and those that these read. */
function needed(columns: readonly Named[], read: ReadonlySet<string>): readonly Named[] {
  const wanted = new Set(read)
  const kept = columns.toReversed().filter(({ name, value }) => {
    if (!wanted.has(name)) return false
    for (const column of columnsOf(value)) wanted.add(column.name)
    return true
  })
  return kept.toReversed()
}
