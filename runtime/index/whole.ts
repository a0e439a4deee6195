import type { Data } from 'apache-arrow'

/** Whole numbers or timestamps as int64; a view when they are. uint64 beyond 2^63 comes out negative. */
export function asInt64(data: Data): BigInt64Array {
  const values: unknown = data.values
  if (values instanceof BigInt64Array) return values.subarray(0, data.length)
  if (values instanceof BigUint64Array) return new BigInt64Array(values.buffer, values.byteOffset, data.length)
  return BigInt64Array.from(asNumbers(data), BigInt)
}

/** Whole numbers as JavaScript numbers; a view when they are of at most 32 bits. */
export function asNumbers(data: Data): ArrayLike<number> & Iterable<number> {
  const values: unknown = data.values
  if (values instanceof BigInt64Array || values instanceof BigUint64Array) {
    return Float64Array.from({ length: data.length }, (_, row) => Number(values[row]))
  }
  return (values as Int32Array).subarray(0, data.length)
}
