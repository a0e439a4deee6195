import { DataType, type Field, Precision, Type as ArrowType } from 'apache-arrow'
import type { Column, ListType, NumberRepr, Scalar, Type, Unit } from '../../dsl/ir/types.ts'
import { parseUnit, pure } from '../../dsl/ir/units.ts'

/** What a document states of whole numbers that are instants. */
export const instantUnit = 'ns since 1970-01-01'

/** The unit that a document states for a column's path, such as `E`, `hits.time`. */
export type StatedUnits = Readonly<Record<string, string>>

/** A file's field as a column of the language; the field's own unit wins over the document's. */
export function columnOf(field: Field, name: string, stated: StatedUnits): Column {
  return { name, type: typeOf(field, name, stated), missing: field.nullable }
}

/** The text of the unit that a field or the document states; undefined where neither does. */
export function statedUnit(field: Field, path: string, stated: StatedUnits): string | undefined {
  return field.metadata.get('unit') ?? (Object.hasOwn(stated, path) ? stated[path] : undefined)
}

/** Whether the field holds whole numbers. */
export function isWhole(field: Field): boolean {
  return field.type.typeId === ArrowType.Int
}

export function isTimestamp(field: Field): boolean {
  return field.type.typeId === ArrowType.Timestamp
}

function typeOf(field: Field, path: string, stated: StatedUnits): Type {
  const element = elementOf(field)
  if (element === undefined) return scalarOf(field.type, () => statedUnit(field, path, stated))
  return { kind: 'list', element: elementType(element, field, path, stated) }
}

function elementOf(field: Field): Field | undefined {
  const { typeId } = field.type
  return typeId === ArrowType.List || typeId === ArrowType.FixedSizeList ? field.type.children[0] : undefined
}

function elementType(element: Field, list: Field, path: string, stated: StatedUnits): ListType['element'] {
  if (element.type.typeId !== ArrowType.Struct) {
    return scalarOf(element.type, () => element.metadata.get('unit') ?? statedUnit(list, path, stated))
  }
  const fields = (element.type.children as readonly Field[]).map((field) => {
    const unit = (): string | undefined => statedUnit(field, `${path}.${field.name}`, stated)
    return { name: field.name, type: scalarOf(field.type, unit), missing: field.nullable }
  })
  return { kind: 'record', fields }
}

function scalarOf(type: DataType, unit: () => string | undefined): Scalar {
  if (type.typeId === ArrowType.Bool) return { kind: 'bool' }
  if (type.typeId === ArrowType.Dictionary) return { kind: 'text' }
  if (type.typeId === ArrowType.Timestamp) return { kind: 'instant' }
  const repr = reprOf(type)
  if (repr === 'int64' && unit() === instantUnit) return { kind: 'instant' }
  return { kind: 'number', repr, unit: unitOf(unit(), repr) }
}

/** An integer without a unit is a count; a unit that Sift does not know is unknown. */
function unitOf(text: string | undefined, repr: NumberRepr): Unit | null {
  if (text !== undefined) return parseUnit(text) ?? null
  return repr.startsWith('float') ? null : pure
}

function reprOf(type: DataType): NumberRepr {
  if (DataType.isFloat(type)) return type.precision === Precision.DOUBLE ? 'float64' : 'float32'
  if (DataType.isInt(type)) return `${type.isSigned ? 'int' : 'uint'}${type.bitWidth}`
  throw new Error(`no format may give a column of Arrow type ${type.typeId}`)
}
