import { beforeAll, describe, expect, test } from 'vitest'
import { runPython, siftJson, temporaryFolder } from './sift.ts'

// Results over the six rows of tiny.py, worked out by hand.

const folder = temporaryFolder()

const events = 'events = from "tiny.arrow"'
const pairs = `pairs = from events
  match prompt where E in 0.7 .. 12 MeV
    with delayed where E in 2 .. 2.5 MeV and dist(prompt, delayed) < 1.5 m within 1 ms after prompt`

const cells = {
  where: 'from events where det == "WP" or E > 3 MeV',
  match: 'from pairs define dt = delayed.t - prompt.t, n = prompt.nhit + delayed.nhit',
  nulls: 'from "nulls.arrow"',
  numbers: 'show count(events), sum(nhit of events), mean(E of events where E > 2 MeV), min(t of events)',
  rate: 'show livetime(events), count(pairs) / livetime(pairs)',
  veto: 'quiet = from events veto wp: within 1 ms after (from events where det == "WP")\nshow count(quiet), livetime(quiet)',
  missing: 'show max(E of events where E > 100 MeV)',
  hist: 'from events hist E over 0 .. 4 MeV bins 4',
  hist2: 'from events hist E over 0 .. 4 MeV bins 2, nhit over 0 .. 300 bins 3',
  weighted: 'from events hist nhit over 0 .. 400 bins 2 weight nhit / 2',
  cutflow: 'cuts = from events where cd: det == "CD" where E > 2 MeV\ncutflow cuts',
  describe: 'describe events',
  save: 'save pairs to "pairs.arrow"',
}

let run: Awaited<ReturnType<typeof siftJson>>

beforeAll(async () => {
  await runPython(['test/cli/tiny.py', folder])
  run = await siftJson([events, pairs, ...Object.values(cells)], folder, ['--keep-going'])
})

/** What a cell gave after its definitions, without the number of the cell. */
function results(name: keyof typeof cells) {
  const number = Object.keys(cells).indexOf(name) + 3
  const lines = run.lines.filter(({ cell, kind }) => cell === number && kind !== 'definition')
  return lines.map((line) => Object.fromEntries(Object.entries(line).filter(([key]) => key !== 'cell')))
}

test('a notebook without a mistake ends with status 0 and says nothing to people', () => {
  expect({ status: run.status, err: run.err }).toEqual({ status: 0, err: '' })
})

const instants = [0, 1_000_000, 2_000_000, 2_200_000, 10_000_000, 20_000_000].map((ns) =>
  (1_756_684_800_000_000_000n + BigInt(ns)).toString(),
)

const column = (name: string, type: string, unit: string | null = null) => ({ name, type, unit, missing: false })
const columns = [
  column('t', 'instant'),
  column('file', 'uint32'),
  column('entry', 'int64'),
  column('run', 'int32'),
  column('det', 'utf8'),
  column('E', 'float32', 'MeV'),
  column('x', 'float32', 'mm'),
  column('y', 'float32', 'mm'),
  column('z', 'float32', 'mm'),
  column('nhit', 'int32'),
]

test('definitions come in their order with cell and type, warnings before them with their place', async () => {
  const { lines } = await siftJson([events, pairs], folder)
  expect(lines).toMatchObject([
    { kind: 'definition', cell: 1, name: 'events', type: 'events' },
    { kind: 'warning', cell: 2, code: 'W001', line: 3 },
    { kind: 'definition', cell: 2, name: 'pairs', type: 'match(prompt, delayed) of events, 2 roles' },
  ])
})

