import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { compile } from '../../dsl/compile.ts'
import type { Catalog } from '../../dsl/check/scope.ts'
import type { Query } from '../../dsl/ir/plan.ts'
import type { Column, Schema } from '../../dsl/ir/types.ts'
import { execute } from '../../runtime/engine/index.ts'
import type { BackendQuery } from '../../runtime/ports/backend.ts'
import { memoryExecutor, type MemoryDataset } from '../support/memory-executor.ts'
import { plainResult } from '../support/plain-result.ts'
import { bool, instant, int32, int64 } from '../unit/naive/build.ts'

/** What `livetime` counts, by hand and ns by ns: times are a few ns since 1970. */

type Data = ReadonlyMap<string, MemoryDataset>
type Event = readonly [t: number, run: number, isMuon: boolean]
type Span = readonly [run: number, start: number, stop: number]

const columns: readonly Column[] = [
  { name: 't', type: instant, missing: false },
  { name: 'file', type: int32, missing: false },
  { name: 'entry', type: int64, missing: false },
  { name: 'run', type: int32, missing: false },
  { name: 'muon', type: bool, missing: false },
]
const eventsSchema: Schema = { stream: 'events', columns, key: '', references: [''], roles: [] }
const ends = ['start', 'stop'].map((name): Column => ({ name, type: instant, missing: false }))
const spansSchema: Schema = { stream: 'table', columns: ends, key: null, references: [], roles: [] }

function stream(file: number, rows: readonly Event[], good: readonly Span[]): MemoryDataset {
  return {
    schema: eventsSchema,
    rows: rows.map(
      ([t, run, muon], entry) =>
        new Map<string, bigint | number | boolean>(Object.entries({ t: BigInt(t), file, entry, run, muon })),
    ),
    goodTime: {
      spans: good.map(([run, start, stop]) => ({ run, start: `${start}`, stop: `${stop}` })),
      approximate: false,
    },
  }
}

function spans(list: readonly (readonly [number, number])[]): MemoryDataset {
  const rows = list.map(
    ([start, stop]) =>
      new Map([
        ['start', BigInt(start)],
        ['stop', BigInt(stop)],
      ] as const),
  )
  return { schema: spansSchema, rows, goodTime: { spans: [], approximate: false } }
}

const files = ['a', 'b'].map((uuid) => ({ path: `${uuid}.root`, uuid, bytes: null, entries: null }))
const catalog: Catalog = {
  dataset: ({ path }) => ({ key: path, schema: path === 'spans' ? spansSchema : eventsSchema, events: files }),
}

async function answers(text: string, data: Data): Promise<readonly unknown[]> {
  const { statements, diagnostics } = compile(text, { cell: 1, names: new Map(), catalog })
  expect(diagnostics.filter(({ severity }) => severity === 'error')).toEqual([])
  const queries = statements.flatMap((each): readonly Query[] => (each.kind === 'query' ? [each.query] : []))
  const options = { limit: 100, signal: new AbortController().signal, cuts: [7n, 99n, 100n, 250n] }
  return Promise.all(
    queries.map(async (query) => plainResult(await execute(query as BackendQuery, memoryExecutor(data), options))),
  )
}

const opening = 'events = from "events"\nmuons = from "events" where muon\n'

/** The live time of a selection and those of its runs, ns. */
async function live(
  selection: string,
  data: Data,
): Promise<{ readonly total: number; readonly runs: readonly number[][] }> {
  const [total, runs] = (await answers(
    `${opening}x = ${selection}\nshow livetime(x)\nfrom x group by run: live = livetime()`,
    data,
  )) as [{ value: string }, { rows: string[][] }]
  return { total: Number(total.value), runs: runs.rows.map((row) => row.map(Number)) }
}

/** Runs 1 and 2 touch, between 2 and 3 lies a gap. Muons overlap, cross both borders of a run, and come from the gap. */
const good: readonly Span[] = [
  [1, 0, 100],
  [2, 100, 200],
  [3, 300, 400],
]
const rows: readonly Event[] = [
  [10, 1, true],
  [13, 1, true],
  [60, 1, false],
  [98, 1, true],
  [140, 2, false],
  [198, 2, true],
  [299, 3, true],
  [320, 3, false],
  [350, 3, true],
]
const others: readonly Event[] = [
  [160, 2, false],
  [505, 9, false],
]
const data: Data = new Map([
  ['events', stream(0, rows, good)],
  [
    'others',
    stream(1, others, [
      [2, 150, 200],
      [9, 500, 510],
    ]),
  ],
  [
    'spans',
    spans([
      [50, 120],
      [110, 150],
      [60, 60],
      [70, 65],
    ]),
  ],
])

