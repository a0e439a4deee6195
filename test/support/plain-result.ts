import type { Value } from '../../dsl/functions/function.ts'
import type { Column } from '../../dsl/ir/types.ts'
import type { NaiveResult } from '../../runtime/naive/evaluate.ts'
import type { Result } from '../../runtime/ports/backend.ts'

/** A result with the rows of a table as plain values, to be compared with what the definition gives. */
export function plainResult(result: Result): unknown {
  if (result.kind === 'number') return { ...result, value: plainValue(result.value ?? undefined, result.type.kind) }
  if (result.kind === 'hist') return { ...result, axes: result.axes.map(({ label, edges }) => ({ label, edges })) }
  if (result.kind !== 'table') return result
  const { schema, batches } = result
  const rows = batches.flatMap((batch) =>
    Array.from({ length: batch.numRows }, (_, row) =>
      schema.columns.map((column, at) => cell(batch.getChildAt(at)?.get(row) as Value | null, column)),
    ),
  )
  return { kind: 'table', count: result.rows, rows }
}

/** The naive result in the same form; of a table the first `limit` rows. */
export function plainNaive(result: NaiveResult, limit: number): unknown {
  if (result.kind === 'number') return { ...result, value: plainValue(result.value, result.type.kind) }
  if (result.kind !== 'table') return result
  const rows = result.rows
    .slice(0, limit)
    .map((row) => row.map((value, at) => plainValue(value, result.schema.columns[at]!.type.kind)))
  return { kind: 'table', count: result.rows.length, rows }
}

function cell(value: Value | null, { type }: Column): unknown {
  return plainValue(value ?? undefined, type.kind)
}

/** Integers of any size compare as text where they are bigint on one side and number on the other. */
function plainValue(value: Value, kind: string): unknown {
  if (value === undefined) return 'missing'
  if (typeof value === 'bigint') return String(value)
  if (kind === 'number' && Number.isInteger(value) && !Object.is(value, -0)) return BigInt(value).toString()
  return value
}
