import { statSync } from 'node:fs'
import { type Data, makeData, RecordBatch, type Schema as ArrowSchema, Struct } from 'apache-arrow'
import { RuntimeError } from '../errors.ts'
import { writeArrow } from '../formats/arrow-write.ts'
import type { Cancel, Source } from '../ports/format.ts'
import { bytesOf, emptyPicks, gather, type Picks } from './build-gather-kernel.ts'
import type { Arithmetic, BuildPlan, Read } from './build-plan.ts'
import { openEventData } from './event-data.ts'
import { inOrder, sortedRows } from './build-sort-kernel.ts'
import { valuesOf } from './build-values.ts'
import { replaceFile } from './replace-file.ts'
import { arrowSchemaOf, type SavedColumn } from './saved-columns.ts'
import { asInt64, asNumbers } from './whole.ts'

/** An event-data file as it was when the build began. */
export interface EventDataFile {
  readonly path: string
  readonly uuid: string | null
  readonly bytes: number
  readonly modifiedMs: number
  readonly entries: number
}

export interface PartRequest {
  readonly file: EventDataFile
  readonly plan: BuildPlan
  /** Where the sorted rows go: `0007.0.arrow`, `0007.1.arrow`, … */
  readonly prefix: string
  /** A longer pause without an event ends a span of good time, ns. */
  readonly gapNs: number
}

/** The rows of one event-data file, sorted by run, time and entry in pieces that fit into memory. */
export interface Part {
  readonly chunks: readonly Chunk[]
  /** First and last time of the file; null when it has no event. */
  readonly tFirst: string | null
  readonly tLast: string | null
}

export interface Chunk {
  readonly path: string
  readonly runs: readonly RunRows[]
}

/** Rows [start, end) of a chunk: those of one run, in time order. */
export interface RunRows {
  readonly run: number
  readonly start: number
  readonly end: number
  /** Time of the first row. */
  readonly tFirst: string
  /** Stretches without a longer pause: times of their first and last events. */
  readonly stretches: readonly (readonly [first: string, last: string])[]
}

/** A chunk ends after this many rows, or sooner, when its values have taken this many bytes. */
const chunkRows = 131_072
const chunkBytes = 1 << 26
/** Rows of event data that are read in one go: with some 60 kB each, all of an event's hits may be among them. */
const batchRows = 2048

/** Who shows the progress is told after so many rows: a message to another thread costs as much as some hundred of them. */
const toldRows = 8192

/** What opening an event-data file tells. @throws RuntimeError D001, D002 */
export async function surveyFile(path: string, tree: string | null): Promise<EventDataFile> {
  await using source = await openEventData(path, tree)
  const { size, mtimeMs } = statSync(path)
  return { path, uuid: source.uuid ?? null, bytes: size, modifiedMs: Math.floor(mtimeMs), entries: source.rows }
}

/**
 * Reads an event-data file and writes its index rows, sorted.
 *
 * @param read told how many rows were read
 * @throws RuntimeError D002 when the file changed, D003 for its columns, D007 when there is no room, R001 when cancelled
 */
export async function buildPart(
  { file, plan, prefix, gapNs }: PartRequest,
  {
    arithmetic,
    cancel,
    read,
  }: { readonly arithmetic: Arithmetic; readonly cancel: Cancel; readonly read: (rows: number) => void },
): Promise<Part> {
  await using source = await openEventData(file.path, plan.tree)
  refuseChange(file, source)
  refuseDrift(file.path, plan.reads, source)
  const chunks: Chunk[] = []
  const pending = new PendingRows(partSchema(plan))
  const flush = async (): Promise<void> => {
    const path = `${prefix}.${chunks.length}.arrow`
    chunks.push({ path, runs: await pending.write(path, BigInt(gapNs)) })
  }
  const columns = plan.reads.map(({ name }) => name)
  let [entry, told] = [0, 0]
  for await (const batch of source.scan({ columns, start: 0, end: source.rows, batchRows, cancel })) {
    pending.add(valuesOf(batch, plan, arithmetic), entry, batch.numRows)
    entry += batch.numRows
    if (entry - told >= toldRows) {
      read(entry - told)
      told = entry
    }
    if (pending.full) await flush()
  }
  if (entry > told) read(entry - told)
  if (pending.rows > 0) await flush()
  const runs = chunks.flatMap((chunk) => chunk.runs)
  return { chunks, ...extent(runs) }
}

/** The columns of a part: `entry`, then those of the plan. */
function partSchema({ columns }: BuildPlan): ArrowSchema {
  return arrowSchemaOf([entryColumn, ...columns.map(savedColumn)], new Map())
}

export const entryColumn: SavedColumn = savedColumn({
  column: { name: 'entry', type: { kind: 'number', repr: 'int64', unit: [] }, missing: false },
})

export function savedColumn({ column }: Pick<BuildPlan['columns'][number], 'column'>): SavedColumn {
  return { name: column.name, from: column, isTime: column.name === 't', fileNumbers: null }
}

function refuseChange({ path, bytes, uuid, entries }: EventDataFile, source: Source): void {
  if (statSync(path).size === bytes && (source.uuid ?? null) === uuid && source.rows === entries) return
  throw new RuntimeError('D002', `\`${path}\` changed while the index was built.`, {
    fix: 'Begin again when nobody writes to it.',
  })
}

