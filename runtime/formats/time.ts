import { RuntimeError } from '../errors.ts'
import type { Mask } from './column.ts'

const last = 2n ** 63n - 1n

/**
 * Instants in nanoseconds; rows without value become 0.
 *
 * @param factor nanoseconds per unit of `values`
 * @throws RuntimeError R004 when one does not fit into 64 bits (before 1677 or after 2262)
 */
export function toNanoseconds(values: BigInt64Array, factor: bigint, mask: Mask, column: string): BigInt64Array {
  if (factor === 1n) return values
  const limit = last / factor
  const nanoseconds = new BigInt64Array(values.length)
  for (let row = 0; row < values.length; row++) {
    if (mask !== null && mask[row] === 0) continue
    const value = values[row]!
    if (value > limit || value < -limit) throw outside(column, value, factor)
    nanoseconds[row] = value * factor
  }
  return nanoseconds
}

function outside(column: string, value: bigint, factor: bigint): RuntimeError {
  const unit = factor === 1000n ? 'µs' : factor === 1_000_000n ? 'ms' : 's'
  return new RuntimeError(
    'R004',
    `${column} holds the instant ${value} ${unit}, which does not fit into 64 bits of nanoseconds (1677 to 2262).`,
  )
}
