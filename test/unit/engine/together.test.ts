import { describe, expect, test } from 'vitest'
import type { Plan } from '../../../dsl/ir/plan.ts'
import { execute, executeAll } from '../../../runtime/engine/index.ts'
import type { Slice } from '../../../runtime/engine/task.ts'
import type { BackendQuery } from '../../../runtime/ports/backend.ts'
import { memoryExecutor, type MemoryDataset } from '../../support/memory-executor.ts'
import { plainResult } from '../../support/plain-result.ts'
import {
  call,
  column,
  events,
  eventsSchema,
  filter,
  match,
  measure,
  number,
  role,
  scan,
  within,
} from '../naive/build.ts'

const stream = scan('events')
const some = events(...Array.from({ length: 30 }, (_, entry) => ({ t: 10 * entry, entry, E: entry })))
const data: ReadonlyMap<string, MemoryDataset> = new Map([['events', { ...some, schema: eventsSchema() }]])
const options = { limit: 4, signal: new AbortController().signal, cuts: [100n, 200n] }

const high = filter(stream, call('greater', column('E'), number(9)))
const pairs = match(high, 'p', role('each', 'd', stream, within(0, 10, 'after', 'p.')))
const queries: readonly BackendQuery[] = [
  { kind: 'table', plan: pairs },
  number1('n', 'count', high),
  number1('m', 'count', high),
  { kind: 'cutflow', source: 'high', plan: high, by: null },
  {
    kind: 'hist',
    plan: high,
    axes: [{ value: column('E'), label: 'E', edges: null, bins: 2, step: null }],
    weight: null,
  },
  { kind: 'describe', name: 'high', plan: high },
]

function number1(text: string, fn: 'count', plan: Plan): BackendQuery {
  const input = { kind: 'measure', name: 'n', plan, measure: measure('n', fn) } as const
  return { kind: 'number', text, value: column('n'), inputs: [input] }
}

/** The slices that are run, and the answers. */
async function run(asked: readonly BackendQuery[]) {
  const slices: Slice[] = []
  const executor = memoryExecutor(data, { onSlice: (slice) => slices.push(slice) })
  const results = await executeAll(asked, executor, options)
  return { slices, answers: results.map(({ notes = [], ...result }) => [plainResult(result), notes]) }
}

describe('queries that are answered together', () => {
  test('have the answers that each has alone, in their order', async () => {
    const alone = await Promise.all(queries.map((query) => execute(query, memoryExecutor(data), options)))
    expect((await run(queries)).answers).toEqual(alone.map(({ notes = [], ...result }) => [plainResult(result), notes]))
  })

  test('share one pass, and a second one where a histogram must find its edges first', async () => {
    const [, count, again, cuts, hist] = queries
    expect((await run([count!])).slices).toHaveLength(3)
    expect((await run([count!, again!, cuts!])).slices).toHaveLength(3)
    expect((await run([count!, hist!, cuts!])).slices).toHaveLength(6)
  })
})
