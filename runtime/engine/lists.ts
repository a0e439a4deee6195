import type { ColumnExpr, Expr, ListElement, ListReduction } from '../../dsl/ir/plan.ts'
import { accumulatorOf } from './accumulator.ts'
import { stateValue } from './accumulator-state.ts'
import { blankVector, finished } from './blank-vector.ts'
import { putCell } from './cell.ts'
import { derivedIn, replaced, withColumns } from './expr-parts.ts'
import { frameOf, materialise, type Tools } from './frame.ts'
import { besides, pickRows, withVector } from './lazy-rows.ts'
import { scalarOf } from './plan-parts.ts'
import { gather, numbersOf, slice, type ListVector, type NumberVector, type Rows, type Vector } from './vector.ts'

/** What a reduction of a list column, or one element of it, is in each row: of shape [rows]. All columns are the row's. */
export function listColumn(expr: ListReduction | ListElement, rows: Rows, tools: Tools): NumberVector {
  const list = listOf(rows, expr.list.name)
  return expr.kind === 'element' ? elementColumn(expr, list, rows.rows) : reducedColumn(expr, list, rows, tools)
}

/** The value of an expression of the rows' columns, which holds no window aggregate. */
export function valueColumn(value: Expr, base: Rows, tools: Tools): NumberVector {
  const { rows, expressions } = withListColumns([value], base, 'row', tools)
  return numbersOf(materialise(frameOf(rows, new Map([['value', expressions[0]!]])), tools), 'value')
}

/** The same for an expression of the looked-at row alone, at each of the rows that may be looked at. */
export function otherColumn(value: Expr, source: Rows, tools: Tools): NumberVector {
  const own = withColumns(value, (column) => ({ ...column, row: column.row === 'other' ? 'row' : column.row }))
  return valueColumn(own, source, tools)
}

/** Rows with a column for all that the expressions make of the lists of this side alone, and what reads these instead. */
export function withListColumns(
  expressions: readonly Expr[],
  rows: Rows,
  side: 'row' | 'other',
  tools: Tools,
): { readonly rows: Rows; readonly expressions: readonly Expr[] } {
  const known = new Map<Expr, Expr>()
  let all = rows
  for (const derived of derivedIn(expressions, side)) {
    if (derived.kind === 'aggregate') throw new Error('an aggregate is a column by now')
    const name = derivedName(derived, tools)
    known.set(derived, columnOf(side, name, derived))
    if (all.columns.has(name)) continue
    const own = withColumns(derived, (column) => (column.row === 'other' ? { ...column, row: 'row' } : column))
    all = withVector(all, name, listColumn(own as typeof derived, all, tools))
  }
  return { rows: all, expressions: expressions.map((expr) => replaced(expr, known)) }
}

/** Name of the column that stands for a part of an expression. */
export function derivedName(expr: Expr, { terms }: Tools): string {
  return `\0derived${terms.identity.of(expr)}`
}

function columnOf(row: 'row' | 'other', name: string, { type, missing }: ListReduction | ListElement): ColumnExpr {
  return { kind: 'column', row, name, type, missing }
}

function listOf(rows: Rows, name: string): ListVector {
  const list = rows.columns.get(name)
  if (list?.kind !== 'list') throw new Error(`no list ${name} among ${[...rows.columns.keys()].join(', ')}`)
  return list
}

function fieldOf({ fields }: ListVector, name: string): NumberVector {
  const field = fields.get(name)
  if (field === undefined) throw new Error(`no field ${name} among ${[...fields.keys()].join(', ')}`)
  return field
}

