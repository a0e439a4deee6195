import { describe, expect, test } from 'vitest'
import { truncatedExponential } from '../../../kernel/demo/capture-time.ts'
import { captureTimeText, truthText } from '../../../kernel/demo/report.ts'
import { type Record, rejection, type Surroundings } from '../../../kernel/demo/selection.ts'
import { compare } from '../../../kernel/demo/truth.ts'
import { count, energy, instant, mm, table, text } from './build.ts'

describe('an exponential law cut off to a window', () => {
  test('has the mean and deviation of its density, summed in steps', () => {
    const window = { lifetime: 216, from: 5, to: 1000 }
    const steps = Array.from({ length: 99_500 }, (_, at) => 5 + (at + 0.5) / 100)
    const density = steps.map((t) => Math.exp(-t / 216))
    const moment = (power: number) =>
      steps.reduce((sum, t, at) => sum + t ** power * (density[at] ?? 0), 0) /
      density.reduce((sum, each) => sum + each, 0)
    const { mean, std } = truncatedExponential(window)
    expect(mean).toBeCloseTo(moment(1), 4)
    expect(std).toBeCloseTo(Math.sqrt(moment(2) - moment(1) ** 2), 4)
  })

  test('in a window of many mean lives is the whole law', () => {
    expect(truncatedExponential({ lifetime: 2, from: 3, to: 300 })).toEqual({ mean: 5, std: 2 })
  })
})

const ms = 1e6
const record = (given: Partial<Record>): Record => ({ key: 0, t: 100 * ms, energy: 3, x: 0, y: 0, z: 0, ...given })
const pair = (prompt: Partial<Record> = {}, delayed: Partial<Record> = {}) => ({
  prompt: record({ key: 1, ...prompt }),
  delayed: record({ key: 2, t: 100.2 * ms, energy: 2.2, ...delayed }),
})
const quiet: Surroundings = {
  muons: new Float64Array(),
  neutrons: [],
  others: { t: new Float64Array(), key: new Float64Array() },
}

describe('a pair', () => {
  test('that is as it should be passes', () => expect(rejection(pair(), quiet)).toBeNull())

  test.each([
    ['no vertex', pair({}, { x: Number.NaN })],
    ['prompt energy', pair({ energy: 0.699 })],
    ['prompt outside the fiducial volume', pair({ x: 16_500 })],
    ['prompt outside the fiducial volume', pair({ z: -15_501, x: 1999 })],
    ['delayed energy', pair({}, { energy: 2.501 })],
    ['time between them', pair({}, { t: 100 * ms + 4999 })],
    ['time between them', pair({}, { t: 101 * ms + 1 })],
    ['distance between them', pair({}, { y: 1500 })],
  ])('is taken away by %s', (reason, given) => expect(rejection(given, quiet)).toBe(reason))

  test.each([
    ['at the chimney, off its axis', pair({ z: -15_501, x: 2001 }, { z: -15_501, x: 2001 })],
    ['of the shortest wait', pair({}, { t: 100 * ms + 5000 })],
    ['of the longest wait', pair({}, { t: 101 * ms })],
  ])('%s passes', (_, given) => expect(rejection(given, quiet)).toBeNull())

  const after = (t: number) => rejection(pair(), { ...quiet, muons: Float64Array.of(1, t) })
  test('is vetoed up to 5 ms after a muon, the end included', () => {
    expect([after(95 * ms), after(95.2 * ms), after(100.2 * ms)]).toEqual(
      Array.from({ length: 3 }, () => 'after a muon'),
    )
    expect([after(95 * ms - 1), after(100.2 * ms + 1)]).toEqual([null, null])
  })

  const near = (t: number, x = 3999) =>
    rejection(pair({ t: 2000 * ms }, { t: 2000.2 * ms }), { ...quiet, neutrons: [record({ t, x })] })
  test('is vetoed within 4 m of a neutron, 20 us to 1.2 s after it', () => {
    expect([near(800 * ms), near(2000.18 * ms)]).toEqual(['near a spallation neutron', 'near a spallation neutron'])
    expect([near(800 * ms - 1), near(2000.18 * ms + 1), near(1000 * ms, 4000)]).toEqual([null, null, null])
  })

  const other = (t: number, key = 9) =>
    rejection(pair(), { ...quiet, others: { t: Float64Array.of(t), key: Float64Array.of(key) } })
  test('is spoiled by a third record from 1 ms before to 1 ms after it, but not by itself', () => {
    expect([other(99 * ms), other(101.2 * ms)]).toEqual(['a third record', 'a third record'])
    expect([other(99 * ms - 1), other(101.2 * ms + 1), other(100 * ms, 1), other(100.2 * ms, 2)]).toEqual([
      null,
      null,
      null,
      null,
    ])
  })
})

test('found pairs are compared with true ones, with the reason of each difference', () => {
  const base = 1_756_684_800_000_000_000n
  const times = [0, 200_000, 10 * ms, 10.2 * ms, 50 * ms, 50.2 * ms].map((ns) => base + BigInt(ns))
  const length = { kind: 'number', repr: 'float32', unit: mm } as const
  const whole = (name: string, values: readonly number[]) => ({ name, type: count, values })
  const zeros = times.map(() => 0)
  const records = table([
    whole('file', zeros),
    whole('entry', [0, 1, 2, 3, 4, 5]),
    { name: 't', type: instant, values: times },
    { name: 'E', type: energy, values: [3, 2.2, 3, 9, 4, 2.2] },
    ...['x', 'y', 'z'].map((name) => ({ name, type: length, values: zeros })),
  ])
  const keys = (prompts: readonly number[], delayeds: readonly number[]) => [
    whole(
      'prompt_file',
      prompts.map(() => 0),
    ),
    whole('prompt_entry', prompts),
    whole(
      'delayed_file',
      prompts.map(() => 0),
    ),
    whole('delayed_entry', delayeds),
  ]
  const none = records.schema.columns.map(({ name, type }) => ({ name, type, values: [] }))
  const comparison = compare({
    found: table(keys([0, 4], [1, 1])),
    pairs: table([...keys([0, 2, 4], [1, 3, 5]), whole('scenario', [1, 2, 0])]),
    scenarios: table([whole('scenario', [1, 2]), { name: 'expect', type: text, values: ['found', 'found'] }]),
    records,
    others: table(none),
    processes: table([
      whole('file', zeros),
      whole('entry', [0, 1, 2, 3, 4, 5]),
      { name: 'process', type: text, values: ['p', 'd', 'p', 'd', 'p', 'd'] },
    ]),
    muons: table(none),
    neutrons: table(none),
  })
  expect(comparison).toEqual({
    truePairs: 3,
    found: 1,
    missed: new Map([
      ['delayed energy', 1],
      ['unexplained', 1],
    ]),
    falsePairs: new Map([['p + d', 1]]),
    scenarios: { all: 2, right: 1 },
  })
  expect(truthText(comparison).split('\n')).toEqual([
    'pairs of a reactor neutrino           number',
    'true pairs in the sample                   3',
    'found                                      1',
    'missed                                     2',
    '   delayed energy                          1',
    '   unexplained                             1',
    'false                                      1',
    '   p + d                                   1',
    'put in on purpose, as they should be  1 of 2',
  ])
})

test('the mean capture time stands beside what is expected, with its error', () => {
  expect(captureTimeText(3400, 214_000)).toBe(
    [
      'mean time from positron to neutron capture: 214.0 us',
      'expected, 216.0 us cut off to 5.0 .. 1000.0 us: 211.0 ± 3.3 us (0.9 standard errors off)',
    ].join('\n'),
  )
})
