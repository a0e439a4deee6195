import type { Column, Scalar } from '../../dsl/ir/types.ts'

export type PortableArray =
  | Float64Array
  | Float32Array
  | Int8Array
  | Int16Array
  | Int32Array
  | BigInt64Array
  | Uint8Array
  | Uint16Array
  | Uint32Array
  | BigUint64Array

/**
 * One column in terms that every task and thread shares: numbers in the repr of their type, instants as int64 ns since
 * 1970, bool as 0 or 1, text as positions in `texts`. `valid` is 1 where the row has a value; null when all have.
 */
export interface PortableColumn {
  readonly kind: 'values'
  readonly type: Scalar
  readonly values: PortableArray
  readonly valid: Uint8Array | null
  readonly texts: readonly string[] | null
}

/** Row i holds the elements [offsets[i], offsets[i + 1]) of every field; a plain list has one field ''. */
export interface PortableList {
  readonly kind: 'list'
  readonly type: Extract<Column['type'], { kind: 'list' }>
  readonly offsets: Int32Array
  readonly fields: ReadonlyMap<string, PortableColumn>
  readonly valid: Uint8Array | null
}

/** Rows as they travel between tasks and driver. They own their buffers. */
export interface Portable {
  readonly rows: number
  readonly columns: ReadonlyMap<string, PortableColumn | PortableList>
}

/** Rows in memory that a plan can scan; their buffers are shared by all threads. */
export interface Held extends Portable {
  /** Prefix of the column `t` by which the rows are ordered; null for a table. */
  readonly key: string | null
}

/** An array for values of a type. */
export function arrayOfType(type: Scalar, rows: number): PortableArray {
  switch (type.kind) {
    case 'bool':
      return new Uint8Array(rows)
    case 'text':
      return new Int32Array(rows)
    case 'instant':
      return new BigInt64Array(rows)
    case 'number':
      return new arrays[type.repr](rows)
  }
}

const arrays = {
  int8: Int8Array,
  int16: Int16Array,
  int32: Int32Array,
  int64: BigInt64Array,
  uint8: Uint8Array,
  uint16: Uint16Array,
  uint32: Uint32Array,
  uint64: BigUint64Array,
  float32: Float32Array,
  float64: Float64Array,
} as const
