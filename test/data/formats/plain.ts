import { type Data, DataType, type Vector } from 'apache-arrow'

/** A value as the Python programs write it into JSON: 64-bit integers as decimal strings, NaN and infinities as words. */
export type Plain = null | boolean | number | string | readonly Plain[] | { readonly [name: string]: Plain }

export function plainColumn(data: Data): Plain[] {
  return Array.from({ length: data.length }, (_, row) => plainValue(data, row))
}

function plainValue(data: Data, row: number): Plain {
  if (data.nullCount > 0 && !data.getValid(row)) return null
  const { type } = data
  if (DataType.isBool(type)) {
    const bit = data.offset + row
    return ((data.values[bit >> 3] as number) >> (bit & 7)) % 2 === 1
  }
  if (DataType.isDictionary(type)) return (data.dictionary as Vector).get(data.values[row] as number) as string
  if (DataType.isStruct(type)) {
    return Object.fromEntries(type.children.map((field, i) => [field.name, plainValue(data.children[i]!, row)]))
  }
  if (DataType.isList(type)) return plainRange(data.children[0]!, data.valueOffsets[row], data.valueOffsets[row + 1])
  if (DataType.isFixedSizeList(type))
    return plainRange(data.children[0]!, row * type.listSize, (row + 1) * type.listSize)
  return plainNumber(data.values[row] as number | bigint)
}

function plainRange(child: Data, start: number, end: number): Plain[] {
  if (end > child.length) throw new Error(`elements ${start} to ${end} of ${child.length}`)
  return Array.from({ length: end - start }, (_, i) => plainValue(child, start + i))
}

function plainNumber(value: number | bigint): Plain {
  return typeof value === 'bigint' || !Number.isFinite(value) ? String(value) : value
}

/** The names that `table.py` gives to types. Types outside the contract of the port throw. */
export function typeName(type: DataType): string {
  if (DataType.isBool(type)) return 'bool'
  if (DataType.isInt(type)) return `${type.isSigned ? 'int' : 'uint'}${type.bitWidth}`
  if (DataType.isFloat(type) && type.precision > 0) return type.precision === 1 ? 'float32' : 'float64'
  if (DataType.isTimestamp(type) && type.unit === 3) return 'timestamp'
  if (DataType.isDictionary(type) && DataType.isUtf8(type.dictionary) && typeName(type.indices) === 'int32')
    return 'text'
  if (DataType.isList(type)) return `list<${typeName(type.children[0]!.type)}>`
  if (DataType.isFixedSizeList(type)) return `list${type.listSize}<${typeName(type.children[0]!.type)}>`
  if (DataType.isStruct(type)) {
    return `struct<${type.children.map((field) => `${field.name}: ${typeName(field.type)}`).join(', ')}>`
  }
  throw new Error(`the port does not allow type ${type.typeId}`)
}
