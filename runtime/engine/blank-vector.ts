import type { Scalar } from '../../dsl/ir/types.ts'
import { arrayFor } from './kernels.ts'
import type { NumberArray, NumberVector } from './vector.ts'

export interface BlankVector {
  readonly kind: 'numbers'
  readonly values: NumberArray
  readonly residual: Float64Array
  readonly valid: Uint8Array
}

/** Rows without any value, to be filled in (`putCell`). */
export function blankVector(type: Scalar, rows: number): BlankVector {
  const values = arrayFor({ kind: 'column', row: 'row', name: '', type, missing: true }, rows)
  return { kind: 'numbers', values, residual: new Float64Array(rows), valid: new Uint8Array(rows) }
}

/** The filled vector, without the parts that it does not need. */
export function finished({ values, residual, valid }: BlankVector): NumberVector {
  const isExact = residual.every((rest) => rest === 0)
  return { kind: 'numbers', values, residual: isExact ? null : residual, valid: valid.includes(0) ? valid : null }
}
