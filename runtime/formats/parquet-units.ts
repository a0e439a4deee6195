import type { FileMetaData } from 'hyparquet'
import { type Field, RecordBatchReader, type Schema } from 'apache-arrow'

/** The units that a file states for its columns; those of a list's fields are under `list.field`. */
export type Units = ReadonlyMap<string, string>

/** From the Arrow schema that Arrow's writers put into the file, else from the columns' own key-values `unit`. */
export function unitsOf(metadata: FileMetaData): Units {
  const units = new Map<string, string>()
  for (const { meta_data: column } of metadata.row_groups[0]?.columns ?? []) {
    const unit = column?.key_value_metadata?.find((entry) => entry.key === 'unit')?.value
    if (column !== undefined && unit !== undefined) units.set(column.path_in_schema[0] ?? '', unit)
  }
  const stored = metadata.key_value_metadata?.find((entry) => entry.key === 'ARROW:schema')?.value
  for (const field of stored === undefined ? [] : (decodeSchema(stored)?.fields ?? [])) addUnits(units, '', field)
  return units
}

function addUnits(units: Map<string, string>, prefix: string, field: Field): void {
  const unit = field.metadata.get('unit')
  if (unit !== undefined) units.set(prefix + field.name, unit)
  const children = (field.type.children ?? []) as Field[]
  for (const item of children) {
    for (const member of (item.type?.children ?? []) as Field[]) addUnits(units, `${prefix}${field.name}.`, member)
  }
}

/** Undefined when the schema has a type that the library does not know: then the file states no units. */
function decodeSchema(stored: string): Schema | undefined {
  try {
    return RecordBatchReader.from(Buffer.from(stored, 'base64')).open().schema
  } catch {
    return undefined
  }
}
