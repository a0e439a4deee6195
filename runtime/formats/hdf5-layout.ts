import type { DataType } from 'apache-arrow'
import type { Metadata } from 'h5wasm/node'
import { bool, fieldOf, fixedListType, listType, type NumberName, numberType, structType, textType } from './column.ts'
import type { Hdf5File } from './hdf5-library.ts'

/** How a column is stored, and the type that it comes out as. */
export type Layout = ScalarLayout | ListLayout

/** One dataset. */
export interface ScalarLayout {
  readonly kind: 'scalar'
  readonly name: string
  readonly path: string
  readonly metadata: Metadata
  readonly rows: number
  /** The second extent of a dataset of shape [rows, length]; undefined for one of shape [rows]. */
  readonly length: number | undefined
  readonly unit: string | undefined
  readonly storage: Storage
  readonly type: DataType
}

export type Storage =
  | { readonly kind: 'number'; readonly values: NumberName }
  | { readonly kind: 'instant'; readonly nanoseconds: bigint }
  | { readonly kind: 'names'; readonly values: NumberName; readonly members: Readonly<Record<string, number>> }
  | { readonly kind: 'half' | 'bool' | 'variableText' | 'fixedText' }

/** A group: `offsets`, and a dataset for each field of its elements, or one named `values` for a list of plain values. */
export interface ListLayout {
  readonly kind: 'list'
  readonly name: string
  readonly rows: number
  readonly unit: string | undefined
  readonly type: DataType
  readonly offsets: ScalarLayout
  readonly plain: boolean
  readonly fields: readonly ScalarLayout[]
}

const plainName = 'values'
/** What Sift itself writes, for want of enumerations in the library: bytes with the attribute `type` = `bool`. */
const boolStorage: Storage = { kind: 'bool' }

// The classes of HDF5 types, in the order of the library's H5T_class_t.
const classes = [
  'integer',
  'float',
  'time',
  'string',
  'bit field',
  'opaque',
  'compound',
  'reference',
  'enumeration',
  'variable-length',
  'array',
] as const

/** What the library can unpack, by HDF5's numbers: deflate, shuffle, fletcher32, nbit, scale-offset. */
const filters: ReadonlySet<number> = new Set([1, 2, 3, 5, 6])

const nanosecondsPer: ReadonlyMap<string, bigint> = new Map([
  ['ns', 1n],
  ['us', 1000n],
  ['ms', 1_000_000n],
  ['s', 1_000_000_000n],
])

/** The layout of what the root group calls `name`, or why Sift does not represent it. */
export function layoutOf(file: Hdf5File, name: string): Layout | string {
  return file.isGroup(name) ? listOf(file, name) : scalarOf(file, name, name)
}

function scalarOf(file: Hdf5File, path: string, name: string): ScalarLayout | string {
  const dataset = file.dataset(path)
  if (dataset === undefined) return 'it is neither a dataset nor a group'
  const { metadata } = dataset
  const [rows, length] = metadata.shape ?? []
  if (rows === undefined) return 'it is a single value'
  if (metadata.shape!.length > 2) return `it has ${metadata.shape!.length} dimensions`
  if ((metadata.virtual_sources ?? []).length > 0) return 'it lies in other files (a virtual dataset)'
  const missing = dataset.filters.find((filter) => !filters.has(filter.id))
  if (missing !== undefined)
    return `it is compressed by \`${missing.name}\`, which the HDF5 library lacks (it has gzip)`
  const attribute = file.attribute(path, 'unit')
  const isBool = classes[metadata.type] === 'integer' && metadata.size === 1 && file.attribute(path, 'type') === 'bool'
  const storage = isBool ? boolStorage : storageOf(metadata, attribute)
  if (typeof storage === 'string') return storage
  const unit = storage.kind === 'instant' ? undefined : attribute
  const value = typeOf(storage)
  const type = length === undefined ? value : fixedListType(length, fieldOf('item', value, false))
  return { kind: 'scalar', name, path, metadata, rows, length, unit, storage, type }
}

