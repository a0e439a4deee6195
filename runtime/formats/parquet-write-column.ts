import type { Data } from 'apache-arrow'
import type { ColumnPlan, LeafPlan, WriteLevels } from './parquet-write-schema.ts'
import { GrowingBytes, ValueSink } from './parquet-write-values.ts'

/** One stored column of the row group that is being filled. */
export class LeafSink {
  readonly leaf: LeafPlan
  readonly values: ValueSink
  readonly repetition = new GrowingBytes()
  readonly definition = new GrowingBytes()
  /** Values, nulls and empty lists. */
  entries = 0

  constructor(leaf: LeafPlan) {
    this.leaf = leaf
    this.values = new ValueSink(leaf.value)
  }

  get bytes(): number {
    return this.values.bytes.length + this.repetition.length + this.definition.length
  }
}

/** Takes a column's rows and keeps them as Parquet's levels and values. */
export interface ColumnSink {
  readonly leaves: readonly LeafSink[]
  add(data: Data, start: number, end: number): void
}

export function sinkOf(plan: ColumnPlan): ColumnSink {
  return plan.kind === 'flat' ? flatSink(plan.leaf) : listSink(plan.leaves, plan.levels, plan.record)
}

function flatSink(leaf: LeafPlan): ColumnSink {
  const sink = new LeafSink(leaf)
  return {
    leaves: [sink],
    add: (data, start, end) => {
      const mask = maskOf(data, start, end, leaf.present > 0)
      if (leaf.present > 0) addLevels(sink.definition, mask, end - start)
      sink.values.add(data, start, end, mask)
      sink.entries += end - start
    },
  }
}

function addLevels(definition: GrowingBytes, mask: Uint8Array | undefined, count: number): void {
  if (mask === undefined) definition.fill(1, count)
  else definition.append(mask)
}

function listSink(leaves: readonly LeafPlan[], levels: WriteLevels, record: boolean): ColumnSink {
  const sinks = leaves.map((leaf) => new LeafSink(leaf))
  return {
    leaves: sinks,
    add: (data, start, end) => {
      const item = data.children[0]!
      const rows = rowsOf(data, start, end)
      for (const [index, sink] of sinks.entries()) {
        addList(sink, rows, levels, { item: record ? item : undefined, values: record ? item.children[index]! : item })
      }
    },
  }
}

interface ListRows {
  /** Shape [rows + 1], into the elements. */
  readonly offsets: Int32Array
  readonly mask: Uint8Array | undefined
}

function rowsOf(data: Data, start: number, end: number): ListRows {
  const { listSize } = data.type as { readonly listSize?: number }
  const mask = maskOf(data, start, end, true)
  if (listSize === undefined) return { offsets: (data.valueOffsets as Int32Array).subarray(start, end + 1), mask }
  return { offsets: Int32Array.from({ length: end - start + 1 }, (_, row) => (start + row) * listSize), mask }
}

interface Elements {
  /** The structs that the elements are, if any. */
  readonly item: Data | undefined
  readonly values: Data
}

function addList(sink: LeafSink, { offsets, mask }: ListRows, levels: WriteLevels, elements: Elements): void {
  const rows = offsets.length - 1
  // Lists that are missing may still span elements, which must not be written.
  const step = mask === undefined ? rows : 1
  for (let row = 0; row < rows; row += step) {
    if (mask !== undefined && mask[row] === 0) addEmpty(sink, 0)
    else addRows(sink, offsets.subarray(row, row + step + 1), levels, elements)
  }
}

function addRows(sink: LeafSink, offsets: Int32Array, levels: WriteLevels, { item, values }: Elements): void {
  const start = offsets[0]!
  const end = offsets.at(-1)!
  const mask = both(item === undefined ? undefined : maskOf(item, start, end, true), maskOf(values, start, end, true))
  for (let row = 0; row + 1 < offsets.length; row++) {
    const first = offsets[row]!
    const last = offsets[row + 1]!
    if (first === last) addEmpty(sink, levels.list)
    else {
      sink.repetition.push(0)
      sink.repetition.fill(1, last - first - 1)
      addDefinitions(sink, first, last, levels, { item, mask: mask?.subarray(first - start, last - start) })
      sink.entries += last - first
    }
  }
  sink.values.add(values, start, end, mask)
}

function addEmpty(sink: LeafSink, level: number): void {
  sink.repetition.push(0)
  sink.definition.push(level)
  sink.entries++
}

function addDefinitions(
  sink: LeafSink,
  start: number,
  end: number,
  levels: WriteLevels,
  { item, mask }: { readonly item: Data | undefined; readonly mask: Uint8Array | undefined },
): void {
  const { present } = sink.leaf
  if (mask === undefined) {
    sink.definition.fill(present, end - start)
    return
  }
  for (let at = start; at < end; at++) {
    const noRecord = item !== undefined && !item.getValid(at)
    sink.definition.push(mask[at - start] !== 0 ? present : noRecord ? levels.entry : present - 1)
  }
}

/** 1 where there is a value; undefined when all are there. @param allowed whether the schema lets some be missing */
function maskOf(data: Data, start: number, end: number, allowed: boolean): Uint8Array | undefined {
  if (data.nullCount === 0) return undefined
  if (!allowed) throw new Error('a column that cannot have nulls has some')
  return Uint8Array.from({ length: end - start }, (_, index) => Number(data.getValid(start + index)))
}

function both(left: Uint8Array | undefined, right: Uint8Array | undefined): Uint8Array | undefined {
  if (left === undefined || right === undefined) return left ?? right
  return left.map((value, index) => value & right[index]!)
}
