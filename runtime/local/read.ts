import type { Column, Schema } from '../../dsl/ir/types.ts'
import { concatenate, gather, type NumberArray, numbersOf, type Rows, type Vector } from '../engine/vector.ts'
import type { EntriesSlice, Slice } from '../engine/task.ts'
import { RuntimeError } from '../errors.ts'
import { orderKeys } from '../index/layout.ts'
import type { Block, Dataset } from '../ports/dataset.ts'
import { lowerBound } from './column-kernel.ts'
import { hasTies, isIdentity, mergeRuns, orderTies } from './merge-kernel.ts'
import { clustered, divided, numbered, overlapping, type RowRange, type TimeRange } from './range.ts'
import type { FileReader } from './read-file.ts'
import type { SharedColumns } from './shared-columns.ts'

/** How a task gets at the rows of a dataset. */
export interface Access {
  readonly reader: FileReader
  /** The memory that threads share; null to do without. */
  readonly shared: SharedColumns | null
}

/** @throws RuntimeError D005 when two rows refer to the same event, D codes for files, R001 when cancelled, R004 */
export async function readSlice(
  dataset: Dataset,
  slice: Slice,
  names: readonly string[],
  access: Access,
): Promise<Rows> {
  const columns = columnsNamed(dataset.schema, names)
  if (slice.kind === 'entries') return readEntries(dataset, slice, columns, access)
  const parts: Rows[] = []
  for (const { ranges, order } of await stretchesOf(dataset, slice, access)) {
    if (order === null) parts.push(await readRanges(dataset, ranges, columns, access))
    else parts.push(await readMixed(dataset, ranges, { order, columns }, access))
  }
  return concatenate(parts)
}

/**
 * The rows of a slice at some positions, ascending. Of a file no more is unpacked than what holds them, unless its rows are
 * mixed with those of another.
 */
export async function readSome(
  dataset: Dataset,
  slice: Slice,
  positions: Uint32Array,
  names: readonly string[],
  access: Access,
): Promise<Rows> {
  const columns = columnsNamed(dataset.schema, names)
  if (slice.kind === 'entries') throw new Error('entries are read with all their columns')
  const stretches = await stretchesOf(dataset, slice, access)
  const parts: Rows[] = []
  let [at, before] = [0, 0]
  for (const { ranges, order } of stretches) {
    const pieces = order === null ? ranges.map((range) => [range]) : [ranges]
    for (const piece of pieces) {
      const end = before + piece.reduce((sum, range) => sum + range.end - range.start, 0)
      const first = at
      while ((positions[at] ?? end) < end) at++
      const chosen = positions.subarray(first, at).map((position) => position - before)
      parts.push(await readChosen(dataset, { ranges: piece, order }, chosen, columns, access))
      before = end
    }
  }
  return concatenate(parts.length > 0 ? parts : [await readRanges(dataset, [], columns, access)])
}

async function readChosen(
  dataset: Dataset,
  { ranges, order }: Stretch,
  chosen: Uint32Array,
  columns: readonly Column[],
  access: Access,
): Promise<Rows> {
  if (order !== null) return pick(await readMixed(dataset, ranges, { order, columns }, access), chosen)
  const [range] = ranges
  if (range === undefined) return readRanges(dataset, [], columns, access)
  const parts: Rows[] = []
  for (const run of runsOf(chosen)) {
    const [first = 0, last = -1] = [run[0], run.at(-1)]
    const part = { file: range.file, start: range.start + first, end: range.start + last + 1 }
    const rows = await access.reader.read(part, columns, dataset.schema.references)
    const positions = run.map((position) => position - first)
    parts.push(pick(rows, positions))
  }
  return concatenate(parts)
}

function pick({ columns }: Rows, positions: Uint32Array): Rows {
  const vectors = [...columns].map(([name, vector]): [string, Vector] => {
    return [name, gather(vector, positions, positions.length)]
  })
  return { rows: positions.length, columns: new Map(vectors) }
}

/** Rows that lie closer together are read in one go, with those between them. */
const closeRows = 8192

/** Ascending positions in runs of close ones; one run, if an empty one, at least. */
function runsOf(positions: Uint32Array): readonly Uint32Array[] {
  const runs: Uint32Array[] = []
  let start = 0
  for (const [at, position] of positions.entries()) {
    if (at === start || position - (positions[at - 1] ?? position) < closeRows) continue
    runs.push(positions.subarray(start, at))
    start = at
  }
  return [...runs, positions.subarray(start)]
}

