import type { Portable, PortableArray, PortableColumn, PortableList } from './portable.ts'

/** The same rows in memory that all threads share. */
export function shared({ rows, columns }: Portable): Portable {
  return {
    rows,
    columns: new Map(
      [...columns].map(([name, column]) => [name, column.kind === 'list' ? sharedList(column) : sharedValues(column)]),
    ),
  }
}

function sharedList(list: PortableList): PortableList {
  const fields = new Map([...list.fields].map(([name, field]) => [name, sharedValues(field)]))
  return {
    ...list,
    offsets: sharedArray(list.offsets),
    fields,
    valid: list.valid === null ? null : sharedArray(list.valid),
  }
}

function sharedValues(column: PortableColumn): PortableColumn {
  return {
    ...column,
    values: sharedArray(column.values),
    valid: column.valid === null ? null : sharedArray(column.valid),
  }
}

function sharedArray<A extends PortableArray>(values: A): A {
  const buffer = new SharedArrayBuffer(values.byteLength)
  new Uint8Array(buffer).set(new Uint8Array(values.buffer, values.byteOffset, values.byteLength))
  return new (values.constructor as new (buffer: SharedArrayBuffer) => A)(buffer)
}
