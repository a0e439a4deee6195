import type { FlatTable } from './arrow-flatbuffer.ts'
import type { NumberName } from './column.ts'
import { Damage, Unsupported } from './file.ts'

export interface ArrowSchema {
  readonly fields: readonly ArrowField[]
  readonly metadata: ReadonlyMap<string, string>
}

export interface ArrowField {
  readonly name: string
  /** For a dictionary the type of its values. */
  readonly type: ArrowType
  readonly children: readonly ArrowField[]
  readonly dictionary: { readonly id: number; readonly indices: NumberName } | undefined
  readonly unit: string | undefined
}

export type TimeUnit = 's' | 'ms' | 'us' | 'ns'

/** Texts one after the other with offsets of 32 or 64 bits, or views of 16 bytes into several buffers. */
export type TextForm = 'narrow' | 'wide' | 'view'

export type ArrowType =
  | { readonly kind: 'number'; readonly name: NumberName }
  | { readonly kind: 'half' }
  | { readonly kind: 'timestamp' | 'duration'; readonly unit: TimeUnit }
  | { readonly kind: 'bool' }
  | { readonly kind: 'text'; readonly form: TextForm }
  /** `wide`: offsets of 64 bits. */
  | { readonly kind: 'list'; readonly wide: boolean }
  | { readonly kind: 'fixedList'; readonly length: number }
  | { readonly kind: 'struct' }
  /** What Sift does not represent; `buffers` are its own, without those of its children. */
  | { readonly kind: 'other'; readonly name: string; readonly buffers: number; readonly viewed: boolean }

const timeUnits = ['s', 'ms', 'us', 'ns'] as const

/** @throws Unsupported when the file is big-endian */
export function schemaOf(table: FlatTable): ArrowSchema {
  if (table.short(0) !== 0) throw new Unsupported('the Arrow file was written on a big-endian machine')
  return { fields: table.tables(1).map(fieldOf), metadata: metadataOf(table, 2) }
}

function fieldOf(table: FlatTable): ArrowField {
  const encoding = table.table(4)
  const indexType = encoding?.table(1)
  const type = typeOf(table.byte(2), table.table(3))
  return {
    name: table.string(0) ?? '',
    type,
    children: table.tables(5).map(fieldOf),
    dictionary: encoding && { id: encoding.long(0), indices: indexType === undefined ? 'int32' : integerOf(indexType) },
    unit: metadataOf(table, 6).get('unit') ?? (type.kind === 'duration' ? type.unit : undefined),
  }
}

function metadataOf(table: FlatTable, field: number): Map<string, string> {
  return new Map(table.tables(field).map((entry) => [entry.string(0) ?? '', entry.string(1) ?? '']))
}

// The numbers are those of the union `Type` in Arrow's Schema.fbs.
function typeOf(number: number, details: FlatTable | undefined): ArrowType {
  if (details === undefined) throw new Damage('a field of the Arrow schema has no type')
  switch (number) {
    case 2:
      return { kind: 'number', name: integerOf(details) }
    case 3:
      return floatOf(details.short(0))
    case 5:
      return { kind: 'text', form: 'narrow' }
    case 6:
      return { kind: 'bool' }
    case 10:
      return { kind: 'timestamp', unit: timeUnitOf(details.short(0)) }
    case 12:
      return { kind: 'list', wide: false }
    case 13:
      return { kind: 'struct' }
    case 16:
      return { kind: 'fixedList', length: details.int(0) }
    case 18:
      return { kind: 'duration', unit: timeUnitOf(details.short(0, 1)) }
    case 20:
      return { kind: 'text', form: 'wide' }
    case 21:
      return { kind: 'list', wide: true }
    case 24:
      return { kind: 'text', form: 'view' }
  }
  return otherOf(number, details)
}

function otherOf(number: number, details: FlatTable): ArrowType {
  const other = (name: string, buffers: number, viewed = false): ArrowType => ({ kind: 'other', name, buffers, viewed })
  switch (number) {
    case 1:
      return other('null', 0)
    case 4:
      return other('binary', 3)
    case 7:
      return other('decimal', 2)
    case 8:
      return other('date', 2)
    case 9:
      return other('time of day', 2)
    case 11:
      return other('interval', 2)
    case 14:
      return other('union', details.short(0) === 0 ? 1 : 2)
    case 15:
      return other('fixed-size binary', 2)
    case 17:
      return other('map', 2)
    case 19:
      return other('large binary', 3)
    case 22:
      return other('run-end encoded', 0)
    case 23:
      return other('binary view', 2, true)
    case 25:
      return other('list view', 3)
    case 26:
      return other('large list view', 3)
  }
  throw new Unsupported(`the Arrow schema holds type number ${number}, which is not known`)
}

function integerOf(details: FlatTable): NumberName {
  const bits = details.int(0)
  if (bits !== 8 && bits !== 16 && bits !== 32 && bits !== 64) throw new Damage(`an Arrow integer has ${bits} bits`)
  return details.bool(1) ? `int${bits}` : `uint${bits}`
}

function floatOf(precision: number): ArrowType {
  if (precision === 0) return { kind: 'half' }
  return { kind: 'number', name: precision === 1 ? 'float32' : 'float64' }
}

function timeUnitOf(number: number): TimeUnit {
  const unit = timeUnits[number]
  if (unit === undefined) throw new Damage(`the Arrow schema holds time unit ${number}`)
  return unit
}