/** Ranges of rows that follow one another in the total order, as they lie there (null) or when they are put in this order. */
interface Stretch {
  readonly ranges: readonly RowRange[]
  readonly order: Uint32Array | null
}

/** What a slice is made of. Of none at all there is one stretch, without ranges. */
async function stretchesOf(
  dataset: Dataset,
  slice: Exclude<Slice, EntriesSlice>,
  access: Access,
): Promise<readonly Stretch[]> {
  if (slice.kind === 'rows') return [{ ranges: numbered(dataset.files, slice.start, slice.end), order: null }]
  const time = timeOf(dataset)
  const [from, to] = [BigInt(slice.from), BigInt(slice.to)]
  const found = dataset.files.map((file) => overlapping(file, from, to)).filter((range) => range !== null)
  const clusters = clustered(found).flatMap((cluster) =>
    cluster.length === 1 ? [cluster] : clustered(divided(cluster)),
  )
  const [stretches, alone]: [Stretch[], RowRange[]] = [[], []]
  for (const cluster of clusters) {
    const ranges: RowRange[] = []
    for (const range of cluster) ranges.push(await narrow(range, time, access))
    const isPlain = cluster.length === 1 && cluster.every(({ ties }) => !ties)
    const order = isPlain ? null : await orderOf(dataset, ranges, access)
    if (order === null) alone.push(...ranges)
    else {
      if (alone.length > 0) stretches.push({ ranges: alone.splice(0), order: null })
      stretches.push({ ranges, order })
    }
  }
  if (alone.length > 0 || stretches.length === 0) stretches.push({ ranges: alone, order: null })
  return stretches
}

/** Rows here and there are read for one query alone: the memory that threads share is for whole columns. */
function readEntries(
  { files, schema }: Dataset,
  { file: at, rows, fields }: EntriesSlice,
  columns: readonly Column[],
  { reader }: Access,
): Promise<Rows> {
  const file = files[at]
  if (file === undefined) throw new Error(`there are ${files.length} files, not file ${at}`)
  const narrowed = columns.map((column) => withFields(column, fields.get(column.name)))
  return reader.read({ file, start: 0, end: file.rows, only: rows, fields }, narrowed, schema.references)
}

function withFields(column: Column, wanted: readonly string[] | undefined): Column {
  if (wanted === undefined || column.type.kind !== 'list' || column.type.element.kind !== 'record') return column
  const fields = column.type.element.fields.filter(({ name }) => wanted.includes(name))
  return { ...column, type: { kind: 'list', element: { kind: 'record', fields } } }
}

/** The rows of a range whose time lies between its first and its last, exactly. */
async function narrow(range: TimeRange, time: Column, { reader, shared }: Access): Promise<RowRange> {
  const { file, first, last, startBlock, endBlock } = range
  const rowOf = async (block: Block, instant: bigint): Promise<number> => {
    const part = { file, start: block.start, end: block.end }
    const known = (await shared?.times(time, part)) ?? null
    if (known === null) return block.start + (await reader.countBefore(part, time.name, instant))
    return block.start + lowerBound(known.times, Number(instant - known.base))
  }
  const start = startBlock === null ? range.start : await rowOf(startBlock, first)
  const end = endBlock === null ? range.end : await rowOf(endBlock, last + 1n)
  return { file, start, end: Math.max(start, end) }
}

/** Rows of ranges, one range after the other; no range at all gives no rows, but their columns. */
async function readRanges(
  dataset: Dataset,
  ranges: readonly RowRange[],
  columns: readonly Column[],
  access: Access,
): Promise<Rows> {
  const { reader, shared } = access
  // A file that ended before the slice may lie between two that it overlaps.
  if (shared?.areAdjacent(ranges) === false) return readApart(dataset, ranges, columns, access)
  const vectors = (await shared?.read(ranges, columns)) ?? new Map<string, Vector>()
  const others = columns.filter(({ name }) => !vectors.has(name))
  const rows = ranges.reduce((sum, { start, end }) => sum + end - start, 0)
  if (others.length === 0) return { rows, columns: ordered(vectors, columns) }
  const some = ranges.length > 0 ? ranges : dataset.files.slice(0, 1).map((file) => ({ file, start: 0, end: 0 }))
  const read = concatenate(await readAll(dataset, some, others, reader))
  return { rows, columns: ordered(new Map([...vectors, ...read.columns]), columns) }
}

