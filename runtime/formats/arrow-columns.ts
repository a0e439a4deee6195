import type { Field } from 'apache-arrow'
import type { ArrowFile } from './arrow-file.ts'
import { type ArrowNode, type Layout, layoutOf } from './arrow-layout.ts'
import { ArrowReader } from './arrow-reader.ts'
import { fieldOf } from './column.ts'
import { Damage } from './file.ts'
import type { ColumnReader } from './source.ts'

export interface ArrowColumn {
  readonly field: Field
  reader(): ColumnReader
}

/** The columns that Sift can represent, and why it cannot the others. */
export function columnsOf(file: ArrowFile): { columns: Map<string, ArrowColumn>; skipped: Map<string, string> } {
  const columns = new Map<string, ArrowColumn>()
  const skipped = new Map<string, string>()
  let at: ArrowNode = { node: 0, buffer: 0, view: 0 }
  for (const field of file.schema.fields) {
    const { outcome, next } = layoutOf(field, at, file)
    at = next
    if (columns.delete(field.name) || skipped.has(field.name)) skipped.set(field.name, 'several columns have this name')
    else if (typeof outcome === 'string') skipped.set(field.name, outcome)
    else columns.set(field.name, { field: fieldOfLayout(outcome), reader: () => new ArrowReader(file, outcome) })
  }
  checkCounts(file, at)
  return { columns, skipped }
}

function fieldOfLayout(layout: Layout): Field {
  return fieldOf(layout.name, layout.type, layout.nullable, layout.unit)
}

/** Were a type laid out otherwise than its file says, every later column would be read from wrong buffers. */
function checkCounts(file: ArrowFile, end: ArrowNode): void {
  for (const { nodes, buffers, viewBuffers } of file.blocks) {
    const expected = viewBuffers.reduce((sum, count) => sum + count, end.buffer)
    if (nodes.length !== end.node || buffers.length !== expected || viewBuffers.length !== end.view) {
      throw new Damage('its record batches do not fit its schema')
    }
  }
}
