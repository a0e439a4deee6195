import { schemaOf } from '../../dsl/ir/schema.ts'
import type { Value } from '../../dsl/functions/function.ts'
import type { Plan } from '../../dsl/ir/plan.ts'
import { columnOf, type Row } from './row.ts'

/** Where a row stands in the total order `(t, file, entry)`. */
export interface Place {
  readonly t: bigint
  readonly file: bigint
  readonly entry: bigint
}

/** The place that the columns `t`, `file`, `entry` with this prefix give. */
export function placeOf(row: Row, prefix: string): Place {
  return {
    t: integer(columnOf(row, `${prefix}t`)),
    file: integer(columnOf(row, `${prefix}file`)),
    entry: integer(columnOf(row, `${prefix}entry`)),
  }
}

/** Negative when `left` comes first, positive when `right` does, 0 when they are the same place. */
export function comparePlaces(left: Place, right: Place): number {
  return sign(left.t - right.t) || sign(left.file - right.file) || sign(left.entry - right.entry)
}

/** Prefix of the columns that order the rows of a plan. */
export function keyOf(plan: Plan): string {
  const { key } = schemaOf(plan)
  if (key === null) throw new Error('a table has no order in time')
  return key
}

/** The events `(file, entry)` that a row refers to, by the prefixes of its references. */
export function eventsOf(row: Row, prefixes: readonly string[]): readonly string[] {
  return prefixes.map((prefix) => {
    const [file, entry] = [columnOf(row, `${prefix}file`), columnOf(row, `${prefix}entry`)]
    return `${integer(file)}:${integer(entry)}`
  })
}

/** Whether two rows refer to a common event: then neither sees the other in a window of a role or an aggregate. */
export function shareEvent(left: readonly string[], right: readonly string[]): boolean {
  return left.some((event) => right.includes(event))
}

function integer(value: Value): bigint {
  if (typeof value !== 'number' && typeof value !== 'bigint') throw new Error(`not an integer: ${String(value)}`)
  return BigInt(value)
}

function sign(difference: bigint): number {
  return difference < 0n ? -1 : difference > 0n ? 1 : 0
}
