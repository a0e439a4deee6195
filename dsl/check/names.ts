import type * as ast from '../ir/ast.ts'
import type { Span } from '../ir/span.ts'
import { cover } from '../ir/span.ts'
import type { Column, Schema, Type } from '../ir/types.ts'
import { unitText } from '../ir/units.ts'
import type { Bound, Names } from './bound.ts'
import { meantBy } from '../ir/meant.ts'
import { Held, refuse } from './refusal.ts'
import { notYet, type Rows, type Scope, type Value, warn } from './scope.ts'
import { type Frame, isWhole, numberType, type RowRef } from './term.ts'

/** A dotted path, `pair.prompt.t`, and what it means. */
interface Path {
  readonly parts: readonly ast.Name[]
  readonly span: Span
}

/** The names of an expression that is a path; undefined for any other. `this` is a part like a role. */
export function pathOf(expr: ast.Expr): Path | undefined {
  if (expr.kind === 'name') return { parts: [expr.name], span: expr.span }
  if (expr.kind === 'this') return { parts: [{ text: 'this', span: expr.span }], span: expr.span }
  if (expr.kind !== 'member') return undefined
  const object = pathOf(expr.object)
  return object && { parts: [...object.parts, expr.name], span: expr.span }
}

/** What a path means; innermost first: parameters of a macro, roles and columns of the row, names of the notebook. */
export function valueOfPath(path: Path, scope: Scope): Value {
  const [first, ...members] = path.parts
  if (first === undefined) throw new Error('a path has a name')
  const argument = scope.parameters.get(first.text)
  if (argument !== undefined) return memberOf(argumentValue(argument, scope), { first, members, path }, scope)
  const inRow = scope.place.kind === 'nowhere' ? undefined : valueInRow(path, scope.place.rows, scope)
  if (inRow !== undefined) return inRow
  const bound = scope.names.get(first.text)
  if (bound === undefined) return unknownName(path, scope)
  return memberOf(valueOfName(first, bound, scope), { first, members, path }, scope)
}

function argumentValue(argument: { readonly value: ast.Expr; readonly scope: Scope }, scope: Scope): Value {
  // Resolved where it is written, in the row in which the macro stands.
  const shown = scope.place.kind === 'nowhere' || argument.scope.place.kind === 'nowhere' ? [] : scope.place.rows.shown
  const { place } = argument.scope
  const there = place.kind === 'nowhere' ? place : { ...place, rows: { ...place.rows, shown } }
  return scope.context.value(argument.value, { ...argument.scope, place: there })
}

interface Access {
  readonly first: ast.Name
  readonly members: readonly ast.Name[]
  readonly path: Path
}

function memberOf(value: Value, { first, members, path }: Access, scope: Scope): Value {
  if (members.length === 0) return value
  if (value.kind === 'row') return columnOrUnknown(value, members, { path, scope })
  const [member] = members
  if (value.kind === 'meaning' && value.meaning.kind === 'stream' && member !== undefined) {
    return refuse(scope, 'S136', {
      span: path.span,
      facts: {
        text: path.parts.map(({ text }) => text).join('.'),
        found: 'a column of a whole stream',
        hint: `Say which value: \`max(${member.text} of ${first.text})\`, or bind a row of it by a role.`,
      },
    })
  }
  if (value.kind === 'jagged') notYet(scope, 'A list inside a list', path.span)
  return refuse(scope, 'S136', {
    span: first.span,
    facts: { text: first.text, found: 'not a row', hint: 'Only a row has columns.' },
  })
}

function valueOfName(name: ast.Name, bound: Bound, scope: Scope): Value {
  demandMeaning(name, bound, scope)
  for (const text of bound.history) scope.context.history.add(text)
  const { meaning } = bound
  if (meaning.kind === 'value') return meaning.term
  return meaning.kind === 'list' ? meaning : { kind: 'meaning', meaning }
}

/** A role, a column of a role, a bare column; undefined where the row has none of the name. */
function valueInRow(path: Path, rows: Rows, scope: Scope): Value | undefined {
  const [first, ...members] = path.parts
  if (first === undefined) return undefined
  const bare: RowRef = { kind: 'row', frame: rows.bare, prefix: '' }
  const isColumn = members.length === 0
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
  if (list !== undefined) return valueOfColumn(row.frame, { ...list, name: list.name }, scope)
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
  if (type.kind === 'list') return { kind: 'jagged', frame, name, type }
  const shown = scope.place.kind === 'nowhere' ? [] : scope.place.rows.shown
  const isThere = frame.present.has(name) || shown.some((fact) => fact.frame === frame && fact.name === name)
  return { kind: 'column', frame, name, type: withUnit(type), missing, unhandled: missing && !isThere }
}

