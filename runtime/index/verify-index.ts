import { statSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import type { Data, RecordBatch } from 'apache-arrow'
import { openFile } from '../formats/index.ts'
import type { Cancel, Source } from '../ports/format.ts'
import { columnOf } from './columns.ts'
import { parseDocument, type SiftDocument } from './document.ts'
import { typeText } from './agree.ts'
import { firstDescent, EventRows } from './verify-rows-kernel.ts'
import type { Finding } from './verify-finding.ts'
import { asInt64, asNumbers } from './whole.ts'

/** What one index file holds. */
export interface IndexFacts {
  readonly path: string
  readonly bytes: number
  readonly rows: number
  readonly document: SiftDocument | null
  /** Types with units, by name. */
  readonly columns: ReadonlyMap<string, string>
  readonly runs: readonly RunExtent[]
  readonly findings: readonly Finding[]
}

export interface RunExtent {
  readonly run: number
  readonly rows: number
  readonly first: bigint
  readonly last: bigint
}

/** The event-data files of all index files, by UUID, else by path; grows. */
export type EventTable = Map<string, EventRows>

const batchRows = 65_536

/** Reads an index file from the first row to the last. @throws RuntimeError D001, D002, D008 */
export async function indexFacts(path: string, events: EventTable, cancel: Cancel): Promise<IndexFacts> {
  await using source = await openFile(path)
  const document = source.document === undefined ? null : parseDocument(source.document, path)
  const units = document?.units ?? {}
  const columns = source.schema.fields.map(
    (field) => [field.name, typeText(columnOf(field, field.name, units).type)] as const,
  )
  const scan = new IndexScan(path, eventsOf(path, document, events), (document?.stream ?? 'events') === 'events')
  const names = ['t', 'run', 'file', 'entry'].filter((name) =>
    source.schema.fields.some((field) => field.name === name),
  )
  if (names.includes('t')) await scan.read(source, names, cancel)
  return {
    path,
    bytes: statSync(path).size,
    rows: source.rows,
    document,
    columns: new Map(columns),
    runs: [...scan.runs.values()],
    findings: scan.findings,
  }
}

/** By the numbers that the rows of this index file use. */
function eventsOf(index: string, document: SiftDocument | null, events: EventTable): ReadonlyMap<number, EventRows> {
  return new Map(
    (document?.files ?? []).map((row) => {
      const path = resolve(dirname(index), row.path)
      const key = row.uuid ?? path
      const known = events.get(key) ?? new EventRows(row, { index, path, complete: document?.complete === true })
      events.set(key, known)
      return [row.id, known] as const
    }),
  )
}

class IndexScan {
  readonly findings: Finding[] = []
  readonly runs = new Map<number, { run: number; rows: number; first: bigint; last: bigint }>()
  readonly #path: string
  readonly #events: ReadonlyMap<number, EventRows>
  readonly #isOneEach: boolean
  #rows = 0
  #last = -(2n ** 63n)

  /** @param isOneEach whether an event may have one row only: not so in a match */
  constructor(path: string, events: ReadonlyMap<number, EventRows>, isOneEach: boolean) {
    this.#path = path
    this.#isOneEach = isOneEach
    this.#events = events
  }

  async read(source: Source, columns: readonly string[], cancel: Cancel): Promise<void> {
    for await (const batch of source.scan({ columns, start: 0, end: source.rows, batchRows, cancel })) {
      const times = asInt64(dataOf(batch, 't'))
      this.#order(times)
      if (columns.includes('run')) this.#extents(times, asNumbers(dataOf(batch, 'run')))
      if (columns.includes('file') && columns.includes('entry')) {
        this.#references(asNumbers(dataOf(batch, 'file')), asNumbers(dataOf(batch, 'entry')))
      }
      this.#rows += batch.numRows
    }
  }

  #order(times: BigInt64Array): void {
    const row = firstDescent(times, this.#last)
    this.#last = times.at(-1) ?? this.#last
    if (row < 0 || this.findings.some(({ kind }) => kind === 'unordered')) return
    this.#tell('unordered', null, `row ${this.#rows + row} is earlier than the row before it`)
  }

  #extents(times: BigInt64Array, runs: ArrayLike<number>): void {
    for (const [row, time] of times.entries()) {
      const run = runs[row] ?? 0
      const known = this.runs.get(run)
      if (known === undefined) this.runs.set(run, { run, rows: 1, first: time, last: time })
      else {
        known.rows += 1
        if (time < known.first) known.first = time
        if (time > known.last) known.last = time
      }
    }
  }

  #references(files: ArrayLike<number>, entries: ArrayLike<number>): void {
    for (let row = 0; row < files.length; row++) {
      const [file = -1, entry = -1] = [files[row], entries[row]]
      const event = this.#events.get(file)
      if (event === undefined)
        this.#once('unreadable', null, `row ${this.#rows + row} refers to file ${file}, which its table has not`)
      else if (!event.add(entry) && this.#isOneEach) {
        const where = event.index === this.#path ? 'an earlier row' : `a row of \`${event.index}\` or an earlier one`
        this.#once('duplicated', event.path, `row ${this.#rows + row} is entry ${entry}, as ${where}`)
      }
    }
  }

  #once(kind: Finding['kind'], file: string | null, message: string): void {
    if (!this.findings.some((finding) => finding.kind === kind && finding.file === file))
      this.#tell(kind, file, message)
  }

  #tell(kind: Finding['kind'], file: string | null, message: string): void {
    this.findings.push({ kind, index: this.#path, file, message })
  }
}

function dataOf(batch: RecordBatch, name: string): Data {
  const data = batch.getChild(name)?.data[0]
  if (data === undefined) throw new Error(`the reader gave no column ${name}`)
  return data
}
