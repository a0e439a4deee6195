import { RuntimeError } from '../errors.ts'
import { gatherInto } from './codegen-loops.ts'
import type { NumberArray } from './number-array.ts'

export type { NumberArray } from './number-array.ts'

/**
 * One column of some rows.
 *
 * Numbers are in their own width; int64 and uint64 are float64, the widened value, with `residual` = exact − widened
 * where any differs. Bool is 0 or 1, text an interned id, an instant the ns from the task's base, with a `residual` where
 * one is beyond 2^53.
 * `valid` is 1 where the row has a value; null when all have.
 */
export interface NumberVector {
  readonly kind: 'numbers'
  readonly values: NumberArray
  readonly residual: Float64Array | null
  readonly valid: Uint8Array | null
}

/** Rows of lists: row i holds the elements [offsets[i], offsets[i + 1]) of every field; a plain list has one field ''. */
export interface ListVector {
  readonly kind: 'list'
  readonly offsets: Int32Array
  readonly fields: ReadonlyMap<string, NumberVector>
  readonly valid: Uint8Array | null
}

export type Vector = NumberVector | ListVector

export interface Rows {
  readonly rows: number
  readonly columns: ReadonlyMap<string, Vector>
}

const noRows: Rows = { rows: 0, columns: new Map() }

export function numbers(values: NumberArray, valid: Uint8Array | null = null): NumberVector {
  return { kind: 'numbers', values, residual: null, valid }
}

/** The column as numbers. @throws when it is absent or a list: a bug of the planner. */
export function numbersOf(rows: Rows, name: string): NumberVector {
  const vector = rows.columns.get(name)
  if (vector?.kind !== 'numbers')
    throw new Error(`no column of numbers ${name} among ${[...rows.columns.keys()].join(', ')}`)
  return vector
}

/** An array of the same element type. */
export function arrayLike(model: NumberArray, length: number): NumberArray {
  return new (model.constructor as new (length: number) => NumberArray)(length)
}

/** Values at the given positions, `indices[0..count)`. */
export function gather(vector: Vector, indices: Uint32Array, count: number): Vector {
  if (vector.kind === 'list') return gatherList(vector, indices, count)
  return {
    kind: 'numbers',
    values: gatherArray(vector.values, indices, count),
    residual: vector.residual === null ? null : (gatherArray(vector.residual, indices, count) as Float64Array),
    valid: vector.valid === null ? null : (gatherArray(vector.valid, indices, count) as Uint8Array),
  }
}

function gatherArray(source: NumberArray, indices: Uint32Array, count: number): NumberArray {
  const target = arrayLike(source, count)
  gatherInto(source, indices, target)
  return target
}

function gatherList(vector: ListVector, indices: Uint32Array, count: number): ListVector {
  const offsets = new Int32Array(count + 1)
  for (let i = 0; i < count; i++) {
    const at = indices[i]!
    offsets[i + 1] = offsets[i]! + vector.offsets[at + 1]! - vector.offsets[at]!
  }
  const elements = new Uint32Array(offsets[count]!)
  for (let i = 0; i < count; i++) {
    const from = vector.offsets[indices[i]!]!
    for (let to = offsets[i]!, k = 0; to + k < offsets[i + 1]!; k++) elements[to + k] = from + k
  }
  const fields = new Map(
    [...vector.fields].map(([name, field]) => [name, gather(field, elements, elements.length) as NumberVector]),
  )
  const valid = vector.valid === null ? null : (gatherArray(vector.valid, indices, count) as Uint8Array)
  return { kind: 'list', offsets, fields, valid }
}

/** Parts one after the other; all have the same columns. */
export function concatenate(parts: readonly Rows[]): Rows {
  const filled = parts.filter((part) => part.rows > 0)
  const [first] = filled.length > 0 ? filled : parts
  if (first === undefined) return noRows
  if (filled.length <= 1) return first
  const rows = filled.reduce((sum, part) => sum + part.rows, 0)
  const columns = new Map<string, Vector>()
  for (const name of first.columns.keys()) {
    columns.set(
      name,
      joinVectors(
        filled.map((part) => ({ rows: part.rows, vector: part.columns.get(name)! })),
        rows,
      ),
    )
  }
  return { rows, columns }
}

function joinVectors(parts: readonly { rows: number; vector: Vector }[], rows: number): Vector {
  const [first] = parts
  if (first === undefined) throw new Error('nothing to join')
  if (first.vector.kind === 'list') return joinLists(parts as readonly { rows: number; vector: ListVector }[], rows)
  const vectors = parts as readonly { rows: number; vector: NumberVector }[]

  const model = widest(vectors.map(({ vector }) => vector.values))
  const values = arrayLike(model, rows)
  const residual = vectors.some(({ vector }) => vector.residual !== null) ? new Float64Array(rows) : null
  const valid = vectors.some(({ vector }) => vector.valid !== null) ? new Uint8Array(rows).fill(1) : null
  let at = 0
  for (const part of vectors) {
    values.set(part.vector.values.subarray(0, part.rows), at)
    if (part.vector.residual !== null) residual?.set(part.vector.residual.subarray(0, part.rows), at)
    if (part.vector.valid !== null) valid?.set(part.vector.valid.subarray(0, part.rows), at)
    at += part.rows
  }
  return { kind: 'numbers', values, residual, valid }
}

/** One array type for all parts: their own when they agree, else float64. */
function widest(arrays: readonly NumberArray[]): NumberArray {
  const [first] = arrays
  if (first !== undefined && arrays.every((array) => array.constructor === first.constructor)) return first
  return new Float64Array(0)
}

function joinLists(parts: readonly { rows: number; vector: ListVector }[], rows: number): ListVector {
  const offsets = new Int32Array(rows + 1)
  const valid = parts.some(({ vector }) => vector.valid !== null) ? new Uint8Array(rows).fill(1) : null
  let at = 0
  let elements = 0
  const trimmed = parts.map(({ rows: count, vector }) => {
    const start = vector.offsets[0]!
    const end = vector.offsets[count]!
    for (let i = 0; i < count; i++) offsets[at + i + 1] = elements + vector.offsets[i + 1]! - start
    if (vector.valid !== null) valid?.set(vector.valid.subarray(0, count), at)
    at += count
    elements += end - start
    return { start, end, vector }
  })
  if (elements > 0x7fffffff) throw new RuntimeError('R004', 'a list column has more than 2^31 elements in one piece')
  const fields = new Map<string, NumberVector>()
  for (const name of parts[0]!.vector.fields.keys()) {
    const pieces = trimmed.map(({ start, end, vector }) => ({
      rows: end - start,
      vector: slice(vector.fields.get(name)!, start, end),
    }))
    fields.set(name, joinVectors(pieces, elements) as NumberVector)
  }
  return { kind: 'list', offsets, fields, valid }
}

/** View of the rows [start, end). */
export function slice<V extends Vector>(vector: V, start: number, end: number): V
export function slice(vector: Vector, start: number, end: number): Vector {
  const valid = vector.valid === null ? null : vector.valid.subarray(start, end)
  if (vector.kind === 'list') return { ...vector, offsets: vector.offsets.subarray(start, end + 1), valid }
  const residual = vector.residual === null ? null : vector.residual.subarray(start, end)
  return { kind: 'numbers', values: vector.values.subarray(start, end), residual, valid }
}

export function sliceRows(rows: Rows, start: number, end: number): Rows {
  if (start === 0 && end === rows.rows) return rows
  const columns = new Map([...rows.columns].map(([name, vector]) => [name, slice(vector, start, end)]))
  return { rows: end - start, columns }
}
