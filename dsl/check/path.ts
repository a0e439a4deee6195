import type * as ast from '../ir/ast.ts'
import type { Span } from '../ir/span.ts'

/** A dotted path, `pair.prompt.t`, and what it means. */
export interface Path {
  readonly parts: readonly ast.Name[]
  readonly span: Span
}

/** The names of an expression that is a path; undefined for any other. `this` is a part like a role. */
export function pathOf(expr: ast.Expr): Path | undefined {
  if (expr.kind === 'name') return { parts: [expr.name], span: expr.span }
  if (expr.kind === 'this') return { parts: [{ text: 'this', span: expr.span }], span: expr.span }
  if (expr.kind !== 'member') return undefined
  const object = pathOf(expr.object)
  return object && { parts: [...object.parts, expr.name], span: expr.span }
}
