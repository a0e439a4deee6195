import type { SchemaElement, SchemaTree } from 'hyparquet'
import type { NumberName } from './column.ts'

/** One stored column: a leaf of the schema. */
export interface Leaf {
  /** Its number among the leaves, which is its place in every row group. */
  readonly index: number
  /** Its place in the schema, dotted. */
  readonly name: string
  readonly physical: 'BOOLEAN' | 'INT32' | 'INT64' | 'FLOAT' | 'DOUBLE' | 'BYTE_ARRAY'
  readonly kind: LeafKind
  /** The definition level of a value that is there. */
  readonly present: number
  readonly repeated: boolean
}

export type LeafKind =
  | { readonly kind: 'bool' }
  | { readonly kind: 'text' }
  /** @param scale stored values are multiplied by it: milliseconds and microseconds become nanoseconds */
  | { readonly kind: 'number'; readonly name: NumberName; readonly scale: 1 | 1000 | 1_000_000 }

/** A column as Sift sees it. Levels are definition levels: from this one on, the thing is there. */
export type Shape =
  | { readonly kind: 'flat'; readonly leaf: Leaf }
  | {
      readonly kind: 'list'
      readonly levels: ListLevels
      readonly fields: readonly ItemField[]
      readonly record: boolean
    }
  | { readonly kind: 'unsupported'; readonly reason: string }

export interface ListLevels {
  readonly list: number
  readonly entry: number
  /** Of the struct in an entry; equals `entry` where there is none or it cannot be missing. */
  readonly record: number
}

export interface ItemField {
  readonly name: string
  readonly leaf: Leaf
}

export interface NamedShape {
  readonly name: string
  readonly shape: Shape
}

export function shapesOf(root: SchemaTree): NamedShape[] {
  let leaves = 0
  return root.children.map((node) => {
    const shape = shapeOf(node, leaves)
    leaves += leavesOf(node)
    return { name: node.element.name, shape }
  })
}

export function leavesOfShape(shape: Shape): readonly Leaf[] {
  switch (shape.kind) {
    case 'flat':
      return [shape.leaf]
    case 'list':
      return shape.fields.map((field) => field.leaf)
    case 'unsupported':
      return []
  }
}

function leavesOf(node: SchemaTree): number {
  return node.children.length === 0 ? 1 : node.children.reduce((sum, child) => sum + leavesOf(child), 0)
}

function shapeOf(node: SchemaTree, index: number): Shape {
  const { element } = node
  if (element.repetition_type === 'REPEATED') return listOf(node, 0, index)
  if (node.children.length === 0) {
    const leaf = leafOf(node, index, level(element), false)
    return typeof leaf === 'string' ? unsupported(leaf) : { kind: 'flat', leaf }
  }
  if (isMap(element)) return unsupported('maps are not supported')
  const [inner] = node.children
  const isList = element.converted_type === 'LIST' || element.logical_type?.type === 'LIST'
  if (!isList || node.children.length !== 1 || inner?.element.repetition_type !== 'REPEATED') {
    return unsupported('structs outside a list are not supported')
  }
  return listOf(inner, level(element), index)
}

/** @param repeated the repeated node @param outer the definition level of the list around it */
function listOf(repeated: SchemaTree, outer: number, index: number): Shape {
  const entry = outer + 1
  const item = itemOf(repeated)
  if (isMap(item.element)) return unsupported('maps are not supported')
  const record = item === repeated ? entry : entry + level(item.element)
  if (item !== repeated && item.element.repetition_type === 'REPEATED')
    return unsupported('lists of lists are not supported')
  const members = item.children.length === 0 ? [item] : item.children
  const fields: ItemField[] = []
  for (const [number, member] of members.entries()) {
    if (member.children.length > 0 || (member !== item && member.element.repetition_type === 'REPEATED')) {
      return unsupported('lists of lists and of structs in structs are not supported')
    }
    const leaf = leafOf(member, index + number, member === item ? record : record + level(member.element), true)
    if (typeof leaf === 'string') return unsupported(leaf)
    fields.push({ name: member.element.name, leaf })
  }
  const isRecord = item.children.length > 0
  return { kind: 'list', levels: { list: outer, entry, record: isRecord ? record : entry }, fields, record: isRecord }
}

