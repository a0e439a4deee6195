import type { Value } from '../../dsl/functions/function.ts'
import type { Scalar } from '../../dsl/ir/types.ts'
import type { Terms } from './kernels.ts'
import type { NumberVector } from './vector.ts'

/**
 * The value of a row in terms that every task shares: an instant as bigint ns since 1970, an integer beyond 2^53 as
 * bigint, a text as such; undefined where missing.
 */
export function cellAt({ values, residual, valid }: NumberVector, at: number, type: Scalar, terms: Terms): Value {
  if (valid !== null && valid[at] === 0) return undefined
  const value = values[at]!
  switch (type.kind) {
    case 'bool':
      return value !== 0
    case 'text':
      return terms.textOf(value)
    case 'instant':
      return Number.isNaN(value) ? value : terms.base + BigInt(value) + BigInt(residual?.[at] ?? 0)
    case 'number':
      if (type.repr.startsWith('float') || ((residual === null || residual[at] === 0) && Number.isSafeInteger(value)))
        return value
      return integerCell(value, residual?.[at] ?? 0)
  }
}

function integerCell(value: number, residual: number): Value {
  if (!Number.isInteger(value)) return value
  return integerValue(BigInt(value) + BigInt(residual))
}

/** An integer as a number where that is exact, else as bigint. */
export function integerValue(value: bigint): number | bigint {
  return value >= BigInt(Number.MIN_SAFE_INTEGER) && value <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(value) : value
}

/** Puts a value in the terms of a task's vectors into a row: what `cellAt` reads. Missing leaves the row's value at 0. */
export function putCell(
  { values, residual, valid }: NumberVector,
  at: number,
  value: Value,
  terms: Terms,
  type: Scalar,
): void {
  if (valid !== null) valid[at] = value === undefined ? 0 : 1
  if (value === undefined) return
  if (typeof value === 'string') values[at] = terms.idOf(value)
  else if (typeof value !== 'bigint') values[at] = Number(value)
  else {
    const exact = type.kind === 'instant' ? value - terms.base : value
    const widened = Number(exact)
    values[at] = widened
    if (residual !== null) residual[at] = Number(exact - BigInt(widened))
  }
}

/** Whether a type's values are integers, whose sums are exact. */
export function isInteger(type: Scalar): boolean {
  return type.kind === 'number' && !type.repr.startsWith('float')
}
