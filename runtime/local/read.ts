import type { Column, Schema } from '../../dsl/ir/types.ts'
import { concatenate, gather, type NumberArray, numbersOf, type Rows, type Vector } from '../engine/vector.ts'
import type { Slice } from '../engine/task.ts'
import { RuntimeError } from '../errors.ts'
import type { Dataset } from '../ports/dataset.ts'
import type { FileReader } from './read-file.ts'
import { totalOrder } from './merge-kernel.ts'
import { clustered, numbered, overlapping, type RowRange, type TimeRange } from './range.ts'

/** @throws RuntimeError D005 when two rows refer to the same event, D codes for files, R001 when cancelled, R004 */
export async function readSlice(
  dataset: Dataset,
  slice: Slice,
  names: readonly string[],
  reader: FileReader,
): Promise<Rows> {
  const columns = columnsNamed(dataset.schema, names)
  if (slice.kind === 'rows')
    return concatenate(await readAll(dataset, numbered(dataset.files, slice.start, slice.end), columns, reader))

  const { key } = dataset.schema
  if (key === null) throw new Error(`${dataset.path} has no time to slice it by`)
  const [from, to] = [BigInt(slice.from), BigInt(slice.to)]
  const ranges = dataset.files.map((file) => overlapping(file, from, to)).filter((range) => range !== null)
  const parts: Rows[] = []
  for (const cluster of clustered(ranges))
    parts.push(await readCluster(dataset, cluster, { from, to, columns, reader }))
  return concatenate(parts.length > 0 ? parts : await readAll(dataset, emptyRanges(dataset), columns, reader))
}

interface ClusterRequest {
  readonly from: bigint
  readonly to: bigint
  readonly columns: readonly Column[]
  readonly reader: FileReader
}

/** Rows of ranges that overlap in time, in the total order. */
async function readCluster(
  dataset: Dataset,
  cluster: readonly TimeRange[],
  { from, to, columns, reader }: ClusterRequest,
): Promise<Rows> {
  const time = `${dataset.schema.key ?? ''}t`
  const ranges: RowRange[] = []
  for (const range of cluster) ranges.push(await reader.narrow(range, time, from, to))
  const mixed = cluster.length > 1 || cluster.some(({ ties }) => ties)
  if (!mixed) return concatenate(await readAll(dataset, ranges, columns, reader))

  const keys = orderKeys(dataset.schema)
  const parts = await readAll(dataset, ranges, union(columns, columnsNamed(dataset.schema, [time, ...keys])), reader)
  return only(ordered(dataset, parts, time, keys), columns)
}

function ordered(dataset: Dataset, parts: readonly Rows[], time: string, keys: readonly string[]): Rows {
  const filled = parts.filter(({ rows }) => rows > 0)
  const rows = concatenate(filled.length > 0 ? filled : parts)
  if (rows.rows === 0) return rows
  let at = 0
  const starts = filled.map((part) => (at += part.rows) - part.rows)
  const values = keys.map((name) => numbersOf(rows, name).values)
  const { indices, twin } = totalOrder(numbersOf(rows, time).values, starts, values)
  if (twin !== null && dataset.schema.stream === 'events') throw twice(dataset, values, twin.row)
  if (indices === null) return rows
  const columns = new Map([...rows.columns].map(([name, vector]) => [name, gather(vector, indices, rows.rows)]))
  return { rows: rows.rows, columns }
}

/** What decides between rows of the same time: file and entry of the event; of a match, then time, file, entry of each role. */
function orderKeys({ references, columns }: Schema): readonly string[] {
  const names = new Set(columns.map(({ name }) => name))
  return references
    .flatMap((prefix, role) => [...(role === 0 ? [] : ['t']), 'file', 'entry'].map((name) => `${prefix}${name}`))
    .filter((name) => names.has(name))
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

/** No rows, for the sake of their columns. */
function emptyRanges({ files }: Dataset): readonly RowRange[] {
  return files.slice(0, 1).map((file) => ({ file, start: 0, end: 0 }))
}

function columnsNamed({ columns }: Schema, names: readonly string[]): readonly Column[] {
  return names.map((name) => {
    const column = columns.find((candidate) => candidate.name === name)
    if (column === undefined)
      throw new Error(`no column ${name} among ${columns.map((known) => known.name).join(', ')}`)
    return column
  })
}

function union(columns: readonly Column[], more: readonly Column[]): readonly Column[] {
  return [...columns, ...more.filter(({ name }) => columns.every((column) => column.name !== name))]
}

function only(rows: Rows, columns: readonly Column[]): Rows {
  const kept = columns.map(({ name }) => [name, rows.columns.get(name)] as const)
  return {
    rows: rows.rows,
    columns: new Map(kept.filter((entry): entry is readonly [string, Vector] => entry[1] !== undefined)),
  }
}
