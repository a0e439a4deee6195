import type { Expr, Plan } from '../../dsl/ir/plan.ts'
import { partsOf } from './expr-parts.ts'

/** The columns of a `define` that are wanted, and those that their values are made from. */
export function definesNeeded(plan: Extract<Plan, { op: 'define' }>, wanted: ReadonlySet<string>): ReadonlySet<string> {
  const needed = new Set(plan.columns.map(({ name }) => name).filter((name) => wanted.has(name)))
  for (const { name, value } of plan.columns.toReversed()) if (needed.has(name)) addColumns(value, needed, new Set())
  return needed
}

function addColumns(expr: Expr, names: Set<string>, seen: Set<Expr>): void {
  if (seen.has(expr)) return
  seen.add(expr)
  if (expr.kind === 'column' && expr.row === 'row') names.add(expr.name)
  partsOf(expr).forEach((part) => addColumns(part, names, seen))
}
