import { type Data, Type as ArrowType } from 'apache-arrow'
import type { NumberRepr, Scalar } from '../../dsl/ir/types.ts'
import { arrayLike, type NumberArray } from '../engine/vector.ts'
import { RuntimeError } from '../errors.ts'

/** Half of an int64 counts this much in the other. */
const high32 = 2 ** 32

/** Up to here, and down to its negative, float64 holds every integer. */
const exactLimit = 2 ** 53

/** A constructor of one of the arrays, over new or given memory. */
export interface ArrayType {
  readonly BYTES_PER_ELEMENT: number
  new (of: number | SharedArrayBuffer): NumberArray
}

const arrays: { readonly [R in NumberRepr]: ArrayType } = {
  int8: Int8Array,
  int16: Int16Array,
  int32: Int32Array,
  int64: Float64Array,
  uint8: Uint8Array,
  uint16: Uint16Array,
  uint32: Uint32Array,
  uint64: Float64Array,
  float32: Float32Array,
  float64: Float64Array,
}

/** What holds the values of a type in vectors: float64 for integers of 64 bits and instants, ids for texts. */
export function arrayTypeOf(type: Scalar): ArrayType {
  switch (type.kind) {
    case 'bool':
      return Uint8Array
    case 'number':
      return arrays[type.repr]
    case 'text':
      return Int32Array
    case 'instant':
      return Float64Array
  }
}

/** An array of at least `length` elements that begins with those of `array`; itself when it is long enough. */
export function grown<A extends NumberArray>(array: A, length: number): A {
  if (length <= array.length) return array
  const larger = arrayLike(array, Math.max(length, 2 * array.length)) as A
  larger.set(array)
  return larger
}

/**
 * Copies numbers that are not instants to `target` from position `at` on.
 *
 * @returns what is lost where an integer exceeds 2^53, shape [rows]: exact − widened; null when nothing is
 */
export function copyNumbers(data: Data, target: NumberArray, at: number): Float64Array | null {
  const values = data.values as NumberArray | BigInt64Array | BigUint64Array
  if (values instanceof BigInt64Array || values instanceof BigUint64Array) return widen(values, data.length, target, at)
  target.set(values.subarray(0, data.length), at)
  return null
}

function widen(
  values: BigInt64Array | BigUint64Array,
  rows: number,
  target: NumberArray,
  at: number,
): Float64Array | null {
  const low = new Uint32Array(values.buffer, values.byteOffset, 2 * rows)
  const high = values instanceof BigInt64Array ? new Int32Array(values.buffer, values.byteOffset, 2 * rows) : low
  let largest = 0
  for (let row = 0; row < rows; row++) {
    const value = high[2 * row + 1]! * high32 + low[2 * row]!
    target[at + row] = value
    largest = Math.max(largest, Math.abs(value))
  }
  return largest < exactLimit ? null : residualOf(values, rows, target, at)
}

function residualOf(
  values: BigInt64Array | BigUint64Array,
  rows: number,
  target: NumberArray,
  at: number,
): Float64Array | null {
  const residual = new Float64Array(rows)
  let any = false
  for (let row = 0; row < rows; row++) {
    const widened = target[at + row]!
    if (Math.abs(widened) < exactLimit) continue
    residual[row] = Number(values[row]! - BigInt(widened))
    any ||= residual[row] !== 0
  }
  return any ? residual : null
}

/**
 * Writes instants to `target` from `at` on, as ns from `base`.
 *
 * @param times ns since 1970, shape [rows]
 * @param valid 1 where there is a value; null when everywhere
 * @returns what float64 does not hold of those that are 104 days or more from the base, shape [rows]; null when none is
 */
export function copyInstants(
  times: BigInt64Array,
  valid: Uint8Array | null,
  base: bigint,
  target: Float64Array,
  at: number,
): Float64Array | null {
  const low = new Uint32Array(times.buffer, times.byteOffset, 2 * times.length)
  const high = new Int32Array(times.buffer, times.byteOffset, 2 * times.length)
  const baseHigh = Number(base >> 32n)
  const baseLow = Number(base & 0xffff_ffffn)
  let largest = 0
  for (let row = 0; row < times.length; row++) {
    const ns = (high[2 * row + 1]! - baseHigh) * high32 + (low[2 * row]! - baseLow)
    target[at + row] = ns
    largest = Math.max(largest, Math.abs(ns))
  }
  return largest < exactLimit ? null : farInstants(times, valid, base, target, at)
}

