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
    const numbers = new Float64Array(data.length)
    for (let row = 0; row < numbers.length; row++) numbers[row] = Number(values[row])
    return numbers
  }
  return (values as Int32Array).subarray(0, data.length)
}

/** Whole numbers as they lie there: those of 64 bits as int64. */
export function asWhole(data: Data): ArrayLike<number | bigint> {
  const values: unknown = data.values
  return values instanceof BigInt64Array || values instanceof BigUint64Array ? asInt64(data) : asNumbers(data)
}
