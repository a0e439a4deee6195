import {
  Bool,
  type DataType,
  Dictionary,
  Field,
  Float32,
  Float64,
  Int32,
  Int64,
  List,
  makeData,
  RecordBatch,
  Schema as ArrowSchema,
  Struct,
  Utf8,
  vectorFromArray,
} from 'apache-arrow'
import type { Column, Schema, Type, Unit } from '../../../dsl/ir/types.ts'
import type { TableResult } from '../../../kernel/render/table.ts'

export const MeV: Unit = [{ name: 'MeV', power: 1 }]
const ns: Unit = [{ name: 'ns', power: 1 }]
export const mm: Unit = [{ name: 'mm', power: 1 }]

export const energy: Type = { kind: 'number', repr: 'float32', unit: MeV }
export const duration: Type = { kind: 'number', repr: 'int64', unit: ns }
export const count: Type = { kind: 'number', repr: 'int32', unit: [] }
export const instant: Type = { kind: 'instant' }
export const text: Type = { kind: 'text' }
export const bool: Type = { kind: 'bool' }
export const tracks: Type = {
  kind: 'list',
  element: {
    kind: 'record',
    fields: [
      { name: 'x0', type: { kind: 'number', repr: 'float32', unit: mm }, missing: false },
      { name: 'hits', type: { kind: 'number', repr: 'int64', unit: [] }, missing: false },
    ],
  },
}

export interface TestColumn {
  readonly name: string
  readonly type: Type
  readonly values: readonly unknown[]
  readonly missing?: boolean
}

/** A table result with its rows in one batch, or in batches of `batchRows`. */
export function table(
  columns: readonly TestColumn[],
  {
    stream = 'events',
    rows = columns[0]?.values.length ?? 0,
    batchRows = Infinity,
    roles = [],
  }: {
    readonly stream?: Schema['stream']
    readonly rows?: number
    readonly batchRows?: number
    readonly roles?: readonly string[]
  } = {},
): TableResult {
  const schema: Schema = {
    stream,
    columns: columns.map(({ name, type, missing = false }): Column => ({ name, type, missing })),
    key: stream === 'table' ? null : '',
    references: [],
    roles,
  }
  const length = columns[0]?.values.length ?? 0
  const batches = []
  for (let start = 0; start < length; start += batchRows)
    batches.push(batch(columns, start, Math.min(length, start + batchRows)))
  return { kind: 'table', schema, rows, batches }
}

function batch(columns: readonly TestColumn[], start: number, end: number): RecordBatch {
  const fields = columns.map(({ name, type }) => new Field(name, arrowType(type), true))
  const children = columns.map(
    ({ values, type }) => vectorFromArray(values.slice(start, end), arrowType(type)).data[0]!,
  )
  const struct = makeData({ type: new Struct(fields), length: end - start, nullCount: 0, children })
  return new RecordBatch(new ArrowSchema(fields), struct)
}

function arrowType(type: Type): DataType {
  switch (type.kind) {
    case 'bool':
      return new Bool()
    case 'text':
      return new Dictionary(new Utf8(), new Int32())
    case 'instant':
      return new Int64()
    case 'number':
      if (type.repr === 'int64') return new Int64()
      if (type.repr === 'int32') return new Int32()
      return type.repr === 'float32' ? new Float32() : new Float64()
    case 'list':
      return new List(new Field('item', elementType(type.element), true))
  }
}

function elementType(element: Extract<Type, { kind: 'list' }>['element']): DataType {
  if (element.kind !== 'record') return arrowType(element)
  return new Struct(element.fields.map(({ name, type }) => new Field(name, arrowType(type), true)))
}