/** The element of a list: below the repeated node, or, as old writers have it, that node itself. */
function itemOf(repeated: SchemaTree): SchemaTree {
  const [only] = repeated.children
  const old = repeated.element.name === 'array' || repeated.element.name.endsWith('_tuple')
  return only === undefined || repeated.children.length > 1 || old ? repeated : only
}

function leafOf({ element, path }: SchemaTree, index: number, present: number, repeated: boolean): Leaf | string {
  const kind = kindOf(element)
  if (typeof kind === 'string') return kind
  return { index, name: path.join('.'), physical: element.type as Leaf['physical'], kind, present, repeated }
}

function kindOf(element: SchemaElement): LeafKind | string {
  const { type, converted_type: converted, logical_type: logical } = element
  if (converted === 'DECIMAL' || logical?.type === 'DECIMAL') return 'decimals are not supported'
  if (converted === 'DATE' || logical?.type === 'DATE') return 'calendar dates are not supported'
  if (converted?.startsWith('TIME_') === true || logical?.type === 'TIME') return 'times of day are not supported'
  if (type === undefined) return 'it has no type'
  switch (type) {
    case 'BOOLEAN':
      return { kind: 'bool' }
    case 'INT32':
      return number(integerOf(element, 'int32'))
    case 'INT64':
      return int64Of(element)
    case 'FLOAT':
      return number('float32')
    case 'DOUBLE':
      return number('float64')
    case 'BYTE_ARRAY':
      return isText(element) ? { kind: 'text' } : 'binary values are not supported'
    case 'INT96':
      return 'timestamps of 96 bits are not supported'
    case 'FIXED_LEN_BYTE_ARRAY':
      return logical?.type === 'FLOAT16' ? 'numbers of 16 bits are not supported' : 'binary values are not supported'
  }
}

function int64Of(element: SchemaElement): LeafKind {
  const { converted_type: converted, logical_type: logical } = element
  if (logical?.type === 'TIMESTAMP') {
    const scale = logical.unit === 'NANOS' ? 1 : logical.unit === 'MICROS' ? 1000 : 1_000_000
    return { kind: 'number', name: 'timestamp', scale }
  }
  if (converted === 'TIMESTAMP_MICROS') return { kind: 'number', name: 'timestamp', scale: 1000 }
  if (converted === 'TIMESTAMP_MILLIS') return { kind: 'number', name: 'timestamp', scale: 1_000_000 }
  return number(integerOf(element, 'int64'))
}

const integers = new Map<string, NumberName>([
  ['INT_8', 'int8'],
  ['INT_16', 'int16'],
  ['INT_32', 'int32'],
  ['INT_64', 'int64'],
  ['UINT_8', 'uint8'],
  ['UINT_16', 'uint16'],
  ['UINT_32', 'uint32'],
  ['UINT_64', 'uint64'],
])

function integerOf(element: SchemaElement, plain: 'int32' | 'int64'): NumberName {
  const { converted_type: converted, logical_type: logical } = element
  const name = logical?.type === 'INTEGER' ? `${logical.isSigned ? '' : 'U'}INT_${logical.bitWidth}` : converted
  return (name === undefined ? undefined : integers.get(name)) ?? plain
}

function isText(element: SchemaElement): boolean {
  const { converted_type: converted, logical_type: logical } = element
  return logical?.type === 'STRING' || logical?.type === 'ENUM' || converted === 'UTF8' || converted === 'ENUM'
}

function isMap(element: SchemaElement): boolean {
  const { converted_type: converted, logical_type: logical } = element
  return converted === 'MAP' || converted === 'MAP_KEY_VALUE' || logical?.type === 'MAP'
}

function level(element: SchemaElement): number {
  return element.repetition_type === 'REQUIRED' ? 0 : 1
}

function number(name: NumberName): LeafKind {
  return { kind: 'number', name, scale: 1 }
}

function unsupported(reason: string): Shape {
  return { kind: 'unsupported', reason }
}
