import { describe, expect, test } from 'vitest'
import type { CellOutput } from '../../../kernel/cell-output.ts'
import { jsonLine } from '../../../kernel/cli/json.ts'
import type { NotebookCell } from '../../../kernel/cli/notebook.ts'
import type { Result } from '../../../runtime/ports/backend.ts'
import { bool, count, duration, energy, instant, MeV, table, text, tracks } from './build.ts'

const span = { start: 0, end: 1 }
const cell: NotebookCell = { text: 'x', number: 2, title: '', origin: { file: null, text: 'x', start: 0 } }

function lineOf(output: CellOutput, time = true): string {
  return [...jsonLine(output, cell, { time })].join('')
}

function json(output: CellOutput): unknown {
  return JSON.parse(lineOf(output))
}

function ofResult(result: Result): unknown {
  return json({ kind: 'result', result, span })
}

describe('a table', () => {
  const rows = table(
    [
      { name: 't', type: instant, values: [1_756_728_000_123_456_789n, 5n] },
      { name: 'E', type: energy, values: [2.5, Number.NaN] },
      { name: 'dt', type: duration, values: [2n ** 53n, 2n ** 53n + 1n] },
      { name: 'n', type: count, values: [null, -3], missing: true },
      { name: 'det', type: text, values: ['CD', 'W"P'] },
      { name: 'ok', type: bool, values: [true, false] },
      {
        name: 'mu',
        type: tracks,
        values: [
          [
            { x0: 1.5, hits: 3n },
            { x0: Infinity, hits: 2n ** 60n },
          ],
          [],
        ],
      },
    ],
    { rows: 4711, batchRows: 1 },
  )

  test('has all rows counted, columns with type and unit, and values', () => {
    expect(ofResult(rows)).toEqual({
      kind: 'table',
      cell: 2,
      stream: 'events',
      rows: 4711,
      columns: [
        { name: 't', type: 'instant', unit: null, missing: false },
        { name: 'E', type: 'float32', unit: 'MeV', missing: false },
        { name: 'dt', type: 'int64', unit: 'ns', missing: false },
        { name: 'n', type: 'int32', unit: null, missing: true },
        { name: 'det', type: 'utf8', unit: null, missing: false },
        { name: 'ok', type: 'bool', unit: null, missing: false },
        { name: 'mu', type: 'list<struct<x0: float32, hits: int64>>', unit: null, missing: false },
      ],
      data: {
        t: ['1756728000123456789', '5'],
        E: [2.5, 'NaN'],
        dt: [9007199254740992, '9007199254740993'],
        n: [null, -3],
        det: ['CD', 'W"P'],
        ok: [true, false],
        mu: [
          [
            { x0: 1.5, hits: 3 },
            { x0: 'Infinity', hits: '1152921504606846976' },
          ],
          [],
        ],
      },
    })
  })

  test('is one line, however many values', () => {
    const long = table([{ name: 'n', type: count, values: Array.from({ length: 40_000 }, (_, at) => at) }])
    const line = lineOf({ kind: 'result', result: long, span })
    expect(line.match(/\n/g)).toHaveLength(1)
    expect((JSON.parse(line) as { data: { n: number[] } }).data.n).toHaveLength(40_000)
  })

  test('without rows and columns is whole', () => {
    expect(ofResult(table([], { stream: 'table' }))).toEqual({
      kind: 'table',
      cell: 2,
      stream: 'table',
      rows: 0,
      columns: [],
      data: {},
    })
  })
})

describe('a number', () => {
  const number = (value: number | bigint | null): Result => ({
    kind: 'number',
    text: 'mean(E of a)',
    type: { kind: 'number', repr: 'float64', unit: MeV },
    value,
  })
  test('has value, unit, type and text', () => {
    expect(ofResult(number(2.5))).toEqual({
      kind: 'number',
      cell: 2,
      value: 2.5,
      unit: 'MeV',
      type: 'float64',
      text: 'mean(E of a)',
    })
  })
  test.each([
    [null, null],
    [Number.NaN, 'NaN'],
    [-Infinity, '-Infinity'],
    [9007199254740993n, '9007199254740993'],
    [12n, 12],
  ])('%s is written %j', (value, written) => expect(ofResult(number(value))).toMatchObject({ value: written }))
  test('that is an instant is text', () => {
    expect(ofResult({ kind: 'number', text: 'min(t)', type: { kind: 'instant' }, value: 5n })).toMatchObject({
      value: '5',
      unit: null,
      type: 'instant',
    })
  })
})

