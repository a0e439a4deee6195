import type { Value } from '../../dsl/functions/function.ts'
import type { Column, ListType, Schema, Type } from '../../dsl/ir/types.ts'
import { runTask } from '../../runtime/engine/run-task.ts'
import type { Executor, Slice, TaskInput, Texts } from '../../runtime/engine/task.ts'
import {
  numbers,
  type ListVector,
  type NumberArray,
  type NumberVector,
  type Rows,
  type Vector,
} from '../../runtime/engine/vector.ts'
import { transferablesOf, type Part, type Work } from '../../runtime/engine/work.ts'
import type { Cell, Element, NaiveDataset, Row } from '../../runtime/naive/row.ts'
import type { ColumnRange, DataFile, Dataset } from '../../runtime/ports/dataset.ts'

/** A dataset of plain rows with its schema. */
export interface MemoryDataset extends NaiveDataset {
  readonly schema: Schema
}

export interface MemoryOptions {
  readonly workers?: number
  readonly memoryBytes?: number
  /** Told of each slice that is run. */
  readonly onSlice?: (slice: Slice) => void
  /** Told of each reading of columns, at all rows of a slice or at some positions among them. */
  readonly onRead?: (columns: readonly string[], only: readonly number[] | null) => void
}

/** Runs tasks one after the other on rows in memory; work and parts are cloned, as between threads. */
export function memoryExecutor(
  data: ReadonlyMap<string, MemoryDataset>,
  options: MemoryOptions = {},
): Executor<Work, Part> {
  const sorted = new Map([...data].map(([key, dataset]) => [key, { ...dataset, rows: inOrder(dataset) }]))
  return {
    datasets: new Map([...sorted].map(([key, dataset]) => [key, describe(key, dataset)])),
    workers: options.workers ?? 1,
    memoryBytes: options.memoryBytes ?? 1e9,
    run: async function* (work, slices, signal) {
      const received = structuredClone(work)
      for (const [number, slice] of slices.entries()) {
        signal.throwIfAborted()
        options.onSlice?.(slice)
        const part = await runTask(received, slice, taskInput(sorted, { slice, task: number, signal, ...options }))
        yield structuredClone(part, { transfer: transferablesOf(part) })
      }
    },
  }
}

function inOrder({ rows, schema }: MemoryDataset): readonly Row[] {
  const { key } = schema
  if (key === null) return rows
  const place = (row: Row): readonly bigint[] =>
    ['t', 'file', 'entry'].map((name) => BigInt(row.get(`${key}${name}`) as bigint | number))
  return rows.toSorted((left, right) => {
    const [a, b] = [place(left), place(right)]
    const at = a.findIndex((value, index) => value !== b[index])
    return at < 0 ? 0 : a[at]! < b[at]! ? -1 : 1
  })
}

function describe(key: string, { rows, schema, goodTime }: MemoryDataset): Dataset {
  const time = (row: Row | undefined): string => {
    const t = row?.get(`${schema.key}t`)
    return typeof t === 'bigint' ? String(t) : ''
  }
  const middle = Math.ceil(rows.length / 2)
  const files = [rows.slice(0, middle), rows.slice(middle)].map((own, at): DataFile => {
    const block = { start: 0, end: own.length, tFirst: time(own[0]), tLast: time(own.at(-1)) }
    return {
      path: at === 0 ? key : `${key} ${at}`,
      tree: null,
      bytes: 0,
      modifiedMs: 0,
      rows: own.length,
      ranges: wholeRanges(own, schema),
      blocks: own.length === 0 || schema.key === null ? [] : [block],
      reference: { kind: 'columns', fileNumbers: [] },
    }
  })
  return {
    key,
    path: key,
    schema,
    files,
    events: ['a.root', 'b.root'].map((path) => ({ path, uuid: path, bytes: null, entries: null })),
    goodTime,
    history: { query: null, parents: [] },
  }
}

/** Smallest and largest whole numbers of some rows, as footers state them. */
function wholeRanges(rows: readonly Row[], { columns }: Schema): readonly ColumnRange[] {
  return columns.flatMap(({ name, type }) => {
    if (type.kind !== 'number' || type.repr.startsWith('float')) return []
    const values = rows.flatMap((row) => {
      const value = row.get(name)
      return value === undefined ? [] : [BigInt(value as bigint | number)]
    })
    if (values.length === 0) return []
    const [min, max] = [values.reduce((a, b) => (a < b ? a : b)), values.reduce((a, b) => (a > b ? a : b))]
    return [{ name, min: String(min), max: String(max) }]
  })
}

interface TaskOptions extends MemoryOptions {
  readonly slice: Slice
  readonly task: number
  readonly signal: AbortSignal
}