/** A whole number that states no unit is a count. */
function withUnit<T extends Type>(type: T): T | ReturnType<typeof numberType> {
  return type.kind === 'number' && type.unit === null && isWhole(type) ? numberType(type.repr, []) : type
}

function unknownName(path: Path, scope: Scope): never {
  const [first] = path.parts
  if (first === undefined) throw new Error('a path has a name')
  if (scope.place.kind === 'nowhere') return unknownStream(first, scope)
  if (scope.place.kind === 'group' && valueInRow(path, scope.place.members, scope) !== undefined) {
    const column = path.parts.map(({ text }) => text).join('.')
    return refuse(scope, 'S133', { span: path.span, facts: { column } })
  }
  return unknownColumn({ kind: 'row', frame: scope.place.rows.bare, prefix: '' }, path, scope)
}

/** S109 where a role of the match has the column, else S102. */
function unknownColumn(row: RowRef, { parts, span }: Path, scope: Scope): never {
  const name = parts.map(({ text }) => text).join('.')
  const { schema, label } = row.frame
  const owners = rolesUnder(row).filter((role) =>
    schema.columns.some((each) => each.name === `${row.prefix}${role}.${name}`),
  )
  if (owners.length > 0) {
    return refuse(scope, 'S109', {
      span,
      facts: { stream: `\`${label}\``, roles: rolesUnder(row), column: name, owners, span },
    })
  }
  const here = schema.columns.filter((each) => each.name.startsWith(row.prefix)).map(withoutPrefix(row.prefix))
  const visible = here.filter((each) => !each.name.startsWith('~'))
  const roles = scope.place.kind === 'nowhere' || row.prefix !== '' ? [] : [...scope.place.rows.named.keys()]
  const values = row.prefix === '' ? namesOfValues(scope.names) : []
  const meant = meantBy(name, [...visible.map((each) => each.name), ...roles, ...scope.parameters.keys(), ...values])
  const column = visible.find((each) => each.name === meant)
  return refuse(scope, 'S102', {
    span: parts.length === 1 ? (parts[0]?.span ?? span) : span,
    facts: {
      name,
      span: memberSpan(parts, span),
      of: row.prefix === '' ? label : row.prefix.slice(0, -1),
      meant: meant === null ? null : { name: meant, about: column === undefined ? '' : unitSuffix(column) },
      columns: shortened(visible.map((each) => each.name)),
    },
  })
}

function memberSpan(parts: readonly ast.Name[], span: Span): Span {
  const [first, last] = [parts[0], parts.at(-1)]
  return first === undefined || last === undefined ? span : cover(first.span, last.span)
}

function rolesUnder({ frame, prefix }: RowRef): readonly string[] {
  if (prefix === '') return frame.schema.roles
  const inside = frame.schema.references
    .filter((each) => each.startsWith(prefix))
    .map((each) => each.slice(prefix.length))
  return [...new Set(inside.map((each) => each.split('.')[0] ?? ''))].filter((role) => role !== '')
}

function withoutPrefix(prefix: string): (column: Column) => Column {
  return (column) => ({ ...column, name: column.name.slice(prefix.length) })
}

function namesOfValues(names: Names): readonly string[] {
  return [...names].filter(([, { meaning }]) => meaning.kind === 'value').map(([name]) => name)
}

function unitSuffix({ type }: Column): string {
  const unit = type.kind === 'number' ? unitText(type.unit) : null
  return unit === null ? '' : `[${unit}]`
}

function shortened(names: readonly string[]): readonly string[] {
  return names.length <= 12 ? names : [...names.slice(0, 12), '…']
}

/** S101. */
export function unknownStream(name: ast.Name, scope: Scope): never {
  const streams = [...scope.names].filter(([, { meaning }]) => meaning.kind !== 'broken').map(([known]) => known)
  const meant = meantBy(name.text, streams)
  const cell = meant === null ? null : (scope.names.get(meant)?.cell ?? null)
  return refuse(scope, 'S101', {
    span: name.span,
    facts: {
      name: name.text,
      span: name.span,
      meant: meant === null ? null : { name: meant, about: cell === null ? '' : `(cell ${cell})` },
      known: shortened(streams),
    },
  })
}

/** A name whose definition failed: in the cell that failed the statement is held back, in later ones it is told. */
export function demandMeaning(name: ast.Name, { meaning, cell }: Bound, scope: Scope): void {
  if (meaning.kind !== 'broken') return
  if (cell === scope.context.cell.cell) throw new Held()
  refuse(scope, 'S129', { span: name.span, facts: { name: name.text, cell } })
}