/** Rows without a value may hold anything; they get 0. */
function farInstants(
  times: BigInt64Array,
  valid: Uint8Array | null,
  base: bigint,
  target: Float64Array,
  at: number,
): Float64Array | null {
  const residual = new Float64Array(times.length)
  let isFar = false
  for (let row = 0; row < times.length; row++) {
    if (Math.abs(target[at + row]!) < exactLimit) continue
    const ns = valid?.[row] === 0 ? 0n : times[row]! - base
    const widened = Number(ns)
    target[at + row] = widened
    residual[row] = Number(ns - BigInt(widened))
    isFar ||= ns !== 0n
  }
  return isFar ? residual : null
}

/** @throws RuntimeError R004 when times by which rows are ordered and looked at are too far apart to be exact */
export function refuseFar(residual: Float64Array | null): void {
  if (residual === null) return
  throw new RuntimeError('R004', 'A time is more than 104 days from those it is read with: such spans are not exact.', {
    fix: 'Select a shorter time with `where t >= @… and t < @…`.',
  })
}

/** Bits of an Arrow bitmap as bytes of 0 and 1 in `target` from `at` on; `offset` is the bit of the first row. */
export function copyBits(bits: Uint8Array, offset: number, rows: number, target: Uint8Array, at: number): void {
  for (let row = 0; row < rows; row++) {
    const bit = offset + row
    target[at + row] = (bits[bit >> 3]! >> (bit & 7)) & 1
  }
}

/** 1 where a row has a value, shape [rows]; null when all have. */
export function validityOf(data: Data): Uint8Array | null {
  if (data.nullCount === 0 || data.nullBitmap === null || data.nullBitmap === undefined) return null
  if (data.typeId === ArrowType.Null) return new Uint8Array(data.length)
  const valid = new Uint8Array(data.length)
  copyBits(data.nullBitmap, data.offset, data.length, valid, 0)
  return valid
}

/** Replaces dictionary codes by the ids of their texts. */
export function copyCodes(codes: Int32Array, ids: Int32Array, target: Int32Array, at: number): void {
  for (let row = 0; row < codes.length; row++) target[at + row] = ids[codes[row]!] ?? 0
}

/** Replaces file numbers of a file by those of the dataset; `numbers` are pairs of the two. */
export function remapped(values: NumberArray, numbers: readonly (readonly [number, number])[]): Uint32Array {
  const target = new Uint32Array(values.length)
  const map = new Map(numbers)
  let known = NaN
  let number = 0
  for (let row = 0; row < values.length; row++) {
    const value = values[row]!
    if (value !== known) {
      known = value
      number = map.get(value) ?? 0
    }
    target[row] = number
  }
  return target
}

/**
 * Instants from one base as instants from another, `shift` ns earlier, in `target` from `at` on.
 *
 * @returns whether all are near enough to the new base to be exact
 */
export function shiftInstants(values: NumberArray, shift: number, target: Float64Array, at: number): boolean {
  let largest = 0
  for (let row = 0; row < values.length; row++) {
    const ns = values[row]! + shift
    target[at + row] = ns
    largest = Math.max(largest, Math.abs(ns))
  }
  return largest < exactLimit
}

/** The whole numbers from `start` on, as float64. */
export function counting(start: number, rows: number): Float64Array {
  const target = new Float64Array(rows)
  for (let row = 0; row < rows; row++) target[row] = start + row
  return target
}

/** The first row whose time is not before `instant`; times ascend. */
export function lowerBound<T extends number | bigint>(times: ArrayLike<T>, instant: T): number {
  let [low, high] = [0, times.length]
  while (low < high) {
    const middle = (low + high) >>> 1
    if (times[middle]! < instant) low = middle + 1
    else high = middle
  }
  return low
}
