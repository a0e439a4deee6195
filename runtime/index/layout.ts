import type { Field } from 'apache-arrow'
import type { Column, Schema } from '../../dsl/ir/types.ts'
import { RuntimeError } from '../errors.ts'
import type { SkippedColumn } from '../ports/dataset.ts'
import { columnOf, isTimestamp, isWhole, statedUnit } from './columns.ts'
import { damagedDocument, type SiftDocument } from './document.ts'

/** What the columns of one file mean. */
export interface Layout {
  readonly schema: Schema
  /** Whether the rows carry references of their own; else each row refers to itself: this file, this row. */
  readonly refers: boolean
  readonly skipped: readonly SkippedColumn[]
}

/** The columns of a file, and what is known about them. */
export interface Fields {
  readonly path: string
  readonly fields: readonly Field[]
  readonly document: SiftDocument | null
  /** `units t: ns` was declared. */
  readonly timeDeclared: boolean
}

/**
 * Finds out whether the rows are events, a match or a table, and which columns order them and refer to events
 * (language.md 6.1).
 *
 * @throws RuntimeError D003 when a time or a reference may be missing, D008 when the document promises columns that
 * are not there
 */
export function layoutOf(given: Fields): Layout {
  const document = given.document
  const file = { ...given, fields: given.fields.filter(({ name }) => document?.counters?.includes(name) !== true) }
  if (document?.stream === 'match') return matchLayout(file, document)
  const named = new Map(file.fields.map((field) => [field.name, field]))
  if (document?.stream === 'table' && !file.timeDeclared) return savedTable(file)
  const timed = isTime(file, named.get('t'))
  const refers = isWholeField(named.get('file')) && isWholeField(named.get('entry'))
  refuseNulls(file, [...(timed ? ['t'] : []), ...(refers ? ['file', 'entry'] : [])])
  const own = file.fields.filter(({ name }) => refers || !(name === 'file' || name === 'entry'))
  const columns = own.map((field): Column => {
    if (timed && field.name === 't') return instantColumn('t')
    return referenceColumn(field.name, refers ? [''] : []) ?? plainColumn(file, field, field.name)
  })
  return {
    schema: {
      stream: timed ? 'events' : 'table',
      columns: leading(refers ? columns : [fileColumn(''), entryColumn(''), ...columns]),
      key: timed ? '' : null,
      references: [''],
      roles: [],
    },
    refers,
    skipped: refers ? [] : hidden(named),
  }
}

/** The field that a column of the dataset is called in the file: a dot is an underscore in ROOT, `prompt_E`. */
export function fieldNameOf(column: string, names: { has(name: string): boolean }): string {
  return names.has(column) ? column : column.replaceAll('.', '_')
}

/** What decides between rows of the same time: file and entry of the event; of a match, then time, file, entry of each role. */
export function orderKeys({ references, columns }: Schema): readonly string[] {
  const names = new Set(columns.map(({ name }) => name))
  return references
    .flatMap((prefix, role) => [...(role === 0 ? [] : ['t']), 'file', 'entry'].map((name) => `${prefix}${name}`))
    .filter((name) => names.has(name))
}

/** Whatever integers a file holds: its numbers become the dataset's, and these may be larger. */
function fileColumn(prefix: string): Column {
  return { name: `${prefix}file`, type: { kind: 'number', repr: 'uint32', unit: [] }, missing: false }
}

function entryColumn(prefix: string): Column {
  return { name: `${prefix}entry`, type: { kind: 'number', repr: 'int64', unit: [] }, missing: false }
}

function referenceColumn(name: string, references: readonly string[]): Column | undefined {
  return references
    .flatMap((prefix) => [fileColumn(prefix), entryColumn(prefix)])
    .find((column) => column.name === name)
}

const leadingNames = ['t', 'file', 'entry', 'run']

function leading(columns: readonly Column[]): readonly Column[] {
  const first = leadingNames.flatMap((name) => columns.filter((column) => column.name === name))
  return [...first, ...columns.filter(({ name }) => !leadingNames.includes(name))]
}