describe('a table', () => {
  test('of events has every column', async () => {
    expect(results('where')).toEqual([
      {
        kind: 'table',
        stream: 'events',
        rows: 3,
        columns,
        data: {
          t: [instants[1], instants[2], instants[4]],
          file: [0, 0, 0],
          entry: [1, 2, 4],
          run: [7, 7, 7],
          det: ['WP', 'CD', 'CD'],
          E: ['NaN', 3.5, 8],
          x: ['NaN', 1000, 'NaN'],
          y: ['NaN', 0, 'NaN'],
          z: ['NaN', 0, 'NaN'],
          nhit: [900, 350, 800],
        },
      },
    ])
  })

  test('of a match has the columns of its roles, then what was defined', async () => {
    const [table] = results('match')
    expect(table).toMatchObject({ kind: 'table', stream: 'match', rows: 1 })
    expect(table?.['columns']).toEqual([
      ...['prompt', 'delayed'].flatMap((role) => columns.map((each) => ({ ...each, name: `${role}.${each.name}` }))),
      column('dt', 'int64', 'ns'),
      column('n', 'int64'),
    ])
    expect(table?.['data']).toMatchObject({ 'prompt.entry': [2], 'delayed.entry': [3], dt: [200_000], n: [572] })
  })

  test('shows the first rows and counts all of them', async () => {
    const { lines } = await siftJson([events, 'from events'], folder, ['--rows', '2'])
    expect(lines[1]).toMatchObject({ rows: 6, data: { entry: [0, 1] } })
    const none = await siftJson([events, 'from events'], folder, ['--rows', '0'])
    expect(none.lines[1]).toMatchObject({ rows: 6, data: { entry: [] } })
  })

  test('has null where a value is missing, and texts for what JSON has not', async () => {
    expect(results('nulls')).toEqual([
      {
        kind: 'table',
        stream: 'table',
        rows: 3,
        // A file without references gets them: this file, this row.
        columns: [
          column('file', 'uint32'),
          column('entry', 'int64'),
          { name: 'score', type: 'float64', unit: null, missing: true },
          column('big', 'int64'),
          column('good', 'bool'),
          column('hits', 'list<struct<time: float32, pmt: int32>>'),
        ],
        data: {
          file: [0, 0, 0],
          entry: [0, 1, 2],
          score: [0.5, null, 'Infinity'],
          big: ['9007199254740993', '-1152921504606846976', 5],
          good: [true, false, true],
          hits: [
            [{ time: 1.5, pmt: 3 }],
            [],
            [
              { time: 2, pmt: 4 },
              { time: 'NaN', pmt: 5 },
            ],
          ],
        },
      },
    ])
  })
})

describe('a number', () => {
  const number = (text: string, value: unknown, type: string, unit: string | null = null) => ({
    kind: 'number',
    value,
    unit,
    type,
    text,
  })

  test('is shown for each expression of show', async () => {
    expect(results('numbers')).toEqual([
      number('count(events)', 6, 'int64'),
      number('sum(nhit of events)', 2592, 'int64'),
      number('mean(E of events where E > 2 MeV)', 4, 'float64', 'MeV'),
      number('min(t of events)', instants[0], 'instant'),
    ])
  })

  test('is a live time in ns and a rate in 1/ns', async () => {
    expect(results('rate')).toEqual([
      number('livetime(events)', 1_000_000_000, 'int64', 'ns'),
      number('count(pairs) / livetime(pairs)', 1e-9, 'float64', '1/ns'),
    ])
  })

  test('loses the closed window of a veto, to the nanosecond', async () => {
    expect(results('veto')).toEqual([
      number('count(quiet)', 4, 'int64'),
      number('livetime(quiet)', 998_999_999, 'int64', 'ns'),
    ])
  })

  test('over no rows is null', async () => {
    expect(results('missing')).toMatchObject([{ value: null, unit: 'MeV' }])
  })
})

describe('a histogram', () => {
  test('of one axis counts what lies under and over it, and NaN', async () => {
    expect(results('hist')).toEqual([
      {
        kind: 'hist',
        axes: [{ label: 'E', unit: 'MeV', edges: [0, 1, 2, 3, 4] }],
        counts: [0, 1, 2, 1],
        underflow: 0,
        overflow: 1,
        nan: 1,
      },
    ])
  })

  test('of two axes is flat, the last axis fastest', async () => {
    expect(results('hist2')).toEqual([
      {
        kind: 'hist',
        axes: [
          { label: 'E', unit: 'MeV', edges: [0, 2, 4] },
          { label: 'nhit', unit: null, edges: [0, 100, 200, 300] },
        ],
        counts: [0, 1, 0, 0, 0, 2],
        outside: 2,
        nan: 1,
      },
    ])
  })

  test('with a weight holds sums of weights and of their squares', async () => {
    expect(results('weighted')).toEqual([
      {
        kind: 'hist',
        axes: [{ label: 'nhit', unit: null, edges: [0, 200, 400] }],
        counts: [50, 396],
        underflow: 0,
        overflow: 850,
        nan: 0,
        sumw2: [2500, 55_046],
      },
    ])
  })
})

