import type { Plan } from '../../dsl/ir/plan.ts'
import { burstId } from '../../dsl/ir/schema.ts'
import { keyOf, placeOf } from './place.ts'
import { cellOf, type Row, type RowsOf } from './row.ts'

/**
 * The events of bursts, each with the reference of the first event of its burst.
 *
 * Whatever closed window of the length `within` holds enough events, the one that begins at its first event holds them
 * too; so only such windows are looked at. They follow one another in the order of their first events, and two that
 * have a common event belong together: a window that shares one with an earlier one shares it with its neighbour too.
 */
export function burstRows({ input, atLeast, within }: Extract<Plan, { op: 'burst' }>, rowsOf: RowsOf): readonly Row[] {
  const key = keyOf(input)
  const rows = rowsOf(input)
  const time = (row: Row): bigint => placeOf(row, key).t
  const windows = rows
    .map((first) => rows.filter((row) => time(first) <= time(row) && time(row) <= time(first) + BigInt(within)))
    .filter((window) => window.length >= atLeast)
  const bursts = windows.reduce<readonly (readonly Row[])[]>((known, window) => {
    const last = known.at(-1)
    if (last === undefined || !window.some((row) => last.includes(row))) return [...known, window]
    return [...known.slice(0, -1), [...last, ...window.filter((row) => !last.includes(row))]]
  }, [])
  return rows.flatMap((row) => {
    const burst = bursts.find((each) => each.includes(row))
    const first = rows.find((each) => burst?.includes(each))
    return first === undefined ? [] : [withId(row, first)]
  })
}

function withId(row: Row, first: Row): Row {
  const id = ['file', 'entry'].map((part) => [`${burstId}.${part}`, cellOf(first, part)] as const)
  return new Map([...row, ...id])
}
