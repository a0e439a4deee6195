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
  TimestampNanosecond,
  Uint16,
  Uint32,
  Uint64,
  Uint8,
  Utf8,
} from 'apache-arrow'
import type { Column, NumberRepr, Scalar, Schema, Type } from '../../dsl/ir/types.ts'
import { unitText } from '../../dsl/ir/units.ts'
import { instantUnit } from './columns.ts'

/** A column of a file to be written, and where its values come from. */
export interface SavedColumn {
  /** In the file. */
  readonly name: string
  /** The column of the rows. */
  readonly from: Column
  /** The time of an event: int64 with the unit ns, as in every index. Other instants are Arrow timestamps. */
  readonly isTime: boolean
  /** For file numbers: the number in the file's own table, by the dataset's. */
  readonly fileNumbers: readonly number[] | null
}

/**
 * The columns that a stream is saved with. A match gets those of its anchor's event once more in front, bare, for
 * readers that know nothing of roles.
 *
 * @param fileNumbers by the prefix of the reference: new file number by the dataset's
 */
export function savedColumns(
  schema: Schema,
  fileNumbers: ReadonlyMap<string, readonly number[]>,
): readonly SavedColumn[] {
  const { columns, references, stream, key } = schema
  const events = stream === 'table' ? [] : references
  const saved = columns.map((from): SavedColumn => {
    const prefix = events.find((reference) => from.name === `${reference}file`)
    const isTime = from.type.kind === 'instant' && events.some((reference) => from.name === `${reference}t`)
    return {
      name: from.name,
      from,
      isTime,
      fileNumbers: prefix === undefined ? null : (fileNumbers.get(prefix) ?? null),
    }
  })
  if (stream !== 'match') return saved
  const bare = ['t', 'run', 'file', 'entry'].flatMap((name) =>
    saved.filter((column) => column.name === `${key ?? ''}${name}`).map((column) => ({ ...column, name })),
  )
  return [...bare.filter(({ name }) => saved.every((column) => column.name !== name)), ...saved]
}

/** Units by the path of a column, as a document states them. A pure number that is no count is of unit 1. */
export function savedUnits(columns: readonly SavedColumn[]): Readonly<Record<string, string>> {
  const units = columns.flatMap(({ name, from, isTime }): readonly (readonly [string, string | null])[] => {
    if (isTime) return [[name, 'ns']]
    const { type } = from
    if (type.kind !== 'list') return [[name, unitOf(type)]]
    if (type.element.kind !== 'record') return [[name, unitOf(type.element)]]
    return type.element.fields.map((field) => [`${name}.${field.name}`, unitOf(field.type)])
  })
  return Object.fromEntries(units.filter((entry): entry is readonly [string, string] => entry[1] !== null))
}

/** Instants that are no time of an event, for formats that keep them as whole numbers. */
export function instantUnits(columns: readonly SavedColumn[]): Readonly<Record<string, string>> {
  const instants = columns.filter(({ from, isTime }) => from.type.kind === 'instant' && !isTime)
  return Object.fromEntries(instants.map(({ name }) => [name, instantUnit]))
}

export function arrowSchemaOf(columns: readonly SavedColumn[], metadata: ReadonlyMap<string, string>): ArrowSchema {
  const units = savedUnits(columns)
  const fields = columns.map(({ name, from, isTime }) => {
    const unit = units[name]
    const type = isTime ? new Int64() : arrowTypeOf(from.type)
    return new Field(name, type, from.missing, unit === undefined ? undefined : new Map([['unit', unit]]))
  })
  return new ArrowSchema(fields, new Map(metadata))
}

/** The rows of a batch as the columns of a file. */
export function savedBatch(batch: RecordBatch, columns: readonly SavedColumn[], schema: ArrowSchema): RecordBatch {
  const children = columns.map((column, at) => {
    const data = batch.getChild(column.from.name)?.data[0]
    const type = schema.fields[at]?.type
    if (data === undefined || type === undefined) throw new Error(`the rows have no column ${column.from.name}`)
    if (column.fileNumbers !== null) return renumbered(data, column.fileNumbers, type)
    return column.from.type.kind === 'instant' ? data.clone(type) : data
  })
  const type = new Struct(schema.fields)
  return new RecordBatch(schema, makeData({ type, length: batch.numRows, nullCount: 0, children }))
}

function renumbered(data: Data, numbers: readonly number[], type: DataType): Data {
  const values = (data.values as Uint32Array).subarray(0, data.length).map((number) => numbers[number] ?? number)
  return makeData({ type: type as Uint32, length: data.length, nullCount: 0, data: values }) as Data
}

function unitOf(type: Type): string | null {
  if (type.kind !== 'number' || type.unit === null) return null
  return unitText(type.unit) ?? (type.repr.startsWith('float') ? '1' : null)
}

export function arrowTypeOf(type: Type): DataType {
  if (type.kind !== 'list') return scalarType(type)
  if (type.element.kind !== 'record') return new List(new Field('item', scalarType(type.element), false))
  const fields = type.element.fields.map((field) => new Field(field.name, arrowTypeOf(field.type), field.missing))
  return new List(new Field('item', new Struct(fields), false))
}

function scalarType(type: Scalar): DataType {
  switch (type.kind) {
    case 'bool':
      return new Bool()
    case 'text':
      return new Dictionary(new Utf8(), new Int32())
    case 'instant':
      return new TimestampNanosecond('UTC')
    case 'number':
      return new numberTypes[type.repr]()
  }
}

const numberTypes: { readonly [R in NumberRepr]: new () => DataType } = {
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
}