function refuseDrift(path: string, reads: readonly Read[], { schema, skipped }: Source): void {
  const types = new Map(schema.fields.map((field) => [field.name, String(field.type)]))
  for (const { name, type } of reads) {
    const own = types.get(name)
    if (own === type) continue
    const reason = skipped.get(name)
    const why =
      own === undefined
        ? `has no column \`${name}\`${reason === undefined ? '' : ` that can be read (${reason})`}`
        : `has column \`${name}\` as ${own}, the first file as ${type}`
    throw new RuntimeError('D003', `\`${path}\` ${why}.`, {
      fix: 'Build the index of files of one kind at a time, each with columns of its own.',
    })
  }
}

function extent(runs: readonly RunRows[]): Pick<Part, 'tFirst' | 'tLast'> {
  const times = runs.flatMap(({ stretches }) => stretches.flat().map(BigInt))
  if (times.length === 0) return { tFirst: null, tLast: null }
  const [first, last] = times.reduce<readonly [bigint, bigint]>(
    ([low, high], time) => [time < low ? time : low, time > high ? time : high],
    [times[0] ?? 0n, times[0] ?? 0n],
  )
  return { tFirst: String(first), tLast: String(last) }
}

/** Rows in the order of the file, waiting to be sorted. */
class PendingRows {
  rows = 0
  #bytes = 0
  #batches: (readonly Data[])[] = []
  readonly #schema: ArrowSchema

  constructor(schema: ArrowSchema) {
    this.#schema = schema
  }

  get full(): boolean {
    return this.rows >= chunkRows || this.#bytes >= chunkBytes
  }

  add(values: readonly Data[], firstEntry: number, rows: number): void {
    const columns = [entries(firstEntry, rows), ...values]
    this.#batches.push(columns)
    this.rows += rows
    this.#bytes += columns.reduce((sum, column) => sum + bytesOf(column), 0)
  }

  /** Writes the rows and forgets them. */
  async write(path: string, gap: bigint): Promise<readonly RunRows[]> {
    const whole = this.#gather(inOrder(this.#batches.map(([column]) => column?.length ?? 0)))
    const { times, runs } = keysOf(whole, this.#schema)
    const order = sortedRows(runs, times)
    this.#batches = [whole]
    const sorted = order === null ? whole : this.#gather(picked(order))
    const keys = keysOf(sorted, this.#schema)
    await replaceFile(path, (temporary) => writeArrow(temporary, this.#schema, pieces(this.#schema, sorted)))
    this.#batches = []
    this.rows = 0
    this.#bytes = 0
    return runRows(keys, gap)
  }

  #gather(picks: Picks): readonly Data[] {
    return this.#schema.fields.map(({ type }, at) =>
      gather(
        this.#batches.map((batch) => {
          const column = batch[at]
          if (column === undefined) throw new Error('a batch lacks a column')
          return column
        }),
        picks,
        type,
      ),
    )
  }
}

function entries(first: number, rows: number): Data {
  const data = BigInt64Array.from({ length: rows }, (_, row) => BigInt(first + row))
  const [field] = arrowSchemaOf([entryColumn], new Map()).fields
  return makeData({ type: field?.type as never, length: rows, nullCount: 0, data: data as never })
}

function picked(order: Uint32Array): Picks {
  return { ...emptyPicks(order.length), row: order }
}

interface RowKeys {
  readonly runs: ArrayLike<number>
  readonly times: BigInt64Array
}

function keysOf(columns: readonly Data[], { fields }: ArrowSchema): RowKeys {
  const column = (name: string): Data => {
    const found = columns[fields.findIndex((field) => field.name === name)]
    if (found === undefined) throw new Error(`the part has no column ${name}`)
    return found
  }
  return { runs: asNumbers(column('run')), times: asInt64(column('t')) }
}

/** As several record batches: whoever merges reads one at a time. */
async function* pieces(schema: ArrowSchema, columns: readonly Data[]): AsyncGenerator<RecordBatch> {
  const [first] = columns
  const type = new Struct(schema.fields)
  const length = first?.length ?? 0
  const all = new RecordBatch(schema, makeData({ type, length, nullCount: 0, children: [...columns] }))
  for (let start = 0; start < length; start += pieceRows) {
    const count = Math.min(pieceRows, length - start)
    const picks = { ...emptyPicks(count), row: Uint32Array.from({ length: count }, (_, row) => start + row) }
    const children = all.data.children.map((column) => gather([column], picks, column.type))
    yield new RecordBatch(schema, makeData({ type, length: count, nullCount: 0, children }))
  }
}

const pieceRows = 8192

function runRows({ runs, times }: RowKeys, gap: bigint): readonly RunRows[] {
  const found: RunRows[] = []
  for (let start = 0; start < times.length;) {
    const run = runs[start] ?? 0
    let end = start + 1
    while (end < times.length && runs[end] === run) end += 1
    found.push({
      run,
      start,
      end,
      tFirst: String(times[start]),
      stretches: stretchesOf(times.subarray(start, end), gap),
    })
    start = end
  }
  return found
}

function stretchesOf(times: BigInt64Array, gap: bigint): RunRows['stretches'] {
  const found: [string, string][] = []
  let [first = 0n, last = 0n] = times
  last = first
  for (const time of times) {
    if (time - last > gap) {
      found.push([String(first), String(last)])
      first = time
    }
    last = time
  }
  return [...found, [String(first), String(last)]]
}
