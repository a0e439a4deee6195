import { describe, expect, test } from 'vitest'
import type { Plan } from '../../../dsl/ir/plan.ts'
import { execute, executeRows, runTask, transferablesOf, type Work } from '../../../runtime/engine/index.ts'
import type { Slice } from '../../../runtime/engine/task.ts'
import { numbers, type NumberVector } from '../../../runtime/engine/vector.ts'
import { RuntimeError } from '../../../runtime/errors.ts'
import { memoryExecutor, type MemoryDataset, type MemoryOptions } from '../../support/memory-executor.ts'
import { call, column, events, eventsSchema, filter, match, number, role, scan, within } from '../naive/build.ts'

const stream = scan('events')
const signal = new AbortController().signal
const some = events(...Array.from({ length: 30 }, (_, entry) => ({ t: 10 * entry, entry, E: entry })))
const data: ReadonlyMap<string, MemoryDataset> = new Map([['events', { ...some, schema: eventsSchema() }]])

describe('execute', () => {
  test('stops reading when a take has enough', async () => {
    const slices: Slice[] = []
    const executor = memoryExecutor(data, { onSlice: (slice) => slices.push(slice) })
    const plan: Plan = { op: 'take', input: stream, count: 3 }
    await execute(
      {
        kind: 'number',
        text: 'n',
        value: column('n'),
        inputs: [
          {
            kind: 'measure',
            name: 'n',
            plan,
            measure: {
              name: 'n',
              fn: 'count',
              value: null,
              type: { kind: 'number', repr: 'int64', unit: [] },
              missing: false,
            },
          },
        ],
      },
      executor,
      { limit: 0, signal, cuts: [50n, 100n, 150n] },
    )
    expect(slices.filter((slice) => slice.kind === 'time' && BigInt(slice.from) >= 50n)).toEqual([])
  })

  test('refuses a window whose data exceed the memory before it reads anything, and says why', async () => {
    const slices: Slice[] = []
    const options: MemoryOptions = { memoryBytes: 1000, onSlice: (slice) => slices.push(slice) }
    const plan = match(stream, 'p', role('each', 'd', stream, within(0, 1e9, 'after', 'p.')))
    const refused = execute({ kind: 'table', plan }, memoryExecutor(data, options), { limit: 10, signal })
    await expect(refused).rejects.toMatchObject({
      code: 'R002',
      message: expect.stringMatching(
        /needs \d+ MB of memory with 1 worker, and may use 1 MB: its windows need 1 s of data around each slice, up to 30 rows/,
      ) as string,
      fix: 'select fewer columns or rows, or shorten the window',
    })
    expect(slices).toEqual([])
  })

  test('does not start when it is cancelled already', async () => {
    const aborted = AbortSignal.abort(new RuntimeError('R001', 'interrupted'))
    await expect(
      execute({ kind: 'table', plan: stream }, memoryExecutor(data), { limit: 1, signal: aborted }),
    ).rejects.toMatchObject({ code: 'R001' })
  })

  test('moves a time by a year and a nanosecond exactly', async () => {
    const year = number(31_557_600e9 + 4)
    const later = {
      kind: 'call',
      fn: 'instantAdd',
      args: [column('t', { kind: 'instant' }), year],
      type: { kind: 'instant' },
      missing: false,
    } as const
    const plan: Plan = { op: 'define', input: stream, columns: [{ name: 'later', value: later }] }
    const result = await execute({ kind: 'table', plan }, memoryExecutor(data), { limit: 2, signal })
    const moved = result.kind === 'table' ? result.batches.flatMap((batch) => [...batch.getChild('later')!]) : []
    expect(moved).toEqual([31_557_600_000_000_004n, 31_557_600_000_000_014n])
  })

  test('never binds an event to itself, even where another dataset has it at another time', async () => {
    const shifted = events(...[0, 1].map((entry) => ({ t: 10 * entry + 4, entry })))
    const both = new Map([...data, ['shifted', { ...shifted, schema: eventsSchema() }]])
    const plan = match(scan('shifted'), 'p', role('each', 'd', stream, within(-19, 0, 'before', 'p.')))
    const result = await execute({ kind: 'table', plan }, memoryExecutor(both), { limit: 10, signal })
    expect(result).toMatchObject({ rows: 1 })
  })

  test('gives all rows in batches, slice by slice', async () => {
    const batches = executeRows(filter(stream, call('greater', column('E'), number(24))), memoryExecutor(data), {
      signal,
      cuts: [270n],
    })
    const entries: unknown[] = []
    for await (const batch of batches) entries.push([...(batch.getChild('entry') ?? [])])
    expect(entries).toEqual([
      [25n, 26n],
      [27n, 28n, 29n],
    ])
  })
})

describe('a task', () => {
  const columns: ReadonlyMap<string, NumberVector> = new Map([
    ['t', numbers(Float64Array.of(0, 5, 9))],
    ['E', numbers(Float64Array.of(1, 2, 3))],
    ['entry', numbers(Float64Array.of(0, 1, 2))],
    ['file', numbers(Int32Array.of(0, 0, 0))],
  ])

  function workOf(plan: Plan, wanted: readonly string[]): Work {
    return {
      outputs: [{ plan, sink: { kind: 'rows', columns: wanted, limit: null } }],
      reach: { before: 0, after: 0 },
      rowsOf: null,
      held: new Map(),
      interpreted: false,
    }
  }

  async function read(
    work: Work,
    aborted = false,
  ): Promise<{ readonly part: Awaited<ReturnType<typeof runTask>>; readonly names: readonly string[] }> {
    const names: string[] = []
    const part = await runTask(
      work,
      { kind: 'time', from: '0', to: '10' },
      {
        base: 0n,
        texts: { idOf: () => 0, textOf: () => '' },
        cancel: {
          aborted,
          throwIfAborted: () =>
            aborted
              ? (() => {
                  throw new RuntimeError('R001', 'interrupted')
                })()
              : undefined,
        },
        read: (_, __, wanted) => {
          names.push(...wanted)
          return Promise.resolve({ rows: 3, columns: new Map(wanted.map((name) => [name, columns.get(name)!])) })
        },
      },
    )
    return { part, names }
  }

  test('reads no column that nothing needs', async () => {
    const cut = filter(stream, call('greater', column('E'), number(1)))
    expect((await read(workOf(cut, ['t']))).names.toSorted()).toEqual(['E', 't'])
  })

  test('tells events of one dataset apart without reading their references', async () => {
    const pairs = match(stream, 'p', role('each', 'd', stream, within(0, 4, 'after', 'p.')))
    expect((await read(workOf(pairs, ['p.E']))).names.toSorted()).toEqual(['E', 't'])
  })

  test('gives buffers away that are its own', async () => {
    const { part } = await read(workOf(stream, ['E']))
    structuredClone(part, { transfer: transferablesOf(part) })
    expect([...columns.get('E')!.values]).toEqual([1, 2, 3])
  })

  test('ends when it is cancelled', async () => {
    await expect(read(workOf(stream, ['E']), true)).rejects.toMatchObject({ code: 'R001' })
  })
})
