import {
  Bool,
  type Data,
  type DataType,
  Dictionary,
  Field,
  FixedSizeList,
  Float32,
  Float64,
  Int16,
  Int32,
  Int64,
  Int8,
  List,
  makeData,
  Struct,
  TimestampNanosecond,
  Uint16,
  Uint32,
  Uint64,
  Uint8,
  Utf8,
} from 'apache-arrow'
import type { TextDictionary } from './text.ts'

/** Values that are not bool, text or nested: one typed-array element each. */
export type NumberType =
  | Int8
  | Int16
  | Int32
  | Int64
  | Uint8
  | Uint16
  | Uint32
  | Uint64
  | Float32
  | Float64
  | TimestampNanosecond

export type NumberValues =
  | Int8Array
  | Int16Array
  | Int32Array
  | Uint8Array
  | Uint16Array
  | Uint32Array
  | Float32Array
  | Float64Array
  | BigInt64Array
  | BigUint64Array

export type NumberName =
  | 'int8'
  | 'int16'
  | 'int32'
  | 'int64'
  | 'uint8'
  | 'uint16'
  | 'uint32'
  | 'uint64'
  | 'float32'
  | 'float64'
  | 'timestamp'

/** One byte per row, 1 where the row has a value; null when all have. */
export type Mask = Uint8Array | null

export const bool = new Bool()

/** A text column's type. Each column has its own: Arrow's files know dictionaries by the type's id. */
export function textType(): Dictionary<Utf8, Int32> {
  return new Dictionary(new Utf8(), new Int32())
}

const numberTypes: { readonly [N in NumberName]: NumberType } = {
  int8: new Int8(),
  int16: new Int16(),
  int32: new Int32(),
  int64: new Int64(),
  uint8: new Uint8(),
  uint16: new Uint16(),
  uint32: new Uint32(),
  uint64: new Uint64(),
  float32: new Float32(),
  float64: new Float64(),
  timestamp: new TimestampNanosecond(),
}

const arrays = {
  int8: Int8Array,
  int16: Int16Array,
  int32: Int32Array,
  int64: BigInt64Array,
  uint8: Uint8Array,
  uint16: Uint16Array,
  uint32: Uint32Array,
  uint64: BigUint64Array,
  float32: Float32Array,
  float64: Float64Array,
  timestamp: BigInt64Array,
} as const

export function numberType(name: NumberName): NumberType {
  return numberTypes[name]
}

export function bytesOf(name: NumberName): number {
  return arrays[name].BYTES_PER_ELEMENT
}

export function emptyValues(name: NumberName, length: number): NumberValues {
  return new arrays[name](length)
}

/** The bytes as values, in place where they are aligned. `bytes.length` is a multiple of the width. */
export function valuesOf(name: NumberName, bytes: Uint8Array): NumberValues {
  const array = arrays[name]
  const width = array.BYTES_PER_ELEMENT
  // A copy by hand: `slice` of a Buffer is a view.
  const aligned = bytes.byteOffset % width === 0 ? bytes : new Uint8Array(bytes)
  return new array(aligned.buffer as ArrayBuffer, aligned.byteOffset, Math.floor(bytes.length / width))
}

/** The values as float64: exact for integers up to 2^53. `Number` on each bigint is some ten times slower. */
export function asDoubles(values: NumberValues): Float64Array {
  if (!(values instanceof BigInt64Array || values instanceof BigUint64Array)) return new Float64Array(values)
  const halves = [values.buffer, values.byteOffset, 2 * values.length] as const
  const low = new Uint32Array(...halves)
  const high = values instanceof BigInt64Array ? new Int32Array(...halves) : low
  const doubles = new Float64Array(values.length)
  for (let i = 0; i < doubles.length; i++) doubles[i] = high[2 * i + 1]! * 0x1_0000_0000 + low[2 * i]!
  return doubles
}

/** A column's field; `unit` becomes its metadata entry. */
export function fieldOf(name: string, type: DataType, nullable: boolean, unit?: string): Field {
  return new Field(name, type, nullable, unit === undefined ? undefined : new Map([['unit', unit]]))
}

export function listType(element: Field): List {
  return new List(element)
}

