import type { Value } from '../../dsl/functions/function.ts'
import { rowFunctions } from '../../dsl/functions/index.ts'
import type { ColumnExpr, Expr, ListElement, ListReduction, WindowAggregate } from '../../dsl/ir/plan.ts'
import { schemaOf, typeOf } from '../../dsl/ir/schema.ts'
import { aggregate, aggregated } from './aggregate.ts'
import { eventsOf, keyOf, placeOf, shareEvent } from './place.ts'
import { type Cell, cellOf, columnOf, type Element, isList, type Row, type RowsOf } from './row.ts'
import { inWindow } from './window.ts'

/** What an expression sees. */
export interface Scope {
  readonly row: Row
  /** The events that `row` refers to: an aggregate about the row does not count them. */
  readonly events: readonly string[]
  /** The row that a window looks at. */
  readonly other?: Row
  /** The element of a list that a reduction is at. */
  readonly element?: { readonly value: Element }
  readonly rowsOf: RowsOf
}

/**
 * The value of an expression; numbers in float64 on the widened value.
 *
 * A function of a missing value is missing, except `exists` (which may ask for a list, too), `coalesce`, and `and`,
 * `or`, `not`, which take missing for false: so `x exists and x > 1` is true or false in every row.
 */
export function valueOf(expr: Expr, scope: Scope): Value {
  switch (expr.kind) {
    case 'number':
    case 'bool':
    case 'text':
      return expr.value
    case 'instant':
      return BigInt(expr.ns)
    case 'missing':
      return undefined
    case 'column':
      return expr.row === 'element' ? fieldOf(elementOf(scope), expr.name) : columnOf(rowOf(expr, scope), expr.name)
    case 'call':
      if (expr.fn === 'exists') return expr.args.every((arg) => contentOf(arg, scope) !== undefined)
      return call(
        expr.fn,
        expr.args.map((arg) => (isExact(expr) ? valueOf(arg, scope) : operand(arg, scope))),
      )
    case 'aggregate':
      return windowAggregate(expr, scope)
    case 'reduce':
      return reduced(expr, scope)
    case 'element':
      return elementAt(expr, scope)
    case 'total':
      throw new Error('a number over a whole stream is a literal before rows are evaluated')
  }
}

/** What an expression gives where it may be a list, which is passed on as it is. */
export function contentOf(expr: Expr, scope: Scope): Cell {
  return expr.kind === 'column' && expr.type.kind === 'list'
    ? cellOf(rowOf(expr, scope), expr.name)
    : valueOf(expr, scope)
}

/** Whether a condition is true; no condition is. */
export function holds(condition: Expr | null, scope: Scope): boolean {
  return condition === null || valueOf(condition, scope) === true
}

function rowOf({ row }: ColumnExpr, scope: Scope): Row {
  if (row === 'row') return scope.row
  if (scope.other === undefined) throw new Error('no window looks at another row here')
  return scope.other
}

function elementOf({ element }: Scope): Element {
  if (element === undefined) throw new Error('no reduction is at an element here')
  return element.value
}

/** A field of a record; of a plain value, the value itself by the name `''`. */
function fieldOf(element: Element, field: string): Value {
  if (typeof element !== 'object') return element
  if (!(field in element)) throw new Error(`the element has no field ${field}`)
  return element[field]
}

function listOf(list: ColumnExpr, scope: Scope): readonly Element[] | undefined {
  const cell = cellOf(rowOf(list, scope), list.name)
  if (cell !== undefined && !isList(cell)) throw new Error(`${list.name} is no list`)
  return cell
}

/** Each element of a list in the row that it is of; none where the row has no list. */
export function elementScopes(list: ColumnExpr, scope: Scope): readonly Scope[] {
  return (listOf(list, scope) ?? []).map((element) => ({ ...scope, element: { value: element } }))
}

/** An aggregate over the elements for which the condition holds, in their order; missing where the list is. */
function reduced({ fn, list, value, where }: ListReduction, scope: Scope): Value {
  if (listOf(list, scope) === undefined) return undefined
  const members = elementScopes(list, scope).filter((element) => holds(where, element))
  const values = members.map((element) => (value === null ? true : valueOf(value, element)))
  return aggregate(fn, aggregated(value, values))
}

function elementAt({ list, index, field }: ListElement, scope: Scope): Value {
  const elements = listOf(list, scope) ?? []
  const element = elements[index]
  return element === undefined ? undefined : fieldOf(element, field)
}

/** What is computed of instants is exact, and so is an integer in the place of another one. */
function isExact({ fn, type }: Extract<Expr, { kind: 'call' }>): boolean {
  if (fn === 'coalesce') return type.kind !== 'number' || !type.repr.startsWith('float')
  return fn === 'instantDifference' || fn === 'instantAdd' || fn === 'instantSubtract'
}

/** Numbers are float64 in every other function: an int64 beyond 2^53 is rounded to it. */
function operand(expr: Expr, scope: Scope): Value {
  const value = valueOf(expr, scope)
  return typeOf(expr).kind === 'number' && typeof value === 'bigint' ? Number(value) : value
}

function call(fn: string, args: readonly Value[]): Value {
  switch (fn) {
    case 'coalesce':
      return args[0] ?? args[1]
    case 'binInstant':
      return args.includes(undefined) ? undefined : binInstant(args[0], args[1])
    case 'and':
    case 'or':
    case 'not':
      return reference(fn, args)
  }
  return args.includes(undefined) ? undefined : reference(fn, args)
}

function reference(fn: string, args: readonly Value[]): Value {
  const entry = rowFunctions.get(fn)
  if (entry === undefined) throw new Error(`no function ${fn}`)
  return entry.reference(...args)
}

/** The latest multiple of the width, counted from 1970, that is not after the instant. */
function binInstant(instant: Value, width: Value): Value {
  if (typeof width !== 'number') throw new Error('binInstant takes an instant and ns')
  if (typeof instant !== 'bigint') return Number.NaN
  const step = BigInt(width)
  return instant - (((instant % step) + step) % step)
}

/** The members are the rows in the window that share no event with the row, and for which the condition holds. */
function windowAggregate(expr: WindowAggregate, scope: Scope): Value {
  const { references } = schemaOf(expr.source)
  const key = keyOf(expr.source)
  const members = scope
    .rowsOf(expr.source)
    .filter((member) => inWindow(expr.window, scope.row, placeOf(member, key)))
    .filter((member) => !shareEvent(eventsOf(member, references), scope.events))
    .map((member): Scope => ({ ...scope, other: member }))
    .filter((member) => holds(expr.where, member))
  const { value } = expr
  return aggregate(
    expr.fn,
    aggregated(
      value,
      members.map((member) => (value === null ? true : valueOf(value, member))),
    ),
  )
}
