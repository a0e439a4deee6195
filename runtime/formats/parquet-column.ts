import type { DataType, Field } from 'apache-arrow'
import type { FileMetaData } from 'hyparquet'
import { bool, fieldOf, listType, numberType, structType, textType } from './column.ts'
import { FlatReader } from './parquet-flat.ts'
import type { StoredColumn } from './parquet-leaf.ts'
import { ListReader } from './parquet-list.ts'
import { countLevels } from './parquet-nulls.ts'
import type { Leaf, Shape } from './parquet-schema.ts'
import type { Units } from './parquet-units.ts'
import type { ColumnReader } from './source.ts'

type ReadableShape = Exclude<Shape, { readonly kind: 'unsupported' }>

export interface ParquetColumn {
  readonly field: Field
  readonly shape: ReadableShape
  reader(): ColumnReader
}

interface ColumnPlace {
  readonly name: string
  readonly shape: ReadableShape
  readonly units: Units
  readonly metadata: FileMetaData
  stored(leaf: Leaf): StoredColumn
}

/** A nullable column that has no null, as pyarrow writes them, comes out as one that cannot have any. */
export function columnOf(place: ColumnPlace): ParquetColumn {
  const { shape } = place
  return shape.kind === 'flat' ? flatColumn(place, shape) : listColumn(place, shape)
}

function flatColumn(place: ColumnPlace, shape: Extract<Shape, { kind: 'flat' }>): ParquetColumn {
  const { name, units } = place
  const stored = place.stored(shape.leaf)
  const nulls = countLevels(place.metadata, stored).below(shape.leaf.present)
  const type = typeOf(shape.leaf)
  return { field: fieldOf(name, type, nulls > 0, units.get(name)), shape, reader: () => new FlatReader(stored, type) }
}

function listColumn(place: ColumnPlace, shape: Extract<Shape, { kind: 'list' }>): ParquetColumn {
  const { name, units } = place
  const { levels, record, fields } = shape
  const stored = fields.map((field) => place.stored(field.leaf))
  const counts = stored.map((column) => countLevels(place.metadata, column))
  const members = fields.map((field, index) => {
    const nullable = counts[index]!.between(levels.entry, field.leaf.present) > 0
    return fieldOf(field.name, typeOf(field.leaf), nullable, record ? units.get(`${name}.${field.name}`) : undefined)
  })
  const item = record
    ? fieldOf('item', structType(members), counts[0]!.between(levels.entry, levels.record) > 0)
    : members[0]!
  const type = listType(item)
  const nullable = counts[0]!.below(levels.list) > 0
  return {
    field: fieldOf(name, type, nullable, units.get(name)),
    shape,
    reader: () => new ListReader(stored, levels, record, type),
  }
}

function typeOf(leaf: Leaf): DataType {
  switch (leaf.kind.kind) {
    case 'bool':
      return bool
    case 'text':
      return textType()
    case 'number':
      return numberType(leaf.kind.name)
  }
}
