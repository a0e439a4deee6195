import { describe, expect, test } from 'vitest'
import {
  formatBytes,
  formatCount,
  formatDuration,
  formatElapsed,
  formatInstant,
  formatNumber,
  formatSeconds,
  plural,
} from '../../../kernel/render/numbers.ts'
import { textTable } from '../../../kernel/render/text-table.ts'
import { displayWidth, padEnd, shorten } from '../../../kernel/render/width.ts'

test.each([
  [0, '0'],
  [-3, '-3'],
  [2_000_000, '2000000'],
  [2.220000028610229, '2.22'],
  [0.1, '0.1'],
  [-1234.5678, '-1234.57'],
  [123456.7, '123457'],
  [0.00012345678, '0.000123457'],
  [0.000012345678, '1.23457e-5'],
  [1.5e15, '1500000000000000'],
  [1.234567e20, '1.23457e20'],
  [Number.NaN, 'NaN'],
  [-Infinity, '-inf'],
])('%d is shown as %s', (value, shown) => expect(formatNumber(value)).toBe(shown))

test.each([
  [0, '0'],
  [999, '999'],
  [1000, '1,000'],
  [-1234567, '-1,234,567'],
  [12345678901234567890n, '12,345,678,901,234,567,890'],
])('the count %s is shown as %s', (count, shown) => expect(formatCount(count)).toBe(shown))

test('one is not many', () => {
  expect([plural(0, 'row'), plural(1, 'row'), plural(2000, 'row')]).toEqual(['0 rows', '1 row', '2,000 rows'])
})

test.each([
  [0, '0 ns'],
  [999, '999 ns'],
  [1500, '1.5 us'],
  [999_999_999, '1000 ms'],
  [119.5e9, '119.5 s'],
  [120e9, '2 min'],
  [7199e9, '120 min'],
  [43_012.345e9, '11.948 h'],
  [172_800e9, '2 d'],
  [-5e6, '-5 ms'],
])('%d ns are %s', (ns, shown) => expect(formatDuration(ns)).toBe(shown))

describe('exact times', () => {
  test.each([
    [0n, '1970-01-01T00:00:00.000000000Z'],
    [1_756_728_000_123_456_789n, '2025-09-01T12:00:00.123456789Z'],
    [-1n, '1969-12-31T23:59:59.999999999Z'],
  ])('the instant %s is %s', (ns, shown) => expect(formatInstant(ns)).toBe(shown))

  test.each([
    [43_012_345_000_001n, '43012.345000001'],
    [1_000_000_000n, '1'],
    [-1_500_000_000n, '-1.5'],
    [0n, '0'],
  ])('%s ns are %s s', (ns, shown) => expect(formatSeconds(ns)).toBe(shown))
})

test('elapsed times and bytes are in the unit that suits them', () => {
  expect([420, 12_340, 185_000].map(formatElapsed)).toEqual(['0.42 s', '12.3 s', '3 min 5 s'])
  expect([999, 1000, 96_000_000, 2.5e9].map(formatBytes)).toEqual(['999 B', '1 kB', '96 MB', '2.5 GB'])
})

describe('widths', () => {
  test('count columns of a terminal', () =>
    expect([displayWidth('µ é'), displayWidth('e\u0301'), displayWidth('中微子')]).toEqual([3, 1, 6]))
  test('pad and shorten by columns', () => {
    expect(padEnd('中', 4)).toBe('中  ')
    expect([shorten('neutrino', 8), shorten('neutrinos', 8), shorten('中微子', 5)]).toEqual([
      'neutrino',
      'neutrin…',
      '中微…',
    ])
  })
})

describe('a text table', () => {
  const column = (name: string) => ({ header: [name], cells: ['1234'], align: 'right' as const })

  test('takes columns in turn from the right and the left end while they fit, and says which it leaves out', () => {
    expect(textTable(['t', 'a', 'b', 'c', 'd'].map(column), 20)).toEqual({
      lines: ['   t     a  …     d', '1234  1234  …  1234'],
      omitted: [2, 3],
    })
  })

  test('that fits has all of them', () => {
    expect(textTable(['t', 'a'].map(column), 10)).toEqual({ lines: ['   t     a', '1234  1234'], omitted: [] })
  })
})