function taskInput(data: ReadonlyMap<string, MemoryDataset>, { slice, task, signal, onRead }: TaskOptions): TaskInput {
  const base = (slice.kind === 'time' ? BigInt(slice.from) : firstInstant(data)) + BigInt(task)
  const texts = workerTexts(task)
  return {
    base,
    texts,
    cancel: signal,
    read: async (key, wanted, names, only) => {
      const dataset = data.get(key)
      if (dataset === undefined) throw new Error(`no dataset ${key}`)
      onRead?.(names, only ? [...only] : null)
      const all = within(dataset, wanted)
      const rows = only ? [...only].map((position) => all[position]!) : all
      const columns = names.map((name): [string, Vector] => {
        const column = dataset.schema.columns.find((known) => known.name === name)
        if (column === undefined) throw new Error(`${key} has no column ${name}`)
        return [
          name,
          vectorOf(
            rows.map((row) => row.get(name)),
            column,
            { base, texts },
          ),
        ]
      })
      return { rows: rows.length, columns: new Map(columns) } satisfies Rows
    },
  }
}

function firstInstant(data: ReadonlyMap<string, MemoryDataset>): bigint {
  const instants = [...data.values()].flatMap(({ rows }) =>
    rows.flatMap((row) => [...row.values()].filter((value) => typeof value === 'bigint')),
  )
  return instants.find((value) => value > 2n ** 60n + 2n ** 59n && value < 2n ** 61n) ?? 0n
}

/** Ids that differ from task to task. */
function workerTexts(task: number): Texts {
  const known: string[] = Array.from({ length: task + 1 }, (_, at) => `unused ${at}`)
  return {
    idOf: (text) => {
      const at = known.indexOf(text)
      return at < 0 ? known.push(text) - 1 : at
    },
    textOf: (id) => {
      const text = known[id]
      if (text === undefined) throw new Error(`no text ${id}`)
      return text
    },
  }
}

function within({ rows, schema }: MemoryDataset, slice: Slice): readonly Row[] {
  if (slice.kind === 'rows') return rows.slice(slice.start, slice.end)
  if (slice.kind === 'entries') return slice.rows.map((row) => rows[row]!)
  const [from, to] = [BigInt(slice.from), BigInt(slice.to)]
  return rows.filter((row) => {
    const t = BigInt(row.get(`${schema.key}t`) as bigint)
    return from <= t && t < to
  })
}

interface InputTerms {
  readonly base: bigint
  readonly texts: Texts
}

function vectorOf(cells: readonly Cell[], { type }: Column, terms: InputTerms): Vector {
  if (type.kind === 'list') return listOf(cells as readonly (readonly Element[] | undefined)[], type, terms)
  return numbersOf(cells as readonly Value[], type, terms)
}

function listOf(
  cells: readonly (readonly Element[] | undefined)[],
  { element }: ListType,
  terms: InputTerms,
): ListVector {
  const offsets = Int32Array.from({ length: cells.length + 1 }, (_, at) => {
    return cells.slice(0, at).reduce((sum, list) => sum + (list?.length ?? 0), 0)
  })
  const elements = cells.flatMap((cell) => cell ?? [])
  const fields = element.kind === 'record' ? element.fields : [{ name: '', type: element }]
  return {
    kind: 'list',
    offsets,
    fields: new Map(
      fields.map(({ name, type }) => {
        const values = elements.map((each) => (typeof each === 'object' ? each[name] : each))
        return [name, numbersOf(values, type, terms)]
      }),
    ),
    valid: cells.includes(undefined) ? Uint8Array.from(cells, (cell) => (cell === undefined ? 0 : 1)) : null,
  }
}

function numbersOf(values: readonly Value[], type: Type, terms: InputTerms): NumberVector {
  const valid = values.includes(undefined) ? Uint8Array.from(values, (value) => (value === undefined ? 0 : 1)) : null
  // What stands where nothing is must not matter.
  const stored = values.map((value) => (value === undefined ? 77 : numberFor(value, type, terms)))
  const residual = values.map((value) =>
    typeof value === 'bigint' ? restOf(type.kind === 'instant' ? value - terms.base : value) : 0,
  )
  const vector = numbers(arrayFor(type).from(stored), valid)
  const isFar = type.kind === 'instant' && !stored.every(Number.isSafeInteger)
  const isExact = residual.every((rest) => rest === 0) && !isFar
  return isExact ? vector : { ...vector, residual: Float64Array.from(residual) }
}

/** What float64 does not hold. */
function restOf(value: bigint): number {
  return Number(value - BigInt(Number(value)))
}

function numberFor(value: NonNullable<Value>, type: Type, { base, texts }: InputTerms): number {
  if (typeof value === 'string') return texts.idOf(value)
  return type.kind === 'instant' ? Number(BigInt(value) - base) : Number(value)
}

function arrayFor(type: Type): { from(values: readonly number[]): NumberArray } {
  if (type.kind === 'bool') return Uint8Array
  if (type.kind === 'text') return Int32Array
  if (type.kind !== 'number') return Float64Array
  const arrays = {
    int8: Int8Array,
    int16: Int16Array,
    int32: Int32Array,
    uint8: Uint8Array,
    uint16: Uint16Array,
    uint32: Uint32Array,
    float32: Float32Array,
    float64: Float64Array,
    int64: Float64Array,
    uint64: Float64Array,
  } as const
  return arrays[type.repr]
}
