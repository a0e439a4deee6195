import type * as ast from '../ir/ast.ts'
import { cover, type Span } from '../ir/span.ts'
import { meantBy } from '../ir/meant.ts'
import { anchorPrefix } from './names.ts'
import { refuse } from './refusal.ts'
import type { Rows, Scope } from './scope.ts'
import { rolesOf } from './stream.ts'
import type { Frame, RowRef } from './term.ts'

/** A row that a window counts from: the prefix of the columns `t`, `file`, `entry` that place it in time. */
export interface Reference {
  readonly frame: Frame
  readonly prefix: string
}

/** The row that a path names as the reference of a window: `this`, a role, a role of a role. S108 for any other. */
export function referenceOf(path: readonly ast.Name[], rows: Rows, scope: Scope): Reference {
  const [first, ...members] = path
  if (first === undefined) throw new Error('a path has a name')
  const row = rowNamed(first, rows, scope)
  if (row === undefined) return unknownRole(first, rows, scope)
  const prefix = row.prefix + members.map(({ text }) => `${text}.`).join('')
  if (!row.frame.schema.columns.some(({ name }) => name.startsWith(prefix))) {
    return unknownRole({ text: path.map(({ text }) => text).join('.'), span: spanOf(path) }, rows, scope)
  }
  return placed({ kind: 'row', frame: row.frame, prefix }, { text: first.text, span: spanOf(path) }, scope)
}

/** The place in time of a row. */
function placed(row: RowRef, { text, span }: ast.Name, scope: Scope): Reference {
  const { schema } = row.frame
  const prefix = row.prefix === '' ? schema.key : anchorPrefix(schema, row.prefix)
  if (prefix !== null && schema.columns.some(({ name }) => name === `${prefix}t`)) return { frame: row.frame, prefix }
  const hint = 'A row of a table is at no time: put the window before `group`, `select` or `sort`.'
  return refuse(scope, 'S136', { span, facts: { text, found: 'a row without time', hint } })
}

function rowNamed(name: ast.Name, rows: Rows, scope: Scope): RowRef | undefined {
  if (name.text === 'this') return rows.self ?? undefined
  const argument = scope.parameters.get(name.text)
  if (argument === undefined) return rows.named.get(name.text) ?? rolesOf(rows.bare).get(name.text)
  const value = scope.context.value({ kind: 'name', name, span: name.span }, scope)
  return value.kind === 'row' ? value : undefined
}

function unknownRole(name: ast.Name, rows: Rows, scope: Scope): never {
  const known = [...rows.named.keys(), ...rolesOf(rows.bare).keys()]
  return refuse(scope, 'S108', {
    span: name.span,
    facts: {
      name: name.text,
      span: name.span,
      meant: meantBy(name.text, known),
      isStream: scope.names.get(name.text)?.meaning.kind === 'stream',
    },
  })
}

function spanOf(path: readonly ast.Name[]): Span {
  const spans = path.map(({ span }) => span)
  return spans.reduce(cover)
}
