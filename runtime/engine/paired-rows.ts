import type { Expr } from '../../dsl/ir/plan.ts'
import { partsOf, withColumns } from './expr-parts.ts'
import { besides, pickRows, renameRows } from './lazy-rows.ts'
import type { Pairing, Pairs } from './pairs.ts'
import type { Rows } from './vector.ts'

/** The columns of both sides that an expression reads, at some pairs, and the expression over these rows. */
export function pairedRows(
  expr: Expr,
  { row, source }: Pick<Pairing, 'row' | 'source'>,
  pairs: Pairs,
): { readonly rows: Rows; readonly expr: Expr } {
  const read = namesIn(expr)
  const own = (side: 'row' | 'other') => (name: string) => {
    const given = `${side}:${name}`
    return read.has(given) ? given : undefined
  }
  const rows = besides(
    pickRows(renameRows(row, own('row')), pairs.row),
    pickRows(renameRows(source, own('other')), pairs.other),
  )
  return {
    rows: { ...rows, rows: pairs.row.length },
    expr: withColumns(expr, (column) =>
      column.row === 'element' ? column : { ...column, row: 'row', name: `${column.row}:${column.name}` },
    ),
  }
}

function namesIn(expr: Expr, found = new Set<string>()): ReadonlySet<string> {
  if (expr.kind === 'column') found.add(`${expr.row}:${expr.name}`)
  partsOf(expr).forEach((part) => namesIn(part, found))
  return found
}
