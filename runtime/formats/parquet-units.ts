import type { FileMetaData } from 'hyparquet'
import { Damage } from './file.ts'
import { type StoredField, storedFields } from './parquet-arrow.ts'

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
  for (const field of stored === undefined ? [] : decode(stored)) addUnits(units, field)
  return units
}

function addUnits(units: Map<string, string>, { name, unit, children }: StoredField): void {
  if (unit !== undefined) units.set(name, unit)
  const members = children.flatMap((item) => item.children)
  for (const member of members) if (member.unit !== undefined) units.set(`${name}.${member.name}`, member.unit)
}

function decode(stored: string): StoredField[] {
  try {
    return storedFields(Buffer.from(stored, 'base64'))
  } catch (cause) {
    throw new Damage('its Arrow schema cannot be decoded', { cause })
  }
}
