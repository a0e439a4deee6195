import { type Data, DataType } from 'apache-arrow'
import type { Arithmetic, Reduction, RowValue } from './build-plan.ts'
import { asNumbers } from './whole.ts'

/** One value per row; undefined where the list has no element to take it from. */
export type Reduced = readonly (number | undefined)[] | Float64Array

interface Elements {
  readonly offsets: Int32Array
  /** Null when only counted. */
  readonly values: ArrayLike<number> | null
  readonly holds: ((element: number) => boolean) | null
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

function elementsOf({ fn, field, where }: Reduction, list: Data, { evaluator }: Arithmetic): Elements {
  const child = list.children[0]!
  const condition = where === null ? null : evaluator(where, ({ name }) => readerOf(fieldOf(child, name)))
  return {
    offsets: offsetsOf(list),
    values: fn === 'count' ? null : asNumbers(fieldOf(child, field)),
    holds: condition === null ? null : (element) => condition(element, 0) === true,
  }
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

function counts({ offsets, holds }: Elements, rows: number): Float64Array {
  const found = new Float64Array(rows)
  for (let row = 0; row < rows; row++) {
    if (holds === null) found[row] = offsets[row + 1]! - offsets[row]!
    else for (let at = offsets[row]!; at < offsets[row + 1]!; at++) if (holds(at)) found[row]! += 1
  }
  return found
}

function sums({ offsets, values, holds }: Elements, rows: number, { sum: exact }: Arithmetic): Float64Array {
  const found = new Float64Array(rows)
  const sum = exact()
  for (let row = 0; row < rows; row++) {
    sum.clear()
    for (let at = offsets[row]!; at < offsets[row + 1]!; at++) {
      if (holds === null || holds(at)) sum.add(values![at]!)
    }
    found[row] = sum.round()
  }
  return found
}

function folded(
  { offsets, values, holds }: Elements,
  rows: number,
  choose: (best: number, value: number) => number,
): (number | undefined)[] {
  const found: (number | undefined)[] = []
  for (let row = 0; row < rows; row++) {
    let best: number | undefined
    for (let at = offsets[row]!; at < offsets[row + 1]!; at++) {
      if (holds !== null && !holds(at)) continue
      best = best === undefined ? values![at]! : choose(best, values![at]!)
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
