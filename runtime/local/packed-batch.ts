import {
  Data,
  type DataType,
  RecordBatch,
  type Schema,
  Struct,
  Table,
  tableFromIPC,
  tableToIPC,
  Vector,
} from 'apache-arrow'

/** A record batch as plain data, for the way from one thread to another; its types are those of a schema that both know. */
export type PackedBatch = PackedData

interface PackedData {
  readonly offset: number
  readonly length: number
  readonly nullCount: number
  /** As `Data` has them: offsets, values, validity, type ids. */
  readonly buffers: readonly (ArrayBufferView | undefined)[]
  readonly children: readonly PackedData[]
  /** The chunks of a dictionary. */
  readonly dictionary: readonly PackedData[] | null
}

export function packedBatch(batch: RecordBatch): PackedBatch {
  return packed(batch.data)
}

export function unpackedBatch(batch: PackedBatch, schema: Schema): RecordBatch {
  return new RecordBatch(schema, unpacked(batch, new Struct(schema.fields)) as Data<Struct>)
}

/** The memory that can move to the other thread instead of being copied. Dictionaries are small and may be shared. */
export function transferablesOfBatch(batch: PackedBatch): readonly ArrayBuffer[] {
  return [...new Set(buffersOf(batch))]
}

export function packedSchema(schema: Schema): Uint8Array {
  return tableToIPC(new Table(schema), 'stream')
}

export function unpackedSchema(bytes: Uint8Array): Schema {
  return tableFromIPC(bytes).schema
}

function packed(data: Data): PackedData {
  const { offset, length, nullCount, children, dictionary } = data
  return {
    offset,
    length,
    nullCount,
    buffers: [data.valueOffsets, data.values, data.nullBitmap, data.typeIds],
    children: children.map(packed),
    dictionary: dictionary?.data.map(packed) ?? null,
  }
}

function unpacked({ buffers, children, dictionary, ...shape }: PackedData, type: DataType): Data {
  const types = type.children as readonly { readonly type: DataType }[] | null
  const below = children.map((child, at) => unpacked(child, types?.[at]?.type ?? type))
  const words =
    dictionary === null ? undefined : new Vector(dictionary.map((chunk) => unpacked(chunk, dictionaryOf(type))))
  const { offset, length, nullCount } = shape
  return new Data(type, offset, length, nullCount, [...buffers] as never, below, words as never)
}

function dictionaryOf(type: DataType): DataType {
  return (type as { readonly dictionary?: DataType }).dictionary ?? type
}

function buffersOf({ buffers, children }: PackedData): readonly ArrayBuffer[] {
  const own = buffers.flatMap((view) =>
    view !== undefined && view.buffer instanceof ArrayBuffer && view.buffer.byteLength > 0 ? [view.buffer] : [],
  )
  return [...own, ...children.flatMap(buffersOf)]
}
