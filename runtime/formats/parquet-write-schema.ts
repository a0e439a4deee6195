import { DataType, Field, Schema, Table, tableToIPC, Type, Utf8, List, FixedSizeList, Struct } from 'apache-arrow'
import type { SchemaElement } from 'hyparquet'
import type { NumberName } from './column.ts'

/** What a stored column is made of, and how its levels count. */
export interface LeafPlan {
  readonly path: readonly string[]
  readonly element: SchemaElement
  readonly value: ValuePlan
  /** Definition level of a value that is there; 0 when all are. */
  readonly present: number
  readonly repeated: boolean
}

export type ValuePlan =
  | { readonly kind: 'bool' }
  | { readonly kind: 'text' }
  | { readonly kind: 'number'; readonly name: NumberName }

/** A column of the table: one leaf, or the leaves of a list's elements. */
export type ColumnPlan =
  | { readonly kind: 'flat'; readonly leaf: LeafPlan; readonly optional: boolean }
  | {
      readonly kind: 'list'
      readonly leaves: readonly LeafPlan[]
      readonly levels: WriteLevels
      readonly record: boolean
    }

export interface WriteLevels {
  /** Definition level of a list that is there, of an element, of an element's struct. */
  readonly list: number
  readonly entry: number
  readonly record: number
}

export interface WritePlan {
  /** The schema as Parquet has it: depth first, the root first. */
  readonly elements: readonly SchemaElement[]
  readonly columns: readonly ColumnPlan[]
}

export function planOf(schema: Schema): WritePlan {
  const elements: SchemaElement[] = [{ name: 'schema', num_children: schema.fields.length }]
  const columns = schema.fields.map((field) => planColumn(field, elements))
  return { elements, columns }
}

function planColumn(field: Field, elements: SchemaElement[]): ColumnPlan {
  const optional = field.nullable ? 1 : 0
  if (!DataType.isList(field.type) && !DataType.isFixedSizeList(field.type)) {
    const leaf = planLeaf(field, [field.name], optional, false)
    elements.push(leaf.element)
    return { kind: 'flat', leaf, optional: field.nullable }
  }
  const item = field.type.children[0]!
  elements.push(
    {
      name: field.name,
      repetition_type: repetition(field),
      num_children: 1,
      converted_type: 'LIST',
      logical_type: { type: 'LIST' },
    },
    { name: 'list', repetition_type: 'REPEATED', num_children: 1 },
  )
  return planList(field.name, item, optional, elements)
}

function planList(name: string, item: Field, optional: number, elements: SchemaElement[]): ColumnPlan {
  const path = [name, 'list', 'element']
  const entry = optional + 1
  const record = entry + (item.nullable ? 1 : 0)
  if (!DataType.isStruct(item.type)) {
    const leaf = planLeaf(item, path, record, true)
    elements.push(leaf.element)
    return { kind: 'list', leaves: [leaf], levels: { list: optional, entry, record: entry }, record: false }
  }
  const fields = item.type.children as readonly Field[]
  elements.push({ name: 'element', repetition_type: repetition(item), num_children: fields.length })
  const leaves = fields.map((field) => planLeaf(field, [...path, field.name], record + (field.nullable ? 1 : 0), true))
  elements.push(...leaves.map((leaf) => leaf.element))
  return { kind: 'list', leaves, levels: { list: optional, entry, record }, record: true }
}

function planLeaf(field: Field, path: readonly string[], present: number, repeated: boolean): LeafPlan {
  const { value, element } = valueOf(field)
  return {
    path,
    value,
    element: { ...element, name: path.at(-1)!, repetition_type: repetition(field) },
    present,
    repeated,
  }
}

function repetition(field: Field): 'OPTIONAL' | 'REQUIRED' {
  return field.nullable ? 'OPTIONAL' : 'REQUIRED'
}

type Stored = { readonly value: ValuePlan; readonly element: Omit<SchemaElement, 'name'> }

function valueOf(field: Field): Stored {
  const type = field.type as DataType
  if (DataType.isBool(type)) return { value: { kind: 'bool' }, element: { type: 'BOOLEAN' } }
  if (DataType.isDictionary(type) && DataType.isUtf8(type.dictionary)) {
    return {
      value: { kind: 'text' },
      element: { type: 'BYTE_ARRAY', converted_type: 'UTF8', logical_type: { type: 'STRING' } },
    }
  }
  const name = numberName(type)
  if (name === undefined) throw new Error(`the column ${field.name} has a type that Sift's columns do not have`)
  return { value: { kind: 'number', name }, element: numberElement(name, type) }
}

function numberName(type: DataType): NumberName | undefined {
  if (DataType.isInt(type)) return `${type.isSigned ? 'int' : 'uint'}${type.bitWidth}`
  if (DataType.isFloat(type)) return type.precision === 1 ? 'float32' : type.precision === 2 ? 'float64' : undefined
  return DataType.isTimestamp(type) && type.typeId === Type.Timestamp && type.unit === 3 ? 'timestamp' : undefined
}

function numberElement(name: NumberName, type: DataType): Omit<SchemaElement, 'name'> {
  switch (name) {
    case 'float32':
      return { type: 'FLOAT' }
    case 'float64':
      return { type: 'DOUBLE' }
    case 'int32':
      return { type: 'INT32' }
    case 'int64':
      return { type: 'INT64' }
    case 'timestamp':
      return {
        type: 'INT64',
        logical_type: {
          type: 'TIMESTAMP',
          isAdjustedToUTC: DataType.isTimestamp(type) && type.timezone !== null && type.timezone !== undefined,
          unit: 'NANOS',
        },
      }
    case 'int8':
      return integer('INT32', 8, true)
    case 'int16':
      return integer('INT32', 16, true)
    case 'uint8':
      return integer('INT32', 8, false)
    case 'uint16':
      return integer('INT32', 16, false)
    case 'uint32':
      return integer('INT32', 32, false)
    case 'uint64':
      return integer('INT64', 64, false)
  }
}

/** By the older kind of annotation: the library writes the newer one with a width of 32 bits, which C++ readers refuse. */
function integer(type: 'INT32' | 'INT64', bitWidth: 8 | 16 | 32 | 64, isSigned: boolean): Omit<SchemaElement, 'name'> {
  return { type, converted_type: `${isSigned ? '' : 'U'}INT_${bitWidth}` }
}

/**
 * The Arrow schema as Arrow's own writers put it into the file. It carries the units, as the fields' metadata, and for
 * Arrow's readers the file's key-values: they look for them here alone.
 */
export function storedSchema(schema: Schema): string {
  const plain = new Schema(schema.fields.map(plainField), schema.metadata)
  return Buffer.from(tableToIPC(new Table(plain), 'stream')).toString('base64')
}

/** Texts as texts: their dictionaries are an affair of the file, not of its columns' types. */
function plainField(field: Field): Field {
  return new Field(field.name, plainType(field.type as DataType), field.nullable, field.metadata)
}

function plainType(type: DataType): DataType {
  if (DataType.isDictionary(type)) return new Utf8()
  if (DataType.isList(type)) return new List(plainField(type.children[0]!))
  if (DataType.isFixedSizeList(type)) return new FixedSizeList(type.listSize, plainField(type.children[0]!))
  return DataType.isStruct(type) ? new Struct(type.children.map(plainField)) : type
}
