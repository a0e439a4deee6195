import type { TableResult } from '../render/table.ts'
import { columnValues } from '../render/value.ts'

/** A numeric column of a whole table as float64. @throws when the table was cut to its first rows */
export function numberColumn(table: TableResult, name: string): Float64Array {
  return Float64Array.from(values(table, name), Number)
}

/** A column of instants as ns after `base`: exact within 104 days. */
export function timeColumn(table: TableResult, name: string, base: bigint): Float64Array {
  return Float64Array.from(values(table, name), (t) => Number((t as bigint) - base))
}

export function textColumn(table: TableResult, name: string): readonly string[] {
  return Array.from(values(table, name), (text) => text as string)
}

function values(table: TableResult, name: string) {
  const at = table.schema.columns.findIndex((column) => column.name === name)
  if (at < 0) throw new Error(`no column ${name} among ${table.schema.columns.map((column) => column.name).join(', ')}`)
  const given = table.batches.reduce((rows, batch) => rows + batch.numRows, 0)
  if (given !== table.rows) throw new Error(`${given} of ${table.rows} rows of ${name}`)
  return columnValues(table.batches, at)
}
