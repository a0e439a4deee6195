import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Damage } from '../../../runtime/formats/file.ts'
import { decodeDelta } from '../../../runtime/formats/parquet-delta.ts'
import { decodeHybrid, isOneRun, unpackBits } from '../../../runtime/formats/parquet-rle.ts'
import { scaleWords } from '../../../runtime/formats/parquet-scale.ts'

function hybrid(bytes: readonly number[], width: number, count: number): number[] {
  const output = new Int32Array(count)
  decodeHybrid(Uint8Array.from(bytes), 0, bytes.length, width, output)
  return [...output]
}

describe('runs and packed values', () => {
  test('the example of the Parquet specification: 0 to 7 in three bits', () => {
    expect(hybrid([0x03, 0x88, 0xc6, 0xfa], 3, 8)).toEqual([0, 1, 2, 3, 4, 5, 6, 7])
  })

  test('a run is its count doubled and the value in whole bytes', () => {
    expect(hybrid([0x0a, 0x34, 0x12], 13, 5)).toEqual([0x1234, 0x1234, 0x1234, 0x1234, 0x1234])
  })

  test('runs and groups follow one another, and the last group may be longer than the values', () => {
    expect(hybrid([0x06, 1, 0x03, 0b1010_0101], 1, 8)).toEqual([1, 1, 1, 1, 0, 1, 0, 0])
  })

  test('no bits give zeros', () => {
    expect(hybrid([0x0a], 0, 5)).toEqual([0, 0, 0, 0, 0])
    expect(hybrid([0x03], 0, 3)).toEqual([0, 0, 0])
  })

  test('bytes that end early, and runs of nothing, are damage', () => {
    expect(() => hybrid([0x03, 0x88], 3, 8)).toThrow(Damage)
    expect(() => hybrid([0x0a, 0x34], 13, 5)).toThrow(Damage)
    expect(() => hybrid([0x00, 0x00], 1, 1)).toThrow(Damage)
    expect(() => hybrid([], 1, 1)).toThrow(Damage)
    expect(() => hybrid([0x03, 1, 2, 3, 4, 5, 6, 7, 8], 33, 1)).toThrow(Damage)
  })

  test('one run of the value asked for is seen at once', () => {
    expect(isOneRun(Uint8Array.of(0x10, 1), 0, 2, 1, 8)).toBe(true)
    expect(isOneRun(Uint8Array.of(0x10, 0), 0, 2, 1, 8)).toBe(false)
    expect(isOneRun(Uint8Array.of(0x0e, 1), 0, 2, 1, 8)).toBe(false)
    expect(isOneRun(Uint8Array.of(0x03, 255), 0, 2, 1, 8)).toBe(false)
  })

  test('values of any width come out as their bits, written one after the other, say', () => {
    const law = fc.property(
      fc.integer({ min: 1, max: 32 }),
      fc.array(fc.nat({ max: 2 ** 32 - 1 }), { minLength: 1, maxLength: 70 }),
      fc.nat(9),
      (width, values, rest) => {
        const kept = values.map((value) => BigInt(value) & ((1n << BigInt(width)) - 1n))
        const bits = kept
          .map((value) => value.toString(2).padStart(width, '0').split('').toReversed().join(''))
          .join('')
        const padded = bits.padEnd(Math.ceil(bits.length / 8) * 8 + 8 * rest, '1')
        const bytes = Uint8Array.from(padded.match(/.{8}/g)!, (byte) =>
          parseInt(byte.split('').toReversed().join(''), 2),
        )
        const output = new Int32Array(values.length)
        unpackBits(new DataView(bytes.buffer), 0, width, output, 0, values.length)
        expect(Array.from(output, (value) => BigInt(value >>> 0))).toEqual(kept)
      },
    )
    fc.assert(law, { numRuns: 300, seed: 20250901 })
  })
})

