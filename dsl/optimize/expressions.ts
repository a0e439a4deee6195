import { joined } from '../ir/joined.ts'
import type { ColumnExpr, Expr } from '../ir/plan.ts'
import type { Filter } from './law.ts'

/**
 * The columns of its rows that an expression reads, those of lists too; of a window aggregate what it reads of the row
 * around it, but for its time and event.
 */
export function columnsOf(expr: Expr): readonly ColumnExpr[] {
  switch (expr.kind) {
    case 'column':
      return expr.row === 'element' ? [] : [expr]
    case 'call':
      return expr.args.flatMap(columnsOf)
    case 'reduce':
      return [expr.list, ...[expr.value, expr.where].flatMap((part) => (part === null ? [] : columnsOf(part)))]
    case 'element':
      return [expr.list]
    case 'aggregate': {
      const read = [expr.value, expr.where].flatMap((part) => (part === null ? [] : columnsOf(part)))
      return read.filter(({ row }) => row === 'row')
    }
    case 'total':
    case 'number':
    case 'bool':
    case 'text':
    case 'instant':
    case 'missing':
      return []
  }
}

/**
 * Whether a window aggregate is in an expression. It reads the time and the event of its row, and does not count the
 * events that the row refers to, so it means something else about another row.
 */
export function looksAround(expr: Expr): boolean {
  switch (expr.kind) {
    case 'aggregate':
      return true
    case 'call':
      return expr.args.some(looksAround)
    case 'reduce':
      return [expr.value, expr.where].some((part) => part !== null && looksAround(part))
    case 'total':
    case 'column':
    case 'element':
    case 'number':
    case 'bool':
    case 'text':
    case 'instant':
    case 'missing':
      return false
  }
}

/**
 * An expression without window aggregates with other expressions for its columns; undefined where a list would become
 * something else than a column.
 */
export function replaced(expr: Expr, by: (column: ColumnExpr) => Expr): Expr | undefined {
  switch (expr.kind) {
    case 'column':
      return expr.row === 'element' ? expr : by(expr)
    case 'call': {
      const args = expr.args.flatMap((arg) => replaced(arg, by) ?? [])
      return args.length === expr.args.length ? { ...expr, args } : undefined
    }
    case 'reduce': {
      const list = by(expr.list)
      const [value, where] = [expr.value, expr.where].map((part) => (part === null ? null : replaced(part, by)))
      if (list.kind !== 'column' || value === undefined || where === undefined) return undefined
      return { ...expr, list, value, where }
    }
    case 'element': {
      const list = by(expr.list)
      return list.kind === 'column' ? { ...expr, list } : undefined
    }
    case 'aggregate':
      return undefined
    case 'total':
    case 'number':
    case 'bool':
    case 'text':
    case 'instant':
    case 'missing':
      return expr
  }
}

/** The conditions of which one is the conjunction. */
function conjuncts(where: Expr): readonly Expr[] {
  return where.kind === 'call' && where.fn === 'and' ? where.args.flatMap(conjuncts) : [where]
}

export function conjunction(terms: readonly Expr[]): Expr | undefined {
  return joined(terms, (left, right): Expr => {
    return { kind: 'call', fn: 'and', args: [left, right], type: { kind: 'bool' }, missing: false }
  })
}

/**
 * A filter in two: what of it can be said in another way elsewhere (`moved`), and the filter that stays above (null:
 * nothing). Undefined where nothing can be moved.
 */
export function parted(
  filter: Filter,
  move: (condition: Expr) => Expr | undefined,
): { readonly moved: Expr; readonly rest: Expr | undefined } | undefined {
  const terms = conjuncts(filter.where).map((term) => ({ term, to: move(term) }))
  const moved = conjunction(terms.flatMap(({ to }) => to ?? []))
  const rest = conjunction(terms.flatMap(({ term, to }) => (to === undefined ? [term] : [])))
  return moved && { moved, rest }
}

/** A filter above a plan, if there is a condition. It is a cut of its own where it is a whole one, moved. */
export function filtered(
  input: Filter['input'],
  where: Expr | undefined,
  cut?: Pick<Filter, 'label' | 'text'>,
): Filter['input'] {
  return where === undefined
    ? input
    : { op: 'filter', input, where, label: cut?.label ?? null, text: cut?.text ?? null }
}
