import type { Value } from '../../dsl/functions/function.ts'
import type { NumberInput, Plan, Query } from '../../dsl/ir/plan.ts'
import { schemaOf, typeOf } from '../../dsl/ir/schema.ts'
import type { Column, Scalar, Schema } from '../../dsl/ir/types.ts'
import { RuntimeError } from '../errors.ts'
import type { BackendQuery, Result } from '../ports/backend.ts'
import type { GoodTime } from '../ports/dataset.ts'
import { cutflow, splitCutflow } from './cutflow.ts'
import { valueOf } from './expression.ts'
import { goodTimeOf } from './good-time.ts'
import { measureOf } from './group.ts'
import { histogram, type NaiveHist } from './histogram.ts'
import { livetimeOf } from './interval.ts'
import { type Cell, cellOf, integerValue, type NaiveData, type Row, type RowsOf } from './row.ts'
import { rowsOver } from './rows.ts'
import { withoutTotals } from './totals.ts'

/** As `Result`, with the rows of a table as plain values in the order of the schema's columns. */
export type NaiveResult =
  | {
      readonly kind: 'table'
      readonly schema: Schema
      readonly rows: readonly (readonly Cell[])[]
      readonly rowsIn: number
    }
  | { readonly kind: 'number'; readonly text: string; readonly type: Scalar; readonly value: Value }
  | (NaiveHist & { readonly rowsIn: number })
  | Extract<Result, { kind: 'cutflow' | 'explain' }>
  | {
      readonly kind: 'describe'
      readonly name: string
      readonly schema: Schema
      readonly rows: number
      readonly goodTime: GoodTime | null
      readonly livetimeNs: string | null
    }

/**
 * The answer to a query by its definition (language.md 6), without any thought of speed: what every engine must give.
 *
 * @throws RuntimeError R004 when a sum of integers is not an int64, D005 and D009 for events that are there twice, or
 * not at all
 */
export function evaluate(written: BackendQuery, data: NaiveData): NaiveResult {
  const query = settled(written, data)
  const rowsOf = rowsOver(data)
  switch (query.kind) {
    case 'table': {
      const schema = schemaOf(query.plan)
      const rows = rowsOf(query.plan).map((row) => schema.columns.map((column) => represented(row, column)))
      return { kind: 'table', schema, rows, rowsIn: rowsIn(query.plan, data) }
    }
    case 'hist':
      return { ...histogram(query, rowsOf), rowsIn: rowsIn(query.plan, data) }
    case 'number':
      return numberResult(query, data, rowsOf)
    case 'cutflow':
      return cutflowResult(query, rowsOf)
    case 'describe': {
      const goodTime = goodTimeOf(query.plan, data, rowsOf)
      return {
        kind: 'describe',
        name: query.name,
        // Whether a number over a stream may be missing does not depend on the data.
        schema: schemaOf(written.kind === 'describe' ? written.plan : query.plan),
        rows: rowsOf(query.plan).length,
        goodTime,
        livetimeNs: goodTime === null ? null : String(livetimeOf(goodTime)),
      }
    }
    case 'explain':
      return query
  }
}

/** The rows of the data sets that a plan's rows come from. */
function rowsIn(plan: Plan, data: NaiveData): number {
  if (plan.op === 'scan') return data.get(plan.dataset)?.rows.length ?? 0
  if (plan.op === 'union') return plan.inputs.reduce((sum, input) => sum + rowsIn(input, data), 0)
  return rowsIn(plan.input, data)
}

/** @throws RuntimeError R004 for an instant, or a duration between two, that is none */
function represented(row: Row, { name, type }: Column): Cell {
  const cell = cellOf(row, name)
  const isIntegral = type.kind === 'instant' || (type.kind === 'number' && type.repr === 'int64')
  if (!isIntegral || cell === undefined) return cell
  const isInt64 = typeof cell === 'bigint' ? BigInt.asIntN(64, cell) === cell : Number.isInteger(cell)
  if (!isInt64) throw new RuntimeError('R004', `a value of ${name} is no integer of 64 bits`)
  return cell
}

/** The query with numbers in the place of those over whole streams. */
export function settled(query: BackendQuery, data: NaiveData): BackendQuery {
  const rowsOf = rowsOver(data)
  return query.kind === 'explain' ? query : withoutTotals(query, (input) => inputValue(input, data, rowsOf))
}

function cutflowResult({ source, plan, by }: Extract<Query, { kind: 'cutflow' }>, rowsOf: RowsOf): NaiveResult {
  if (by === null) return { kind: 'cutflow', source, ...cutflow(plan, rowsOf) }
  const split = { name: by.name, type: by.value.type }
  return { kind: 'cutflow', source, ...splitCutflow(plan, by, rowsOf), by: split }
}

type NumberQuery = Extract<Query, { kind: 'number' }>

function numberResult(query: NumberQuery, data: NaiveData, rowsOf: RowsOf): NaiveResult {
  const row = new Map(query.inputs.map((input) => [input.name, inputValue(input, data, rowsOf)]))
  const value = valueOf(query.value, { row, events: [], rowsOf })
  return { kind: 'number', text: query.text, type: scalarOf(query), value }
}

function inputValue(input: NumberInput, data: NaiveData, rowsOf: RowsOf): Value {
  switch (input.kind) {
    case 'measure':
      return measureOf(input.measure, input.plan, rowsOf(input.plan), rowsOf)
    case 'livetime': {
      const goodTime = goodTimeOf(input.plan, data, rowsOf)
      if (goodTime === null) throw new Error('a table has no live time')
      return integerValue(livetimeOf(goodTime))
    }
  }
}

function scalarOf({ value }: NumberQuery): Scalar {
  const type = typeOf(value)
  if (type.kind === 'list') throw new Error('a list is no number')
  return type
}
