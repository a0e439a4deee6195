import type { Expr } from '../../dsl/ir/plan.ts'
import { partsOf, withColumns } from './expr-parts.ts'
import { besides, pickRows, renameRows } from './lazy-rows.ts'
import type { Looking } from './looking.ts'
import type { Rows } from './vector.ts'

/** Rows that look at a source through a window, with what must hold of both. */
export interface Pairing {
  readonly looking: Looking
  readonly row: Rows
  readonly source: Rows
  /** Over the columns of `row` and, as `other`, of `source`. */
  readonly where: Expr | null
}

/** Index pairs (row, source row), ordered by both. */
export interface Pairs {
  readonly row: Uint32Array
  readonly other: Uint32Array
}

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
