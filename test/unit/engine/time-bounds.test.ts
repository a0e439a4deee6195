import { describe, expect, test } from 'vitest'
import type { Expr, Plan } from '../../../dsl/ir/plan.ts'
import { execute } from '../../../runtime/engine/index.ts'
import type { Slice } from '../../../runtime/engine/task.ts'
import { evaluate } from '../../../runtime/naive/evaluate.ts'
import { memoryExecutor, type MemoryDataset } from '../../support/memory-executor.ts'
import { plainNaive, plainResult } from '../../support/plain-result.ts'
import {
  about,
  call,
  column,
  events,
  eventColumns,
  eventsSchema,
  filter,
  instant,
  int64,
  match,
  number,
  role,
  scan,
  within,
} from '../naive/build.ts'

/** Ten events, 10 ns apart, in two files: one with n = 3, one with n = 7. */
const stream = scan('events')
const rows = Array.from({ length: 10 }, (_, entry) => ({ t: 10 * entry, entry, E: entry, n: entry < 5 ? 3 : 7 }))
const spansSchema = {
  stream: 'table',
  columns: ['start', 'stop'].map((name) => ({ name, type: instant, missing: false })),
  key: null,
  references: [],
  roles: [],
} as const
const data: ReadonlyMap<string, MemoryDataset> = new Map([
  ['events', { ...events(...rows), schema: eventsSchema() }],
  [
    'spans',
    {
      schema: spansSchema,
      goodTime: { spans: [], approximate: false },
      rows: [
        [10n, 25n],
        [70n, 75n],
      ].map(([start, stop]) => new Map(Object.entries({ start: start!, stop: stop! }))),
    },
  ],
])

const at = (ns: number): Expr => ({ kind: 'instant', ns: String(ns) })
const t = column('t', instant)
const cut = (fn: string, ...args: readonly Expr[]): Plan => filter(stream, call(fn, ...args))

/** The stretches of time that tasks are given, after an answer that is that of the definition. */
async function taken(plan: Plan, cuts: readonly number[] = []): Promise<readonly string[]> {
  const slices: Slice[] = []
  const query = { kind: 'table', plan } as const
  const executor = memoryExecutor(data, { onSlice: (slice) => slices.push(slice) })
  const options = { limit: 100, signal: new AbortController().signal, cuts: cuts.map(BigInt) }
  const { notes: _, ...result } = await execute(query, executor, options)
  expect(plainResult(result)).toEqual(plainNaive(evaluate(query, data), 100))
  return slices.map((slice) => (slice.kind === 'time' ? `${slice.from}..${slice.to}` : slice.kind))
}

describe('a pass over the data covers no more than the times that are asked for:', () => {
  test.each<readonly [string, Plan, readonly string[]]>([
    ['all of it', stream, ['0..91']],
    ['t < 35', cut('less', t, at(35)), ['0..35']],
    ['t <= 35', cut('lessEqual', t, at(35)), ['0..36']],
    ['t > 35', cut('greater', t, at(35)), ['36..91']],
    ['t >= 35', cut('greaterEqual', t, at(35)), ['35..91']],
    ['t == 40', cut('equal', t, at(40)), ['40..41']],
    ['35 < t', cut('less', at(35), t), ['36..91']],
    ['t in 15 .. 35', cut('inRange', t, at(15), at(35)), ['15..36']],
    ['t in 15 ..< 35', cut('inRangeOpen', t, at(15), at(35)), ['15..35']],
    [
      'one condition and another',
      filter(cut('less', t, at(35)), call('and', call('less', at(15), t), call('less', column('E'), number(9)))),
      ['16..35'],
    ],
    ['what contradicts itself', filter(cut('less', t, at(35)), call('less', at(50), t)), []],
    ['one or the other', cut('or', call('less', t, at(35)), call('less', column('E'), number(5))), ['0..91']],
    ['not', cut('not', call('less', t, at(35))), ['0..91']],
    ['not equal', cut('notEqual', t, at(40)), ['0..91']],
    ['shifted events', { op: 'shift', input: cut('less', t, at(35)), by: 20 }, ['20..55']],
    [
      'a condition on shifted events',
      filter({ op: 'shift', input: stream, by: 20 }, call('less', t, at(35))),
      ['20..35'],
    ],
    [
      'a union',
      {
        op: 'union',
        inputs: [
          cut('less', t, at(15)),
          { op: 'renumber', input: cut('equal', t, at(40)), columns: ['file'], files: [1] },
        ],
        good: 'either',
        schema: eventsSchema(),
      },
      ['0..41'],
    ],
  ])('%s', async (_, plan, slices) => {
    expect((await taken(plan)).at(-1)).toEqual(slices.at(-1))
  })
})

