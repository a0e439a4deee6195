import type { ColumnExpr, Expr, Plan } from '../../dsl/ir/plan.ts'
import type { Column, Schema } from '../../dsl/ir/types.ts'
import { RuntimeError } from '../errors.ts'
import type { Dataset } from '../ports/dataset.ts'
import { EntrySet } from './entry-set.ts'
import { Int64Reader } from './int64.ts'
import { fieldsRead } from './list-fields.ts'
import { aggregatesIn, type JoinPlan } from './plan-parts.ts'
import type { Portable } from './portable.ts'
import type { EntriesSlice } from './task.ts'

/** So many entries a task reads at most: with some 60 kB each, all of an event's hits may be among them. */
const sliceEntries = 8192

/** Above so many entries, reading all of the event data costs no more than finding them. */
const mostEntries = 1 << 20

/** A join whose partners lie at known places: the row of a file of event data is the entry. */
export interface EventJoin {
  readonly plan: JoinPlan
  readonly dataset: Dataset
  /** The columns of the input that refer to the events. */
  readonly left: { readonly file: string; readonly entry: string }
  /** By the file number that the join compares, the place among the files of the dataset. */
  readonly places: ReadonlyMap<number, number>
}

/**
 * What is known of a join with event data; null for any other join, and where the source looks at other rows than its
 * own. The source is a scan with columns added or left out.
 */
export function eventJoinOf(plan: JoinPlan, datasets: ReadonlyMap<string, Dataset>): EventJoin | null {
  if (plan.eventData !== true || plan.keys.length !== 2) return null
  const left = Object.fromEntries(plan.keys.flatMap(({ left: own, right }) => keyNames(own, right)))
  const { file, entry } = left
  const source = chainOf(plan.source)
  const dataset = source === null ? undefined : datasets.get(source.dataset)
  if (file === undefined || entry === undefined || source === null || dataset === undefined) return null
  const places = new Map<number, number>()
  for (const [place, { reference }] of dataset.files.entries()) {
    if (reference.kind !== 'row') return null
    const number = source.numberOf(reference.fileNumber)
    // Two copies of a file: its events have two partners, which shows when all are looked up.
    if (places.has(number)) return null
    places.set(number, place)
  }
  return { plan, dataset, left: { file, entry }, places }
}

function keyNames(left: Expr, right: Expr): readonly (readonly [string, string])[] {
  return isOwnColumn(left) && isOwnColumn(right) ? [[right.name, left.name]] : []
}

function isOwnColumn(expr: Expr): expr is ColumnExpr {
  return expr.kind === 'column' && expr.row === 'row'
}

interface Chain {
  readonly dataset: string
  readonly numberOf: (file: number) => number
}

function chainOf(plan: Plan): Chain | null {
  switch (plan.op) {
    case 'scan':
      return { dataset: plan.dataset, numberOf: (file) => file }
    case 'renumber': {
      const input = chainOf(plan.input)
      return input && { ...input, numberOf: (file) => plan.files[input.numberOf(file)] ?? input.numberOf(file) }
    }
    case 'define':
    case 'select': {
      const isPlain = aggregatesIn(plan.columns.map(({ value }) => value)).length === 0
      return isPlain && ['file', 'entry'].every((name) => isKept(plan, name)) ? chainOf(plan.input) : null
    }
    case 'filter':
    case 'veto':
    case 'match':
    case 'group':
    case 'sort':
    case 'take':
    case 'shift':
    case 'burst':
    case 'sample':
    case 'union':
    case 'complete':
    case 'join':
    case 'during':
      return null
  }
}

function isKept(plan: Extract<Plan, { op: 'define' | 'select' }>, name: string): boolean {
  const value = plan.columns.find((column) => column.name === name)?.value
  if (value === undefined) return plan.op === 'define'
  return isOwnColumn(value) && value.name === name
}

/**
 * The fields of each list column of the event data that a query looks at, one at least; lists that it wants whole are not
 * among them.
 *
 * @param query all that is asked, as plain data
 */
export function fieldsOfJoin({ plan, dataset }: EventJoin, query: unknown): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, readonly string[]>()
  // Lists that a union puts under one another must have the same fields.
  if (JSON.stringify(query).includes('"op":"union"')) return found
  for (const { name, type } of dataset.schema.columns) {
    if (type.kind !== 'list' || type.element.kind !== 'record') continue
    const path = `${plan.name}.${name}`
    const above = fieldsRead(query, (column) => column === path || column.endsWith(`.${path}`))
    const below = fieldsRead(plan.source, (column) => column === name)
    if (above === null || below === null) continue
    const named = type.element.fields.map((field) => field.name).filter((field) => above.has(field) || below.has(field))
    found.set(name, named.length > 0 ? named : type.element.fields.slice(0, 1).map((field) => field.name))
  }
  return found
}

