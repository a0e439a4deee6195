import { expect, test } from 'vitest'
import { toNanoseconds } from '../../../runtime/formats/time.ts'

test('instants become nanoseconds, exactly', () => {
  expect([...toNanoseconds(BigInt64Array.of(-1n, 9_223_372_036n), 1_000_000_000n, null, 'x')]).toEqual([
    -1_000_000_000n,
    9_223_372_036_000_000_000n,
  ])
})

test('an instant that does not fit into 64 bits of nanoseconds is R004, which names the column and the instant', () => {
  expect(() =>
    toNanoseconds(BigInt64Array.of(0n, 9_223_372_037n), 1_000_000_000n, null, 'Column `t` of `a.arrow`'),
  ).toThrow(
    expect.objectContaining({
      code: 'R004',
      message:
        'Column `t` of `a.arrow` holds the instant 9223372037 s, which does not fit into 64 bits of nanoseconds (1677 to 2262).',
    }),
  )
})

test('what lies under a null is not looked at', () => {
  expect([...toNanoseconds(BigInt64Array.of(2n ** 62n, 5n), 1_000n, Uint8Array.of(0, 1), 'x')]).toEqual([0n, 5_000n])
})
