import { type Data, makeData, RecordBatch, type Schema as ArrowSchema, Struct } from 'apache-arrow'
import { openFile } from '../formats/index.ts'
import type { Cancel, Source } from '../ports/format.ts'
import { gather } from './build-gather-kernel.ts'
import { compareRows, type Head, rowsBefore } from './build-sort-kernel.ts'
import { asInt64, asNumbers } from './whole.ts'

/** Sorted rows of one run in a file. */
export interface SortedRows {
  readonly path: string
  readonly start: number
  readonly end: number
  /** Time of the first row. */
  readonly tFirst: string
  /** The number of the event file of all rows; null when the rows have a column `file`. */
  readonly file: number | null
}

/** Rows of one batch that comes out. */
const batchRows = 8192
/** Rows that each open source reads at once, when few are open. */
const readRows = 8192

export interface MergeOptions {
  /** Columns of the batches that come out; `file` is made where the sources lack it. */
  readonly schema: ArrowSchema
  readonly cancel: Cancel
}

/**
 * The rows of all sources in the order of (t, file, entry). A source is open only while its times are at hand: of files
 * that follow each other in time few are open at once.
 */
export async function* merge(sources: readonly SortedRows[], options: MergeOptions): AsyncGenerator<RecordBatch> {
  const waiting = sources.toSorted((left, right) => compareTimes(left, right)).values()
  await using merging = new Merging(waiting, options)
  while (await merging.step()) {
    options.cancel.throwIfAborted()
    if (merging.full) yield merging.take()
  }
  if (merging.rows > 0) yield merging.take()
}

function compareTimes(left: SortedRows, right: SortedRows): number {
  const [a, b] = [BigInt(left.tFirst), BigInt(right.tFirst)]
  return a < b ? -1 : a > b ? 1 : (left.file ?? -1) - (right.file ?? -1)
}

class Merging implements AsyncDisposable {
  rows = 0
  readonly #waiting: Iterator<SortedRows>
  readonly #options: MergeOptions
  readonly #open: Cursor[] = []
  #next: SortedRows | undefined
  /** The batches that rows of the next output are in. */
  #pieces: Batch[] = []
  readonly #piece = new Uint32Array(batchRows)
  readonly #row = new Uint32Array(batchRows)

  constructor(waiting: Iterator<SortedRows>, options: MergeOptions) {
    this.#waiting = waiting
    this.#options = options
    this.#advance()
  }

  get full(): boolean {
    return this.rows === batchRows
  }

  /** Takes rows of one source; false when there are no more. */
  async step(): Promise<boolean> {
    await this.#openDue()
    const [first, second] = this.#lowest()
    if (first === undefined) return false
    const room = batchRows - this.rows
    const { head, row } = first
    const limit = second === undefined ? head.times.length : rowsBefore(head, row, second.head, second.row)
    const end = Math.min(limit, row + room, this.#dueRow(first))
    this.#pick(first, row, Math.max(end, row + 1))
    if (await first.moveTo(Math.max(end, row + 1))) return true
    this.#open.splice(this.#open.indexOf(first), 1)
    await first[Symbol.asyncDispose]()
    return true
  }

  /** The picked rows as a batch. */
  take(): RecordBatch {
    const { schema } = this.#options
    const picks = { piece: this.#piece, row: this.#row, count: this.rows }
    const children = schema.fields.map(({ type }, at) =>
      gather(
        this.#pieces.map(({ columns }) => {
          const column = columns[at]
          if (column === undefined) throw new Error('a source lacks a column')
          return column
        }),
        picks,
        type,
      ),
    )
    const length = this.rows
    this.rows = 0
    this.#pieces = []
    return new RecordBatch(schema, makeData({ type: new Struct(schema.fields), length, nullCount: 0, children }))
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#open.map((cursor) => cursor[Symbol.asyncDispose]()))
  }

