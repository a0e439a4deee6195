import type { Column, Schema, Type } from '../../dsl/ir/types.ts'
import { unitText } from '../../dsl/ir/units.ts'
import { RuntimeError } from '../errors.ts'
import type { Inspection } from './inspect.ts'

/**
 * The schema that all files have, in the order of the first one's columns. A column may be missing when it is in any.
 *
 * @throws RuntimeError D003 that names the file, the column and both types
 */
export function agreedSchema(inspections: readonly Inspection[]): Schema {
  const [first, ...others] = inspections
  if (first === undefined) throw new Error('a dataset has a file')
  const schema = first.layout.schema
  const missing = new Set(schema.columns.filter((column) => column.missing).map(({ name }) => name))
  for (const other of others) {
    compareStreams(first, other)
    compareColumns(first, other)
    for (const column of other.layout.schema.columns) if (column.missing) missing.add(column.name)
  }
  return { ...schema, columns: schema.columns.map((column) => ({ ...column, missing: missing.has(column.name) })) }
}

function compareStreams(first: Inspection, other: Inspection): void {
  const [a, b] = [first.layout, other.layout]
  if (a.schema.stream !== b.schema.stream || a.schema.roles.join() !== b.schema.roles.join()) {
    throw different(`\`${other.path}\` holds ${kindOf(b.schema)}, but \`${first.path}\` holds ${kindOf(a.schema)}.`)
  }
  if (a.refers !== b.refers) {
    const [whole, half] = a.refers ? [first, other] : [other, first]
    throw different(`\`${half.path}\` has no columns \`file\` and \`entry\`, but \`${whole.path}\` has.`)
  }
}

function kindOf({ stream, roles }: Schema): string {
  if (stream === 'match') return `a match of ${roles.join(' and ')}`
  return stream === 'events' ? 'events' : 'a table without time'
}

function compareColumns(first: Inspection, other: Inspection): void {
  const theirs = new Map(other.layout.schema.columns.map((column) => [column.name, column]))
  for (const column of first.layout.schema.columns) {
    const theirOwn = theirs.get(column.name)
    if (theirOwn === undefined) throw lacking(column.name, other, first)
    const [mine, its] = [typeText(column.type), typeText(theirOwn.type)]
    if (mine !== its) {
      throw different(`Column \`${column.name}\` is ${its} in \`${other.path}\`, but ${mine} in \`${first.path}\`.`)
    }
    theirs.delete(column.name)
  }
  const [extra] = theirs.keys()
  if (extra !== undefined) throw lacking(extra, first, other)
}

function lacking(column: string, without: Inspection, having: Inspection): RuntimeError {
  const reason = without.layout.skipped.find(({ name }) => name === column)?.reason
  const why = reason === undefined ? 'has no column' : 'has an unreadable column'
  return different(
    `\`${without.path}\` ${why} \`${column}\`${reason === undefined ? '' : ` (${reason})`}, but \`${having.path}\` has it.`,
  )
}

function different(message: string): RuntimeError {
  return new RuntimeError('D003', message, {
    fix: 'Open the files in groups of the same columns and combine them with `union(…)`.',
  })
}

/** A type as messages name it: `float32 [MeV]`, `list of record(time int64 [ns], charge float32 [pe])`. */
export function typeText(type: Type): string {
  if (type.kind !== 'list') return scalarText(type)
  if (type.element.kind !== 'record') return `list of ${scalarText(type.element)}`
  return `list of record(${type.element.fields.map((field: Column) => `${field.name} ${typeText(field.type)}`).join(', ')})`
}

function scalarText(type: Exclude<Type, { kind: 'list' }>): string {
  if (type.kind !== 'number') return type.kind
  const unit = unitText(type.unit)
  return `${type.repr}${unit === null ? (type.unit === null ? ' of unknown unit' : '') : ` [${unit}]`}`
}
