import { type Data, DataType, type Field, makeData, RecordBatch, Schema, Struct, vectorFromArray } from 'apache-arrow'
import type { ScanRequest, Source } from '../ports/format.ts'
import { emptyPicks, gather, type Picks } from './build-gather-kernel.ts'
import { asNumbers } from './whole.ts'

/** The navigator's column of the entries that an event's references name, -1 for none. */
export const references = 'm_refs'

/** A tree that references lead to. */
export interface Target {
  /** Of its columns' names: `CdVertexRec.`. */
  readonly prefix: string
  /** The position of its reference among those of an event. */
  readonly position: number
  readonly source: Source
}

/** A column `name` of a tree, as `field` of the events. */
export interface Followed {
  readonly target: Target
  readonly name: string
  readonly field: Field
}

/** So many events at a time: what they refer to is read in one pass over each tree. */
const chunkRows = 2048

/** Batches of events with the values at the entries that their references name. */
export async function* follow(
  navigator: Source,
  columns: ReadonlyMap<string, Followed>,
  request: ScanRequest,
): AsyncGenerator<RecordBatch> {
  const own = request.columns.filter((name) => !columns.has(name))
  const followed = request.columns.flatMap((name) => columns.get(name) ?? [])
  for (const part of chunksOf(request, navigator.rows)) {
    const batches: RecordBatch[] = []
    for await (const batch of navigator.scan({ ...part, columns: [...own, references] })) batches.push(batch)
    const refs = batches.map((batch) => dataOf(batch, references))
    const values = await valuesOf(followed, refs, request)
    for (const [at, batch] of batches.entries()) {
      const parts = request.columns.map((name) => values.get(name)?.(at) ?? dataOf(batch, name))
      const fields = request.columns.map((name, column) => {
        const field = columns.get(name)?.field ?? batch.schema.fields.find((each) => each.name === name)!
        return field.clone({ type: parts[column]!.type })
      })
      const data = makeData({ type: new Struct(fields), length: batch.numRows, nullCount: 0, children: parts })
      yield new RecordBatch(new Schema(fields), data)
    }
  }
}

/** The rows that are asked for, in requests of at most `chunkRows`. */
function* chunksOf(request: ScanRequest, rows: number): Generator<ScanRequest> {
  const batchRows = Math.max(1, Math.min(chunkRows, request.batchRows))
  const [from, to] = [Math.max(0, request.start), Math.min(request.end, rows)]
  if (request.rows === undefined) {
    for (let start = from; start < to; start += batchRows)
      yield { ...request, start, end: Math.min(start + batchRows, to), batchRows }
    return
  }
  const wanted = request.rows.filter((row) => row >= from && row < to)
  for (let at = 0; at < wanted.length; at += batchRows)
    yield { ...request, batchRows, rows: wanted.slice(at, at + batchRows) }
}

type ValuesAt = (batch: number) => Data

/** For each column its values in each of some batches of references. */
async function valuesOf(
  followed: readonly Followed[],
  refs: readonly Data[],
  request: ScanRequest,
): Promise<ReadonlyMap<string, ValuesAt>> {
  const found = new Map<string, ValuesAt>()
  for (const target of new Set(followed.map((column) => column.target))) {
    const columns = followed.filter((column) => column.target === target)
    const entries = refs.map((data) => entriesOf(data, target.position))
    if (target.source.rows === 0) {
      for (const { field } of columns) found.set(field.name, (batch) => nothing(field.type, refs[batch]!.length))
      continue
    }
    const pieces = await piecesOf(target, columns, entries.flat(), request)
    for (const [at, { field }] of columns.entries()) {
      found.set(field.name, (batch) => pick(pieces, at, entries[batch]!))
    }
  }
  return found
}

/** What was read of a tree: row `row` of piece `piece` holds the entry `at.get(entry)`. */
interface Pieces {
  readonly batches: readonly RecordBatch[]
  readonly at: ReadonlyMap<number, { readonly piece: number; readonly row: number }>
}

async function piecesOf(
  { source, prefix }: Target,
  columns: readonly Followed[],
  entries: readonly number[],
  { fields, cancel }: ScanRequest,
): Promise<Pieces> {
  const there = [...new Set(entries.filter((entry) => entry >= 0))].toSorted((left, right) => left - right)
  // One row at least tells the types.
  const rows = there.length === 0 ? [0] : there
  const wanted = [...(fields ?? [])].flatMap(([name, some]): [string, readonly string[]][] =>
    name.startsWith(prefix) ? [[name.slice(prefix.length), some]] : [],
  )
  const scan = source.scan({
    columns: columns.map(({ name }) => name),
    start: 0,
    end: source.rows,
    rows,
    fields: new Map(wanted),
    batchRows: rows.length,
    cancel,
  })
  const [batches, at] = [[] as RecordBatch[], new Map<number, { piece: number; row: number }>()]
  let read = 0
  for await (const batch of scan) {
    for (let row = 0; row < batch.numRows; row++) at.set(rows[read++]!, { piece: batches.length, row })
    batches.push(batch)
  }
  return { batches, at }
}

/** Of a tree without entries: no event has a value of it. */
function nothing(type: DataType, rows: number): Data {
  const values = Array.from({ length: rows }, () => (DataType.isList(type) ? [] : null))
  return vectorFromArray(values, type).data[0]!
}

/** @param entries -1 for an event that has none */
function pick({ batches, at }: Pieces, column: number, entries: readonly number[]): Data {
  const pieces = batches.map((batch) => batch.data.children[column]!)
  const { type } = pieces[0]!
  const isList = DataType.isList(type)
  if (isList) pieces.push(emptyList(pieces[0]!))
  const picks: Picks = emptyPicks(entries.length)
  for (const [row, entry] of entries.entries()) {
    const place = at.get(entry)
    picks.piece[row] = place?.piece ?? (isList ? pieces.length - 1 : 0)
    picks.row[row] = place?.row ?? 0
  }
  const data = gather(pieces, picks, type)
  return isList ? data : withNulls(data, entries)
}

function emptyList({ type, children }: Data): Data {
  const parts = { type, length: 1, nullCount: 0, valueOffsets: new Int32Array(2), child: children[0] }
  return makeData(parts as never) as Data
}

function withNulls(data: Data, entries: readonly number[]): Data {
  const absent = entries.filter((entry) => entry < 0).length
  if (absent === 0) return data
  const nullBitmap = new Uint8Array((entries.length + 7) >> 3)
  entries.forEach((entry, row) => {
    if (entry >= 0 && data.getValid(row)) nullBitmap[row >> 3]! |= 1 << (row & 7)
  })
  const { type, length, values, children, dictionary } = data
  const parts = { type, length, nullCount: -1, nullBitmap, data: values, child: children[0], dictionary }
  return makeData(parts as never) as Data
}

function entriesOf(refs: Data, position: number): readonly number[] {
  const offsets = refs.valueOffsets as Int32Array
  const [child] = refs.children
  const values = child === undefined ? [] : asNumbers(child)
  return Array.from({ length: refs.length }, (_, row) => {
    const at = offsets[row]! + position
    return at < offsets[row + 1]! ? values[at]! : -1
  })
}

function dataOf(batch: RecordBatch, name: string): Data {
  const data = batch.getChild(name)?.data[0]
  if (data === undefined) throw new Error(`the reader gave no column ${name}`)
  return data
}