const n = column('n', int64)
const pairs = match(stream, 'p', role('each', 'd', stream, within(0, 10, 'after', 'p.')))
const renamed: Plan = {
  op: 'select',
  input: stream,
  columns: ['t', 'file', 'entry'].map((name) => ({ name, value: eventsColumn(name) })).concat({ name: 'k', value: n }),
  schema: eventsSchema([...eventColumns.slice(0, 3), { name: 'k', type: int64, missing: false }]),
}

function eventsColumn(name: string): Expr {
  return { kind: 'column', row: 'row', ...eventColumns.find((known) => known.name === name)! }
}

describe('a pass covers no file whose whole numbers exclude its rows:', () => {
  test.each<readonly [string, Plan, readonly string[]]>([
    ['n == 7', cut('equal', n, number(7)), ['50..91']],
    ['n == 3', cut('equal', n, number(3)), ['0..41']],
    ['n == 5', cut('equal', n, number(5)), []],
    ['n > 6', cut('greater', n, number(6)), ['50..91']],
    ['6 > n', cut('greater', number(6), n), ['0..41']],
    ['n < 2', cut('less', n, number(2)), []],
    ['n in [3, 1]', cut('oneOf', n, number(3), number(1)), ['0..41']],
    ['n in 4 .. 9', cut('inRange', n, number(4), number(9)), ['50..91']],
    ['n != 3', cut('notEqual', n, number(3)), ['0..91']],
    ['not n == 3', cut('not', call('equal', n, number(3))), ['0..91']],
    ['a floating-point number', cut('greater', column('E'), number(7)), ['0..91']],
    ['the anchor of a match', filter(pairs, call('equal', column('p.n', int64), number(7))), ['50..91']],
    ['another role of a match', filter(pairs, call('equal', column('d.n', int64), number(7))), ['0..91']],
    ['shifted events', filter({ op: 'shift', input: stream, by: 5 }, call('equal', n, number(7))), ['55..96']],
    ['a column by another name', filter(renamed, call('equal', column('k', int64), number(7))), ['50..91']],
  ])('%s', async (_, plan, slices) => {
    expect((await taken(plan)).at(-1)).toEqual(slices.at(-1))
  })
})

test('slices between the files that can hold rows are left out', async () => {
  const united: Plan = {
    op: 'union',
    inputs: [
      cut('equal', n, number(3)),
      {
        op: 'renumber',
        input: { op: 'shift', input: cut('equal', n, number(7)), by: 100 },
        columns: ['file'],
        files: [1],
      },
    ],
    good: 'either',
    schema: eventsSchema(),
  }
  expect([...new Set(await taken(united, [41, 100, 150]))]).toEqual(['0..41', '150..191'])
})

test('what windows see outside of it is still seen', async () => {
  const pairs = match(
    filter(stream, call('equal', t, at(40))),
    'p',
    role('each', 'd', stream, within(0, 10, 'after', 'p.')),
    role('without', 'o', filter(stream, call('greater', column('E'), number(6))), within(-60, 60, 'any', 'p.')),
  )
  expect(await taken(pairs)).toEqual(['40..41'])
  const counted = filter(
    filter(stream, call('greater', about('count', stream, within(-30, 30, 'any')), number(5))),
    call('equal', t, at(30)),
  )
  expect(await taken(counted)).toEqual(['30..31'])
})

test('slices between spans that are kept are left out, and those of a veto are not', async () => {
  const during = (mode: 'keep' | 'veto'): Plan => {
    return {
      op: 'during',
      mode,
      input: stream,
      spans: { kind: 'rows', source: { op: 'scan', dataset: 'spans', schema: spansSchema } },
      label: null,
      text: mode,
    }
  }
  const own = (slices: readonly string[]): readonly string[] => slices.filter((slice) => slice !== 'rows')
  expect(own(await taken(during('keep'), [20, 25, 30, 40, 70]))).toEqual(['10..20', '20..25', '70..75'])
  expect(own(await taken(during('veto'), [20, 30, 70]))).toEqual(['0..20', '20..30', '30..70', '70..91'])
})
