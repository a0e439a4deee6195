import { statSync } from 'node:fs'
import type { Data, RecordBatch } from 'apache-arrow'
import { RuntimeError } from '../errors.ts'
import { openFile } from '../formats/index.ts'
import type { Block, SkippedColumn } from '../ports/dataset.ts'
import type { Cancel, Source } from '../ports/format.ts'
import { isWhole } from './columns.ts'
import { parseDocument, type SiftDocument } from './document.ts'
import { fieldNameOf, type Layout, layoutOf } from './layout.ts'
import { blockRows, collectDistinct, OrderScan, type RunTimes } from './order-kernel.ts'
import { asInt64, asNumbers } from './whole.ts'

export interface InspectRequest {
  readonly path: string
  readonly tree: string | null
  readonly timeDeclared: boolean
}

/** What one file is, as plain data. */
export interface Inspection {
  readonly path: string
  readonly tree: string | null
  readonly bytes: number
  readonly modifiedMs: number
  readonly rows: number
  readonly uuid: string | null
  readonly layout: Layout
  readonly document: SiftDocument | null
  readonly blocks: readonly Block[]
  /** Time of the first and last event of each run; run 0 when the file has no column `run`. */
  readonly runs: readonly RunTimes[]
  /** The numbers that its columns `file` hold, ascending. */
  readonly fileNumbers: readonly number[]
  /** The reference of the first row; null when the rows have none of their own, or there are none. */
  readonly firstEvent: { readonly file: number; readonly entry: number } | null
}

/**
 * Reads what a file says of itself, and its times, runs and file numbers from the first row to the last.
 *
 * @throws RuntimeError D001, D002 for the file, D003 for its columns, D004 for a row out of time order, D008 for its document
 */
export async function inspectFile(request: InspectRequest, cancel: Cancel): Promise<Inspection> {
  const { path, tree } = request
  await using source = await openFile(path, tree === null ? {} : { tree })
  const status = statSync(path)
  return await inspectSource(source, { ...request, bytes: status.size, modifiedMs: status.mtimeMs }, cancel)
}

/** The same for a source that is open. @throws as `inspectFile` does */
export async function inspectSource(
  source: Source,
  request: InspectRequest & Pick<Inspection, 'bytes' | 'modifiedMs'>,
  cancel: Cancel,
): Promise<Inspection> {
  const { path, tree, timeDeclared, bytes, modifiedMs } = request
  const document = source.document === undefined ? null : parseDocument(source.document, path)
  const layout = layoutOf({ path, fields: source.schema.fields, document, timeDeclared })
  const skipped: readonly SkippedColumn[] = [...source.skipped].map(([name, reason]) => ({ name, reason }))
  return {
    path,
    tree,
    bytes,
    modifiedMs,
    rows: source.rows,
    uuid: source.uuid ?? null,
    layout: { ...layout, skipped: [...layout.skipped, ...skipped] },
    document,
    ...(await scanKeys(path, source, layout, cancel)),
  }
}

type Keys = Pick<Inspection, 'blocks' | 'runs' | 'fileNumbers' | 'firstEvent'>

async function scanKeys(path: string, source: Source, { schema, refers }: Layout, cancel: Cancel): Promise<Keys> {
  const names = new Set(source.schema.fields.map(({ name }) => name))
  const field = (column: string): string => fieldNameOf(column, names)
  const time = schema.key === null ? null : field(`${schema.key}t`)
  const run = time === null ? null : runColumn(source, field(`${schema.key}run`))
  const files = refers ? schema.references.map((prefix) => field(`${prefix}file`)) : []
  const columns = [...new Set([time, run, ...files])].filter((column) => column !== null)

  const order = new OrderScan()
  const numbers = new Set<number>()
  if (columns.length > 0 && source.rows > 0) {
    for await (const batch of source.scan({ columns, start: 0, end: source.rows, batchRows: blockRows, cancel })) {
      for (const file of files) collectDistinct(asNumbers(dataOf(batch, file)), numbers)
      if (time !== null) appendTimes(path, order, batch, time, run)
    }
  }
  return {
    blocks: order.blocks(),
    runs: [...order.runs.values()],
    fileNumbers: [...numbers].toSorted((a, b) => a - b),
    firstEvent: refers
      ? await firstEvent(source, field(`${schema.references[0]}file`), field(`${schema.references[0]}entry`), cancel)
      : null,
  }
}

async function firstEvent(
  source: Source,
  file: string,
  entry: string,
  cancel: Cancel,
): Promise<Inspection['firstEvent']> {
  const end = Math.min(1, source.rows)
  for await (const batch of source.scan({ columns: [file, entry], start: 0, end, batchRows: 1, cancel })) {
    return { file: asNumbers(dataOf(batch, file))[0] ?? 0, entry: asNumbers(dataOf(batch, entry))[0] ?? 0 }
  }
  return null
}

/** A column `run` counts as one when it holds whole numbers in every row. */
function runColumn({ schema }: Source, name: string): string | null {
  const field = schema.fields.find((candidate) => candidate.name === name)
  return field === undefined || field.nullable || !isWhole(field) ? null : name
}

function appendTimes(path: string, order: OrderScan, batch: RecordBatch, time: string, run: string | null): void {
  const times = asInt64(dataOf(batch, time))
  const descent = order.append(times, run === null ? null : asNumbers(dataOf(batch, run)))
  if (descent === null) return
  throw new RuntimeError(
    'D004',
    `\`${path}\` is not in time order: row ${descent.row} has t = ${descent.time} ns, the row before it t = ${descent.before} ns.`,
    { fix: 'Sort the rows by t when the file is written; `sift index build` does.' },
  )
}

function dataOf(batch: RecordBatch, name: string): Data {
  const data = batch.getChild(name)?.data[0]
  if (data === undefined) throw new Error(`the reader gave no column ${name}`)
  return data
}
