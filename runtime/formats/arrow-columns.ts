import { type Data, type DataType, type Field, type Schema, Type } from 'apache-arrow'
import type { ArrowBody } from './arrow-body.ts'
import { type ArrowNode, type Layout, layoutOf } from './arrow-layout.ts'
import { ArrowReader } from './arrow-reader.ts'
import { fieldOf } from './column.ts'
import type { ColumnReader } from './source.ts'

export interface ArrowColumn {
  readonly field: Field
  reader(): ColumnReader
}

/** The columns that Sift can represent, and why it cannot the others. */
export function columnsOf(schema: Schema, body: ArrowBody): { columns: ArrowColumn[]; skipped: Map<string, string> } {
  const columns: ArrowColumn[] = []
  const skipped = new Map<string, string>()
  let at: ArrowNode = { node: 0, buffer: 0, view: 0 }
  for (const field of schema.fields) {
    const { layout, next } = layoutOf(field, at, body)
    at = next
    if (layout.kind === 'unsupported') skipped.set(field.name, layout.reason)
    else columns.push({ field: fieldOfLayout(field.name, layout), reader: () => new ArrowReader(body, layout) })
  }
  return { columns, skipped }
}

function fieldOfLayout(name: string, layout: Layout): Field {
  return fieldOf(name, layout.type, layout.nullable, layout.unit)
}
