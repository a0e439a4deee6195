import { RuntimeError } from '../errors.ts'

/**
 * Multiplies int64 values, exactly and without BigInt: the low word times a million stays below 2^53.
 *
 * @param stored little-endian, 8 bytes a value; not changed
 * @throws RuntimeError R004 when a product does not fit int64
 */
export function scaleWords(stored: Uint8Array, factor: number, column: string): Uint8Array {
  const output = stored.slice()
  const unsigned = new Uint32Array(output.buffer)
  const signed = new Int32Array(output.buffer)
  let beyond = 0
  for (let i = 0; i < unsigned.length; i += 2) {
    const low = unsigned[i]! * factor
    const high = signed[i + 1]! * factor + Math.floor(low / 4294967296)
    beyond |= Number(high < -2147483648) | Number(high > 2147483647)
    unsigned[i] = low % 4294967296
    signed[i + 1] = high
  }
  if (beyond !== 0) {
    throw new RuntimeError(
      'R004',
      `${column} holds an instant that does not fit into 64 bits of nanoseconds (1677 to 2262).`,
    )
  }
  return output
}
