import { describe, expect, test } from 'vitest'
import { rowSlices, timeSlices, type SlicePlan, type TimeBlock } from '../../../runtime/engine/slices.ts'

const none = { before: 0, after: 0 }
const roomy = { reach: none, rowBytes: 50, memoryBytes: 1e9, heldBytes: 0, workers: 1 }

function evenly(rows: number, first: number, last: number): readonly TimeBlock[] {
  return [{ rows, first: BigInt(first), last: BigInt(last) }]
}

function edges(plan: SlicePlan): readonly string[] {
  if (plan.kind !== 'slices') throw new Error('too large')
  return plan.slices.map((slice) => {
    if (slice.kind === 'entries') throw new Error('no slice of entries is planned')
    return slice.kind === 'time' ? `${slice.from}..${slice.to}` : `${slice.start}..${slice.end}`
  })
}

describe('slices of time', () => {
  test('a small stream is one slice that ends one ns after its last row', () => {
    const blocks = evenly(1000, 100, 200)
    expect(edges(timeSlices({ ...roomy, owners: blocks, read: blocks }))).toEqual(['100..201'])
  })

  test('a stream of four batches is cut in four, where rows are spread evenly at a quarter each', () => {
    const blocks = evenly(4 * 262144, 0, 3999)
    expect(edges(timeSlices({ ...roomy, owners: blocks, read: blocks }))).toEqual([
      '0..1000',
      '1000..2000',
      '2000..3000',
      '3000..4000',
    ])
  })

  test('a crowded stretch gets the cuts', () => {
    const blocks = [...evenly(262144, 0, 999), ...evenly(3 * 262144, 1000, 1002)]
    expect(edges(timeSlices({ ...roomy, owners: blocks, read: blocks }))).toEqual([
      '0..1000',
      '1000..1001',
      '1001..1002',
      '1002..1003',
    ])
  })

  test('rows at one instant are not cut', () => {
    const blocks = evenly(4 * 262144, 7, 7)
    expect(edges(timeSlices({ ...roomy, owners: blocks, read: blocks }))).toEqual(['7..8'])
  })

  test('nothing is no slice', () => {
    expect(edges(timeSlices({ ...roomy, owners: [], read: [] }))).toEqual([])
  })

  test('slices cover the streams whose rows are wanted, not those that are looked at', () => {
    expect(
      edges(timeSlices({ ...roomy, owners: evenly(10, 50, 59), read: [...evenly(10, 50, 59), ...evenly(10, 0, 999)] })),
    ).toEqual(['50..60'])
  })

  test('less memory makes smaller slices', () => {
    const blocks = evenly(1_000_000, 0, 999_999)
    expect(edges(timeSlices({ ...roomy, memoryBytes: 400_000 * 50, owners: blocks, read: blocks })).length).toBe(5)
  })

  test('they take half of the memory, and more only where the smallest slice would not fit', () => {
    const blocks = evenly(1_000_000, 0, 999_999)
    const bytes = (memoryBytes: number) => timeSlices({ ...roomy, memoryBytes, owners: blocks, read: blocks })
    expect(bytes(400_000 * 50)).toMatchObject({ kind: 'slices', bytes: 200_000 * 50 })
    expect(bytes(140_000 * 50)).toMatchObject({ kind: 'slices', bytes: 125_000 * 50 })
    expect(bytes(130_000 * 50)).toEqual({ kind: 'too large', reachRows: 0, neededBytes: 131_072 * 50 })
  })

  test('what is held is not there for slices', () => {
    const blocks = evenly(1_000_000, 0, 999_999)
    const request = { ...roomy, memoryBytes: 600_000 * 50, heldBytes: 200_000 * 50, owners: blocks, read: blocks }
    expect(timeSlices(request)).toMatchObject({ slices: { length: 5 }, bytes: 400_000 * 50 })
  })

  test('a window whose data alone exceed the memory is refused with what it needs', () => {
    const blocks = evenly(1_000_000, 0, 999_999)
    const plan = timeSlices({
      ...roomy,
      reach: { before: 0, after: 500_000 },
      memoryBytes: 1e6,
      owners: blocks,
      read: blocks,
    })
    expect(plan).toEqual({ kind: 'too large', reachRows: 500_000, neededBytes: 750_000 * 50 })
  })

  test('each of two workers has half of the memory', () => {
    const blocks = evenly(4_000_000, 0, 3_999_999)
    expect(
      edges(timeSlices({ ...roomy, workers: 2, memoryBytes: 600_000 * 50, owners: blocks, read: blocks })).length,
    ).toBe(27)
  })
})

describe('slices of a table', () => {
  test('are of equal numbers of rows', () => {
    expect(edges(rowSlices(3 * 262144, roomy))).toEqual([
      '0..196608',
      '196608..393216',
      '393216..589824',
      '589824..786432',
    ])
  })

  test('of no rows are none', () => {
    expect(edges(rowSlices(0, roomy))).toEqual([])
  })
})
