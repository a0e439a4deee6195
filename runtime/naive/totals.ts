import type { Value } from '../../dsl/functions/function.ts'
import type { Expr, NumberInput, TotalExpr } from '../../dsl/ir/plan.ts'

/** A query, or any part of one, in which numbers over whole streams are what they are; those inside others come first. */
export function withoutTotals<T>(part: T, valueOf: (input: NumberInput) => Value): T {
  if (typeof part !== 'object' || part === null) return part
  if (Array.isArray(part)) return part.map((item: unknown) => withoutTotals(item, valueOf)) as T
  const entries = Object.entries(part).map(([name, item]) => [name, withoutTotals<unknown>(item, valueOf)] as const)
  const made = Object.fromEntries(entries) as T & object
  return isTotal(made) ? (literalOf(valueOf(made.of), made) as T) : made
}

function isTotal(part: object): part is TotalExpr {
  return 'kind' in part && part.kind === 'total' && 'of' in part
}

function literalOf(value: Value, { type }: TotalExpr): Expr {
  if (value === undefined) return { kind: 'missing', type }
  switch (type.kind) {
    case 'bool':
      return { kind: 'bool', value: value === true }
    case 'text':
      return { kind: 'text', value: String(value) }
    case 'instant':
      return { kind: 'instant', ns: String(value) }
    case 'number':
      return { kind: 'number', value: Number(value), type }
  }
}