/** Of each selection its live time in runs 1, 2, 3 and perhaps 9. A window of 5 ns after t is [t, t + 6). */
const facts: readonly (readonly [string, string, readonly number[]])[] = [
  ['all of the good time', 'from events', [100, 100, 100]],
  // [10, 19) once, [98, 104) in two runs, [198, 204) up to the gap, [299, 305) from the gap, [350, 356)
  ['overlapping windows once, in each run its share', 'from events veto within 5 ns after muons', [89, 94, 89]],
  [
    'the same veto twice once',
    'from events veto a: within 5 ns after muons veto b: within 5 ns after muons',
    [89, 94, 89],
  ],
  // Both are the windows [t, t + 9).
  [
    'two overlapping vetoes as the one that covers both',
    'from events veto within 5 ns after muons veto within 2 ns .. 8 ns after muons',
    [86, 91, 83],
  ],
  ['that one', 'from events veto within 8 ns after muons', [86, 91, 83]],
  ['in either order', 'from events veto within 2 ns .. 8 ns after muons veto within 5 ns after muons', [86, 91, 83]],
  // [10, 20) as two windows that touch: [10, 15) and [15, 20)
  [
    'touching vetoes without a gap',
    'from events veto within 4 ns after (from muons where t < @1970-01-01T00:00:00.000000012) veto within 5 ns .. 9 ns after (from muons where t < @1970-01-01T00:00:00.000000012)',
    [90, 100, 100],
  ],
  ['a window before', 'from events veto within 5 ns before muons', [100 - 6 - 3 - 6, 100 - 6, 100 - 6]],
  ['what is kept, once where spans overlap', 'from events keep during "spans"', [50, 50, 0]],
  ['a veto within what is kept', 'from events keep during "spans" veto within 5 ns after muons', [48, 46, 0]],
  ['what a list of spans leaves', 'from events veto during "spans"', [50, 50, 100]],
  ['windows that are kept', 'from events keep within 5 ns after muons', [11, 6, 11]],
  // [0, 5) has no full window before it, nor has [300, 305); runs 1 and 2 touch.
  ['where windows are complete', 'from events veto within 5 ns after muons complete', [84, 94, 89]],
  ['of shifted events', 'from events shift by 50 ns', [100, 100, 100]],
  ['of a union run by run', 'from union(events, "others")', [100, 50, 100, 10]],
  ['of a union with the time of either', 'from union(events, "others", good: either)', [100, 100, 100, 10]],
  ['of a union with the time of both', 'from union(events, "others", good: both)', [0, 50, 0, 0]],
  [
    'of a union behind vetoes',
    'from union((from events veto within 5 ns after muons), "others") veto within 8 ns after muons',
    [86, 50 - 2, 83, 10],
  ],
]

describe('live time is', () => {
  test.each(facts)('%s', async (_, selection, expected) => {
    const { total, runs } = await live(selection, data)
    expect(total).toBe(expected.reduce((sum, ns) => sum + ns, 0))
    const byRun = new Map([1, 2, 3, 9].map((run, at) => [run, expected[at] ?? 0]))
    expect(runs).toEqual(runs.map(([run]) => [run, byRun.get(run!)]))
    // A run without a row has no line.
    expect(runs.reduce((sum, [, ns]) => sum + ns!, 0)).toBe(total)
  })
})

/** Runs that touch or leave gaps, with an event in each that no veto takes, for it has a line then. */
const randomRuns = fc.array(fc.tuple(fc.nat(2), fc.integer({ min: 1, max: 20 })), { minLength: 1, maxLength: 4 })
const randomVeto = fc.record({ low: fc.integer({ min: -4, max: 4 }), length: fc.nat(6), isVeto: fc.boolean() })

test('the live time counts every ns that no veto holds once, whatever overlaps, and its runs add up to it', async () => {
  const many = fc.array(randomVeto, { minLength: 1, maxLength: 3 })
  await fc.assert(
    fc.asyncProperty(randomRuns, many, fc.array(fc.nat(80), { maxLength: 6 }), async (lengths, vetoes, times) => {
      let at = 0
      const random = lengths.map(([gap, length], run): Span => {
        const start = at + (gap === 0 ? 0 : 3 * gap)
        at = start + length
        return [run + 1, start, at]
      })
      const events = [
        ...times.map((t): Event => [t, 1, true]),
        // Outside of every window, and so of the good time, but of the run.
        ...(vetoes.every(({ isVeto }) => isVeto) ? random.map(([run]): Event => [100_000, run, false]) : []),
      ].toSorted(([left], [right]) => left - right)
      const stages = vetoes.map(({ low, length, isVeto }) => {
        return `${isVeto ? 'veto' : 'keep'} within ${low} ns .. ${low + length} ns after muons`
      })
      const found = await live(`from events ${stages.join(' ')}`, new Map([['events', stream(0, events, random)]]))
      const isLive = (ns: number): boolean =>
        vetoes.every(({ low, length, isVeto }) => times.some((t) => t + low <= ns && ns <= t + low + length) !== isVeto)
      const expected = random.map(([, start, stop]) => {
        return Array.from({ length: stop - start }, (_, after) => start + after).filter(isLive).length
      })
      expect(found.total).toBe(expected.reduce((sum, ns) => sum + ns, 0))
      for (const [run, ns] of found.runs) expect(ns).toBe(expected[run! - 1])
      const sum = found.runs.reduce((before, [, ns]) => before + ns!, 0)
      expect(vetoes.every(({ isVeto }) => isVeto) ? sum : found.total).toBe(found.total)
    }),
    { numRuns: 300 },
  )
})
