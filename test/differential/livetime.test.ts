import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import type { Plan } from '../../dsl/ir/plan.ts'
import { schemaOf } from '../../dsl/ir/schema.ts'
import type { Column, Schema } from '../../dsl/ir/types.ts'
import { execute } from '../../runtime/engine/index.ts'
import type { GoodTime } from '../../runtime/ports/dataset.ts'
import { runScript } from '../local/files.ts'
import { memoryExecutor, type MemoryDataset } from '../support/memory-executor.ts'
import { bool, column, filter, instant, int32, int64, veto } from '../unit/naive/build.ts'

/** The live time of random selections against `livetime_answers.py`, to the nanosecond. */

/** One operation: its name and what it is given. */
type Described = Readonly<Record<string, unknown>>

interface Case {
  readonly data: {
    readonly streams: Readonly<Record<string, { readonly good: readonly Span[]; readonly events: readonly Event[] }>>
    readonly spans: readonly (readonly (readonly [string, string])[])[]
  }
  readonly plan: Described
  /** By run, ns. */
  readonly live: Readonly<Record<string, string>>
}

type Span = readonly [run: number, start: string, stop: string]
type Event = readonly [t: string, flag: boolean]

const columns: readonly Column[] = [
  { name: 't', type: instant, missing: false },
  { name: 'file', type: int32, missing: false },
  { name: 'entry', type: int64, missing: false },
  { name: 'run', type: int32, missing: false },
  { name: 'flag', type: bool, missing: false },
]
const events: Schema = { stream: 'events', columns, key: '', references: [''], roles: [] }
const spans: Schema = {
  stream: 'table',
  columns: ['start', 'stop'].map((name) => ({ name, type: instant, missing: false })),
  key: null,
  references: [],
  roles: [],
}

const count = 400
const script = fileURLToPath(new URL('livetime_answers.py', import.meta.url))

/** Instants as text: a JSON number of JavaScript would round them. */
const cases = runScript(script, String(count))
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line.replaceAll(/-?\d{16,}/g, '"$&"')) as Case)

test(`the live time of ${count} random selections is that of an independent program, in each run`, async () => {
  let inAll = 0n
  for (const { data, plan, live } of cases) {
    const good = await goodTimeOf(planOf(plan), datasetsOf(data))
    const own = new Map<number, bigint>()
    for (const { run, start, stop } of good.goodTime.spans)
      own.set(run, (own.get(run) ?? 0n) + BigInt(stop) - BigInt(start))
    const expected = Object.entries(live).map(([run, ns]) => [Number(run), BigInt(ns)] as const)
    expect(own).toEqual(new Map(expected))
    expect(BigInt(good.livetimeNs)).toBe(expected.reduce((sum, [, ns]) => sum + ns, 0n))
    inAll += BigInt(good.livetimeNs)
  }
  console.log(`${count} selections, ${inAll} ns of live time in all`)
  expect(inAll).toBeGreaterThan(1_000_000_000n * BigInt(count))
})

test('the live times of a group by run are those of the program', async () => {
  let groups = 0
  for (const { data, plan: described, live } of cases) {
    const plan = planOf(described)
    const group: Plan = {
      op: 'group',
      input: plan,
      keys: [{ name: 'run', value: column('run', int32) }],
      measures: [],
      livetime: 'live',
    }
    const options = { limit: 100, signal: new AbortController().signal }
    const result = await execute({ kind: 'table', plan: group }, memoryExecutor(datasetsOf(data)), options)
    if (result.kind !== 'table') throw new Error('not a table')
    for (const batch of result.batches) {
      for (let row = 0; row < batch.numRows; row++) {
        const [run, own] = [batch.getChildAt(0)?.get(row) as number, batch.getChildAt(1)?.get(row) as bigint]
        expect(own).toBe(BigInt(live[run] ?? 0))
        groups++
      }
    }
  }
  expect(groups).toBeGreaterThan(count / 2)
})

async function goodTimeOf(
  plan: Plan,
  data: ReadonlyMap<string, MemoryDataset>,
): Promise<{ readonly goodTime: GoodTime; readonly livetimeNs: string }> {
  const options = { limit: 0, signal: new AbortController().signal }
  const result = await execute({ kind: 'describe', name: 'x', plan }, memoryExecutor(data), options)
  if (result.kind !== 'describe' || result.goodTime === null) throw new Error('no good time')
  return { goodTime: result.goodTime, livetimeNs: result.livetimeNs ?? '' }
}

function datasetsOf({ streams, spans: lists }: Case['data']): ReadonlyMap<string, MemoryDataset> {
  const stream = (name: string, number: number): MemoryDataset => {
    const own = streams[name]!
    const goodTime = { spans: own.good.map(([run, start, stop]) => ({ run, start, stop })), approximate: false }
    const rows = own.events.map(([t, flag], entry) => {
      const run = 1 + (entry % 4)
      return new Map<string, bigint | number | boolean>(
        Object.entries({ t: BigInt(t), file: number, entry, run, flag }),
      )
    })
    return { schema: events, rows, goodTime }
  }
  const tables = lists.map((list, at): [string, MemoryDataset] => {
    const rows = list.map(([start, stop]) => new Map(Object.entries({ start: BigInt(start), stop: BigInt(stop) })))
    return [`spans ${at}`, { schema: spans, rows, goodTime: { spans: [], approximate: false } }]
  })
  return new Map([['a', stream('a', 0)], ['b', stream('b', 1)], ...tables])
}

function scan(dataset: string, schema = events): Plan {
  return { op: 'scan', dataset, schema }
}

let unions = 0

function planOf(described: Described): Plan {
  const [[operation, value]] = Object.entries(described) as [[string, unknown]]
  if (operation === 'stream') return scan(String(value))
  const given = value as Readonly<Record<string, never>>
  const input = (): Plan => planOf(given['input']!)
  const mode = given['mode']!
  switch (operation) {
    case 'veto':
      return veto(mode, input(), sourceOf(given['source']!), { low: given['low']!, high: given['high']! })
    case 'during': {
      const source = scan(`spans ${String(given['spans'])}`, spans)
      return { op: 'during', mode, input: input(), spans: { kind: 'rows', source }, label: null, text: mode }
    }
    case 'within':
      return {
        op: 'during',
        mode,
        input: input(),
        spans: { kind: 'goodTime', source: planOf(given['of']!) },
        label: null,
        text: mode,
      }
    case 'shift':
      return { op: 'shift', input: input(), by: given['by']! }
    case 'complete': {
      const windows = (given['windows']! as readonly Described[]).map((window) => ({
        low: window['low'] as number,
        high: window['high'] as number,
        source: planOf(window['of'] as Described),
      }))
      return { op: 'complete', input: input(), windows }
    }
    case 'union': {
      const [left, right] = [planOf(given['left']!), planOf(given['right']!)]
      return { op: 'union', inputs: [left, apart(right)], good: given['how']!, schema: schemaOf(left) }
    }
  }
  throw new Error(operation)
}

/** The events of a union are different ones. */
function apart(plan: Plan): Plan {
  const base = 10 * 2 ** (unions++ % 20)
  return {
    op: 'renumber',
    input: plan,
    columns: ['file'],
    files: Array.from({ length: 200 }, (_, file) => base + file),
  }
}

function sourceOf(given: Described): Plan {
  const stream = scan(String(given['stream']))
  const chosen = given['flagged'] === true ? filter(stream, column('flag', bool)) : stream
  return { op: 'shift', input: chosen, by: Number(given['by']) }
}
