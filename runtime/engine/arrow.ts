import {
  Bool,
  type Data,
  type DataType,
  Dictionary,
  Field,
  Float32,
  Float64,
  Int16,
  Int32,
  Int64,
  Int8,
  List,
  makeData,
  RecordBatch,
  Schema as ArrowSchema,
  Struct,
  Uint16,
  Uint32,
  Uint64,
  Uint8,
  Utf8,
  vectorFromArray,
} from 'apache-arrow'
import type { Column, Scalar } from '../../dsl/ir/types.ts'
import type { Portable, PortableColumn, PortableList } from './portable.ts'

/** Rows as one Arrow batch with the named columns in their order. */
export function recordBatch(columns: readonly Column[], rows: Portable): RecordBatch {
  const children = columns.map(({ name }) => {
    const column = rows.columns.get(name)
    if (column === undefined) throw new Error(`no column ${name} among ${[...rows.columns.keys()].join(', ')}`)
    return column.kind === 'list' ? listData(column, rows.rows) : valueData(column, rows.rows)
  })
  const fields = columns.map(({ name }, at) => new Field(name, children[at]!.type, children[at]!.nullCount > 0))
  const data = makeData({ type: new Struct(fields), length: rows.rows, nullCount: 0, children })
  return new RecordBatch(new ArrowSchema(fields), data)
}

function valueData(column: PortableColumn, rows: number): Data {
  const validity = validityOf(column.valid, rows)
  if (column.texts !== null) {
    const dictionary = vectorFromArray(column.texts, new Utf8())
    const type = new Dictionary(new Utf8(), new Int32())
    return makeData({ type, length: rows, ...validity, data: column.values as Int32Array, dictionary })
  }
  const type = arrowType(column.type)
  const data = type instanceof Bool ? packedBits(column.values as Uint8Array, rows) : column.values
  return makeData({ type, length: rows, ...validity, data } as never)
}

function listData(list: PortableList, rows: number): Data {
  const elements = list.offsets[rows] ?? 0
  const fields = [...list.fields].map(([name, field]) => ({ name, data: valueData(field, elements) }))
  const [only] = fields
  const child = list.type.element.kind === 'record' || only === undefined ? structData(fields, elements) : only.data
  const type = new List(new Field('item', child.type, child.nullCount > 0))
  return makeData({ type, length: rows, ...validityOf(list.valid, rows), valueOffsets: list.offsets, child } as never)
}

function structData(children: readonly { readonly name: string; readonly data: Data }[], rows: number): Data {
  const fields = children.map(({ name, data }) => new Field(name, data.type, data.nullCount > 0))
  return makeData({ type: new Struct(fields), length: rows, nullCount: 0, children: children.map(({ data }) => data) })
}

function validityOf(
  valid: Uint8Array | null,
  rows: number,
): { readonly nullCount: number; readonly nullBitmap?: Uint8Array } {
  if (valid === null) return { nullCount: 0 }
  const present = valid.subarray(0, rows).reduce((sum, bit) => sum + bit, 0)
  return present === rows ? { nullCount: 0 } : { nullCount: rows - present, nullBitmap: packedBits(valid, rows) }
}

/** Lowest bits of bytes, least significant first, in whole words of 8 bytes as Arrow pads them. */
function packedBits(bytes: Uint8Array, rows: number): Uint8Array {
  const bits = new Uint8Array(Math.ceil(rows / 64) * 8)
  for (let i = 0; i < rows; i++) bits[i >> 3]! |= (bytes[i]! & 1) << (i & 7)
  return bits
}

function arrowType(type: Scalar): DataType {
  switch (type.kind) {
    case 'bool':
      return new Bool()
    case 'text':
      return new Dictionary(new Utf8(), new Int32())
    case 'instant':
      return new Int64()
    case 'number':
      return new numberTypes[type.repr]()
  }
}

const numberTypes = {
  int8: Int8,
  int16: Int16,
  int32: Int32,
  int64: Int64,
  uint8: Uint8,
  uint16: Uint16,
  uint32: Uint32,
  uint64: Uint64,
  float32: Float32,
  float64: Float64,
} as const
