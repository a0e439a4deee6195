import type * as ast from '../ir/ast.ts'
import { cover } from '../ir/span.ts'
import type { Column, Schema } from '../ir/types.ts'
import type { Bound } from './bound.ts'
import { bareRow, counted, listColumn, refuseField } from './lists.ts'
import type { Path } from './path.ts'
import { refuse } from './refusal.ts'
import { noteUse, type Rows, type Scope, type Value, warn } from './scope.ts'
import type { Frame, ListColumn, RowRef } from './term.ts'
import { demandMeaning, unknownColumn, unknownStream } from './unknown.ts'

/** What a path means; innermost first: parameters of a macro, roles and columns of the row, names of the notebook. */
export function valueOfPath(path: Path, scope: Scope): Value {
  const [first, ...members] = path.parts
  if (first === undefined) throw new Error('a path has a name')
  const argument = scope.parameters.get(first.text)
  if (argument !== undefined) {
    warnOfHiddenColumn(first, scope)
    return memberOf(argumentValue(argument, scope), { first, members, path }, scope)
  }
  const inRow = scope.place.kind === 'nowhere' ? undefined : valueInRow(path, scope.place.rows, scope)
  if (inRow !== undefined) return inRow
  const bound = scope.names.get(first.text)
  if (bound === undefined) return unknownName(path, scope)
  return memberOf(valueOfName(first, bound, scope), { first, members, path }, scope)
}

/** A parameter that hides a column of the row is worth a word. */
function warnOfHiddenColumn(name: ast.Name, scope: Scope): void {
  if (scope.place.kind === 'nowhere') return
  const { bare } = scope.place.rows
  if (!bare.schema.columns.some((column) => column.name === name.text)) return
  const facts = { name: name.text, inner: 'a parameter', outer: `the column of \`${bare.label}\`` }
  warn(scope, 'W003', { span: name.span, facts })
}

function argumentValue(argument: { readonly value: ast.Expr; readonly scope: Scope }, scope: Scope): Value {
  // Resolved where it is written, in the row in which the macro stands.
  const shown = scope.place.kind === 'nowhere' || argument.scope.place.kind === 'nowhere' ? [] : scope.place.rows.shown
  const { place } = argument.scope
  const there = place.kind === 'nowhere' ? place : { ...place, rows: { ...place.rows, shown } }
  return scope.context.value(argument.value, { ...argument.scope, place: there })
}

/** Whether a name means anything where it stands. */
export function isKnown(name: ast.Name, scope: Scope): boolean {
  if (scope.parameters.has(name.text) || scope.names.has(name.text)) return true
  const path = { parts: [name], span: name.span }
  return scope.place.kind !== 'nowhere' && valueInRow(path, scope.place.rows, scope) !== undefined
}

interface Access {
  readonly first: ast.Name
  readonly members: readonly ast.Name[]
  readonly path: Path
}

/** `events.E` in a row of `events`. */
function isColumnOfRow(stream: ast.Name, column: ast.Name, { place }: Scope): boolean {
  if (place.kind === 'nowhere') return false
  const { label, schema } = place.rows.bare
  return label === stream.text && schema.columns.some(({ name }) => name === column.text)
}

function memberOf(value: Value, { first, members, path }: Access, scope: Scope): Value {
  if (members.length === 0) return value
  if (value.kind === 'row') return columnOrUnknown(value, members, { path, scope })
  const [member] = members
  if (value.kind === 'meaning' && value.meaning.kind === 'stream' && member !== undefined) {
    if (members.length === 1 && isColumnOfRow(first, member, scope)) {
      const facts = { text: `${first.text}.${member.text}`, written: member.text, span: path.span }
      return refuse(scope, 'S147', { span: path.span, facts })
    }
    return refuse(scope, 'S136', {
      span: path.span,
      facts: {
        text: path.parts.map(({ text }) => text).join('.'),
        found: 'a column of a whole stream',
        hint: `Say which value: \`max(${member.text} of ${first.text})\`, or bind a row of it by a role.`,
      },
    })
  }
  return refuse(scope, 'S136', {
    span: first.span,
    facts: { text: first.text, found: 'not a row', hint: 'Only a row has columns.' },
  })
}

function valueOfName(name: ast.Name, bound: Bound, scope: Scope): Value {
  demandMeaning(name, bound, scope)
  noteUse(scope, name.text, bound)
  const { meaning } = bound
  if (meaning.kind === 'value') return meaning.term
  return meaning.kind === 'list' ? meaning : { kind: 'meaning', meaning }
}

/** A role, a column of a role, a bare column; undefined where the row has none of the name. */
function valueInRow(path: Path, rows: Rows, scope: Scope): Value | undefined {
  const [first, ...members] = path.parts
  if (first === undefined) return undefined
  const bare = bareRow(rows)
  const isColumn = members.length === 0
  const field = rows.element && columnOf({ kind: 'row', frame: rows.element.frame, prefix: '' }, path.parts, scope)
  if (field !== undefined) return field
  const own = isColumn ? columnOf(bare, path.parts, scope) : undefined
  if (own !== undefined) return hiding(own, first, scope)
  const role = first.text === 'this' ? rows.self : rows.named.get(first.text)
  if (role !== undefined && role !== null)
    return members.length === 0 ? role : columnOrUnknown(role, members, { path, scope })
  return columnOf(bare, path.parts, scope)
}

