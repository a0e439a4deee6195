import type { Column, Scalar, Schema } from '../../dsl/ir/types.ts'
import type { NumberArray, NumberVector, Vector } from '../engine/vector.ts'
import { RuntimeError } from '../errors.ts'
import type { DataFile } from '../ports/dataset.ts'
import type { Cancel } from '../ports/format.ts'
import { chunkState, type ColumnMemory, type MemoryColumn, type MemoryRequest } from './cached-columns.ts'
import { shiftInstants } from './column-kernel.ts'
import { chunkRows, type DatasetOrder } from './dataset-order.ts'
import type { ReadNews } from './progress.ts'
import type { RowRange } from './range.ts'
import type { FileReader } from './read-file.ts'

const { empty, filling, filled, refused } = chunkState

export interface SharedOptions {
  readonly base: bigint
  readonly cancel: Cancel
  readonly reader: FileReader
  readonly memories: (request: MemoryRequest) => Promise<readonly (ColumnMemory | null)[]>
  readonly onRead: (news: ReadNews) => void
}

export interface Times {
  readonly times: NumberArray
  readonly base: bigint
}

/** Reads columns of a dataset through the memory that all threads share. */
export class SharedColumns {
  readonly #order: DatasetOrder
  readonly #schema: Schema
  readonly #options: SharedOptions

  constructor(order: DatasetOrder, schema: Schema, options: SharedOptions) {
    this.#order = order
    this.#schema = schema
    this.#options = options
  }

  /** Whether each range begins where the one before it ends. */
  areAdjacent(ranges: readonly RowRange[]): boolean {
    return ranges.every(({ file, start }, at) => {
      const before = ranges[at - 1]
      return before === undefined || this.#rowOf(before.file) + before.end === this.#rowOf(file) + start
    })
  }