export function fixedListType(length: number, element: Field): FixedSizeList {
  return new FixedSizeList(length, element)
}

export function numbers(type: DataType, values: NumberValues, mask: Mask = null): Data {
  // makeData has an overload for each type and none for their union; it takes the values as they are, whatever the type.
  return makeData({
    type: type as Float64,
    length: values.length,
    data: values as Float64Array,
    ...validity(mask),
  }) as Data
}

/** @param bytes one byte per row, 0 is false */
export function bools(bytes: Uint8Array, mask: Mask = null): Data {
  return makeData({ type: bool, length: bytes.length, data: packBits(bytes), ...validity(mask) }) as Data
}

export function texts(type: DataType, codes: Int32Array, dictionary: TextDictionary, mask: Mask = null): Data {
  return makeData({
    type: type as Dictionary<Utf8, Int32>,
    length: codes.length,
    data: codes,
    dictionary: dictionary.vector(),
    ...validity(mask),
  }) as Data
}

/** @param offsets shape [rows + 1], ascending from 0 to the child's length */
export function lists(type: DataType, offsets: Int32Array, child: Data, mask: Mask = null): Data {
  return makeData({
    type: type as List,
    length: offsets.length - 1,
    valueOffsets: offsets,
    child,
    ...validity(mask),
  }) as Data
}

export function fixedLists(type: DataType, length: number, child: Data, mask: Mask = null): Data {
  return makeData({ type: type as FixedSizeList, length, child, ...validity(mask) }) as Data
}

export function structs(type: DataType, length: number, children: readonly Data[], mask: Mask = null): Data {
  return makeData({ type: type as Struct, length, children: [...children], ...validity(mask) }) as Data
}

export function structType(fields: readonly Field[]): Struct {
  return new Struct([...fields])
}

/** Eight rows a byte, the first in the lowest bit, as Arrow has them; every byte that is not 0 becomes 1. */
export function packBits(bytes: Uint8Array): Uint8Array {
  const packed = new Uint8Array(Math.ceil(bytes.length / 64) * 8)
  const whole = bytes.length & ~7
  for (let row = 0; row < whole; row += 8) {
    packed[row >> 3] =
      bit(bytes[row]!) |
      (bit(bytes[row + 1]!) << 1) |
      (bit(bytes[row + 2]!) << 2) |
      (bit(bytes[row + 3]!) << 3) |
      (bit(bytes[row + 4]!) << 4) |
      (bit(bytes[row + 5]!) << 5) |
      (bit(bytes[row + 6]!) << 6) |
      (bit(bytes[row + 7]!) << 7)
  }
  for (let row = whole; row < bytes.length; row++) packed[row >> 3]! |= bit(bytes[row]!) << (row & 7)
  return packed
}

/** 1 for every byte but 0, without a branch. */
function bit(byte: number): number {
  return -byte >>> 31
}

/** Bits [start, end) as one byte per row. */
export function unpackBits(packed: Uint8Array, start: number, end: number): Uint8Array {
  const first = start >> 3
  const eights = new Float64Array(((end + 7) >> 3) - first)
  for (let i = 0; i < eights.length; i++) eights[i] = eightBytes[packed[first + i]!]!
  return new Uint8Array(eights.buffer, start & 7, end - start)
}

/** For each byte, its bits as eight bytes of 0 or 1, all of them in one element. */
const eightBytes = new Float64Array(256)
const bitsOf = new Uint8Array(256)
for (let byte = 0, bytes = new Uint8Array(eightBytes.buffer); byte < 256; byte++) {
  for (let shift = 0; shift < 8; shift++) bytes[8 * byte + shift] = (byte >> shift) & 1
  for (let rest = byte; rest > 0; rest >>= 1) bitsOf[byte]! += rest & 1
}

function validity(mask: Mask): { readonly nullCount: number; readonly nullBitmap?: Uint8Array } {
  if (mask === null) return { nullCount: 0 }
  const nullBitmap = packBits(mask)
  let values = 0
  for (let i = 0; i < nullBitmap.length; i++) values += bitsOf[nullBitmap[i]!]!
  return values === mask.length ? { nullCount: 0 } : { nullCount: mask.length - values, nullBitmap }
}
