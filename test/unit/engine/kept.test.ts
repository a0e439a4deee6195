import { describe, expect, test } from 'vitest'
import { GrowingIntervals, gaps } from '../../../runtime/engine/intervals.ts'
import { Kept, type Pass } from '../../../runtime/engine/kept.ts'
import type { Executor, Slice } from '../../../runtime/engine/task.ts'
import type { Part, Work } from '../../../runtime/engine/work.ts'

/** The good time of 100 spans takes 6400 bytes until a pass ends: four times the two instants of each. */
const part: Part = {
  outputs: [{ kind: 'spans', starts: new BigInt64Array(100), stops: new BigInt64Array(100) }],
  metNan: false,
}

function pass(slices: number): Pass {
  const slice: Slice = { kind: 'rows', start: 0, end: 1 }
  const output = { sink: { kind: 'spans', low: 0, high: 1 } } as Work['outputs'][number]
  return { work: { outputs: [output] } as unknown as Work, slices: Array(slices).fill(slice) as Slice[], bytes: 1000 }
}

function kept(slices: number, memoryBytes: number) {
  const reserved: number[] = []
  const executor = {
    workers: 1,
    memoryBytes,
    process: { budgetBytes: 50_000_000 + memoryBytes, baseBytes: 50_000_000 },
    reserve: (bytes: number) => reserved.push(bytes),
  } as unknown as Executor<Work, Part>
  return { reserved, kept: new Kept(pass(slices), executor) }
}

describe('what is kept until a pass ends', () => {
  test('is taken from what columns of the next query may have', () => {
    const { reserved, kept: all } = kept(2, 15_000)
    all.add(part)
    all.add(part)
    // At first three quarters of what 1000 bytes of slices leave, then what it has come to.
    expect(reserved).toEqual([11_500, 13_800])
  })

  test('is refused when it is more than there is', () => {
    const { kept: all } = kept(2, 13_000)
    all.add(part)
    expect(() => all.add(part)).toThrow(/this needs 60 MB of memory, and may use 51 MB: the program takes 50 MB/)
  })

  test('is refused early when the first eighth of the slices shows that it will be more than twice what there is', () => {
    const { kept: all } = kept(80, 200_000)
    for (let at = 0; at < 9; at++) all.add(part)
    expect(() => all.add(part)).toThrow(/what is kept of its rows or its good time comes to about so much/)
  })
})

test('the gaps of intervals that were added one by one are those of the intervals, however many they are', () => {
  for (const count of [0, 1, 61, 62, 63, 200]) {
    const growing = new GrowingIntervals()
    for (let at = 0n; at < count; at++) growing.add(10n * at, 10n * at + 3n)
    expect(growing.gaps()).toEqual(gaps(growing.take()))
    expect(growing.take().starts.length).toBe(count)
  }
})