  /**
   * The vectors of those columns that are in memory now, for adjacent ranges.
   *
   * @throws RuntimeError R001 when cancelled, D codes for files
   */
  async read(ranges: readonly RowRange[], columns: readonly Column[]): Promise<ReadonlyMap<string, NumberVector>> {
    const vectors = new Map<string, NumberVector>()
    const [first, last] = [ranges[0], ranges.at(-1)]
    if (first === undefined || last === undefined) return vectors
    const [start, end] = [this.#rowOf(first.file) + first.start, this.#rowOf(last.file) + last.end]
    const asked = columns.filter(isFlat)
    const memories = await this.#memories(asked.map(({ name, type, missing }) => ({ name, type, missing })))
    const held = asked.flatMap((column, at) => (memories[at] ? [{ column, memory: memories[at] }] : []))
    // Two threads that need the same columns share the work: what one fills, the other leaves alone until the end.
    for (const { column, memory } of held) await this.#fillEmpty(memory, column, ranges)
    for (const { column, memory } of held) {
      if (!(await this.#isFilled(memory, ranges))) continue
      const view = this.#view(memory, column, ranges, start, end)
      if (view !== null) vectors.set(column.name, view)
    }
    for (const range of ranges)
      this.#options.onRead({ path: range.file.path, start: range.start, end: range.end, bytes: 0 })
    return vectors
  }

  /**
   * The times of rows [start, end) of a file, as ns from some `base`; null when memory cannot hold them.
   *
   * @throws as `read` does
   */
  async times(column: Column, range: RowRange): Promise<Times | null> {
    const type = { kind: 'instant' } as const
    const [memory = null] = await this.#memories([{ name: column.name, type, missing: false }])
    if (memory === null) return null
    await this.#fillEmpty(memory, column, [range])
    if (!(await this.#isFilled(memory, [range]))) return null
    const [base, ...others] = this.#chunksOf(range).map((chunk) => memory.bases[chunk])
    if (base === undefined || others.some((other) => other !== base)) return null
    const row = this.#rowOf(range.file)
    return { times: memory.values.subarray(row + range.start, row + range.end), base }
  }

  #memories(columns: readonly MemoryColumn[]): Promise<readonly (ColumnMemory | null)[]> {
    const { identity, rows, chunks } = this.#order
    if (columns.length === 0) return Promise.resolve([])
    return this.#options.memories({ dataset: identity, rows, chunks, columns })
  }

  /** Fills the chunks of the ranges that are empty, neighbours in one go. */
  async #fillEmpty(memory: ColumnMemory, column: Column, ranges: readonly RowRange[]): Promise<void> {
    for (const range of ranges) {
      const isEmpty = this.#chunksOf(range).some((chunk) => Atomics.load(memory.chunks, chunk) === empty)
      if (!isEmpty) continue
      const chunks = this.#chunksOf(await this.#options.reader.wholeGroups(range))
      for (const claimed of claim(memory.chunks, chunks)) await this.#fill(memory, column, range.file, claimed)
    }
  }

  /** Whether all chunks of the ranges are filled, once nobody fills them any more. */
  async #isFilled(memory: ColumnMemory, ranges: readonly RowRange[]): Promise<boolean> {
    const { cancel } = this.#options
    for (const chunk of ranges.flatMap((range) => this.#chunksOf(range))) {
      while (Atomics.load(memory.chunks, chunk) === filling) {
        cancel.throwIfAborted()
        await Atomics.waitAsync(memory.chunks, chunk, filling, 50).value
      }
      if (Atomics.load(memory.chunks, chunk) !== filled) return false
    }
    return true
  }

  async #fill(memory: ColumnMemory, column: Column, file: DataFile, chunks: readonly number[]): Promise<void> {
    const { row, chunk } = this.#startOf(file)
    const start = ((chunks[0] ?? chunk) - chunk) * chunkRows
    const end = Math.min(file.rows, start + chunks.length * chunkRows)
    let state: number = empty
    try {
      const target = memory.values.subarray(row + start, row + end)
      const rows = await this.#options.reader.read({ file, start, end }, [column], this.#schema.references, target)
      state = keep(memory, row + start, target, rows.columns.get(column.name)) ? filled : refused
      for (const filledChunk of chunks) memory.bases[filledChunk] = this.#options.base
    } catch (error) {
      // Rows so far apart that their times are not exact from one base may each be close to the task that reads them.
      if (!(error instanceof RuntimeError && error.code === 'R004')) throw error
      state = refused
    } finally {
      for (const each of chunks) {
        Atomics.store(memory.chunks, each, state)
        Atomics.notify(memory.chunks, each)
      }
    }
  }

  /** Null where instants are too far from this task's base. */
  #view(
    memory: ColumnMemory,
    { type }: Column,
    ranges: readonly RowRange[],
    start: number,
    end: number,
  ): NumberVector | null {
    const valid = memory.valid?.subarray(start, end) ?? null
    const values =
      type.kind === 'instant' ? this.#instants(memory, ranges, start, end) : memory.values.subarray(start, end)
    return values === null ? null : { kind: 'numbers', values, residual: null, valid }
  }

  /** Instants from this task's base: as they lie there when all chunks have it, else a copy; null when that is not exact. */
  #instants(
    memory: ColumnMemory,
    ranges: readonly RowRange[],
    start: number,
    end: number,
  ): NumberVector['values'] | null {
    const { base } = this.#options
    if (ranges.every((range) => this.#chunksOf(range).every((chunk) => memory.bases[chunk] === base))) {
      return memory.values.subarray(start, end)
    }
    const copy = new Float64Array(end - start)
    for (const range of ranges) {
      const row = this.#rowOf(range.file)
      for (const chunk of this.#chunksOf(range)) {
        const within = (chunk - this.#startOf(range.file).chunk) * chunkRows
        const [from, to] = [Math.max(range.start, within), Math.min(range.end, within + chunkRows)]
        const shift = Number((memory.bases[chunk] ?? base) - base)
        if (!shiftInstants(memory.values.subarray(row + from, row + to), shift, copy, row + from - start)) return null
      }
    }
    return copy
  }

  #chunksOf({ file, start, end }: RowRange): readonly number[] {
    if (start >= end) return []
    const [first, last] = [Math.floor(start / chunkRows), Math.floor((end - 1) / chunkRows)]
    return Array.from({ length: last - first + 1 }, (_, at) => this.#startOf(file).chunk + first + at)
  }

  #rowOf(file: DataFile): number {
    return this.#startOf(file).row
  }

  #startOf(file: DataFile): { readonly row: number; readonly chunk: number } {
    const start = this.#order.starts.get(file)
    if (start === undefined) throw new Error(`${file.path} has no rows in the order of its dataset`)
    return start
  }
}

/** Takes chunks that are empty, one run of neighbours after the other: what is taken must be filled, or given back. */
function* claim(states: Int32Array, chunks: readonly number[]): Generator<readonly number[]> {
  let claimed: number[] = []
  for (const chunk of chunks) {
    if (Atomics.compareExchange(states, chunk, empty, filling) === empty) claimed.push(chunk)
    else if (claimed.length > 0) {
      yield claimed
      claimed = []
    }
  }
  if (claimed.length > 0) yield claimed
}

function isFlat(column: Column): column is Column & { readonly type: Scalar } {
  return column.type.kind !== 'list'
}

/** Completes what a reader wrote to `target`, which are the rows of a column from `start` on. @returns whether it can be kept */
function keep(memory: ColumnMemory, start: number, target: NumberArray, vector: Vector | undefined): boolean {
  if (vector?.kind !== 'numbers' || vector.residual !== null) return false
  if (vector.values.buffer !== target.buffer) target.set(vector.values)
  if (memory.valid === null) return vector.valid === null
  if (vector.valid === null) memory.valid.fill(1, start, start + target.length)
  else memory.valid.set(vector.valid, start)
  return true
}