/** The source with these fields only in its lists. */
export function narrowedSource(plan: Plan, fields: ReadonlyMap<string, readonly string[]>): Plan {
  switch (plan.op) {
    case 'scan':
      return { ...plan, schema: narrowedSchema(plan.schema, fields) }
    case 'select': {
      const columns = plan.columns.map(({ name, value }) => {
        return { name, value: value.kind === 'column' && fields.has(value.name) ? narrowed(value, fields) : value }
      })
      return {
        ...plan,
        input: narrowedSource(plan.input, fields),
        columns,
        schema: narrowedSchema(plan.schema, fields),
      }
    }
    case 'define':
    case 'renumber':
      return { ...plan, input: narrowedSource(plan.input, fields) }
    case 'filter':
    case 'veto':
    case 'match':
    case 'group':
    case 'sort':
    case 'take':
    case 'shift':
    case 'burst':
    case 'sample':
    case 'union':
    case 'complete':
    case 'join':
    case 'during':
      return plan
  }
}

function narrowedSchema(schema: Schema, fields: ReadonlyMap<string, readonly string[]>): Schema {
  return { ...schema, columns: schema.columns.map((column) => narrowed(column, fields)) }
}

function narrowed<C extends Pick<Column, 'name' | 'type'>>(
  column: C,
  fields: ReadonlyMap<string, readonly string[]>,
): C {
  const wanted = fields.get(column.name)
  const { type } = column
  if (wanted === undefined || type.kind !== 'list' || type.element.kind !== 'record') return column
  const kept = type.element.fields.filter(({ name }) => wanted.includes(name))
  return { ...column, type: { kind: 'list', element: { kind: 'record', fields: kept } } }
}

/**
 * The entries that rows refer to, each once, ascending, file by file: a file belongs to one task unless very many of its
 * entries are wanted. Null where there are so many that all of the event data may as well be read.
 *
 * @param references the columns `left` of the rows, in their order
 * @param paths of the files of the rows' events, by number
 * @throws RuntimeError D009 that names row, file and entry, where the join demands each event and one is not there
 */
export function entriesOf(
  join: EventJoin,
  references: Portable,
  fields: ReadonlyMap<string, readonly string[]>,
  paths: ReadonlyMap<number, string>,
): readonly EntriesSlice[] | null {
  const wanted = new Map<number, EntrySet>()
  const [files, entries] = [numbersIn(references, join.left.file), numbersIn(references, join.left.entry)]
  let count = 0
  for (let row = 0; row < references.rows; row++) {
    const file = files[row]!
    const entry = entries[row]!
    const place = join.places.get(file)
    const isThere = place !== undefined && entry >= 0 && entry < join.dataset.files[place]!.rows
    if (isThere) {
      const known = wanted.get(place) ?? new EntrySet(join.dataset.files[place]!.rows)
      wanted.set(place, known)
      count += known.add(entry)
    } else if (join.plan.unmatched === 'error') throw notThere(join, { row, file, entry }, paths)
  }
  return count > mostEntries ? null : slicesOf(wanted, fields)
}

/** A column as float64, NaN where it has no value. */
function numbersIn({ rows, columns }: Portable, name: string): Float64Array {
  const column = columns.get(name)
  if (column?.kind !== 'values') throw new Error(`no column ${name} refers to events`)
  const { values, valid } = column
  const isWide = values instanceof BigInt64Array || values instanceof BigUint64Array
  const integers = isWide ? new Int64Reader(values) : null
  const read = new Float64Array(rows)
  if (integers === null) read.set((values as Float64Array).subarray(0, rows))
  else for (let row = 0; row < rows; row++) read[row] = integers.at(row)
  if (valid !== null) for (let row = 0; row < rows; row++) if (valid[row] === 0) read[row] = Number.NaN
  return read
}

function slicesOf(
  wanted: ReadonlyMap<number, EntrySet>,
  fields: ReadonlyMap<string, readonly string[]>,
): readonly EntriesSlice[] {
  const files = [...wanted].toSorted(([a], [b]) => a - b)
  return files.flatMap(([file, set]) => {
    const rows = set.entries()
    const count = Math.ceil(rows.length / sliceEntries)
    return Array.from({ length: count }, (_, at): EntriesSlice => {
      const part = rows.subarray(at * sliceEntries, (at + 1) * sliceEntries)
      return { kind: 'entries', file, rows: [...part], fields }
    })
  })
}

interface Lost {
  readonly row: number
  /** NaN where the row refers to no event. */
  readonly file: number
  readonly entry: number
}

function notThere(
  { plan, dataset, places }: EventJoin,
  { row, file, entry }: Lost,
  paths: ReadonlyMap<number, string>,
): RuntimeError {
  const begin = `Row ${row} has no partner in the join \`${plan.name}\``
  const optional = 'write `join optional` to keep such rows'
  if (Number.isNaN(file) || Number.isNaN(entry)) {
    return new RuntimeError('D009', `${begin}: it refers to no event.`, { fix: `Drop such rows, or ${optional}.` })
  }
  const known = paths.get(file)
  const path = known === undefined ? `file number ${file}` : `\`${known}\``
  const place = places.get(file)
  if (place === undefined) {
    const found = `the ${dataset.files.length} file${dataset.files.length === 1 ? '' : 's'} of \`${dataset.path}\``
    return new RuntimeError('D009', `${begin}: it is entry ${entry} of ${path}, which is not among ${found}.`, {
      fix: `Put the file there, name it in the path too, or ${optional}.`,
    })
  }
  const { rows } = dataset.files[place]!
  return new RuntimeError('D009', `${begin}: it is entry ${entry} of ${path}, which has ${rows} entries.`, {
    fix: `Build the index again if the file was written anew, or ${optional}.`,
  })
}
