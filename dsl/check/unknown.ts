import type * as ast from '../ir/ast.ts'
import { meantBy } from '../ir/meant.ts'
import { cover, type Span } from '../ir/span.ts'
import type { Column } from '../ir/types.ts'
import { unitText } from '../ir/units.ts'
import type { Bound, Names } from './bound.ts'
import type { Path } from './path.ts'
import { Held, refuse } from './refusal.ts'
import type { Scope } from './scope.ts'
import type { RowRef } from './term.ts'
import { dimensionWord } from './wording.ts'

/** S109 where a role of the match has the column, else S102. */
export function unknownColumn(row: RowRef, { parts, span }: Path, scope: Scope): never {
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
  const meant =
    truthValues[name] ??
    ofDimension(name, visible) ??
    meantBy(name, [
      ...visible.map((each) => each.name),
      ...recordsOf(visible),
      ...roles,
      ...scope.parameters.keys(),
      ...values,
    ])
  const column = visible.find((each) => each.name === meant)
  const last = parts.at(-1)
  if (
    row.prefix === '' &&
    last !== undefined &&
    parts.length === 2 &&
    visible.some((each) => each.name === last.text)
  ) {
    return refuse(scope, 'S147', { span, facts: { text: name, written: last.text, span } })
  }
  return refuse(scope, 'S102', {
    span: parts.length === 1 ? (parts[0]?.span ?? span) : span,
    facts: {
      name,
      span: memberSpan(parts, span),
      of: row.prefix === '' ? label : row.prefix.slice(0, -1),
      meant: meant === null ? null : { name: meant, about: column === undefined ? '' : unitSuffix(column) },
      columns: shortened(telling(visible.map((each) => each.name))),
    },
  })
}

/** What the columns are columns of, such as a joined record. */
function recordsOf(columns: readonly Column[]): readonly string[] {
  return [...new Set(columns.flatMap(({ name }) => (name.includes('.') ? (name.split('.')[0] ?? '') : [])))]
}

/** Python's, which are nearer to a column by their letters. */
const truthValues: Readonly<Record<string, string>> = { True: 'true', False: 'false', TRUE: 'true', FALSE: 'false' }

/** The first column that holds what the name says: `energy`, `charge`. */
function ofDimension(name: string, columns: readonly Column[]): string | null {
  const column = columns.find(({ type }) => {
    const unit = type.kind === 'number' ? type.unit : null
    return unit !== null && dimensionWord(unit).endsWith(` ${name.toLowerCase()}`)
  })
  return column?.name ?? null
}

/** The columns that one may have meant first: what refers to event data is written by hand last of all. */
function telling(names: readonly string[]): readonly string[] {
  const isReference = (name: string): boolean => /(^|\.)(file|entry)$/.test(name)
  return [...names.filter((name) => !isReference(name)), ...names.filter(isReference)]
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
export function unknownStream(name: ast.Name, scope: Scope, what: 'stream' | 'value' = 'stream'): never {
  const streams = [...scope.names].filter(([, { meaning }]) => meaning.kind !== 'broken').map(([known]) => known)
  const meant = meantBy(name.text, streams)
  const cell = meant === null ? null : (scope.names.get(meant)?.cell ?? null)
  return refuse(scope, 'S101', {
    span: name.span,
    facts: {
      what,
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
