import type { Expr, Plan } from '../ir/plan.ts'
import { filtered, parted } from './expressions.ts'
import type { Filter } from './law.ts'

/** A filter and the node under it, as far as its conditions can be said below the node. */
export function movedBelow<Node extends Exclude<Plan, { op: 'scan' | 'union' }>>(
  filter: Filter,
  node: Node,
  move: (condition: Expr) => Expr | undefined,
): Plan | null {
  const parts = parted(filter, move)
  if (parts === undefined) return null
  const cut = parts.rest === undefined ? filter : undefined
  return filtered({ ...node, input: filtered(node.input, parts.moved, cut) }, parts.rest)
}
