import type { Data, RecordBatch } from 'apache-arrow'
import { RuntimeError } from '../errors.ts'
import type { Block } from '../ports/dataset.ts'
import type { Cancel, Source } from '../ports/format.ts'
import { isWhole } from './columns.ts'
import { fieldNameOf, type Layout, orderKeys } from './layout.ts'
import { blockRows, collectDistinct, OrderScan, type RunTimes, tiesAscend } from './order-kernel.ts'
import { asInt64, asNumbers, asWhole } from './whole.ts'

/** What the columns that order the rows and refer to events hold, from the first row to the last. */
export interface Keys {
  readonly blocks: readonly Block[]
  /** Time of the first and last event of each run; run 0 when the file has no column `run`. */
  readonly runs: readonly RunTimes[]
  /** The numbers that its columns `file` hold, ascending. */
  readonly fileNumbers: readonly number[]
  /** The reference of the first row; null when the rows have none of their own, or there are none. */
  readonly firstEvent: { readonly file: number; readonly entry: number } | null
  /** Rows of the same time, if there are any, stand in the order of their references as the file numbers them. */
  readonly tiesInOrder: boolean
}

/** @throws RuntimeError D004 for a row that is earlier than the row before it, R001 when cancelled */
export async function scanKeys(path: string, source: Source, layout: Layout, cancel: Cancel): Promise<Keys> {
  const { time, run, files, order } = keyFields(source, layout)
  const columns = [...new Set([time, run, ...files])].filter((column) => column !== null)
  const scan = new OrderScan()
  const numbers = new Set<number>()
  if (columns.length > 0) {
    for await (const batch of source.scan({ columns, start: 0, end: source.rows, batchRows: blockRows, cancel })) {
      for (const file of files) collectDistinct(asNumbers(dataOf(batch, file)), numbers)
      if (time !== null) appendTimes(path, scan, batch, time, run)
    }
  }
  const blocks = scan.blocks()
  return {
    blocks,
    runs: [...scan.runs.values()],
    fileNumbers: [...numbers].toSorted((a, b) => a - b),
    firstEvent: await firstEvent(source, order, cancel),
    tiesInOrder: time === null || !layout.refers || (await tiesInOrder(source, blocks, [time, ...order], cancel)),
  }
}

interface KeyFields {
  readonly time: string | null
  readonly run: string | null
  readonly files: readonly string[]
  /** What orders rows of the same time: file and entry first. */
  readonly order: readonly string[]
}

function keyFields(source: Source, { schema, refers }: Layout): KeyFields {
  const names = new Set(source.schema.fields.map(({ name }) => name))
  const field = (column: string): string => fieldNameOf(column, names)
  return {
    time: schema.key === null ? null : field(`${schema.key}t`),
    run: schema.key === null ? null : runField(source, field(`${schema.key}run`)),
    files: refers ? schema.references.map((prefix) => field(`${prefix}file`)) : [],
    order: refers ? orderKeys(schema).map(field) : [],
  }
}

/** A column `run` counts as one when it holds whole numbers in every row. */
function runField({ schema }: Source, name: string): string | null {
  const field = schema.fields.find((candidate) => candidate.name === name)
  return field === undefined || field.nullable || !isWhole(field) ? null : name
}

function appendTimes(path: string, scan: OrderScan, batch: RecordBatch, time: string, run: string | null): void {
  const times = asInt64(dataOf(batch, time))
  const descent = scan.append(times, run === null ? null : asNumbers(dataOf(batch, run)))
  if (descent === null) return
  throw new RuntimeError(
    'D004',
    `\`${path}\` is not in time order: row ${descent.row} has t = ${descent.time} ns, the row before it t = ${descent.before} ns.`,
    { fix: 'Sort the rows by t when the file is written; `sift index build` does.' },
  )
}

async function firstEvent(
  source: Source,
  [file, entry]: readonly string[],
  cancel: Cancel,
): Promise<Keys['firstEvent']> {
  if (file === undefined || entry === undefined) return null
  const end = Math.min(1, source.rows)
  for await (const batch of source.scan({ columns: [file, entry], start: 0, end, batchRows: 1, cancel })) {
    return { file: asNumbers(dataOf(batch, file))[0] ?? 0, entry: asNumbers(dataOf(batch, entry))[0] ?? 0 }
  }
  return null
}

/** Looks at the blocks that have ties, and at the row before each, which may be tied to its first. */
async function tiesInOrder(
  source: Source,
  blocks: readonly Block[],
  columns: readonly string[],
  cancel: Cancel,
): Promise<boolean> {
  for (const { start, end } of blocks.filter(({ ties }) => ties === true)) {
    const request = { columns, start: Math.max(0, start - 1), end, batchRows: end - start + 1, cancel }
    for await (const batch of source.scan(request)) {
      const [times, ...keys] = columns.map((name) => dataOf(batch, name))
      if (times !== undefined && !tiesAscend(asInt64(times), keys.map(asWhole))) return false
    }
  }
  return true
}

function dataOf(batch: RecordBatch, name: string): Data {
  const data = batch.getChild(name)?.data[0]
  if (data === undefined) throw new Error(`the reader gave no column ${name}`)
  return data
}
