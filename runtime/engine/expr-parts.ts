import type { ColumnExpr, Expr, ListElement, ListReduction, WindowAggregate } from '../../dsl/ir/plan.ts'
import { isInteger } from './cell.ts'

/** What is computed as a column of its own before the expression around it is compiled. */
export type Derived = WindowAggregate | ListReduction | ListElement

/** The expressions that an expression is made of. */
export function partsOf(expr: Expr): readonly Expr[] {
  switch (expr.kind) {
    case 'number':
    case 'bool':
    case 'text':
    case 'instant':
    case 'missing':
    case 'column':
    case 'total':
      return []
    case 'call':
      return expr.args
    case 'aggregate':
      return [expr.value, expr.where].filter((part) => part !== null)
    case 'reduce':
      return [expr.list, expr.value, expr.where].filter((part) => part !== null)
    case 'element':
      return [expr.list]
  }
}

/** The expression with its parts changed. */
export function withParts(expr: Expr, change: (part: Expr) => Expr): Expr {
  const changed = (part: Expr | null): Expr | null => (part === null ? null : change(part))
  switch (expr.kind) {
    case 'number':
    case 'bool':
    case 'text':
    case 'instant':
    case 'missing':
    case 'column':
    case 'total':
      return expr
    case 'call':
      return { ...expr, args: expr.args.map(change) }
    case 'aggregate':
      return { ...expr, value: changed(expr.value), where: changed(expr.where) }
    case 'reduce':
      return { ...expr, list: listIn(change(expr.list)), value: changed(expr.value), where: changed(expr.where) }
    case 'element':
      return { ...expr, list: listIn(change(expr.list)) }
  }
}

function listIn(expr: Expr): ColumnExpr {
  if (expr.kind !== 'column') throw new Error('a list is a column')
  return expr
}

/** Whether an expression reads a column of the row, of the looked-at row, or of the element. */
export function reads(expr: Expr, side: ColumnExpr['row']): boolean {
  if (expr.kind === 'column') return expr.row === side
  return partsOf(expr).some((part) => reads(part, side))
}

/** Names of the columns of the row that an expression reads. */
export function* rowColumns(expr: Expr): Generator<string> {
  if (expr.kind === 'column' && expr.row === 'row') yield expr.name
  for (const part of partsOf(expr)) yield* rowColumns(part)
}

/** The expression with each column changed. */
export function withColumns(expr: Expr, change: (column: ColumnExpr) => ColumnExpr): Expr {
  return expr.kind === 'column' ? change(expr) : withParts(expr, (part) => withColumns(part, change))
}

/** The expression with some of its parts replaced. */
export function replaced(expr: Expr, known: Map<Expr, Expr>): Expr {
  const found = known.get(expr)
  if (found !== undefined) return found
  if (expr.kind !== 'call') return expr
  const made = withParts(expr, (part) => replaced(part, known))
  known.set(expr, made)
  return made
}

/** Whether the data may refuse a value: a sum of integers in a window or list, which may be too large for an int64. */
export function mayRefuse(expr: Expr): boolean {
  if ((expr.kind === 'aggregate' || expr.kind === 'reduce') && expr.fn === 'sum' && isInteger(expr.type)) return true
  return partsOf(expr).some(mayRefuse)
}

/** Whether the expression holds a reduction of a list, or an element of one. */
export function holdsLists(expr: Expr): boolean {
  return isListPart(expr) || partsOf(expr).some(holdsLists)
}

function isListPart(expr: Expr): expr is ListReduction | ListElement {
  return expr.kind === 'reduce' || expr.kind === 'element'
}

/**
 * The window aggregates of expressions, and what they make of the lists of one side alone, those inside of another before
 * it. Aggregates are about the row, also those in the value or condition of another aggregate.
 */
export function derivedIn(expressions: readonly (Expr | null)[], side: 'row' | 'other' = 'row'): readonly Derived[] {
  const found: Derived[] = []
  const seen = new Set<Expr>()
  const visit = (expr: Expr | null): void => {
    if (expr === null || seen.has(expr)) return
    seen.add(expr)
    partsOf(expr).forEach(visit)
    if (expr.kind === 'aggregate' && side === 'row') found.push(expr)
    if (isListPart(expr) && !reads(expr, side === 'row' ? 'other' : 'row')) found.push(expr)
  }
  expressions.forEach(visit)
  return found
}
