import type { Value } from '../../dsl/functions/function.ts'
import type { Plan } from '../../dsl/ir/plan.ts'
import type { Column } from '../../dsl/ir/types.ts'
import type { GoodTime } from '../ports/dataset.ts'

/** An element of a list: a plain value, or a record by the names of its fields. */
export type Element = Value | { readonly [field: string]: Value }

/** What a row holds in a column. */
export type Cell = Value | readonly Element[]

/**
 * Column name → value: instants as bigint ns since 1970, integers as number or, beyond 2^53, as bigint; undefined (or
 * no such key in the rows of a data set) is missing.
 */
export type Row = ReadonlyMap<string, Cell>

/** Rows in any order: the evaluator sorts those that have a time. */
export interface NaiveDataset {
  readonly rows: readonly Row[]
  readonly goodTime: GoodTime
}

/** Data sets by the key that a plan's `scan` names them by. */
export type NaiveData = ReadonlyMap<string, NaiveDataset>

/** All rows of a plan in their order. */
export type RowsOf = (plan: Plan) => readonly Row[]

/** What a column holds that the row must have; undefined where the row lacks a value. */
export function cellOf(row: Row, name: string): Cell {
  if (!row.has(name)) throw new Error(`the row has no column ${name}; it has ${[...row.keys()].join(', ')}`)
  return row.get(name)
}

/** The value of a column that is no list. */
export function columnOf(row: Row, name: string): Value {
  const cell = cellOf(row, name)
  if (isList(cell)) throw new Error(`${name} is a list`)
  return cell
}

export function isList(cell: Cell): cell is readonly Element[] {
  return Array.isArray(cell)
}

export function withColumn(row: Row, name: string, value: Cell): Row {
  return new Map([...row, [name, value]])
}

/** A row as a role of a match sees it: every column prefixed by `role.`. */
export function prefixed(row: Row, role: string): Row {
  return new Map([...row].map(([name, value]) => [`${role}.${name}`, value]))
}

/** Integers as numbers where these are exact, else as bigint. */
export function integerValue(value: bigint): number | bigint {
  return value >= BigInt(Number.MIN_SAFE_INTEGER) && value <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(value) : value
}

/** The row of a data set with every column of the schema, integers in their one form. */
export function completed(row: Row, columns: readonly Column[]): Row {
  const cells = new Map(row)
  for (const { name, type } of columns) {
    const value = row.get(name)
    cells.set(name, type.kind === 'number' && typeof value === 'bigint' ? integerValue(value) : value)
  }
  return cells
}
