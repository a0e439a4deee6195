import type { Value } from '../../dsl/functions/function.ts'
import type { Column, Type } from '../../dsl/ir/types.ts'
import type { NaiveResult } from '../../runtime/naive/evaluate.ts'
import type { Cell, Element } from '../../runtime/naive/row.ts'
import type { Result } from '../../runtime/ports/backend.ts'

/** A result with the rows of a table as plain values, to be compared with what the definition gives. */
export function plainResult(result: Result): unknown {
  if (result.kind === 'number') return { ...result, value: plainValue(result.value ?? undefined, result.type.kind) }
  if (result.kind === 'hist') return { ...result, axes: result.axes.map(({ label, edges }) => ({ label, edges })) }
  if (result.kind !== 'table') return result
  const { schema, batches } = result
  const rows = batches.flatMap((batch) =>
    Array.from({ length: batch.numRows }, (_, row) =>
      schema.columns.map((column, at) => arrowCell(batch.getChildAt(at)?.get(row), column.type)),
    ),
  )
  return { kind: 'table', count: result.rows, rows, rowsIn: result.rowsIn }
}

/** The naive result in the same form; of a table the first `limit` rows. */
export function plainNaive(result: NaiveResult, limit: number): unknown {
  if (result.kind === 'number') return { ...result, value: plainValue(result.value, result.type.kind) }
  if (result.kind !== 'table') return result
  const rows = result.rows
    .slice(0, limit)
    .map((row) => row.map((value, at) => plainCell(value, result.schema.columns[at]!.type)))
  return { kind: 'table', count: result.rows.length, rows, rowsIn: result.rowsIn }
}

function arrowCell(value: unknown, type: Type): unknown {
  if (type.kind !== 'list' || value === null) return plainCell((value ?? undefined) as Cell, type)
  const elements = [...(value as Iterable<unknown>)].map((element) => {
    if (type.element.kind !== 'record') return element ?? undefined
    const record = element as Readonly<Record<string, unknown>>
    return Object.fromEntries(type.element.fields.map(({ name }) => [name, record[name] ?? undefined]))
  })
  return plainCell(elements as Cell, type)
}

function plainCell(cell: Cell, type: Type): unknown {
  if (type.kind !== 'list' || cell === undefined) return plainValue(cell as Value, type.kind)
  const { element } = type
  return (cell as readonly Element[]).map((each) => {
    if (element.kind !== 'record') return plainValue(each as Value, element.kind)
    const record = each as Readonly<Record<string, Value>>
    return element.fields.map((field: Column) => plainValue(record[field.name], field.type.kind))
  })
}

/** Integers of any size compare as text where they are bigint on one side and number on the other. */
function plainValue(value: Value, kind: string): unknown {
  if (value === undefined) return 'missing'
  if (typeof value === 'bigint') return String(value)
  if (kind === 'number' && Number.isInteger(value) && !Object.is(value, -0)) return BigInt(value).toString()
  return value
}
