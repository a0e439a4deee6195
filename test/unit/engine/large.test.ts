import { beforeAll, describe, expect, test } from 'vitest'
import type { Plan } from '../../../dsl/ir/plan.ts'
import { execute } from '../../../runtime/engine/index.ts'
import type { Result } from '../../../runtime/ports/backend.ts'
import { memoryExecutor, type MemoryDataset } from '../../support/memory-executor.ts'
import {
  about,
  call,
  column,
  events,
  eventsSchema,
  filter,
  match,
  measure,
  number,
  otherColumn,
  role,
  scan,
  veto,
  within,
} from '../naive/build.ts'

/** Streams of several chunks of 16,384 rows, against plain loops over arrays. */
const rows = 40_000
const t: number[] = []
const E: number[] = []
let data: ReadonlyMap<string, MemoryDataset>

beforeAll(() => {
  let seed = 12345
  const random = (): number => (seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0) / 2 ** 32
  for (let i = 0; i < rows; i++) {
    t.push((t.at(-1) ?? 0) + Math.floor(random() * 20))
    E.push(random() * 10)
  }
  const stream = events(...t.map((time, entry) => ({ t: time, entry, E: E[entry]! })))
  data = new Map([['events', { ...stream, schema: eventsSchema() }]])
})

const stream = scan('events')
const above = (low: number): Plan => filter(stream, call('greater', column('E'), number(low)))

async function run(query: Parameters<typeof execute>[0], cuts: readonly bigint[] = []): Promise<Result> {
  return execute(query, memoryExecutor(data), { limit: 0, signal: new AbortController().signal, cuts })
}

async function count(plan: Plan, cuts: readonly bigint[] = []): Promise<number> {
  const result = await run({ kind: 'table', plan }, cuts)
  return result.kind === 'table' ? result.rows : -1
}

/** Numbers of pairs i < j with t[j] − t[i] in [0, width] for which both hold. */
function pairsWithin(width: number, isPair: (i: number, j: number) => boolean): readonly (readonly [number, number])[] {
  const pairs: [number, number][] = []
  for (let i = 0; i < rows; i++) {
    for (let j = i + 1; j < rows && t[j]! - t[i]! <= width; j++) if (isPair(i, j)) pairs.push([i, j])
  }
  return pairs
}

describe('on more rows than a chunk holds', () => {
  test('a filter keeps every row that holds', async () => {
    expect(await count(above(9))).toBe(E.filter((value) => value > 9).length)
  })

  test('a histogram counts every row that holds', async () => {
    const result = await run({
      kind: 'hist',
      plan: above(1),
      axes: [{ value: column('E'), label: 'E', edges: [0, 2, 5, 9], bins: 100, step: null }],
      weight: null,
    })
    const kept = E.filter((value) => value > 1)
    const between = (low: number, high: number): number => kept.filter((value) => low <= value && value < high).length
    expect(result).toMatchObject({ counts: [between(0, 2), between(2, 5), between(5, 9)], overflow: between(9, 11) })
  })

  test.each([[[]], [[100_000n, 200_000n, 200_001n]]])('a match finds every pair, cut at %s', async (cuts) => {
    const plan = match(above(5), 'p', role('each', 'd', above(9), within(0, 200, 'after', 'p.')))
    expect(await count(plan, cuts)).toBe(pairsWithin(200, (i, j) => E[i]! > 5 && E[j]! > 9).length)
  })

  test('a match finds every pair among many more candidates than its buffers hold', async () => {
    expect(await count(match(stream, 'p', role('each', 'd', stream, within(0, 1000, 'after', 'p.'))))).toBe(
      pairsWithin(1000, () => true).length,
    )
  })

  test('a condition on both rows and an isolation before the anchor are kept to', async () => {
    const rising = call('less', column('p.E'), otherColumn('E'))
    const plan = match(
      above(8),
      'p',
      role('first', 'd', above(9.5), within(0, 300, 'after', 'p.'), rising),
      role('without', 'o', above(7), within(-60, 0, 'before', 'p.')),
    )
    const isQuiet = (i: number): boolean => {
      for (let j = i - 1; j >= 0 && t[i]! - t[j]! <= 60; j--) if (E[j]! > 7) return false
      return true
    }
    const anchors = new Set(
      pairsWithin(300, (i, j) => E[i]! > 8 && E[j]! > 9.5 && E[i]! < E[j]! && isQuiet(i)).map(([i]) => i),
    )
    expect(await count(plan)).toBe(anchors.size)
  })

  test('a veto drops every row in a window', async () => {
    const sources = t.filter((_, i) => E[i]! > 9.9)
    const isVetoed = (time: number): boolean => sources.some((source) => source - 5 <= time && time <= source + 40)
    expect(await count(veto('veto', stream, above(9.9), { low: -5, high: 40 }))).toBe(
      t.filter((time) => !isVetoed(time)).length,
    )
  })

  test('an aggregate counts every member of its window', async () => {
    const crowded = call('greaterEqual', about('count', above(5), within(-300, 0, 'before')), number(18))
    const members = (i: number): number => {
      let found = 0
      for (let j = i - 1; j >= 0 && t[i]! - t[j]! <= 300; j--) if (E[j]! > 5) found++
      return found
    }
    expect(await count(filter(stream, crowded))).toBe(t.filter((_, i) => members(i) >= 18).length)
  })

  test('groups and sums go over all rows', async () => {
    const plan: Plan = {
      op: 'group',
      input: stream,
      keys: [],
      measures: [measure('n', 'count'), measure('top', 'max', column('E'))],
    }
    const result = await execute({ kind: 'table', plan }, memoryExecutor(data), {
      limit: 1,
      signal: new AbortController().signal,
    })
    const batch = result.kind === 'table' ? result.batches[0] : undefined
    expect([batch?.getChildAt(0)?.get(0), batch?.getChildAt(1)?.get(0)]).toEqual([BigInt(rows), Math.max(...E)])
  })
})
