import type { DataType } from 'apache-arrow'
import type { ArrowFile } from './arrow-file.ts'
import type { ArrowField, TextForm } from './arrow-schema.ts'
import { bool, fieldOf, fixedListType, listType, type NumberName, numberType, structType, textType } from './column.ts'
import { Damage } from './file.ts'

/** Where a column's nodes and buffers begin in the headers of the record batches. */
export interface ArrowNode {
  readonly node: number
  /** Without the variable-length buffers of the `view` view columns before. */
  readonly buffer: number
  readonly view: number
}

/** How a column is stored, and the type that it comes out as. */
export type Layout = Common & Storage

interface Common {
  readonly name: string
  readonly at: ArrowNode
  readonly type: DataType
  readonly nullable: boolean
  readonly unit: string | undefined
}

type Storage =
  | { readonly kind: 'number'; readonly values: NumberName }
  | { readonly kind: 'half' }
  | { readonly kind: 'timestamp'; readonly nanoseconds: bigint }
  | { readonly kind: 'bool' }
  | { readonly kind: 'text'; readonly form: TextForm }
  | { readonly kind: 'dictionary'; readonly id: number; readonly indices: NumberName; readonly values: TextForm }
  | { readonly kind: 'list'; readonly wide: boolean; readonly child: Layout }
  | { readonly kind: 'fixedList'; readonly length: number; readonly child: Layout }
  | { readonly kind: 'struct'; readonly children: readonly Layout[] }

/** A layout, or why Sift does not represent the column. */
export type Outcome = Layout | string

type Within = 'table' | 'list' | 'struct'

const nanosecondsPer = { s: 1_000_000_000n, ms: 1_000_000n, us: 1000n, ns: 1n } as const

/** The layout of a column that begins at `at`, and where the next one begins. */
export function layoutOf(field: ArrowField, at: ArrowNode, file: ArrowFile): { outcome: Outcome; next: ArrowNode } {
  return { outcome: outcomeOf(field, at, file, 'table'), next: after(field, at) }
}

function outcomeOf(field: ArrowField, at: ArrowNode, file: ArrowFile, within: Within): Outcome {
  const { type, dictionary } = field
  const nullable = file.hasNulls(at.node)
  const common = { name: field.name, at, nullable, unit: field.unit }
  if (dictionary !== undefined) {
    if (type.kind !== 'text') return 'it is a dictionary of values that are no text'
    const either = nullable || file.dictionaryHasNulls(dictionary.id)
    return { ...common, ...dictionary, nullable: either, kind: 'dictionary', values: type.form, type: textType() }
  }
  switch (type.kind) {
    case 'number':
      return { ...common, kind: 'number', values: type.name, type: numberType(type.name) }
    case 'half':
      return { ...common, kind: 'half', type: numberType('float32') }
    case 'duration':
      return { ...common, kind: 'number', values: 'int64', type: numberType('int64') }
    case 'timestamp':
      return { ...common, kind: 'timestamp', nanoseconds: nanosecondsPer[type.unit], type: numberType('timestamp') }
    case 'bool':
      return { ...common, kind: 'bool', type: bool }
    case 'text':
      return { ...common, kind: 'text', form: type.form, type: textType() }
    case 'list':
    case 'fixedList':
      return within === 'table' ? listOf(field, common, file) : `it is a list within a ${within}`
    case 'struct':
      return within === 'list'
        ? structOf(field, common, file)
        : `it is a struct${within === 'table' ? '' : ' within a struct'}`
    case 'other':
      return `its Arrow type is ${type.name}`
  }
}

function listOf(field: ArrowField, common: Omit<Common, 'type'>, file: ArrowFile): Outcome {
  const element = field.children[0]
  if (element === undefined) throw new Damage(`the list \`${field.name}\` has no element type`)
  const child = outcomeOf(element, inside(field, common.at), file, 'list')
  if (typeof child === 'string') return `in its elements, ${child}`
  const childField = fieldOf(element.name, child.type, child.nullable, child.unit)
  if (field.type.kind === 'fixedList') {
    const { length } = field.type
    return { ...common, kind: 'fixedList', length, child, type: fixedListType(length, childField) }
  }
  const wide = field.type.kind === 'list' && field.type.wide
  return { ...common, kind: 'list', wide, child, type: listType(childField) }
}

function structOf(field: ArrowField, common: Omit<Common, 'type'>, file: ArrowFile): Outcome {
  const children: Layout[] = []
  let at = inside(field, common.at)
  for (const member of field.children) {
    const child = outcomeOf(member, at, file, 'struct')
    if (typeof child === 'string') return `its field \`${member.name}\`: ${child}`
    children.push(child)
    at = after(member, at)
  }
  const fields = children.map((child) => fieldOf(child.name, child.type, child.nullable, child.unit))
  return { ...common, kind: 'struct', children, type: structType(fields) }
}

function after(field: ArrowField, at: ArrowNode): ArrowNode {
  const next = inside(field, at)
  return field.dictionary === undefined ? field.children.reduce((place, child) => after(child, place), next) : next
}

function inside(field: ArrowField, at: ArrowNode): ArrowNode {
  const { buffers, viewed } = field.dictionary === undefined ? ownBuffers(field) : { buffers: 2, viewed: false }
  return { node: at.node + 1, buffer: at.buffer + buffers, view: at.view + Number(viewed) }
}

/** Buffers that every column of this type has, the validity bits among them. */
function ownBuffers({ type }: ArrowField): { readonly buffers: number; readonly viewed: boolean } {
  switch (type.kind) {
    case 'number':
    case 'half':
    case 'timestamp':
    case 'duration':
    case 'bool':
    case 'list':
      return { buffers: 2, viewed: false }
    case 'text':
      return { buffers: type.form === 'view' ? 2 : 3, viewed: type.form === 'view' }
    case 'fixedList':
    case 'struct':
      return { buffers: 1, viewed: false }
    case 'other':
      return type
  }
}