/** A column that hides a number of the notebook is worth a word. */
function hiding(value: Value, name: ast.Name, scope: Scope): Value {
  const outer = scope.names.get(name.text)?.meaning.kind
  if (outer === 'value' || outer === 'list') {
    const facts = { name: name.text, inner: 'a column', outer: outer === 'value' ? 'the value' : 'the list' }
    warn(scope, 'W003', { span: name.span, facts })
  }
  return value
}

function columnOrUnknown(
  row: RowRef,
  members: readonly ast.Name[],
  { path, scope }: { readonly path: Path; readonly scope: Scope },
): Value {
  return columnOf(row, members, scope) ?? unknownColumn(row, { parts: members, span: path.span }, scope)
}

const ofAnchor: ReadonlySet<string> = new Set(['t', 'run', 'file', 'entry'])

/** The column, role or record of a row that a path names. `t run file entry` of a match are its anchor's. */
function columnOf(row: RowRef, parts: readonly ast.Name[], scope: Scope): Value | undefined {
  const { columns } = row.frame.schema
  const name = row.prefix + parts.map(({ text }) => text).join('.')
  const column = columns.find((each) => each.name === name)
  if (column !== undefined) return valueOfColumn(row.frame, column, scope)
  const list = columns.find((each) => each.type.kind === 'list' && name.startsWith(`${each.name}.`))
  if (list !== undefined) return fieldOfList(row.frame, list, { field: name.slice(list.name.length + 1), parts, scope })
  if (columns.some((each) => each.name.startsWith(`${name}.`)))
    return { kind: 'row', frame: row.frame, prefix: `${name}.` }
  const last = parts.at(-1)
  if (last === undefined || !ofAnchor.has(last.text)) return undefined
  const owner =
    row.prefix +
    parts
      .slice(0, -1)
      .map(({ text }) => `${text}.`)
      .join('')
  const anchor = anchorPrefix(row.frame.schema, owner)
  const found = columns.find((each) => each.name === `${anchor}${last.text}`)
  return found && valueOfColumn(row.frame, found, scope)
}

/** Prefix of the event that a row, or a role of it, is placed by: `prompt.` for a match, `pair.prompt.` for a nested one. */
export function anchorPrefix({ references }: Schema, owner: string): string {
  return references.find((prefix) => prefix.startsWith(owner)) ?? owner
}

function valueOfColumn(frame: Frame, { name, type, missing }: Column, scope: Scope): Value {
  const shown = scope.place.kind === 'nowhere' ? [] : scope.place.rows.shown
  const list = listColumn(frame, { name, type, missing }, { shown })
  if (list !== undefined) return elementColumn(list, null, scope) ?? { kind: 'jagged', list, field: null }
  if (type.kind === 'list') throw new Error('a list is a list')
  const isThere = frame.present.has(name) || shown.some((fact) => fact.frame === frame && fact.name === name)
  return { kind: 'column', frame, name, type: counted(type), missing, unhandled: missing && !isThere }
}

interface FieldAccess {
  readonly field: string
  readonly parts: readonly ast.Name[]
  readonly scope: Scope
}

/** A field of the records of a list: of the element, inside an aggregate over it. */
function fieldOfList(frame: Frame, column: Column, { field, parts, scope }: FieldAccess): Value {
  const whole = valueOfColumn(frame, column, scope)
  const list =
    whole.kind === 'jagged' ? whole.list : scope.place.kind === 'nowhere' ? undefined : scope.place.rows.element?.list
  if (list === undefined) throw new Error('a list is a list')
  const { element } = list.type
  if (element.kind !== 'record' || !element.fields.some(({ name }) => name === field)) {
    const span = parts.map((part) => part.span).reduce(cover)
    return refuseField({ column: list, text: column.name }, field, { span, scope })
  }
  return elementColumn(list, field, scope) ?? { kind: 'jagged', list, field }
}

/** Inside an aggregate over a list its columns are those of the element; of a list of records only the fields. */
function elementColumn(list: ListColumn, field: string | null, scope: Scope): Value | undefined {
  const at = scope.place.kind === 'nowhere' ? undefined : scope.place.rows.element
  if (at === undefined || at.list.frame !== list.frame || at.list.name !== list.name) return undefined
  const { columns } = at.frame.schema
  const column = list.type.element.kind === 'record' ? columns.find(({ name }) => name === field) : columns[0]
  return column && valueOfColumn(at.frame, column, scope)
}

function unknownName(path: Path, scope: Scope): never {
  const [first] = path.parts
  if (first === undefined) throw new Error('a path has a name')
  if (scope.place.kind === 'nowhere') return unknownStream(first, scope, 'value')
  if (scope.place.kind === 'group' && valueInRow(path, scope.place.members, scope) !== undefined) {
    const column = path.parts.map(({ text }) => text).join('.')
    return refuse(scope, 'S133', { span: path.span, facts: { column } })
  }
  return unknownColumn(bareRow(scope.place.rows), path, scope)
}
