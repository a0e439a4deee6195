import { expect, test } from 'vitest'
import type { Plan } from '../../../dsl/ir/plan.ts'
import type { AggregateName, Type } from '../../../dsl/ir/types.ts'
import { execute } from '../../../runtime/engine/index.ts'
import { RuntimeError } from '../../../runtime/errors.ts'
import { memoryExecutor } from '../../support/memory-executor.ts'
import {
  about,
  bool,
  call,
  column,
  events,
  eventsSchema,
  instant,
  int64,
  match,
  measure,
  otherColumn,
  role,
  scan,
  within,
} from '../naive/build.ts'

const chunks = 4
const rows = chunks * 16_384
const event = { file: 0, ok: false, det: '' }
const data = new Map([
  [
    'events',
    {
      ...events(),
      rows: Array.from({ length: rows }, (_, entry) => {
        return new Map(Object.entries({ ...event, t: BigInt(entry), entry, E: entry % 977, n: entry }))
      }),
      schema: eventsSchema(),
    },
  ],
])
const stream = scan('events')

/** A signal that counts how often it is asked, and is aborted from one question on. */
function askedSignal(abortAt = Number.POSITIVE_INFINITY): {
  readonly signal: AbortSignal
  readonly asked: () => number
} {
  let asked = 0
  const signal = {
    aborted: false,
    throwIfAborted: () => {
      if (++asked >= abortAt) throw new RuntimeError('R001', 'Interrupted.')
    },
  }
  return { signal: signal as AbortSignal, asked: () => asked }
}

async function run(plan: Plan, signal: AbortSignal): Promise<void> {
  await execute({ kind: 'table', plan }, memoryExecutor(data), { limit: 1, signal, cuts: [] })
}

async function asks(plan: Plan): Promise<number> {
  const { signal, asked } = askedSignal()
  await run(plan, signal)
  return asked()
}

/** One row of what a column is at most. */
function summed(input: Plan, name: string): Plan {
  return { op: 'group', input, keys: [], measures: [measure('most', 'max', column(name))] }
}

const window = within(-1000, 0, 'any')

function aggregate(fn: AggregateName): Plan {
  const value = fn === 'all' || fn === 'any' ? otherColumn('ok', bool) : otherColumn('E')
  const found = about(fn, stream, window, { value })
  return summed({ op: 'define', input: stream, columns: [{ name: 'found', value: found }] }, 'found')
}

function joined(key: string, type: Type): Plan {
  const by = column(key, type)
  const keys = [{ left: by, right: by }]
  return summed({ op: 'join', input: stream, name: 'j', source: stream, keys, unmatched: 'missing' }, 'j.n')
}

const paired = summed(
  match(
    stream,
    'p',
    role('each', 'd', stream, within(0, 2, 'after', 'p.'), call('less', column('p.E'), otherColumn('E'))),
  ),
  'p.E',
)

const plans: readonly (readonly [string, Plan])[] = [
  ...(['count', 'sum', 'mean', 'std', 'min', 'max', 'any', 'all', 'first', 'last'] as const).map(
    (fn) => [`the windowed ${fn}`, aggregate(fn)] as const,
  ),
  ['a join by places', joined('n', int64)],
  ['a join by hashes', joined('t', instant)],
  ['a match', paired],
]

test.each(plans)('%s asks for cancellation at every chunk of its rows', async (_, plan) => {
  expect((await asks(plan)) - (await asks(summed(stream, 'E')))).toBeGreaterThanOrEqual(chunks)
})

test('a sort asks for cancellation with every digit of its keys', async () => {
  expect(await asks({ op: 'sort', input: stream, by: column('E'), descending: false })).toBeGreaterThan(chunks)
})

test('what is cancelled here or there on its way ends with R001', async () => {
  const plan = joined('t', instant)
  const all = await asks(plan)
  for (let at = 1; at <= all; at += 8) {
    await expect(run(plan, askedSignal(at).signal)).rejects.toMatchObject({ code: 'R001' })
  }
})
