import { type Data, DataType } from 'apache-arrow'
import type { Arithmetic, Reduction, RowValue } from './build-plan.ts'
import { asNumbers } from './whole.ts'

/** One value per row; undefined where the list has no element to take it from. */
export type Reduced = readonly (number | undefined)[] | Float64Array

interface Elements {
  /** Of the rows' elements, in what follows. */
  readonly offsets: Int32Array
  /** The elements that are reduced, in their order; null for all of them. */
  readonly chosen: Uint32Array | null
  /** Null when only counted. */
  readonly values: ArrayLike<number> | null
}

/** Reduces the lists of a batch to a number each. */
export function reduce(reduction: Reduction, list: Data, arithmetic: Arithmetic): Reduced {
  const elements = elementsOf(reduction, list, arithmetic)
  switch (reduction.fn) {
    case 'count':
      return counts(elements, list.length)
    case 'sum':
      return sums(elements, list.length, arithmetic)
    case 'mean': {
      const total = sums(elements, list.length, arithmetic)
      const count = counts(elements, list.length)
      return Array.from(total, (sum, row) => (count[row] === 0 ? undefined : sum / count[row]!))
    }
    case 'min':
      return folded(elements, list.length, least)
    case 'max':
      return folded(elements, list.length, greatest)
    case 'first':
      return folded(elements, list.length, (first) => first)
    case 'last':
      return folded(elements, list.length, (_, value) => value)
  }
}

/** NaN where one is: a NaN that came before fails both comparisons, and stays. */
function least(best: number, value: number): number {
  return value < best || value !== value ? value : best
}

function greatest(best: number, value: number): number {
  return value > best || value !== value ? value : best
}

function elementsOf({ fn, field, where }: Reduction, list: Data, { positions }: Arithmetic): Elements {
  const child = list.children[0]!
  const offsets = offsetsOf(list)
  const values = fn === 'count' ? null : asNumbers(fieldOf(child, field))
  if (where === null) return { offsets, chosen: null, values }
  const chosen = positions(where, offsets[list.length]!, (name) => fieldOf(child, name))
  return { offsets: offsetsAmong(chosen, offsets), chosen, values }
}

/** Where the elements of each row begin among the chosen ones. */
function offsetsAmong(chosen: Uint32Array, offsets: Int32Array): Int32Array {
  const among = new Int32Array(offsets.length)
  let at = 0
  for (let row = 0; row < offsets.length; row++) {
    while (at < chosen.length && chosen[at]! < offsets[row]!) at++
    among[row] = at
  }
  return among
}

/** The field of the elements' record; '' is the plain value itself. */
function fieldOf(child: Data, name: string): Data {
  if (!DataType.isStruct(child.type)) return child
  const at = child.type.children.findIndex((field) => field.name === name)
  return child.children[Math.max(0, at)]!
}

/** A list that is missing has no elements. */
function offsetsOf(list: Data): Int32Array {
  if (!DataType.isFixedSizeList(list.type)) return list.valueOffsets as Int32Array
  const { listSize } = list.type
  return Int32Array.from({ length: list.length + 1 }, (_, row) => row * listSize)
}

function counts({ offsets }: Elements, rows: number): Float64Array {
  const found = new Float64Array(rows)
  for (let row = 0; row < rows; row++) found[row] = offsets[row + 1]! - offsets[row]!
  return found
}

/** Rounded once: of most rows no addition loses anything (two-sum), so that there is nothing to round. */
function sums({ offsets, chosen, values }: Elements, rows: number, { sum: exact }: Arithmetic): Float64Array {
  const found = new Float64Array(rows)
  const sum = exact()
  for (let row = 0; row < rows; row++) {
    const [start, end] = [offsets[row]!, offsets[row + 1]!]
    let [total, lost] = [0, 0]
    for (let at = start; at < end; at++) {
      const value = values![chosen === null ? at : chosen[at]!]!
      const next = total + value
      const part = next - total
      lost = lost || total - (next - part) + (value - part)
      total = next
    }
    if (lost === 0) found[row] = total
    else {
      sum.clear()
      for (let at = start; at < end; at++) sum.add(values![chosen === null ? at : chosen[at]!]!)
      found[row] = sum.round()
    }
  }
  return found
}

function folded(
  { offsets, chosen, values }: Elements,
  rows: number,
  choose: (best: number, value: number) => number,
): (number | undefined)[] {
  const found: (number | undefined)[] = []
  for (let row = 0; row < rows; row++) {
    let best: number | undefined
    for (let at = offsets[row]!; at < offsets[row + 1]!; at++) {
      const value = values![chosen === null ? at : chosen[at]!]!
      best = best === undefined ? value : choose(best, value)
    }
    found.push(best)
  }
  return found
}

/** Reads a column row by row, as the functions' reference definitions take values. */
export function readerOf(data: Data): RowValue {
  const value = plainReader(data)
  return data.nullCount === 0 ? value : (row, other) => (data.getValid(row) ? value(row, other) : undefined)
}

function plainReader(data: Data): RowValue {
  const { type } = data
  if (DataType.isBool(type)) {
    const bits = data.values as Uint8Array
    return (row) => ((bits[(row + data.offset) >> 3]! >> ((row + data.offset) & 7)) & 1) === 1
  }
  if (DataType.isDictionary(type)) {
    const codes = data.values as Int32Array
    return (row) => String(data.dictionary?.get(codes[row]!))
  }
  if (DataType.isTimestamp(type)) {
    const instants = data.values as BigInt64Array
    return (row) => instants[row]
  }
  const numbers = asNumbers(data)
  return (row) => numbers[row]
}
