import type { Plan } from '../../dsl/ir/plan.ts'
import { schemaOf } from '../../dsl/ir/schema.ts'
import type { Column } from '../../dsl/ir/types.ts'
import { RuntimeError } from '../errors.ts'
import { comparePlaces, eventsOf, placeOf } from './place.ts'
import { type Cell, cellOf, columnOf, type Row, type RowsOf } from './row.ts'

/**
 * The events of all inputs in the total order.
 *
 * @throws RuntimeError D005 when two inputs have the same event
 */
export function unionRows({ inputs, schema }: Extract<Plan, { op: 'union' }>, rowsOf: RowsOf): readonly Row[] {
  const rows = inputs.flatMap((input) => rowsOf(input).map((row) => widened(row, schema.columns)))
  const seen = new Set<string>()
  for (const event of rows.flatMap((row) => eventsOf(row, ['']))) {
    if (seen.has(event)) throw new RuntimeError('D005', `the event ${event} (file:entry) is on both sides of a union`)
    seen.add(event)
  }
  return inOrder(rows, [''])
}

/** Other file numbers, and the rows in the order that these give. */
export function renumberedRows(plan: Extract<Plan, { op: 'renumber' }>, rowsOf: RowsOf): readonly Row[] {
  const { input, columns, files } = plan
  const rows = rowsOf(input).map((row) => {
    const numbers = columns.map((name): [string, Cell] => {
      const value = columnOf(row, name)
      return [name, value === undefined ? value : (files[Number(value)] ?? value)]
    })
    return new Map([...row, ...numbers])
  })
  const { key, references } = schemaOf(input)
  return key === null ? rows : inOrder(rows, references)
}

/** By the places of the events that the rows refer to: a match by its anchor, then by its roles. */
function inOrder(rows: readonly Row[], references: readonly string[]): readonly Row[] {
  return rows.toSorted((left, right) => {
    const orders = references.map((prefix) => comparePlaces(placeOf(left, prefix), placeOf(right, prefix)))
    return orders.find((order) => order !== 0) ?? 0
  })
}

function widened(row: Row, columns: readonly Column[]): Row {
  return new Map(
    columns.map(({ name, type }) => {
      const cell = cellOf(row, name)
      const isFloat = type.kind === 'number' && type.repr.startsWith('float')
      return [name, isFloat && typeof cell === 'bigint' ? Number(cell) : cell]
    }),
  )
}
