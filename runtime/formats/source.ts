import { type Data, type DataType, type Field, makeData, RecordBatch, Schema, Struct } from 'apache-arrow'
import { RuntimeError } from '../errors.ts'
import type { GroupRange, ScanRequest, Source } from '../ports/format.ts'
import { blame } from './file.ts'
import { Pace } from './pace.ts'

/** What a format knows of an open file; `sourceOf` makes the port's Source of it. */
export interface Table {
  readonly path: string
  readonly fields: readonly Field[]
  readonly rows: number
  readonly skipped: ReadonlyMap<string, string>
  readonly document: string | undefined
  readonly uuid: string | undefined
  readonly otherUuid?: string
  readonly groups: readonly number[]
  statistics(column: string): readonly (GroupRange | undefined)[] | undefined
  /** Elements of all lists of a column, where the file states them. */
  readonly elements?: (column: string) => number | undefined
  /** A reader for one pass over one column, of a list of records perhaps of these fields alone. Passes do not share state. */
  column(name: string, fields?: readonly string[]): ColumnReader
  close(): void
}

/** One pass over a column. Remembers where it is, so that ascending reads do not decode anything twice. */
export interface ColumnReader {
  /** Of what it reads, where that is less than the column. */
  readonly type?: DataType
  /** Rows [start, end), never empty, in ascending order from call to call. */
  read(start: number, end: number, pace: Pace): Data | Promise<Data>
  /** The same of several stretches, ascending, as one; a format that lacks it is asked for one stretch after the other. */
  readAll?(stretches: readonly Stretch[], pace: Pace): Promise<Data>
}

/** Rows [start, end). */
export type Stretch = readonly [start: number, end: number]

/** So many rows here and there come in one batch: it would cost more than the rows to make one of each. */
const scatteredRows = 256

export function rowsOf(stretches: readonly Stretch[]): number {
  return stretches.reduce((sum, [start, end]) => sum + end - start, 0)
}

export function sourceOf(table: Table): Source {
  const schema = new Schema([...table.fields])
  let closed = false
  return {
    schema,
    rows: table.rows,
    skipped: table.skipped,
    document: table.document,
    uuid: table.uuid,
    ...(table.otherUuid === undefined ? {} : { otherUuid: table.otherUuid }),
    groups: table.groups,
    statistics: (column) => table.statistics(column),
    elements: (column) => table.elements?.(column),
    scan: (request) => scan(table, request),
    [Symbol.asyncDispose]: async () => {
      if (closed) return
      closed = true
      table.close()
    },
  }
}

async function* scan(table: Table, request: ScanRequest): AsyncGenerator<RecordBatch> {
  const fields = request.columns.map((name) => fieldNamed(table, name))
  const readers = fields.map((field) => table.column(field.name, request.fields?.get(field.name)))
  const schema = new Schema(fields.map((field, at) => withType(field, readers[at]!.type)))
  const pace = new Pace(request.cancel)
  const together = readers.every((reader) => reader.readAll !== undefined) ? scatteredRows : 0
  for (const stretches of gathered(stretchesOf(request, table.rows), Math.min(together, request.batchRows))) {
    const columns: Data[] = []
    for (const reader of readers) columns.push(await readColumn(table.path, reader, stretches, pace))
    await pace.step()
    yield batchOf(schema, columns, rowsOf(stretches))
  }
}

/** As many stretches as have at most `rows` rows; one at least. */
function* gathered(stretches: Iterable<Stretch>, rows: number): Generator<readonly Stretch[]> {
  let [some, count]: [Stretch[], number] = [[], 0]
  for (const stretch of stretches) {
    const length = stretch[1] - stretch[0]
    if (some.length > 0 && count + length > rows) {
      yield some
      ;[some, count] = [[], 0]
    }
    some.push(stretch)
    count += length
  }
  if (some.length > 0) yield some
}

function withType(field: Field, type: DataType | undefined): Field {
  return type === undefined ? field : field.clone({ type })
}

/** Neighbouring rows that a request asks for, no more than `batchRows` at a time. */
function* stretchesOf({ rows, batchRows, ...range }: ScanRequest, tableRows: number): Generator<Stretch> {
  const [from, to] = [Math.max(0, range.start), Math.min(range.end, tableRows)]
  const step = Math.max(1, batchRows)
  if (rows === undefined) {
    for (let start = from; start < to; start += step) yield [start, Math.min(start + step, to)]
    return
  }
  const wanted = rows.filter((row) => row >= from && row < to)
  for (let at = 0; at < wanted.length;) {
    const start = wanted[at]!
    let end = start
    while (wanted[at] === end && end - start < step) [at, end] = [at + 1, end + 1]
    yield [start, end]
  }
}

async function readColumn(
  path: string,
  reader: ColumnReader,
  stretches: readonly Stretch[],
  pace: Pace,
): Promise<Data> {
  await pace.step()
  const [[start, end] = [0, 0]] = stretches
  try {
    return await (stretches.length > 1 && reader.readAll !== undefined
      ? reader.readAll(stretches, pace)
      : reader.read(start, end, pace))
  } catch (error) {
    throw blame(path, error)
  }
}

export function batchOf(schema: Schema, columns: readonly Data[], rows: number): RecordBatch {
  const type = new Struct(schema.fields)
  return new RecordBatch(schema, makeData({ type, length: rows, nullCount: 0, children: [...columns] }))
}

function fieldNamed(table: Table, name: string): Field {
  const field = table.fields.find((candidate) => candidate.name === name)
  if (field !== undefined) return field
  const reason = table.skipped.get(name)
  if (reason !== undefined)
    throw new RuntimeError('D006', `Column \`${name}\` of \`${table.path}\` cannot be read: ${reason}.`)
  const known = table.fields.map((candidate) => candidate.name).join(', ')
  throw new RuntimeError('D003', `\`${table.path}\` has no column \`${name}\`. It has: ${known}.`)
}
