import { RuntimeError } from '../errors.ts'
import type { Value } from '../../dsl/functions/function.ts'
import type { Column, Scalar } from '../../dsl/ir/types.ts'
import { gatherInto } from './codegen-loops.ts'
import type { NumberArray } from './number-array.ts'
import type { Portable, PortableArray, PortableColumn, PortableList } from './portable.ts'
import { arrayOfType } from './portable.ts'

/** Parts one after the other; all have the same columns. */
export function concatenatePortable(parts: readonly Portable[]): Portable | undefined {
  const [first] = parts
  if (first === undefined || parts.length === 1) return first
  const rows = parts.reduce((sum, part) => sum + part.rows, 0)
  const columns = [...first.columns.keys()].map((name): [string, PortableColumn | PortableList] => {
    return [
      name,
      joined(
        parts.map((part) => ({ rows: part.rows, column: columnIn(part, name) })),
        rows,
      ),
    ]
  })
  return { rows, columns: new Map(columns) }
}

function columnIn(part: Portable, name: string): PortableColumn | PortableList {
  const column = part.columns.get(name)
  if (column === undefined) throw new Error(`a part lacks the column ${name}`)
  return column
}

interface Piece<C> {
  readonly rows: number
  readonly column: C
}

function joined(pieces: readonly Piece<PortableColumn | PortableList>[], rows: number): PortableColumn | PortableList {
  const lists = pieces.filter((piece): piece is Piece<PortableList> => piece.column.kind === 'list')
  if (lists.length > 0) return joinedLists(lists, rows)
  return joinedValues(pieces as readonly Piece<PortableColumn>[], rows)
}

function joinedValues(pieces: readonly Piece<PortableColumn>[], rows: number): PortableColumn {
  const { type } = pieces[0]!.column
  const values = arrayOfType(type, rows)
  const places = type.kind === 'text' ? new Map<string, number>() : null
  let at = 0
  for (const { rows: count, column } of pieces) {
    if (places === null) setValues(values, column.values.subarray(0, count), at)
    else setTexts(values as Int32Array, column, { at, count }, places)
    at += count
  }
  return {
    kind: 'values',
    type,
    values,
    valid: joinedValidity(pieces, rows),
    texts: places === null ? null : [...places.keys()],
  }
}

function setValues(target: PortableArray, source: PortableArray, at: number): void {
  if (isWide(target)) target.set(source as BigInt64Array, at)
  else target.set(source as Float64Array, at)
}

function setTexts(
  target: Int32Array,
  { values, texts }: PortableColumn,
  { at, count }: { readonly at: number; readonly count: number },
  places: Map<string, number>,
): void {
  const moved = (texts ?? []).map((text) => {
    const place = places.get(text) ?? places.size
    places.set(text, place)
    return place
  })
  for (let i = 0; i < count; i++) target[at + i] = moved[Number(values[i])] ?? 0
}

function joinedValidity(pieces: readonly Piece<PortableColumn | PortableList>[], rows: number): Uint8Array | null {
  if (pieces.every(({ column }) => column.valid === null)) return null
  const valid = new Uint8Array(rows).fill(1)
  let at = 0
  for (const { rows: count, column } of pieces) {
    if (column.valid !== null) valid.set(column.valid.subarray(0, count), at)
    at += count
  }
  return valid
}

function joinedLists(pieces: readonly Piece<PortableList>[], rows: number): PortableList {
  const { type, fields } = pieces[0]!.column
  const offsets = new Int32Array(rows + 1)
  let [at, elements] = [0, 0]
  for (const { rows: count, column } of pieces) {
    for (let i = 1; i <= count; i++) offsets[at + i] = elements + column.offsets[i]! - column.offsets[0]!
    at += count
    elements = offsets[at]!
  }
  const joinedFields = [...fields.keys()].map((name): [string, PortableColumn] => {
    const parts = pieces.map(({ rows: count, column }) => ({
      rows: column.offsets[count]! - column.offsets[0]!,
      column: column.fields.get(name)!,
    }))
    return [name, joinedValues(parts, elements)]
  })
  return { kind: 'list', type, offsets, fields: new Map(joinedFields), valid: joinedValidity(pieces, rows) }
}

/** The rows at some positions. */
export function gatherPortable({ columns }: Portable, indices: Uint32Array): Portable {
  const gathered = [...columns].map(([name, column]): [string, PortableColumn | PortableList] => {
    return [name, column.kind === 'list' ? gatherList(column, indices) : gatherValues(column, indices)]
  })
  return { rows: indices.length, columns: new Map(gathered) }
}

function gatherValues(column: PortableColumn, indices: Uint32Array): PortableColumn {
  const values = arrayOfType(column.type, indices.length)
  gatherArray(column.values, indices, values)
  return { ...column, values, valid: gatherValidity(column.valid, indices) }
}

