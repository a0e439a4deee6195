import { type Data, Field, makeData, RecordBatch, Schema, Struct } from 'apache-arrow'
import { openFile } from '../formats/index.ts'
import { type NavigatorPlan, readNavigatorPlan } from '../formats/root-navigator.ts'
import type { ScanRequest, Source } from '../ports/format.ts'
import { gather } from './build-gather-kernel.ts'
import { asNumbers } from './whole.ts'

const navigator = 'Meta/navigator'
const references = 'm_refs'

/**
 * Opens a file of event data. In JUNO's own layout the entries are those of the tree `Meta/navigator`; the trees below
 * `/Event/CdVertexRec` give columns `CdVertexRec.m_energy`, which an event lacks when it has none of that path.
 *
 * @throws RuntimeError D001, D002 when it cannot be read
 */
export async function openEventData(path: string, tree: string | null): Promise<Source> {
  const source = await openFile(path, tree === null ? {} : { tree })
  if (tree?.replace(/^\/+/, '') !== navigator) return source
  try {
    return await navigated(path, source)
  } catch (error) {
    await source[Symbol.asyncDispose]()
    throw error
  }
}

/** A tree that references lead to. */
interface Branchline {
  /** `CdVertexRec`. */
  readonly prefix: string
  /** The position of its reference among those of an event. */
  readonly position: number
  readonly source: Source
}

async function navigated(path: string, source: Source): Promise<Source> {
  const lines = await openLines(path, await readNavigatorPlan(path))
  const columns = new Map<string, { readonly line: Branchline; readonly name: string; readonly field: Field }>()
  for (const line of lines) {
    for (const { name, type } of line.source.schema.fields) {
      const own = `${line.prefix}.${name}`
      if (!columns.has(own)) columns.set(own, { line, name, field: new Field(own, type, true) })
    }
  }
  const fields = source.schema.fields.filter(({ name }) => name !== references)
  const schema = new Schema([...fields, ...[...columns.values()].map(({ field }) => field)])
  return {
    ...source,
    schema,
    groups: [source.rows],
    statistics: () => undefined,
    scan: (request) => scan(source, columns, request),
    [Symbol.asyncDispose]: async () => {
      await Promise.all([source, ...lines.map((line) => line.source)].map((each) => each[Symbol.asyncDispose]()))
    },
  }
}

/** The event tree of each path, then its header's, which has what the event itself lacks. */
async function openLines(path: string, { paths, trees }: NavigatorPlan): Promise<readonly Branchline[]> {
  const lines: Branchline[] = []
  for (const [position, written] of paths.entries()) {
    const folder = written.replace(/^\/+/, '')
    const own = trees.filter((tree) => tree.startsWith(`${folder}/`) && !tree.slice(folder.length + 1).includes('/'))
    for (const tree of own.toSorted((left, right) => Number(isHeader(left)) - Number(isHeader(right)))) {
      const source = await openFile(path, { tree })
      const prefix = folder.replace(/^Event\//, '').replaceAll('/', '.')
      if (source.rows > 0) lines.push({ prefix, position, source })
      else await source[Symbol.asyncDispose]()
    }
  }
  return lines
}

function isHeader(tree: string): boolean {
  return tree.endsWith('Header')
}

type Columns = ReadonlyMap<string, { readonly line: Branchline; readonly name: string; readonly field: Field }>

async function* scan(source: Source, columns: Columns, request: ScanRequest): AsyncGenerator<RecordBatch> {
  const own = request.columns.filter((name) => !columns.has(name))
  const fields = request.columns.map((name) => columns.get(name)?.field ?? fieldNamed(source, name))
  const schema = new Schema(fields)
  for await (const batch of source.scan({ ...request, columns: [...own, references] })) {
    const refs = dataOf(batch, references)
    const children: Data[] = []
    for (const name of request.columns) {
      const column = columns.get(name)
      children.push(column === undefined ? dataOf(batch, name) : await followed(refs, column, request))
    }
    const type = new Struct(fields)
    yield new RecordBatch(schema, makeData({ type, length: batch.numRows, nullCount: 0, children }))
  }
}

/** The values of a column at the entries that the references of some events name. */
async function followed(
  refs: Data,
  { line, name, field }: { readonly line: Branchline; readonly name: string; readonly field: Field },
  { cancel }: ScanRequest,
): Promise<Data> {
  const entries = entriesOf(refs, line.position)
  const there = entries.filter((entry) => entry >= 0)
  const start = there.reduce((least, entry) => Math.min(least, entry), line.source.rows - 1)
  const end = there.reduce((most, entry) => Math.max(most, entry + 1), start + 1)
  const request = { columns: [name], start, end, batchRows: end - start, cancel }
  for await (const batch of line.source.scan(request)) {
    const row = Uint32Array.from(entries, (entry) => Math.max(0, entry - start))
    const picks = { piece: new Uint32Array(row.length), row, count: row.length }
    return withNulls(gather([dataOf(batch, name)], picks, field.type), entries)
  }
  throw new Error(`${name} has no rows`)
}

function entriesOf(refs: Data, position: number): readonly number[] {
  const offsets = refs.valueOffsets as Int32Array
  const [child] = refs.children
  const values = child === undefined ? [] : asNumbers(child)
  return Array.from({ length: refs.length }, (_, row) => {
    const at = (offsets[row] ?? 0) + position
    return at < (offsets[row + 1] ?? 0) ? (values[at] ?? -1) : -1
  })
}

/** Lists of events that are not there are empty; other values are missing. */
function withNulls(data: Data, entries: readonly number[]): Data {
  const nullCount = entries.filter((entry) => entry < 0).length
  if (nullCount === 0) return data
  const nullBitmap = new Uint8Array((entries.length + 7) >> 3)
  entries.forEach((entry, row) => {
    if (entry >= 0) nullBitmap[row >> 3] = (nullBitmap[row >> 3] ?? 0) | (1 << (row & 7))
  })
  const { type, length, values, valueOffsets, children, dictionary } = data
  const parts = { type, length, nullCount, nullBitmap, data: values, valueOffsets, child: children[0], dictionary }
  return makeData(parts as never) as Data
}

function fieldNamed({ schema }: Source, name: string): Field {
  const field = schema.fields.find((candidate) => candidate.name === name)
  if (field === undefined) throw new Error(`the navigator has no column ${name}`)
  return field
}

function dataOf(batch: RecordBatch, name: string): Data {
  const data = batch.getChild(name)?.data[0]
  if (data === undefined) throw new Error(`the reader gave no column ${name}`)
  return data
}