describe('deltas', () => {
  // Written out by hand from the specification: block of 128, 4 miniblocks of 32, count, first value; then for each
  // block the smallest delta, the widths of its miniblocks, and their packed rests.
  test('1 2 3 4 5: every delta is the smallest one, so that no bits follow', () => {
    const bytes = Uint8Array.of(0x80, 0x01, 0x04, 0x05, 0x02, 0x02, 0, 0, 0, 0)
    expect([...decodeDelta(bytes, 0, 5).words]).toEqual([1, 0, 2, 0, 3, 0, 4, 0, 5, 0])
    expect(decodeDelta(bytes, 0, 5).end).toBe(10)
  })

  test('7 5 3 1 2 3 4 5: smallest delta -2, rests 0 0 0 3 3 3 3 in two bits', () => {
    const rests = [0b1100_0000, 0b0011_1111, 0, 0, 0, 0, 0, 0]
    const bytes = Uint8Array.from([0x80, 0x01, 0x04, 0x08, 0x0e, 0x03, 2, 0, 0, 0, ...rests])
    const words = [...decodeDelta(bytes, 0, 8).words]
    expect(words.filter((_, index) => index % 2 === 0)).toEqual([7, 5, 3, 1, 2, 3, 4, 5])
    expect(decodeDelta(bytes, 0, 8).end).toBe(18)
  })

  test('low words carry into high ones, upwards and downwards', () => {
    // From 2^32 - 1 by 1, from 2^32 by -1.
    const up = Uint8Array.of(0x80, 0x01, 0x04, 0x02, 0xfe, 0xff, 0xff, 0xff, 0x1f, 0x02, 0, 0, 0, 0)
    expect([...decodeDelta(up, 0, 2).words]).toEqual([-1, 0, 0, 1])
    const down = Uint8Array.of(0x80, 0x01, 0x04, 0x02, 0x80, 0x80, 0x80, 0x80, 0x20, 0x01, 0, 0, 0, 0)
    expect([...decodeDelta(down, 0, 2).words]).toEqual([0, 1, -1, 0])
  })

  test('a count of 0 has a header alone, and one value no block', () => {
    expect(decodeDelta(Uint8Array.of(0x80, 0x01, 0x04, 0x00, 0x00), 0, 0)).toEqual({ words: new Int32Array(0), end: 5 })
    expect([...decodeDelta(Uint8Array.of(0x80, 0x01, 0x04, 0x01, 0x01), 0, 1).words]).toEqual([-1, -1])
  })

  test('bytes that end early are damage, and so is a header that cannot be', () => {
    expect(() => decodeDelta(Uint8Array.of(0x80, 0x01, 0x04, 0x05, 0x02), 0, 5)).toThrow(Damage)
    expect(() => decodeDelta(Uint8Array.of(0x80, 0x01, 0x00, 0x05, 0x02, 0x02), 0, 5)).toThrow(Damage)
    expect(() => decodeDelta(Uint8Array.of(0x80, 0x01, 0x04, 0x02, 0x02, 0x02, 0, 0, 0, 0), 0, 5)).toThrow(Damage)
  })
})

describe('timestamps in nanoseconds', () => {
  test('equal the products of BigInt arithmetic', () => {
    const law = fc.property(fc.bigInt({ min: -9_223_372_036_854n, max: 9_223_372_036_854n }), (value) => {
      const stored = new Uint8Array(BigInt64Array.of(value).buffer)
      expect(new BigInt64Array(scaleWords(stored, 1_000_000, 't').buffer as ArrayBuffer)[0]).toBe(value * 1_000_000n)
      expect(new BigInt64Array(scaleWords(stored, 1000, 't').buffer as ArrayBuffer)[0]).toBe(value * 1000n)
    })
    fc.assert(law, { numRuns: 500, seed: 20250901 })
  })

  test('outside 64 bits they are R004, at the very border', () => {
    const most = (2n ** 63n - 1n) / 1000n
    const scaled = (value: bigint) => scaleWords(new Uint8Array(BigInt64Array.of(value).buffer), 1000, 't')
    expect(() => scaled(most)).not.toThrow()
    expect(() => scaled(most + 1n)).toThrow('t holds an instant that does not fit into 64 bits of nanoseconds')
    expect(() => scaled(-most - 1n)).toThrow('does not fit')
  })
})
