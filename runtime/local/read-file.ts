import type { RecordBatch } from 'apache-arrow'
import type { Column } from '../../dsl/ir/types.ts'
import { type NumberArray, numbers, type NumberVector, type Rows, type Vector } from '../engine/vector.ts'
import { fieldNameOf } from '../index/layout.ts'
import { asInt64 } from '../index/whole.ts'
import type { DataFile } from '../ports/dataset.ts'
import type { Cancel, Source } from '../ports/format.ts'
import { counting, lowerBound, remapped } from './column-kernel.ts'
import type { OpenSources } from './open-sources.ts'
import type { RowRange } from './range.ts'
import { type Sink, sinkOf, type Terms } from './sink.ts'

/** So many rows are decoded at a time: an interrupt is felt between two batches of the slowest reader. */
const batchRows = 65_536

/** Groups that are larger are read in part. */
const mostGroupRows = 1 << 21

export interface FileReaderOptions extends Terms {
  readonly sources: OpenSources
  readonly cancel: Cancel
  /** Told of every batch. */
  readonly onRead: (range: RowRange, bytes: number) => void
}

/** Reads row ranges of files as vectors of the dataset. */
export class FileReader {
  readonly #options: FileReaderOptions

  constructor(options: FileReaderOptions) {
    this.#options = options
  }

  /**
   * @param references prefixes of the columns `t`, `file` and `entry` that refer to events (`Schema.references`)
   * @param target where the values of the only column go, of shape [rows]; new memory when absent
   */
  async read(
    range: RowRange,
    columns: readonly Column[],
    references: readonly string[],
    target?: NumberArray,
  ): Promise<Rows> {
    const { file, start, end } = range
    const rows = range.only?.length ?? end - start
    const isOwn = (name: string): boolean =>
      file.reference.kind === 'row' && references.includes('') && (name === 'file' || name === 'entry')
    const stored = columns.filter(({ name }) => !isOwn(name))
    const sinks = new Map(
      stored.map((column) => {
        const isTime = references.some((prefix) => column.name === `${prefix}t`)
        return [column.name, sinkOf(column, rows, { ...this.#options, isTime }, target)]
      }),
    )
    if (stored.length > 0 && rows > 0) await this.#fill(range, sinks)
    const vectors = columns.map(({ name }): [string, Vector] => {
      const sink = sinks.get(name)
      if (sink === undefined) return [name, ownReference(range, name)]
      const isFileNumber = references.some((prefix) => name === `${prefix}file`)
      return [name, isFileNumber ? datasetNumbers(file, sink.finish()) : sink.finish()]
    })
    return { rows, columns: new Map(vectors) }
  }

  /** The range, widened to the file's natural units of reading: to read part of one costs as much as all of it. */
  async wholeGroups({ file, start, end }: RowRange): Promise<RowRange> {
    const { groups } = await this.#options.sources.get(file)
    let [row, low, high] = [0, start, end]
    for (const rows of groups) {
      const isTouched = row < end && row + rows > start
      if (isTouched && rows <= mostGroupRows) [low, high] = [Math.min(low, row), Math.max(high, row + rows)]
      row += rows
    }
    return { file, start: low, end: high }
  }

  /** How many rows of a range have a time before an instant; the times ascend. */
  async countBefore({ file, start, end }: RowRange, time: string, instant: bigint): Promise<number> {
    const source = await this.#options.sources.get(file)
    const { cancel } = this.#options
    let before = 0
    for await (const batch of source.scan({ columns: [fieldIn(source, time)], start, end, batchRows, cancel })) {
      before += lowerBound(asInt64(dataAt(batch, 0)), instant)
    }
    return before
  }

  async #fill(range: RowRange, sinks: ReadonlyMap<string, Sink>): Promise<void> {
    const { file, start, end, only, fields } = range
    const { sources, cancel, onRead } = this.#options
    const source = await sources.get(file)
    const columns = [...sinks.keys()].map((name) => fieldIn(source, name))
    const some = { ...(only === undefined ? {} : { rows: only }), ...(fields === undefined ? {} : { fields }) }
    let rows = 0
    for await (const batch of source.scan({ columns, start, end, ...some, batchRows, cancel })) {
      for (const [column, sink] of [...sinks.values()].entries()) sink.append(dataAt(batch, column))
      const read = only === undefined ? [[start + rows, batch.numRows] as const] : runsOf(only, rows, batch.numRows)
      for (const [at, count] of read) {
        onRead({ file, start: at, end: at + count }, (batch.data.byteLength * count) / batch.numRows)
      }
      rows += batch.numRows
    }
    const asked = only?.length ?? end - start
    if (rows !== asked) throw new Error(`${file.path} gave ${rows} rows instead of ${asked}`)
  }
}

/** Neighbours among `rows[start, start + count)`: the first of them, and how many they are. */
function* runsOf(rows: readonly number[], start: number, count: number): Generator<readonly [number, number]> {
  for (let at = start; at < start + count;) {
    const first = rows[at] ?? 0
    const from = at
    while (at < start + count && rows[at] === first + at - from) at++
    yield [first, at - from]
  }
}

function fieldIn(source: Source, column: string): string {
  return fieldNameOf(column, { has: (name) => source.schema.fields.some((field) => field.name === name) })
}

function dataAt(batch: RecordBatch, column: number): RecordBatch['data']['children'][number] {
  const data = batch.data.children[column]
  if (data === undefined) throw new Error(`the reader gave ${batch.data.children.length} columns, not column ${column}`)
  return data
}

/** `file` and `entry` of rows that refer to themselves. */
function ownReference({ file, start, end, only }: RowRange, name: string): NumberVector {
  if (name === 'entry') return numbers(only === undefined ? counting(start, end - start) : Float64Array.from(only))
  const { reference } = file
  return numbers(new Uint32Array(only?.length ?? end - start).fill(reference.kind === 'row' ? reference.fileNumber : 0))
}

/** File numbers become the dataset's. */
function datasetNumbers({ reference }: DataFile, vector: Vector): Vector {
  if (reference.kind === 'row' || vector.kind === 'list') return vector
  return { ...vector, values: remapped(vector.values, reference.fileNumbers) }
}
