import { Type as ArrowType } from 'apache-arrow'
import type { Work } from '../engine/index.ts'
import type { Slice, TaskInput, Texts } from '../engine/task.ts'
import type { Rows } from '../engine/vector.ts'
import { fieldNameOf } from '../index/layout.ts'
import { scansOf } from '../index/scans.ts'
import { asInt64 } from '../index/whole.ts'
import type { Dataset } from '../ports/dataset.ts'
import type { Cancel, Source } from '../ports/format.ts'
import type { ColumnMemory, MemoryRequest } from './cached-columns.ts'
import { validityOf } from './column-kernel.ts'
import { type DatasetOrder, orderOf } from './dataset-order.ts'
import type { OpenSources } from './open-sources.ts'
import type { ReadNews } from './progress.ts'
import { numbered } from './range.ts'
import { FileReader } from './read-file.ts'
import { readSlice, readSome } from './read.ts'
import { SharedColumns } from './shared-columns.ts'

export interface InputOptions {
  readonly datasets: ReadonlyMap<string, Dataset>
  readonly work: Work
  readonly sources: OpenSources
  readonly texts: Texts
  readonly cancel: Cancel
  readonly onRead: (news: ReadNews) => void
  /** The memory of columns that threads share. */
  readonly memories: (request: MemoryRequest) => Promise<readonly (ColumnMemory | null)[]>
}

/** What a task of this slice reads through. */
export async function inputOf(slice: Slice, options: InputOptions): Promise<TaskInput> {
  const { datasets, sources, texts, cancel, onRead, memories } = options
  const base = roundBase((await baseOf(slice, options)) + middleOf(options.work.reach))
  const reader = new FileReader({
    base,
    texts,
    sources,
    cancel,
    onRead: ({ file, start, end }, bytes) => onRead({ path: file.path, start, end, bytes }),
  })
  return {
    base,
    texts,
    cancel,
    read: (key: string, part: Slice, columns: readonly string[], only?: Uint32Array | null): Promise<Rows> => {
      cancel.throwIfAborted()
      const dataset = datasets.get(key)
      if (dataset === undefined) throw new Error(`no dataset ${key} is open`)
      const shared = new SharedColumns(orderOnce(dataset), dataset.schema, { base, cancel, reader, memories, onRead })
      const access = { reader, shared }
      return only ? readSome(dataset, part, only, columns, access) : readSlice(dataset, part, columns, access)
    },
  }
}

/** Neighbouring tasks count from the same instant, so that they can share the columns of time: one in 26 days. */
function roundBase(base: bigint): bigint {
  return (base >> 51n) << 51n
}

/** Windows of weeks are counted from their middle, so that both ends are exact; for others all tasks keep one base. */
function middleOf({ before, after }: Work['reach']): bigint {
  const middle = (after - before) / 2
  return Number.isFinite(middle) && Math.abs(middle) > longWindow ? BigInt(Math.round(middle)) : 0n
}

/** 13 days. */
const longWindow = 2 ** 50

const orders = new WeakMap<Dataset, DatasetOrder>()

function orderOnce(dataset: Dataset): DatasetOrder {
  const order = orders.get(dataset) ?? orderOf(dataset)
  orders.set(dataset, order)
  return order
}

/** An instant close to those of the slice: where it begins, or the first event if that is later; of a table its first instant. */
async function baseOf(slice: Slice, options: InputOptions): Promise<bigint> {
  const scanned = [...scansOf(options.work)]
  const datasets = scanned.map((key) => options.datasets.get(key)).filter((found) => found !== undefined)
  if (slice.kind !== 'time')
    return (
      (await firstInstant(slice.kind === 'rows' ? slice.start : 0, datasets, options)) ?? firstHeld(options.work) ?? 0n
    )
  const firsts = datasets.flatMap(({ files }) =>
    files.flatMap(({ blocks }) => blocks.slice(0, 1).map((block) => BigInt(block.tFirst))),
  )
  const from = BigInt(slice.from)
  const [first = from, ...others] = firsts
  const earliest = others.reduce((least, next) => (next < least ? next : least), first)
  return from > earliest ? from : earliest
}

async function firstInstant(
  row: number,
  datasets: readonly Dataset[],
  { sources, cancel }: InputOptions,
): Promise<bigint | null> {
  for (const { schema, files } of datasets) {
    const column = schema.columns.find(({ type }) => type.kind === 'instant')
    if (column === undefined) continue
    for (const { file, start } of numbered(files, row, Infinity)) {
      const found = await firstValue(await sources.get(file), column.name, start, cancel)
      if (found !== null) return found
    }
  }
  return null
}

/** The first instant of rows that an earlier job left in memory. */
function firstHeld({ held }: Work): bigint | null {
  for (const { columns } of held.values()) {
    for (const column of columns.values()) {
      if (column.kind !== 'values' || !(column.values instanceof BigInt64Array) || column.type.kind !== 'instant')
        continue
      const first = column.valid === null ? 0 : column.valid.indexOf(1)
      const value = column.values[first]
      if (value !== undefined) return value
    }
  }
  return null
}

async function firstValue(source: Source, column: string, start: number, cancel: Cancel): Promise<bigint | null> {
  const field = fieldNameOf(column, { has: (name) => source.schema.fields.some((each) => each.name === name) })
  for await (const batch of source.scan({ columns: [field], start, end: source.rows, batchRows: 1024, cancel })) {
    const data = batch.data.children[0]
    if (data === undefined || data.typeId === ArrowType.Null) return null
    const valid = validityOf(data)
    const first = valid === null ? 0 : valid.indexOf(1)
    if (first >= 0) return asInt64(data)[first] ?? null
  }
  return null
}