test('a cutflow has each cut in sequence, alone, and without it', async () => {
  const [cutflow] = results('cutflow')
  expect(cutflow).toMatchObject({
    kind: 'cutflow',
    source: 'cuts',
    total: 6,
    rows: [
      { cut: 'cd', sequential: 5, alone: 5, nMinus1: 4 },
      { cut: 'E > 2 MeV', sequential: 4, alone: 4, nMinus1: 5 },
    ],
  })
  const rows = cutflow?.['rows'] as readonly { efficiency: number; error: number }[]
  expect(rows[0]?.efficiency).toBeCloseTo(5 / 6, 14)
  expect(rows[0]?.error).toBeCloseTo(0.152145, 6)
  expect(rows[1]?.efficiency).toBeCloseTo(0.8, 14)
  expect(rows[1]?.error).toBeCloseTo(0.178885, 6)
})

test('a description has columns, rows, good time and live time', async () => {
  expect(results('describe')).toEqual([
    {
      kind: 'describe',
      name: 'events',
      stream: 'events',
      rows: 6,
      columns,
      goodTime: [{ run: 7, start: instants[0], stop: '1756684801000000000' }],
      livetime: 1_000_000_000,
      approximate: false,
      files: 1,
      bytes: expect.any(Number) as number,
      gaps: [],
      overlaps: [],
      ranges: [],
    },
  ])
})

test('a save tells its path and rows, and what it wrote opens again as what it was', async () => {
  expect(results('save')).toEqual([{ kind: 'saved', path: 'pairs.arrow', rows: 1 }])
  const { lines } = await siftJson(['from "pairs.arrow"'], folder)
  expect(lines).toMatchObject([
    { kind: 'table', stream: 'match', rows: 1, data: { 'prompt.entry': [2], 'delayed.t': [instants[3]] } },
  ])
})

describe('an error', () => {
  test('has its place, and ends the run', async () => {
    const { lines, status, err } = await siftJson([events, 'from evnts', 'show count(events)'], folder)
    expect({ status, err }).toEqual({ status: 1, err: '' })
    expect(lines.slice(1)).toEqual([
      {
        kind: 'error',
        cell: 2,
        code: 'S101',
        message: 'I know no stream `evnts`. Did you mean `events` (cell 1)?',
        line: 1,
        column: 6,
        length: 5,
        fix: 'write `events`',
      },
    ])
  })

  test('with --keep-going lets the other cells run, and the status is that of the first', async () => {
    const { lines, status } = await siftJson(
      [events, 'from "none.arrow"', 'from evnts', 'show count(events)'],
      folder,
      ['--keep-going'],
    )
    expect(status).toBe(3)
    expect(lines.map(({ kind, cell, code }) => [kind, cell, code])).toEqual([
      ['definition', 1, undefined],
      ['error', 2, 'D001'],
      ['error', 3, 'S101'],
      ['number', 4, undefined],
    ])
  })

  test('is one for each cell, though there are more', async () => {
    const { lines } = await siftJson(['from a\nfrom b'], folder)
    expect(lines).toHaveLength(1)
  })
})

test('--time adds the time of each cell', async () => {
  const { lines } = await siftJson([events, 'show count(events)'], folder, ['--time'])
  expect(lines.map(({ kind, cell }) => [kind, cell])).toEqual([
    ['definition', 1],
    ['timing', 1],
    ['number', 2],
    ['timing', 2],
  ])
  expect(lines[1]?.['ms']).toBeGreaterThanOrEqual(0)
})
