/** A field of the Arrow schema that Arrow's writers keep in a Parquet file, as far as Sift needs it. */
export interface StoredField {
  readonly name: string
  readonly unit: string | undefined
  readonly children: readonly StoredField[]
}

/** Columns, elements, fields of elements: deeper ones are no column of Sift's. */
const deepest = 3

/** Slots of the tables of Arrow's Message.fbs and Schema.fbs. */
const messageHeader = 2
const schemaFields = 1
const fieldName = 0
const fieldChildren = 5
const fieldMetadata = 6
const pairKey = 0
const pairValue = 1

/**
 * Reads the fields of an encapsulated Arrow schema message.
 *
 * Only names and units are wanted, of schemas whose types Arrow's own library may not know; and that library does not
 * bear damaged bytes.
 *
 * @throws RangeError when the bytes are damaged
 */
export function storedFields(bytes: Uint8Array): StoredField[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const start = view.getInt32(0, true) === -1 ? 8 : 4
  const message = start + view.getUint32(start, true)
  const schema = reference(view, message, messageHeader)
  return schema === undefined ? [] : fieldsAt(view, reference(view, schema, schemaFields), 1)
}

function fieldsAt(view: DataView, vector: number | undefined, depth: number): StoredField[] {
  if (depth > deepest) return []
  return elements(view, vector).map((field) => ({
    name: textAt(view, reference(view, field, fieldName)) ?? '',
    unit: unitOf(view, reference(view, field, fieldMetadata)),
    children: fieldsAt(view, reference(view, field, fieldChildren), depth + 1),
  }))
}

function unitOf(view: DataView, pairs: number | undefined): string | undefined {
  const pair = elements(view, pairs).find((entry) => textAt(view, reference(view, entry, pairKey)) === 'unit')
  return pair === undefined ? undefined : textAt(view, reference(view, pair, pairValue))
}

/** Position of what slot `slot` of the table at `table` refers to. */
function reference(view: DataView, table: number, slot: number): number | undefined {
  const slots = table - view.getInt32(table, true)
  const at = 4 + 2 * slot
  const offset = at < view.getUint16(slots, true) ? view.getUint16(slots + at, true) : 0
  return offset === 0 ? undefined : table + offset + view.getUint32(table + offset, true)
}

/** Positions of the tables in a vector. */
function elements(view: DataView, vector: number | undefined): number[] {
  if (vector === undefined) return []
  const length = view.getUint32(vector, true)
  if (length > view.byteLength / 4) throw new RangeError('a vector is longer than its message')
  return Array.from({ length }, (_, index) => {
    const at = vector + 4 + 4 * index
    return at + view.getUint32(at, true)
  })
}

function textAt(view: DataView, at: number | undefined): string | undefined {
  if (at === undefined) return undefined
  const length = view.getUint32(at, true)
  return new TextDecoder().decode(new Uint8Array(view.buffer as ArrayBuffer, view.byteOffset + at + 4, length))
}
