import { type RecordBatch, StructRow, type Vector } from 'apache-arrow'
import type { Column, Type } from '../../dsl/ir/types.ts'
import { unitText } from '../../dsl/ir/units.ts'
import { formatInstant, formatNumber } from './numbers.ts'

/** A value of a result as plain data: null where it is missing. */
export type PlainValue =
  | null
  | number
  | bigint
  | boolean
  | string
  | readonly PlainValue[]
  | { readonly [field: string]: PlainValue }

/** The first `limit` values of the column at a position, through all batches. */
export function* columnValues(
  batches: readonly RecordBatch[],
  at: number,
  limit = Infinity,
): Generator<PlainValue, void, undefined> {
  let left = limit
  for (const batch of batches) {
    const vector = batch.getChildAt(at)
    if (vector === null) throw new Error(`a result without its column ${at}`)
    for (let row = 0; row < batch.numRows && left > 0; row++, left--) yield plainValue(vector.get(row))
  }
}

/** @param value what an Arrow vector gives for a row */
export function plainValue(value: unknown): PlainValue {
  if (value === null || value === undefined) return null
  if (typeof value !== 'object') return value as PlainValue
  if (value instanceof StructRow) return mapValues(value.toJSON())
  return Array.from(value as Vector, plainValue)
}

function mapValues(fields: Readonly<Record<string, unknown>>): PlainValue {
  return Object.fromEntries(Object.entries(fields).map(([name, field]) => [name, plainValue(field)]))
}

/** A value as people read it in a table. */
export function formatValue(value: PlainValue, type: Type): string {
  if (value === null) return '–'
  switch (type.kind) {
    case 'bool':
    case 'text':
      return (value as boolean | string).toString()
    case 'instant':
      return formatInstant(value as bigint)
    case 'number':
      return typeof value === 'bigint' ? value.toString() : formatNumber(value as number)
    case 'list':
      return formatList(value as readonly PlainValue[], type)
  }
}

const listShown = 3

function formatList(values: readonly PlainValue[], { element }: Extract<Type, { kind: 'list' }>): string {
  const shown = values.slice(0, listShown).map((value) => {
    if (element.kind !== 'record') return formatValue(value, element)
    return `{${element.fields.map(({ name, type }) => `${name}: ${formatValue(fieldOf(value, name), type)}`).join(', ')}}`
  })
  return `[${[...shown, ...(values.length > listShown ? [`… ${values.length} in all`] : [])].join(', ')}]`
}

function fieldOf(value: PlainValue, name: string): PlainValue {
  return (value as { readonly [field: string]: PlainValue } | null)?.[name] ?? null
}

/** `float32`, `instant`, `list<struct<x0: float32>>`: the type names of results. */
export function typeName(type: Type): string {
  switch (type.kind) {
    case 'bool':
    case 'instant':
      return type.kind
    case 'text':
      return 'utf8'
    case 'number':
      return type.repr
    case 'list':
      return `list<${elementName(type.element)}>`
  }
}

/** The same for a header: what records have in them is told by `describe`. */
export function shortTypeName(type: Type): string {
  return type.kind === 'list' && type.element.kind === 'record' ? 'list of records' : typeName(type)
}

function elementName(element: Extract<Type, { kind: 'list' }>['element']): string {
  if (element.kind !== 'record') return typeName(element)
  return `struct<${element.fields.map(({ name, type }) => `${name}: ${typeName(type)}`).join(', ')}>`
}

/** The unit of a column, of a list that of its elements; null for a pure number and where there is none. */
export function unitOfType(type: Type): string | null {
  if (type.kind === 'number') return unitText(type.unit)
  return type.kind === 'list' && type.element.kind === 'number' ? unitText(type.element.unit) : null
}

export function isNumeric({ type }: Column): boolean {
  return type.kind === 'number'
}
