import type { TableResult } from '../render/table.ts'
import { plainValue } from '../render/value.ts'

/** A numeric column of a whole table as float64. @throws when the table was cut to its first rows */
export function numberColumn(table: TableResult, name: string): Float64Array {
  const column = new Float64Array(table.rows)
  let at = 0
  for (const vector of vectors(table, name)) {
    const values = vector.toArray() as ArrayLike<number | bigint>
    for (let row = 0; row < values.length; row++) column[at++] = Number(values[row])
  }
  return column
}

/** A column of instants as ns after `base`: exact within 104 days. */
export function timeColumn(table: TableResult, name: string, base: bigint): Float64Array {
  const column = new Float64Array(table.rows)
  let at = 0
  for (const vector of vectors(table, name))
    for (const t of vector.toArray() as BigInt64Array) column[at++] = Number(t - base)
  return column
}

/** The first instant of a column; 0 without rows. */
export function firstInstant(table: TableResult, name: string): bigint {
  const first = vectors(table, name)
    .find(({ length }) => length > 0)
    ?.get(0) as bigint | undefined
  return first ?? 0n
}

/** The texts of a column in the given rows, which ascend. */
export function textsAt(table: TableResult, name: string, rows: readonly number[]): readonly string[] {
  const texts: string[] = []
  let start = 0
  for (const vector of vectors(table, name)) {
    for (let row = rows[texts.length]; row !== undefined && row < start + vector.length; row = rows[texts.length]) {
      texts.push(plainValue(vector.get(row - start)) as string)
    }
    start += vector.length
  }
  return texts
}

function vectors({ schema, rows, batches }: TableResult, name: string) {
  const at = schema.columns.findIndex((column) => column.name === name)
  if (at < 0) throw new Error(`no column ${name} among ${schema.columns.map((column) => column.name).join(', ')}`)
  const given = batches.reduce((sum, batch) => sum + batch.numRows, 0)
  if (given !== rows) throw new Error(`${given} of ${rows} rows of ${name}`)
  return batches.flatMap((batch) => batch.getChildAt(at) ?? [])
}