/** Positions of the rows of ranges that overlap in time or have ties, in the total order; null where they stand in it. */
async function orderOf(dataset: Dataset, ranges: readonly RowRange[], access: Access): Promise<Uint32Array | null> {
  const filled = ranges.filter(({ start, end }) => start < end)
  if (filled.length === 0) return null
  const time = timeOf(dataset)
  const times = numbersOf(await readApart(dataset, filled, [time], access), time.name).values
  const indices = mergeRuns(times, startsOf(filled))
  if (hasTies(times, indices)) await orderEqualTimes(dataset, filled, { times, indices }, access)
  return isIdentity(indices) ? null : indices
}

/** Rows of ranges, put in order. */
async function readMixed(
  dataset: Dataset,
  ranges: readonly RowRange[],
  { order, columns }: { readonly order: Uint32Array; readonly columns: readonly Column[] },
  access: Access,
): Promise<Rows> {
  const filled = ranges.filter(({ start, end }) => start < end)
  const rows = await readApart(dataset, filled, columns, access)
  const vectors = columns.map(({ name }): [string, Vector] => {
    return [name, gather(vectorOf(rows.columns, name), order, order.length)]
  })
  return { rows: rows.rows, columns: new Map(vectors) }
}

/** Which of two rows of the same time is first is seldom asked: what decides it is read only then. */
async function orderEqualTimes(
  dataset: Dataset,
  ranges: readonly RowRange[],
  { times, indices }: { readonly times: NumberArray; readonly indices: Uint32Array },
  access: Access,
): Promise<void> {
  const names = orderKeys(dataset.schema)
  const rows = await readApart(dataset, ranges, columnsNamed(dataset.schema, names), access)
  const keys = names.map((name) => numbersOf(rows, name).values)
  const twin = orderTies(times, keys, indices)
  if (twin !== null && dataset.schema.stream === 'events') throw twice(dataset, keys, twin.row)
}

/** The same, each range by itself. */
async function readApart(
  dataset: Dataset,
  ranges: readonly RowRange[],
  columns: readonly Column[],
  access: Access,
): Promise<Rows> {
  const parts: Rows[] = []
  for (const range of ranges) parts.push(await readRanges(dataset, [range], columns, access))
  return concatenate(parts)
}

function startsOf(ranges: readonly RowRange[]): readonly number[] {
  let row = 0
  return ranges.map(({ start, end }) => (row += end - start) - (end - start))
}

function twice(dataset: Dataset, [files, entries]: readonly NumberArray[], row: number): RuntimeError {
  const path = dataset.events[files?.[row] ?? -1]?.path
  return new RuntimeError(
    'D005',
    `\`${dataset.path}\` has the same event twice: entry ${entries?.[row]} of ${path === undefined ? 'a file' : `\`${path}\``}.`,
    { fix: 'Two of the files hold the same events: narrow the path so that each event is found once.' },
  )
}

async function readAll(
  { schema }: Dataset,
  ranges: readonly RowRange[],
  columns: readonly Column[],
  reader: FileReader,
): Promise<readonly Rows[]> {
  const parts: Rows[] = []
  for (const range of ranges) parts.push(await reader.read(range, columns, schema.references))
  return parts
}

function timeOf({ schema, path }: Dataset): Column {
  const time = schema.columns.find(({ name }) => name === `${schema.key}t`)
  if (schema.key === null || time === undefined) throw new Error(`${path} has no time to slice it by`)
  return time
}

function columnsNamed({ columns }: Schema, names: readonly string[]): readonly Column[] {
  return names.map((name) => {
    const column = columns.find((candidate) => candidate.name === name)
    if (column === undefined)
      throw new Error(`no column ${name} among ${columns.map((known) => known.name).join(', ')}`)
    return column
  })
}

function ordered(vectors: ReadonlyMap<string, Vector>, columns: readonly Column[]): ReadonlyMap<string, Vector> {
  return new Map(columns.map(({ name }) => [name, vectorOf(vectors, name)]))
}

function vectorOf(vectors: ReadonlyMap<string, Vector>, name: string): Vector {
  const vector = vectors.get(name)
  if (vector === undefined) throw new Error(`column ${name} was not read`)
  return vector
}