function storageOf(metadata: Metadata, unit: string | undefined): Storage | string {
  const name = classes[metadata.type]
  if (name === 'integer') return integerOf(metadata, unit)
  if (name === 'float') return floatOf(metadata)
  if (name === 'string') return { kind: metadata.vlen ? 'variableText' : 'fixedText' }
  if (name === 'enumeration') return namesOf(metadata)
  return `its HDF5 type is ${name ?? 'unknown'}`
}

function floatOf({ size }: Metadata): Storage | string {
  if (size === 2) return { kind: 'half' }
  if (size === 4 || size === 8) return { kind: 'number', values: size === 4 ? 'float32' : 'float64' }
  return `it is a float of ${size} bytes`
}

function integerOf({ size, signed }: Metadata, unit: string | undefined): Storage | string {
  const values = integerName(size, signed)
  if (values === undefined) return `it is an integer of ${size} bytes`
  const nanoseconds = nanosecondsPer.get(/^(\w+) since 1970(-01-01.*)?$/.exec(unit ?? '')?.[1] ?? '')
  return nanoseconds !== undefined && values === 'int64' ? { kind: 'instant', nanoseconds } : { kind: 'number', values }
}

/** h5py writes NumPy's bool as an enumeration of FALSE = 0 and TRUE = 1. */
function namesOf({ size, signed, enum_type: enumeration }: Metadata): Storage | string {
  const members = enumeration?.members ?? {}
  const values = integerName(size, signed)
  if (values === undefined) return `it is an enumeration of ${size} bytes`
  const boolean = Object.keys(members).length === 2 && members['FALSE'] === 0 && members['TRUE'] === 1
  return boolean && size === 1 ? { kind: 'bool' } : { kind: 'names', values, members }
}

function integerName(size: number, signed: boolean): NumberName | undefined {
  if (size !== 1 && size !== 2 && size !== 4 && size !== 8) return undefined
  const bits = ({ 1: 8, 2: 16, 4: 32, 8: 64 } as const)[size]
  return signed ? `int${bits}` : `uint${bits}`
}

function typeOf(storage: Storage): DataType {
  switch (storage.kind) {
    case 'number':
      return numberType(storage.values)
    case 'instant':
      return numberType('timestamp')
    case 'half':
      return numberType('float32')
    case 'bool':
      return bool
    case 'names':
    case 'variableText':
    case 'fixedText':
      return textType()
  }
}

function listOf(file: Hdf5File, name: string): ListLayout | string {
  const keys = file.keys(name)
  if (!keys.includes('offsets')) return `it is a group (of ${keys.join(', ') || 'nothing'}) without \`offsets\``
  const offsets = scalarOf(file, `${name}/offsets`, 'offsets')
  if (typeof offsets === 'string') return `its \`offsets\`: ${offsets}`
  if (offsets.storage.kind !== 'number' || offsets.length !== undefined) return 'its `offsets` are no integers'
  const fields: ScalarLayout[] = []
  for (const key of keys.filter((other) => other !== 'offsets')) {
    const field = scalarOf(file, `${name}/${key}`, key)
    if (typeof field === 'string') return `its field \`${key}\`: ${field}`
    if (field.length !== undefined) return `its field \`${key}\` has 2 dimensions`
    if (field.rows !== (fields[0]?.rows ?? field.rows)) return 'its fields differ in length'
    fields.push(field)
  }
  const [first] = fields
  if (first === undefined) return 'it is a group with `offsets` and no fields'
  const plain = fields.length === 1 && first.name === plainName
  const element = plain
    ? first.type
    : structType(fields.map((field) => fieldOf(field.name, field.type, false, field.unit)))
  const type = listType(fieldOf('item', element, false, plain ? first.unit : undefined))
  const unit = file.attribute(name, 'unit') ?? (plain ? first.unit : undefined)
  return { kind: 'list', name, rows: Math.max(0, offsets.rows - 1), unit, type, offsets, plain, fields }
}