/** The element that is counted from the start of each list; missing where the list is shorter. */
function elementColumn({ index, field }: ListElement, list: ListVector, rows: number): NumberVector {
  const { offsets, valid } = list
  const elements = fieldOf(list, field)
  const positions = new Uint32Array(rows)
  const has = new Uint8Array(rows)
  for (let row = 0; row < rows; row++) {
    const at = offsets[row]! + index
    const isThere = at < offsets[row + 1]! && valid?.[row] !== 0
    positions[row] = isThere ? at : 0
    has[row] = isThere && elements.valid?.[at] !== 0 ? 1 : 0
  }
  if (elements.values.length === 0) return { ...elements, values: new Float64Array(rows), residual: null, valid: has }
  return { ...(gather(elements, positions, rows) as NumberVector), valid: has.includes(0) ? has : null }
}

function reducedColumn(expr: ListReduction, list: ListVector, rows: Rows, tools: Tools): NumberVector {
  const { offsets, valid } = list
  const first = offsets[0] ?? 0
  const { values, isMember } = elementValues(expr, list, rows, tools)
  const { terms } = tools
  const accumulator = accumulatorOf(expr.fn, { ...values, terms })
  const result = blankVector(expr.type, rows.rows)
  for (let row = 0; row < rows.rows; row++) {
    if (row % cancelRows === 0) tools.cancel.throwIfAborted()
    if (valid?.[row] === 0) continue
    accumulator.clear()
    const end = offsets[row + 1]! - first
    for (let at = offsets[row]! - first; at < end; at++) {
      if (isMember === null || isMember[at] === 1) accumulator.add(at)
    }
    putCell(result, row, stateValue(accumulator.state()), terms, expr.type)
  }
  return finished(result)
}

const cancelRows = 4096

interface ElementValues {
  /** What is aggregated, of shape [elements]. */
  readonly values: { readonly vector: NumberVector; readonly type: ReturnType<typeof scalarOf> }
  /** 1 for the elements for which the condition holds; null for all. */
  readonly isMember: Uint8Array | null
}

/** Value and condition for all elements of all rows, one after the other. */
function elementValues({ value, where }: ListReduction, list: ListVector, rows: Rows, tools: Tools): ElementValues {
  const elements = elementRows(list, rows)
  const truth: Expr = { kind: 'bool', value: true }
  const of = (expr: Expr): NumberVector => valueColumn(ofElement(expr), elements, tools)
  const holds = where === null ? null : of(where)
  return {
    values: { vector: of(value ?? truth), type: scalarOf(value ?? truth) },
    isMember: holds === null ? null : truths(holds),
  }
}

/** Missing is not true. */
function truths({ values, valid }: NumberVector): Uint8Array {
  return Uint8Array.from(values, (value, at) => (value === 1 && valid?.[at] !== 0 ? 1 : 0))
}

/** The values of expressions for all elements of a list of all rows that have it, one after the other. */
export function elementColumns(
  name: string,
  values: readonly Expr[],
  rows: Rows,
  tools: Tools,
): readonly NumberVector[] {
  const { valid } = listOf(rows, name)
  const present =
    valid === null
      ? rows
      : pickRows(
          rows,
          Uint32Array.from(valid.keys()).filter((row) => valid[row] === 1),
        )
  const elements = elementRows(listOf(present, name), present)
  return values.map((value) => valueColumn(ofElement(value), elements, tools))
}

const elementPrefix = '\0element.'

function ofElement(expr: Expr): Expr {
  return withColumns(expr, (column) =>
    column.row === 'element' ? { ...column, row: 'row', name: `${elementPrefix}${column.name}` } : column,
  )
}

/** A row for each element: its fields, and the columns of the row that it is of. */
function elementRows({ offsets, fields }: ListVector, rows: Rows): Rows {
  const first = offsets[0] ?? 0
  const end = offsets[rows.rows] ?? first
  const owner = new Uint32Array(end - first)
  for (let row = 0; row < rows.rows; row++) owner.fill(row, offsets[row]! - first, offsets[row + 1]! - first)
  const own = [...fields].map(([name, field]): [string, Vector] => [
    `${elementPrefix}${name}`,
    slice(field, first, end),
  ])
  return besides(pickRows(rows, owner), { rows: owner.length, columns: new Map(own) })
}