/** Integers of 64 bits go in halves: one by one each would be a bigint. */
function gatherArray(source: PortableArray, indices: Uint32Array, target: PortableArray): void {
  if (!isWide(source) || !isWide(target)) return gatherInto(source as NumberArray, indices, target as NumberArray)
  const [from, to] = [halvesOf(source), halvesOf(target)]
  for (let i = 0; i < indices.length; i++) {
    const at = 2 * indices[i]!
    to[2 * i] = from[at]!
    to[2 * i + 1] = from[at + 1]!
  }
}

function isWide(values: PortableArray): values is BigInt64Array | BigUint64Array {
  return values instanceof BigInt64Array || values instanceof BigUint64Array
}

function halvesOf({ buffer, byteOffset, length }: BigInt64Array | BigUint64Array): Uint32Array {
  return new Uint32Array(buffer, byteOffset, 2 * length)
}

function gatherList(list: PortableList, indices: Uint32Array): PortableList {
  const offsets = new Int32Array(indices.length + 1)
  for (let i = 0; i < indices.length; i++) {
    const row = indices[i]!
    offsets[i + 1] = offsets[i]! + list.offsets[row + 1]! - list.offsets[row]!
  }
  const positions = new Uint32Array(offsets[indices.length]!)
  for (let i = 0; i < indices.length; i++) {
    const from = list.offsets[indices[i]!]! - offsets[i]!
    for (let at = offsets[i]!; at < offsets[i + 1]!; at++) positions[at] = from + at
  }
  const fields = [...list.fields].map(([name, field]): [string, PortableColumn] => [
    name,
    gatherValues(field, positions),
  ])
  return { ...list, offsets, fields: new Map(fields), valid: gatherValidity(list.valid, indices) }
}

function gatherValidity(valid: Uint8Array | null, indices: Uint32Array): Uint8Array | null {
  if (valid === null) return null
  const gathered = new Uint8Array(indices.length)
  gatherInto(valid, indices, gathered)
  return gathered
}

/** Columns without rows. */
export function noRows(columns: readonly Column[]): Portable {
  const made = columns.map(({ name, type }): [string, PortableColumn | PortableList] => {
    if (type.kind !== 'list') return [name, noValues(type)]
    const { element } = type
    const fields = element.kind === 'record' ? element.fields : [{ name: '', type: element }]
    const empty = fields.map((field) => [field.name, noValues(field.type as Scalar)] as const)
    return [name, { kind: 'list', type, offsets: new Int32Array(1), fields: new Map(empty), valid: null }]
  })
  return { rows: 0, columns: new Map(made) }
}

function noValues(type: Scalar): PortableColumn {
  return { kind: 'values', type, values: arrayOfType(type, 0), valid: null, texts: type.kind === 'text' ? [] : null }
}

/** Rows of plain values, one array for each row, as columns. */
export function portableOf(columns: readonly Column[], rows: readonly (readonly Value[])[]): Portable {
  const made = columns.map(({ name, type }, at): [string, PortableColumn] => {
    if (type.kind === 'list') throw new Error(`${name} is a list`)
    const places = type.kind === 'text' ? new Map<string, number>() : null
    const values = arrayOfType(type, rows.length)
    rows.forEach((row, i) => {
      const value = row[at]
      if (value !== undefined) values[i] = stored(value, values, places) as never
    })
    const hasAll = rows.every((row) => row[at] !== undefined)
    const valid = hasAll ? null : Uint8Array.from(rows, (row) => (row[at] === undefined ? 0 : 1))
    return [name, { kind: 'values', type, values, valid, texts: places === null ? null : [...places.keys()] }]
  })
  return { rows: rows.length, columns: new Map(made) }
}

function stored(value: NonNullable<Value>, target: PortableArray, places: Map<string, number> | null): number | bigint {
  if (typeof value === 'string') {
    const place = places?.get(value) ?? places?.size ?? 0
    places?.set(value, place)
    return place
  }
  if (isWide(target)) return wide(value)
  return Number(value)
}

/** @throws RuntimeError R004 for what is no integer of 64 bits: a time that was moved by NaN, for one */
function wide(value: number | bigint | boolean): bigint {
  if (typeof value === 'number' && !Number.isInteger(value))
    throw new RuntimeError('R004', `the value ${value} is no instant and no integer`)
  return BigInt(value)
}

export function portableBytes({ columns }: Portable): number {
  let bytes = 0
  for (const column of columns.values()) bytes += columnBytes(column)
  return bytes
}

function columnBytes(column: PortableColumn | PortableList): number {
  const valid = column.valid?.byteLength ?? 0
  if (column.kind === 'values') return column.values.byteLength + valid
  return [...column.fields.values()].reduce((sum, field) => sum + columnBytes(field), column.offsets.byteLength + valid)
}
