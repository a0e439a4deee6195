import type * as ast from '../ir/ast.ts'
import { meantBy } from '../ir/meant.ts'
import { cover, type Span } from '../ir/span.ts'
import { operandsOf } from '../ir/walk.ts'
import { pathOf } from './path.ts'
import { refuse } from './refusal.ts'
import { cut, type Rows, type Scope } from './scope.ts'
import {
  type Term,
  type ElementTerm,
  type Frame,
  type ListColumn,
  type RowRef,
  unitOf,
  isWhole,
  numberType,
} from './term.ts'
import type { Column, Scalar } from '../ir/types.ts'

/** A list column that a path names, or a field of its records. */
export interface ListPath {
  readonly column: ListColumn
  readonly field: string | null
  /** The list as written: `w.hits`. */
  readonly text: string
  readonly span: Span
}

/** The list that names lead to, in the row of the scope or through a parameter; undefined for anything else. */
export function listPath(parts: readonly ast.Name[], scope: Scope): ListPath | undefined {
  const [first, ...members] = parts
  if (first === undefined || scope.place.kind === 'nowhere') return undefined
  const span = parts.map((part) => part.span).reduce(cover)
  const argument = scope.parameters.get(first.text)
  if (argument !== undefined) {
    const path = pathOf(argument.value)
    const found = path && listPath([...path.parts, ...members], argument.scope)
    return found && { ...found, span }
  }
  return listInRow(parts, scope.place.rows, span)
}

function listInRow(parts: readonly ast.Name[], rows: Rows, span: Span): ListPath | undefined {
  const [first, ...members] = parts
  const role = first?.text === 'this' ? rows.self : rows.named.get(first?.text ?? '')
  const own = listOf(bareRow(rows), parts, { rows, span })
  return own ?? (role ? listOf(role, members, { rows, span }) : undefined)
}

/** The row whose columns are written bare. */
export function bareRow({ bare, prefix }: Rows): RowRef {
  return { kind: 'row', frame: bare, prefix: prefix ?? '' }
}

function listOf(
  { frame, prefix }: RowRef,
  parts: readonly ast.Name[],
  { rows, span }: { readonly rows: Rows; readonly span: Span },
): ListPath | undefined {
  const name = prefix + parts.map(({ text }) => text).join('.')
  const column = frame.schema.columns.find(
    (each) => each.type.kind === 'list' && (each.name === name || name.startsWith(`${each.name}.`)),
  )
  if (column === undefined) return undefined
  const list = listColumn(frame, column, rows)
  const text = column.name.slice(prefix.length)
  return list && { column: list, field: column.name === name ? null : name.slice(column.name.length + 1), text, span }
}

/** A column as a list; undefined where it is none. `rows` tell what a condition has shown to be there. */
export function listColumn(
  frame: Frame,
  { name, type, missing }: Column,
  rows: Pick<Rows, 'shown'>,
): ListColumn | undefined {
  if (type.kind !== 'list') return undefined
  const isThere = frame.present.has(name) || rows.shown.some((fact) => fact.frame === frame && fact.name === name)
  return { frame, name, type, missing, unhandled: missing && !isThere }
}

/** A list as a value that is there or not, for `exists`. */
export function listTerm({ frame, name, type: { element }, missing, unhandled }: ListColumn): Term {
  const type: Scalar = element.kind === 'record' ? { kind: 'bool' } : element
  return { kind: 'column', frame, name, type, missing, unhandled }
}

/** Every list that an expression reads, each once, in the order of the text; not those inside of calls of aggregates. */
export function listsIn(expr: ast.Expr, scope: Scope): readonly ListPath[] {
  const path = pathOf(expr)
  if (path !== undefined) {
    const list = listPath(path.parts, scope)
    return list === undefined ? [] : [{ ...list, span: path.span }]
  }
  const found = operandsOf(expr).flatMap((operand) => listsIn(operand, scope))
  return found.filter((list, at) => at === found.findIndex((other) => isSame(list, other)))
}

function isSame(left: ListPath, right: ListPath): boolean {
  return left.column.frame === right.column.frame && left.column.name === right.column.name
}

/** `hits[0].charge`: an element, counted from 0; undefined where the expression is not of that form. */
export function elementOf(expr: ast.Expr, scope: Scope): ElementTerm | undefined {
  const [object, field] = expr.kind === 'member' ? [expr.object, expr.name.text] : [expr, null]
  if (object.kind !== 'index') return undefined
  const path = pathOf(object.object)
  const list = path && listPath(path.parts, scope)
  if (list === undefined) return undefined
  const { element } = list.column.type
  if (element.kind !== 'record') {
    if (field !== null) return refusePlain(list, expr, scope)
    return elementTerm(list, { index: indexOf(object.index, scope), field: '', type: element })
  }
  const name = field ?? list.field
  if (name === null) {
    const hint = `Name a column of it: \`${cut(scope, expr.span)}.${element.fields[0]?.name ?? 'x'}\`.`
    return refuse(scope, 'S136', {
      span: expr.span,
      facts: { text: cut(scope, expr.span), found: 'a whole element', hint },
    })
  }
  const column = element.fields.find((each) => each.name === name)
  if (column === undefined || column.type.kind === 'list') return refuseField(list, name, { span: expr.span, scope })
  return elementTerm(list, { index: indexOf(object.index, scope), field: name, type: column.type })
}

function elementTerm(
  { column }: ListPath,
  { index, field, type }: { readonly index: number; readonly field: string; readonly type: Scalar },
): ElementTerm {
  return { kind: 'element', list: column, index, field, type: counted(type), missing: true }
}

/** A whole number that states no unit is a count. */
export function counted(type: Scalar): Scalar {
  return type.kind === 'number' && type.unit === null && isWhole(type) ? numberType(type.repr, unitOf(type)) : type
}

function indexOf(expr: ast.Expr, scope: Scope): number {
  const number = expr.kind === 'number' && /^\d+$/.test(expr.digits) ? Number(expr.digits) : undefined
  if (number !== undefined && Number.isSafeInteger(number)) return number
  const facts = {
    what: 'An index',
    wants: 'a whole number, counted from 0',
    found: `\`${cut(scope, expr.span)}\``,
    hint: null,
  }
  return refuse(scope, 'S120', { span: expr.span, facts })
}

function refusePlain({ text }: ListPath, expr: ast.Expr, scope: Scope): never {
  const why = `\`${text}\` is a list of plain values: its elements have no columns of their own.`
  return refuse(scope, 'S124', { span: expr.span, facts: { why } })
}

/** S102 for a field that the records of a list do not have. */
export function refuseField(
  { column, text }: Pick<ListPath, 'column' | 'text'>,
  name: string,
  { span, scope }: { readonly span: Span; readonly scope: Scope },
): never {
  const { element } = column.type
  const columns = element.kind === 'record' ? element.fields.map((field) => field.name) : []
  if (columns.length === 0) {
    const why = `\`${text}\` is a list of plain values: its elements have no columns of their own.`
    return refuse(scope, 'S124', { span, facts: { why } })
  }
  const meant = meantBy(name, columns)
  return refuse(scope, 'S102', {
    span,
    facts: { name, span, of: text, meant: meant === null ? null : { name: meant, about: '' }, columns },
  })
}