function savedTable(file: Fields): Layout {
  const columns = file.fields.map((field) => plainColumn(file, field, field.name))
  return { schema: { stream: 'table', columns, key: null, references: [], roles: [] }, refers: false, skipped: [] }
}

/** The bare `t run file entry` of a saved match repeat its anchor's, for readers that know nothing of roles. */
function matchLayout(file: Fields, { roles }: SiftDocument): Layout {
  const fields = new Map(file.fields.map((field) => [dotted(field.name, roles), field]))
  const references = roles.flatMap((role) => referencesUnder(`${role}.`, [...fields.keys()]))
  const [key] = references
  if (key === undefined || !isMoment(fields.get(`${key}t`))) throw promised(file, roles)
  refuseNulls(
    file,
    references.flatMap((prefix) => [`${prefix}file`, `${prefix}entry`]).map((name) => fields.get(name)?.name ?? name),
  )
  const times = new Set(references.map((prefix) => `${prefix}t`))
  const columns = [...fields]
    .filter(([name]) => !leadingNames.includes(name))
    .map(([name, field]): Column => {
      if (times.has(name) && isMoment(field)) return instantColumn(name, field.nullable)
      return referenceColumn(name, references) ?? plainColumn(file, field, name)
    })
  return { schema: { stream: 'match', columns, key, references, roles }, refers: true, skipped: [] }
}

function dotted(name: string, roles: readonly string[]): string {
  const role = roles.find((candidate) => name.startsWith(`${candidate}_`))
  return role === undefined || name.includes('.') ? name : `${role}.${name.slice(role.length + 1)}`
}

/** `prompt.`, or of a nested match `pair.prompt.` and `pair.delayed.`. */
function referencesUnder(prefix: string, names: readonly string[]): readonly string[] {
  return names
    .filter((name) => name.startsWith(prefix) && name.endsWith('.file'))
    .map((name) => name.slice(0, -'file'.length))
    .filter((found) => names.includes(`${found}entry`))
}

function promised(file: Fields, roles: readonly string[]): RuntimeError {
  const [role = 'anchor'] = roles
  return damagedDocument(
    file.path,
    `it calls the rows a match of ${roles.join(', ') || 'no roles'}, but \`${role}.t\`, \`${role}.file\` and \`${role}.entry\` are not all there`,
  )
}

function isTime({ document, timeDeclared }: Fields, field: Field | undefined): boolean {
  if (field === undefined) return false
  if (isTimestamp(field)) return true
  if (!isWhole(field)) return false
  return timeDeclared || (statedUnit(field, 't', document?.units ?? {}) ?? (document === null ? '' : 'ns')) === 'ns'
}

function isMoment(field: Field | undefined): field is Field {
  return field !== undefined && (isTimestamp(field) || isWhole(field))
}

function isWholeField(field: Field | undefined): boolean {
  return field !== undefined && isWhole(field)
}

function instantColumn(name: string, missing = false): Column {
  return { name, type: { kind: 'instant' }, missing }
}

function plainColumn(file: Fields, field: Field, name: string): Column {
  return columnOf(field, name, file.document?.units ?? {})
}

function refuseNulls({ path, fields }: Fields, names: readonly string[]): void {
  const field = fields.find(({ name, nullable }) => nullable && names.includes(name))
  if (field === undefined) return
  throw new RuntimeError(
    'D003',
    `Column \`${field.name}\` of \`${path}\` has rows without a value: an event has a time and a place.`,
    {
      fix: 'Drop these rows when the file is written.',
    },
  )
}

/** Half a reference, or one that is no whole number, gives way to the row's own. */
function hidden(named: ReadonlyMap<string, Field>): readonly SkippedColumn[] {
  return ['file', 'entry']
    .filter((name) => named.has(name))
    .map((name) => ({
      name,
      reason:
        'a reference to an event needs whole numbers `file` and `entry`; here each row refers to itself, this file and this row',
    }))
}