  #advance(): void {
    const { done, value } = this.#waiting.next()
    this.#next = done === true ? undefined : value
  }

  /** Opens every source that begins no later than the first row at hand. */
  async #openDue(): Promise<void> {
    while (this.#next !== undefined) {
      const [lowest] = this.#lowest()
      if (lowest !== undefined && (lowest.head.times[lowest.row] ?? 0n) < BigInt(this.#next.tFirst)) return
      const cursor = await Cursor.open(this.#next, this.#options)
      if (cursor !== null) this.#open.push(cursor)
      this.#advance()
    }
  }

  /** The first row that does not come before the next source that waits. */
  #dueRow({ head, row }: Cursor): number {
    if (this.#next === undefined) return head.times.length
    const due = BigInt(this.#next.tFirst)
    let at = row
    while (at < head.times.length && (head.times[at] ?? 0n) < due) at += 1
    return at
  }

  #lowest(): readonly [Cursor?, Cursor?] {
    let first: Cursor | undefined
    let second: Cursor | undefined
    for (const cursor of this.#open) {
      if (first === undefined || isBefore(cursor, first)) [first, second] = [cursor, first]
      else if (second === undefined || isBefore(cursor, second)) second = cursor
    }
    return first === undefined ? [] : second === undefined ? [first] : [first, second]
  }

  #pick({ batch }: Cursor, start: number, end: number): void {
    if (this.#pieces.at(-1) !== batch) this.#pieces.push(batch)
    for (let row = start; row < end; row++) {
      this.#piece[this.rows] = this.#pieces.length - 1
      this.#row[this.rows++] = row
    }
  }
}

function isBefore(left: Cursor, right: Cursor): boolean {
  return compareRows(left.head, left.row, right.head, right.row) < 0
}

interface Batch {
  readonly head: Head
  /** In the order of the output's schema. */
  readonly columns: readonly Data[]
}

/** A place in an open source. */
class Cursor implements AsyncDisposable {
  batch: Batch
  row = 0
  readonly #source: Source
  readonly #batches: AsyncIterator<Batch>

  constructor(source: Source, batches: AsyncIterator<Batch>, first: Batch) {
    this.#source = source
    this.#batches = batches
    this.batch = first
  }

  /** Null when there are no rows. */
  static async open(rows: SortedRows, { schema, cancel }: MergeOptions): Promise<Cursor | null> {
    const source = await openFile(rows.path)
    const batches = batchesOf(source, rows, schema, cancel)
    const first = await batches.next()
    if (first.done !== true) return new Cursor(source, batches, first.value)
    await source[Symbol.asyncDispose]()
    return null
  }

  get head(): Head {
    return this.batch.head
  }

  /** False when the source has no more rows. */
  async moveTo(row: number): Promise<boolean> {
    this.row = row
    if (row < this.head.times.length) return true
    const next = await this.#batches.next()
    if (next.done === true) return false
    this.batch = next.value
    this.row = 0
    return true
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#batches.return?.()
    await this.#source[Symbol.asyncDispose]()
  }
}

async function* batchesOf(
  source: Source,
  { start, end, file }: SortedRows,
  schema: ArrowSchema,
  cancel: Cancel,
): AsyncGenerator<Batch> {
  const columns = schema.fields.map(({ name }) => name).filter((name) => name !== 'file' || file === null)
  for await (const batch of source.scan({ columns, start, end, batchRows: readRows, cancel })) {
    const data = (name: string): Data => {
      const found = batch.getChild(name)?.data[0]
      if (found === undefined) throw new Error(`the source has no column ${name}`)
      return found
    }
    const files = file === null ? asNumbers(data('file')) : file
    yield {
      head: { times: asInt64(data('t')), files, entries: asInt64(data('entry')) },
      columns: schema.fields.map((field) =>
        field.name === 'file' && file !== null ? constant(field.type, file, batch.numRows) : data(field.name),
      ),
    }
  }
}

function constant(type: ArrowSchema['fields'][number]['type'], file: number, length: number): Data {
  return makeData({ type: type as never, length, nullCount: 0, data: new Uint32Array(length).fill(file) as never })
}
