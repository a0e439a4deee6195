import type { Value } from '../../dsl/functions/function.ts'
import type { Expr, Plan } from '../../dsl/ir/plan.ts'
import { schemaOf } from '../../dsl/ir/schema.ts'
import { RuntimeError } from '../errors.ts'
import { valueOf } from './expression.ts'
import { compareKeys } from './order.ts'
import { eventsOf } from './place.ts'
import { prefixed, type Row, type RowsOf } from './row.ts'

type Join = Extract<Plan, { op: 'join' }>

/**
 * Each row with the columns of its partner.
 *
 * @throws RuntimeError D005 when a row has two partners, D009 when it must have one and has none
 */
export function joinRows(plan: Join, rowsOf: RowsOf): readonly Row[] {
  return rowsOf(plan.input).flatMap((row) => {
    const [partner, second] = partnersOf(row, plan, rowsOf)
    if (second !== undefined) throw new RuntimeError('D005', `a row has two partners in the join \`${plan.name}\``)
    if (partner !== undefined) return [new Map([...row, ...prefixed(partner, plan.name)])]
    return withoutPartner(row, plan)
  })
}

/** How many rows of the input have no partner. */
export function unmatchedRows(plan: Join, rowsOf: RowsOf): number {
  return rowsOf(plan.input).filter((row) => partnersOf(row, plan, rowsOf).length === 0).length
}

function partnersOf(row: Row, { input, source, keys }: Join, rowsOf: RowsOf): readonly Row[] {
  const key = keys.map(({ left }) => keyValue(left, row, { plan: input, rowsOf }))
  return rowsOf(source).filter((partner) => {
    return keys.every(({ right }, at) => isSame(key[at], keyValue(right, partner, { plan: source, rowsOf })))
  })
}

function keyValue(expr: Expr, row: Row, { plan, rowsOf }: { readonly plan: Plan; readonly rowsOf: RowsOf }): Value {
  return valueOf(expr, { row, events: eventsOf(row, schemaOf(plan).references), rowsOf })
}

/** Missing and NaN are the same as nothing. */
function isSame(left: Value, right: Value): boolean {
  return ![left, right].some((value) => value === undefined || Number.isNaN(value)) && compareKeys(left, right) === 0
}

function withoutPartner(row: Row, { input, name, source, unmatched }: Join): readonly Row[] {
  switch (unmatched) {
    case 'drop':
      return []
    case 'missing':
      return [
        new Map([...row, ...schemaOf(source).columns.map((column) => [`${name}.${column.name}`, undefined] as const)]),
      ]
    case 'error': {
      const [event] = eventsOf(row, schemaOf(input).references)
      throw new RuntimeError('D009', `the event ${event} (file:entry) has no partner in the join \`${name}\``)
    }
  }
}