describe('a histogram', () => {
  const one: Result = {
    kind: 'hist',
    axes: [{ label: 'E', unit: 'MeV', edges: [0, 1, 2] }],
    counts: [3, 4],
    underflow: 1,
    overflow: 2,
    outside: 0,
    nan: 5,
    sumw2: null,
  }
  test('of one axis has under- and overflow', () => {
    expect(ofResult(one)).toEqual({
      kind: 'hist',
      cell: 2,
      axes: [{ label: 'E', unit: 'MeV', edges: [0, 1, 2] }],
      counts: [3, 4],
      underflow: 1,
      overflow: 2,
      nan: 5,
    })
  })
  test('of two axes has what lies outside; with a weight the sums of squares', () => {
    const two: Result = {
      ...one,
      axes: [...one.axes, { label: 'z', unit: null, edges: [0, 1] }],
      outside: 9,
      sumw2: [3.5, 4],
    }
    expect(ofResult(two)).toEqual({
      kind: 'hist',
      cell: 2,
      axes: [
        { label: 'E', unit: 'MeV', edges: [0, 1, 2] },
        { label: 'z', unit: null, edges: [0, 1] },
      ],
      counts: [3, 4],
      outside: 9,
      nan: 5,
      sumw2: [3.5, 4],
    })
  })
})

test('a cutflow has a row for each cut', () => {
  const row = { cut: 'mu', sequential: 3, alone: 4, nMinus1: null, efficiency: 0.5, error: 0.1 }
  expect(ofResult({ kind: 'cutflow', source: 'ibd', total: 6, rows: [row] })).toEqual({
    kind: 'cutflow',
    cell: 2,
    source: 'ibd',
    total: 6,
    rows: [row],
  })
})

test('a description has columns, good time and live time', () => {
  const { schema } = table([{ name: 'E', type: energy, values: [] }])
  const goodTime = { approximate: true, spans: [{ run: 3, start: '10', stop: '20' }] }
  expect(ofResult({ kind: 'describe', name: 'a', schema, rows: 5, goodTime, livetimeNs: '9007199254740993' })).toEqual({
    kind: 'describe',
    cell: 2,
    name: 'a',
    stream: 'events',
    rows: 5,
    columns: [{ name: 'E', type: 'float32', unit: 'MeV', missing: false }],
    goodTime: [{ run: 3, start: '10', stop: '20' }],
    livetime: '9007199254740993',
    approximate: true,
  })
  expect(ofResult({ kind: 'describe', name: 'a', schema, rows: 5, goodTime, livetimeNs: '10' })).toMatchObject({
    livetime: 10,
  })
})

test('a definition, a save and the time of a cell', () => {
  expect(json({ kind: 'definition', name: 'a', type: 'events', span })).toEqual({
    kind: 'definition',
    cell: 2,
    name: 'a',
    type: 'events',
  })
  expect(json({ kind: 'saved', path: 'a.csv', rows: 4, span })).toEqual({
    kind: 'saved',
    cell: 2,
    path: 'a.csv',
    rows: 4,
  })
  expect(json({ kind: 'timing', ms: 1.25 })).toEqual({ kind: 'timing', cell: 2, ms: 1.25 })
  expect(lineOf({ kind: 'timing', ms: 1.25 }, false)).toBe('')
})

test('an error in a file has its place in the file, in code points', () => {
  const file = '#%% a\n\n#%% b\n"𝒳" nope\n'
  const inFile = { ...cell, origin: { file: 'f.sift', text: file, start: 13 } }
  const problem = {
    severity: 'error',
    code: 'S101',
    message: 'm',
    span: { start: 5, end: 9 },
    fix: 'f',
    edits: [],
  } as const
  expect(JSON.parse([...jsonLine({ kind: 'problem', problem }, inFile, { time: false })].join(''))).toEqual({
    kind: 'error',
    cell: 2,
    code: 'S101',
    message: 'm',
    line: 4,
    column: 5,
    length: 4,
    fix: 'f',
  })
})

test('a warning without a place', () => {
  const problem = { severity: 'warning', code: 'W001', message: 'm', span: null, fix: null, edits: [] } as const
  expect(json({ kind: 'problem', problem })).toEqual({
    kind: 'warning',
    cell: 2,
    code: 'W001',
    message: 'm',
    line: null,
    column: null,
    length: null,
    fix: null,
  })
})

test('a name that has become stale', () => {
  expect(json({ kind: 'stale', name: 'quiet', madeIn: 1, older: ['events'] })).toEqual({
    kind: 'stale',
    cell: 2,
    name: 'quiet',
    madeIn: 1,
    older: ['events'],
  })
})
