import type { Expr, Measure, Plan, Role, Window, WindowAggregate } from '../../../dsl/ir/plan.ts'
import { typeOf } from '../../../dsl/ir/schema.ts'
import type { AggregateName, Column, Scalar, Schema, Type } from '../../../dsl/ir/types.ts'
import { evaluate } from '../../../runtime/naive/evaluate.ts'
import type { Cell, NaiveData, NaiveDataset } from '../../../runtime/naive/row.ts'
import type { GoodTime } from '../../../runtime/ports/dataset.ts'

export const bool: Scalar = { kind: 'bool' }
export const text: Scalar = { kind: 'text' }
export const instant: Scalar = { kind: 'instant' }
export const float64: Scalar = { kind: 'number', repr: 'float64', unit: [] }
export const int32: Scalar = { kind: 'number', repr: 'int32', unit: [] }
export const int64: Scalar = { kind: 'number', repr: 'int64', unit: [] }

/** The columns of every stream of events in these tests. */
export const eventColumns: readonly Column[] = [
  { name: 't', type: instant, missing: false },
  { name: 'file', type: int32, missing: false },
  { name: 'entry', type: int64, missing: false },
  { name: 'E', type: float64, missing: false },
  { name: 'n', type: int64, missing: false },
  { name: 'ok', type: bool, missing: false },
  { name: 'det', type: text, missing: false },
]

export function eventsSchema(columns: readonly Column[] = eventColumns): Schema {
  return { stream: 'events', columns, key: '', references: [''], roles: [] }
}

export function scan(dataset: string, schema: Schema = eventsSchema()): Plan {
  return { op: 'scan', dataset, schema }
}

/** A column of the row (`row`) or of the row that a window looks at (`other`). */
export function column(name: string, type: Type = float64, missing = false): Expr {
  return { kind: 'column', row: 'row', name, type, missing }
}

export function otherColumn(name: string, type: Type = float64, missing = false): Expr {
  return { kind: 'column', row: 'other', name, type, missing }
}

export function number(value: number, type: Scalar = float64): Expr {
  return { kind: 'number', value, type }
}

const boolFunctions = new Set([
  'less',
  'lessEqual',
  'greater',
  'greaterEqual',
  'equal',
  'notEqual',
  'and',
  'or',
  'not',
  'inRange',
  'inRangeOpen',
  'oneOf',
  'exists',
  'finite',
])

export function call(fn: string, ...args: readonly Expr[]): Expr {
  return { kind: 'call', fn, args, type: boolFunctions.has(fn) ? bool : float64, missing: false }
}

export function filter(input: Plan, where: Expr, name: string | null = 'cut', label: string | null = null): Plan {
  return { op: 'filter', input, where, label, text: name }
}

export function within(low: number, high: number, order: 'after' | 'before' | 'any' = 'after', reference = ''): Window {
  return { kind: 'within', low, high, order, reference }
}

export function role(
  quantifier: Role['quantifier'],
  name: string,
  source: Plan,
  window: Window,
  where: Expr | null = null,
): Role {
  return { quantifier, name, source, window, where, text: name }
}

export function match(input: Plan, anchor: string, ...roles: readonly Role[]): Plan {
  return { op: 'match', input, anchor, anchorText: anchor, roles }
}

export function veto(
  mode: 'veto' | 'keep',
  input: Plan,
  source: Plan,
  { low, high, where = null }: { readonly low: number; readonly high: number; readonly where?: Expr | null },
): Plan {
  return { op: 'veto', mode, input, source, low, high, where, label: null, text: mode }
}

export function about(
  fn: AggregateName,
  source: Plan,
  window: Window,
  { value = null, where = null }: { readonly value?: Expr | null; readonly where?: Expr | null } = {},
): WindowAggregate {
  return { kind: 'aggregate', fn, source, value, where, window, ...aggregateType(fn, value) }
}

export function measure(name: string, fn: AggregateName, value: Expr | null = null): Measure {
  return { name, fn, value, ...aggregateType(fn, value) }
}

/** `count` and `sum` are never missing, nor are `any` and `all`. */
export function aggregateType(
  fn: AggregateName,
  value: Expr | null,
): { readonly type: Scalar; readonly missing: boolean } {
  const type = value === null ? bool : typeOf(value)
  if (type.kind === 'list') throw new Error('a list is not aggregated here')
  switch (fn) {
    case 'count':
      return { type: int64, missing: false }
    case 'any':
    case 'all':
      return { type: bool, missing: false }
    case 'sum':
      return { type: type.kind === 'number' && !type.repr.startsWith('float') ? int64 : float64, missing: false }
    case 'mean':
    case 'std':
    case 'median':
      return { type: float64, missing: true }
    case 'min':
    case 'max':
    case 'first':
    case 'last':
      return { type, missing: true }
  }
}

/** One event as its time in ns and its entry in file 0; what is not given is 0, false, `''`. */
export interface EventRow {
  readonly t: number
  readonly entry: number
  readonly file?: number
  readonly [name: string]: Cell
}

export function events(...rows: readonly EventRow[]): NaiveDataset {
  return eventsIn({ spans: [{ run: 1, start: '0', stop: '1000' }], approximate: false }, ...rows)
}

export function eventsIn(goodTime: GoodTime, ...rows: readonly EventRow[]): NaiveDataset {
  const defaults = { file: 0, E: 0, n: 0, ok: false, det: '' }
  return { rows: rows.map((row) => new Map(Object.entries({ ...defaults, ...row, t: BigInt(row.t) }))), goodTime }
}

/** The named columns of a plan's rows. */
export function rowsOf(plan: Plan, data: NaiveData, ...columns: readonly string[]): readonly (readonly Cell[])[] {
  const result = evaluate({ kind: 'table', plan }, data)
  if (result.kind !== 'table') throw new Error('not a table')
  const places = columns.map((name) => result.schema.columns.findIndex((known) => known.name === name))
  return result.rows.map((row) => places.map((place) => row[place]))
}
