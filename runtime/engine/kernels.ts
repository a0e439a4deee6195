import type { Expr } from '../../dsl/ir/plan.ts'
import { typeOf } from '../../dsl/ir/schema.ts'
import type { Type } from '../../dsl/ir/types.ts'
import type { Identity } from './identity.ts'
import type { NumberArray, NumberVector } from './vector.ts'

/** Rows per pass of a kernel: its buffers stay in the processor's cache, and an interrupt is felt between passes. */
export const chunkRows = 16384

/** Where an expression finds its columns: those of the row, and of the row that a window looks at. */
export interface Columns {
  row(name: string): NumberVector
  other(name: string): NumberVector
}

/** The terms in which a task's vectors are written. */
export interface Terms {
  /** What instants count from, ns since 1970. */
  readonly base: bigint
  readonly identity: Identity
  /** Set to 1 when a condition compared a NaN in any row, needed or not; of length 1. */
  readonly metNan: Uint8Array
  idOf(text: string): number
  textOf(id: number): string
}

/**
 * Positions of the rows for which all conditions hold, out of `selection[start..end)` or, without one, of the rows
 * [start, end): written to `out[at…]`, which has room for one more than end − start.
 *
 * @returns the end of what was written
 */
export type Select = (start: number, end: number, selection: Uint32Array | null, out: Uint32Array, at: number) => number

/** Evaluates expressions at `selection[start..end)` or, without one, at the rows [start, end), into `targets[at…]`. */
export type Fill = (start: number, end: number, selection: Uint32Array | null, at: number) => void

/**
 * Where values go: an array that `arrayFor` made, and validity where the value may be missing; `residual`, of those that
 * `leavesRest`, takes what float64 does not hold of an integer.
 */
export interface Target {
  readonly values: NumberArray
  readonly valid: Uint8Array
  readonly residual?: Float64Array
}

/**
 * What is looked for among the candidates of a row: all of them, the earliest, the latest, the nearest in time, or
 * whether there is one.
 */
export type PairMode = 'each' | 'first' | 'last' | 'nearest' | 'exists'

export interface PairRequest {
  readonly mode: PairMode
  readonly where: Expr | null
  /** Columns that must not all be equal: the position, or file and entry, of two events. */
  readonly exclusions: readonly (readonly (readonly [row: NumberVector, other: NumberVector])[])[]
  /** Times of the reference and of the candidates; `nearest` alone needs them. */
  readonly times: readonly [row: NumberVector, other: NumberVector] | null
}

/** The candidates of row i are the rows [low[i], high[i]) of the other side. */
export interface Ranges {
  readonly low: Uint32Array
  readonly high: Uint32Array
}

/** Where a search stands: the row, and its next candidate or −1 for its first. Changed in place. */
export interface Progress {
  row: number
  next: number
}

/**
 * Looks for pairs in rows [progress.row, end), until that many rows are done or the pair buffers are full.
 * `exists` writes 1 or 0 for each row to `mask` instead.
 *
 * @returns how many pairs were written
 */
export type PairSearch = (
  progress: Progress,
  end: number,
  ranges: Ranges,
  out: { readonly row: Uint32Array; readonly other: Uint32Array; readonly mask: Uint8Array },
) => number

/** Expressions made into loops over columns. Expressions hold no aggregate: those are columns by then. */
export interface Kernels {
  select(conditions: readonly Expr[], columns: Columns, terms: Terms): Select
  fill(expressions: readonly Expr[], targets: readonly Target[], columns: Columns, terms: Terms): Fill
  pairs(request: PairRequest, columns: Columns, terms: Terms): PairSearch
}

/** An array for the values of an expression. */
export function arrayFor(expr: Expr, length: number): NumberArray {
  switch (typeOf(expr).kind) {
    case 'bool':
      return new Uint8Array(length)
    case 'text':
      return new Int32Array(length)
    case 'number':
    case 'instant':
      return new Float64Array(length)
    case 'list':
      throw new Error('a list is not computed')
  }
}

/** What is computed exactly of instants and integers, where the others compute in float64. */
const exactFunctions: ReadonlySet<string> = new Set([
  'instantDifference',
  'instantAdd',
  'instantSubtract',
  'binInstant',
  'coalesce',
])

/** Whether the values of a computed expression may need more than float64 holds. */
export function leavesRest(expr: Expr): boolean {
  return expr.kind === 'call' && exactFunctions.has(expr.fn) && isIntegral(expr.type)
}

/** Whether values of a type are integers of 64 bits, or instants. */
function isIntegral(type: Type): boolean {
  return type.kind === 'instant' || (type.kind === 'number' && (type.repr === 'int64' || type.repr === 'uint64'))
}
