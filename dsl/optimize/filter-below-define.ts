import type { ColumnExpr, Expr, Named } from '../ir/plan.ts'
import { typeOf } from '../ir/schema.ts'
import { movedBelow } from './below.ts'
import { columnsOf, replaced } from './expressions.ts'
import type { Law } from './law.ts'

export const filterBelowDefine: Law = {
  name: 'filter below define',
  text: 'define x = e where c = where c[x := e] define x = e',
  rewrite(plan) {
    if (plan.op !== 'filter' || plan.input.op !== 'define') return null
    const { columns } = plan.input
    return movedBelow(plan, plan.input, (condition) => withoutColumns(condition, columns))
  },
}

/** A condition in terms of what the columns are defined by; undefined where that would cost more, or differ. */
function withoutColumns(condition: Expr, columns: readonly Named[]): Expr | undefined {
  const defined = new Map(columns.map(({ name, value }) => [name, value]))
  if (!columnsOf(condition).some(({ name }) => defined.has(name))) return condition
  const values = columnsOf(condition).flatMap(({ name }) => defined.get(name) ?? [])
  if (!values.every((value) => isRepeatable(value) && !columnsOf(value).some(({ name }) => defined.has(name))))
    return undefined
  return replaced(condition, (column: ColumnExpr) => defined.get(column.name) ?? column)
}

const cheap = new Set(['add', 'subtract', 'multiply', 'divide', 'negate', 'abs', 'instantDifference'])

/**
 * Whether a value may be computed twice: it costs next to nothing, and is the same number whether it is stored in
 * between or not (integers are stored as such).
 */
function isRepeatable(value: Expr): boolean {
  if (value.kind === 'column') return true
  const type = typeOf(value)
  if (value.kind !== 'call' || !cheap.has(value.fn) || (type.kind === 'number' && type.repr !== 'float64')) return false
  return value.args.every(({ kind }) => kind === 'column' || kind === 'number')
}
