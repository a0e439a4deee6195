import { describe, expect, test } from 'vitest'
import type { HistResult, Result } from '../../../runtime/ports/backend.ts'
import { cutflowHtml, cutflowText } from '../../../kernel/render/cutflow.ts'
import { describeHtml, describeText } from '../../../kernel/render/describe.ts'
import { histogramText } from '../../../kernel/render/histogram.ts'
import { momentsOf } from '../../../kernel/render/histogram-moments.ts'
import { noteLines } from '../../../kernel/render/notes.ts'
import { numberHtml, numberText } from '../../../kernel/render/number.ts'
import { problemHtml, problemText } from '../../../kernel/render/problem.ts'
import { formatProgress, formatRead } from '../../../kernel/render/progress.ts'
import { staleHtml } from '../../../kernel/render/stale.ts'
import { tableHtml, tableText } from '../../../kernel/render/table.ts'
import type { Problem } from '../../../kernel/problem.ts'
import { bool, count, duration, energy, instant, MeV, table, text, tracks } from './build.ts'

const noon = 1_756_728_000_123_456_789n

describe('a table as text', () => {
  test('has names, units, aligned values, and counts its rows', () => {
    const events = table([
      { name: 't', type: instant, values: [noon, noon + 1n] },
      { name: 'det', type: text, values: ['CD', 'WP'] },
      { name: 'E', type: energy, values: [2.22, Number.NaN] },
      { name: 'nhit', type: count, values: [12, 3456] },
    ])
    expect(tableText(events).split('\n')).toEqual([
      't                               det      E  nhit',
      '                                     [MeV]',
      '2025-09-01T12:00:00.123456789Z  CD    2.22    12',
      '2025-09-01T12:00:00.123456790Z  WP     NaN  3456',
      '2 rows of events',
    ])
  })

  test('says how many rows it leaves out, and what a row of a match is', () => {
    const pairs = table([{ name: 'prompt.E', type: energy, values: [1.5] }], {
      stream: 'match',
      rows: 4711,
      roles: ['prompt', 'delayed'],
    })
    expect(tableText(pairs).split('\n').at(-1)).toBe('the first 1 of 4,711 rows of match(prompt, delayed)')
  })

  test('says how many rows came in and how long the stream could see something, as far as that is known', () => {
    const pairs = {
      ...table([{ name: 'n', type: count, values: [1] }], { stream: 'match', roles: ['a', 'b'] }),
      rowsIn: 1_998_475,
    }
    const time = (approximate: boolean) => ({ kind: 'livetime', ns: '39050124621036', approximate }) as const
    const line = 'rows of match(a, b); 1,998,475 rows in; good time'
    expect(
      tableText({ ...pairs, rows: 3185, notes: [time(false)] })
        .split('\n')
        .at(-1),
    ).toBe(`the first 1 of 3,185 ${line} 10.847 h`)
    expect(tableHtml({ ...pairs, rows: 3185, notes: [time(true)] })).toContain(`${line} ≈ 10.847 h</p>`)
    expect(
      tableText({ ...pairs, rowsIn: 1 })
        .split('\n')
        .at(-1),
    ).toBe('1 row of match(a, b)')
  })

  test('shows a missing value as a dash, a list by its first elements', () => {
    const rows = table(
      [
        { name: 'd', type: duration, values: [null, 5_000n] },
        { name: 'mu', type: tracks, values: [[{ x0: 1.5, hits: 3n }], []] },
        { name: 'ok', type: bool, values: [true, false] },
      ],
      { stream: 'table' },
    )
    expect(tableText(rows).split('\n')).toEqual([
      '   d  mu                    ok',
      '[ns]',
      '   –  [{x0: 1.5, hits: 3}]  true',
      '5000  []                    false',
      '2 rows',
    ])
  })

  test('without any unit has no line of units, and no column wider than the page', () => {
    const wide = table(
      Array.from({ length: 40 }, (_, at) => ({ name: `column_${at}`, type: count, values: [at] })),
      { stream: 'table' },
    )
    const lines = tableText(wide).split('\n')
    expect(lines).toHaveLength(4)
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(120)
    expect(lines[2]).toMatch(/^… 29 columns left out: column_6, /)
  })
})

describe('HTML', () => {
  const hostile = '<script>alert(1)</script>'

  test('escapes names, values, labels and messages', () => {
    const pages = [
      tableHtml(table([{ name: hostile, type: text, values: [hostile] }])),
      cutflowHtml({
        kind: 'cutflow',
        source: hostile,
        total: 1,
        rows: [{ cut: hostile, sequential: 1, alone: 1, nMinus1: 1, efficiency: 1, error: 0 }],
      }),
      describeHtml({
        kind: 'describe',
        name: hostile,
        schema: table([{ name: hostile, type: text, values: [] }]).schema,
        rows: 0,
        goodTime: null,
        livetimeNs: null,
      }),
      numberHtml({ kind: 'number', text: hostile, type: { kind: 'text' }, value: hostile }),
      problemHtml(problem({ message: hostile, fix: hostile }), { label: hostile, text: hostile, start: 0 }),
    ]
    for (const page of pages) {
      expect(page).not.toContain('<script')
      expect(page).toContain('&lt;script&gt;')
      expect(page).not.toMatch(/https?:|src=|href=/)
    }
  })

  test('of a table has its header in one row, without a line that says nothing, and no type of many lines', () => {
    const page = tableHtml(
      table([
        { name: 'n', type: count, values: [1] },
        { name: 'mu', type: tracks, values: [[]] },
      ]),
    )
    expect(page.match(/<th .*?<\/th>/g)).toEqual([
      '<th style="text-align:right;white-space:nowrap">n<br><span style="font-weight:normal;opacity:0.7">int32</span></th>',
      '<th style="text-align:left;white-space:nowrap">mu<br><span style="font-weight:normal;opacity:0.7">list of records</span></th>',
    ])
  })

  test('of a table holds at most 1000 rows and 200 columns', () => {
    const long = table([{ name: 'n', type: count, values: Array.from({ length: 1500 }, (_, at) => at) }])
    expect(tableHtml(long).match(/<tr>/g)).toHaveLength(1000 + 1)
    expect(tableHtml(long)).toContain('the first 1000 of 1,500 rows of events')
    const wide = table(Array.from({ length: 250 }, (_, at) => ({ name: `c${at}`, type: count, values: [1] })))
    expect(tableHtml(wide).match(/<td/g)).toHaveLength(200)
    expect(tableHtml(wide)).toContain('50 columns left out')
  })
})

describe('a number', () => {
  const number = (value: number | bigint | null, unit: typeof MeV, repr: 'int64' | 'float64' = 'float64') =>
    numberText({ kind: 'number', text: 'x', type: { kind: 'number', repr, unit }, value })

  test('that counts has its thousands apart', () => expect(number(1234567, [], 'int64')).toBe('x = 1,234,567'))
  test('with a unit has it', () => expect(number(2.22, MeV)).toBe('x = 2.22 MeV'))
  test('that is a live time is in seconds, exactly, and as people say it', () => {
    expect(number(43_012_345_000_001n, [{ name: 'ns', power: 1 }], 'int64')).toBe('x = 43012.345000001 s (11.948 h)')
  })
  test('that is a rate says it per day or in hertz', () => {
    expect(number(5.787e-13, [{ name: 'ns', power: -1 }])).toBe('x = 5.787e-13 1/ns (49.9997 per day)')
    expect(number(1e-8, [{ name: 'ns', power: -1 }])).toBe('x = 1e-8 1/ns (10 Hz)')
  })
  test('that is missing says so', () => expect(number(null, MeV)).toBe('x = missing'))
})

test('a cutflow has a line for each cut with counts and efficiency to the second digit of its error', () => {
  const cutflow: Result = {
    kind: 'cutflow',
    source: 'ibd',
    total: 2_000_000,
    rows: [
      { cut: 'mu', sequential: 1_872_000, alone: 1_872_000, nMinus1: 130, efficiency: 0.936, error: 0.000173 },
      { cut: 'with delayed', sequential: 100, alone: null, nMinus1: null, efficiency: null, error: null },
    ],
  }
  expect(cutflowText(cutflow).split('\n')).toEqual([
    'cutflow ibd: 2,000,000 rows enter',
    'cut           in sequence      alone  all but      efficiency',
    '                                         this             [%]',
    'mu              1,872,000  1,872,000      130  93.600 ± 0.017',
    'with delayed          100          –        –               –',
  ])
})

describe('a description', () => {
  const schema = table([
    { name: 't', type: instant, values: [] },
    { name: 'E', type: energy, values: [] },
    { name: 'score', type: { kind: 'number', repr: 'float64', unit: null }, values: [], missing: true },
    { name: 'mu', type: tracks, values: [] },
  ]).schema

  test('lists columns with type and unit, good time by run, and the live time', () => {
    const result: Result = {
      kind: 'describe',
      name: 'events',
      schema,
      rows: 1000,
      goodTime: {
        approximate: false,
        spans: [
          { run: 7, start: '1756684800000000000', stop: '1756684860000000000' },
          { run: 7, start: '1756684861000000000', stop: '1756684900000000001' },
        ],
      },
      livetimeNs: '99000000001',
    }
    expect(describeText(result).split('\n')).toEqual([
      'events: events, 1,000 rows',
      '',
      'column     type             unit',
      't          instant',
      'E          float32          MeV',
      'score      float64          unknown  may be missing',
      'mu         list of records',
      '  mu.x0    float32          mm',
      '  mu.hits  int64',
      '',
      'run  start                           stop                            spans  good time [s]',
      '  7  2025-09-01T00:00:00.000000000Z  2025-09-01T00:01:40.000000001Z      2   99.000000001',
      '',
      'live time 99.000000001 s (99 s)',
    ])
  })

  test('shows a hundred runs and counts the rest', () => {
    const spans = Array.from({ length: 102 }, (_, run) => ({ run, start: `${run}`, stop: `${run + 1}` }))
    const goodTime = { approximate: false, spans }
    const lines = describeText({ kind: 'describe', name: 'a', schema, rows: 2, goodTime, livetimeNs: '102' }).split(
      '\n',
    )
    expect(lines.at(-3)).toBe('… 2 runs more')
    expect(lines.at(-4)).toMatch(/^ 99 /)
  })

  test('marks a live time that is known only roughly', () => {
    const result: Result = {
      kind: 'describe',
      name: 'events',
      schema,
      rows: 2,
      goodTime: { approximate: true, spans: [{ run: 1, start: '0', stop: '10000000000' }] },
      livetimeNs: '10000000000',
    }
    expect(describeText(result)).toMatch(/live time ≈ 10 s .*first and last event/)
  })
})

describe('a histogram', () => {
  const hist = (counts: readonly number[], edges: readonly number[]): HistResult => ({
    kind: 'hist',
    axes: [{ label: 'E', unit: 'MeV', edges }],
    counts,
    underflow: 3,
    overflow: 1234,
    outside: 0,
    nan: 5,
    sumw2: null,
  })

  test('has the mean and standard deviation of its bin centres', () => {
    expect(momentsOf(hist([1, 0, 3], [0, 2, 4, 6]))).toEqual({ entries: 4, axes: [{ mean: 4, std: Math.sqrt(3) }] })
  })

  test('is a picture with axis, unit, entries, moments and flows', () => {
    const lines = histogramText(hist([1, 0, 12], [0, 2, 4, 6])).split('\n')
    expect(lines).toHaveLength(12 + 4)
    expect(lines[0]).toBe(`12 ┤${' '.repeat(16)}████████`)
    expect(lines[11]).toBe(` 0 ┤████████${' '.repeat(8)}████████`)
    expect(lines[12]).toBe(`   └${'─'.repeat(24)}`)
    expect(lines[13]).toMatch(/^ {4}0 +6$/)
    expect(lines[14]).toBe('    E [MeV]')
    expect(lines[15]).toBe('entries 13, mean 4.69231 MeV, std 1.06588 MeV; underflow 3, overflow 1,234, NaN 5')
  })

  test('with more bins than columns sums neighbours and says so', () => {
    const edges = Array.from({ length: 241 }, (_, at) => at)
    const lines = histogramText(
      hist(
        edges.slice(1).map(() => 1),
        edges,
      ),
    ).split('\n')
    expect(lines[0]).toBe(` 3 ┤${'█'.repeat(80)}`.slice(1))
    expect(lines[14]).toContain('(3 bins to a column)')
  })

  test('of two axes is a picture of shades with the second axis upward', () => {
    const two: HistResult = {
      ...hist([0, 4, 1, 0], [0, 1, 2]),
      axes: [
        { label: 'x', unit: 'mm', edges: [0, 1, 2] },
        { label: 'y', unit: null, edges: [10, 11, 12] },
      ],
      outside: 7,
    }
    expect(histogramText(two).split('\n')).toEqual([
      '    y',
      '12 ┤█',
      '10 ┤ ░',
      '   └──',
      '    0 2',
      '    x [mm]',
      'entries 5; x: mean 0.7 mm, std 0.4 mm; y: mean 11.3, std 0.4; outside 7, NaN 5',
    ])
  })

  test('that is empty is drawn without a bar', () => {
    const lines = histogramText(hist([0, 0], [0, 1, 2])).split('\n')
    expect(lines.slice(1, 11).every((line) => line.trimEnd() === '  ┤')).toBe(true)
    expect(lines[15]).toContain('entries 0, mean NaN MeV')
  })
})

describe('a problem', () => {
  test('points at its place with a caret under every column of it', () => {
    const cell = 'a = from events\n  where energy > 1 MeV'
    const shown = problemText(problem({ span: { start: 24, end: 30 }, fix: 'E' }), {
      label: 'cell 1',
      text: cell,
      start: 0,
    })
    expect(shown.split('\n')).toEqual([
      'error S102 in cell 1, line 2, column 9',
      '  2 |   where energy > 1 MeV',
      '    |         ^^^^^^',
      '  wrong',
      '  Way out: E',
    ])
  })

  test('in a cell of a file is placed in the file', () => {
    const file = '#%% one\nx\n#%% two\nfrom evnts\n'
    const shown = problemText(problem({ span: { start: 5, end: 10 } }), { label: 'a.sift', text: file, start: 18 })
    expect(shown.split('\n').slice(0, 3)).toEqual([
      'error S102 in a.sift, line 4, column 6',
      '  4 | from evnts',
      '    |      ^^^^^',
    ])
  })

  test('counts columns in code points and underlines by width', () => {
    const shown = problemText(problem({ span: { start: 4, end: 5 } }), { label: 'cell 1', text: '"𝒳µ" x', start: 0 })
    expect(shown.split('\n')[0]).toBe('error S102 in cell 1, line 1, column 4')
    const wide = problemText(problem({ span: { start: 3, end: 4 } }), { label: 'cell 1', text: '"中 x', start: 0 })
    expect(wide.split('\n')[2]).toBe('    |     ^')
  })

  test('over several lines is underlined on the first', () => {
    const shown = problemText(problem({ span: { start: 2, end: 9 } }), {
      label: 'cell 1',
      text: '  abc\n  def',
      start: 0,
    })
    expect(shown.split('\n')[2]).toBe('    |   ^^^')
  })

  test('at the end of the text has one caret behind it', () => {
    const shown = problemText(problem({ span: { start: 4, end: 4 } }), { label: 'cell 1', text: 'from', start: 0 })
    expect(shown.split('\n')[2]).toBe('    |     ^')
  })

  test('without a place names the cell alone', () => {
    const shown = problemText(problem({ span: null, severity: 'warning' }), { label: 'cell 3', text: 'x', start: 0 })
    expect(shown).toBe('warning S102 in cell 3\n  wrong')
  })
})

test('progress tells rows, share, bytes, rate and the time left', () => {
  const progress = { rows: 500_000, totalRows: 2_000_000, bytes: 24_000_000 }
  expect(formatProgress(progress, 1000)).toBe('500,000 of 2,000,000 rows (25 %), 24 MB, 500 k rows/s, 3.00 s left')
  expect(formatRead({ ...progress, rows: 2_000_000 }, 1000)).toBe(
    '2,000,000 of 2,000,000 rows in 1.00 s (2.00 M rows/s)',
  )
})

test('where help at the cursor offers a fix, the way out says so', () => {
  const text = 'from events where E > 0.7'
  const place = { label: 'cell 1', text, start: 0, hasCompletion: true }
  const span = { start: 22, end: 25 }
  const last = (edits: Problem['edits']) =>
    problemText(problem({ span, fix: 'write `0.7 MeV`', edits }), place)
      .split('\n')
      .at(-1)
  const edit = { span, text: '0.7 MeV' }
  expect(last([edit])).toBe('  Way out: write `0.7 MeV`; Tab behind `0.7` offers it')
  expect(last([edit, edit])).toBe('  Way out: write `0.7 MeV`')
  expect(last([{ span: { start: 5, end: 5 }, text: 'x' }])).toBe('  Way out: write `0.7 MeV`')
  expect(problemText(problem({ span, fix: 'write', edits: [edit] }), { ...place, hasCompletion: false })).not.toMatch(
    'Tab',
  )
})

test('what is stale has one button in a notebook, which only JupyterLab shows, and no script', () => {
  const names = [
    { name: 'quiet', madeIn: 8, older: ['events'] },
    { name: '<b>', madeIn: 9, older: ['events'] },
  ]
  const page = staleHtml(names)
  expect(page).toContain('stale: <code>quiet</code> (cell 8) was made with an older <code>events</code>')
  expect(page).toContain('<code>&lt;b&gt;</code>')
  expect(page.match(/<button/g)).toHaveLength(1)
  expect(page).toContain('.sift-rerun{display:none}')
  expect(page).not.toMatch(/<script|onclick|https?:/)
})

function problem(given: Partial<Problem>): Problem {
  return {
    severity: 'error',
    code: 'S102',
    message: 'wrong',
    span: { start: 0, end: 1 },
    fix: null,
    edits: [],
    ...given,
  }
}

test('a note is a line in words', () => {
  const noted: Result = {
    ...table([{ name: 'n', type: count, values: [1] }]),
    notes: [
      { kind: 'shared', role: 'delayed', events: 12, rows: 3 },
      { kind: 'unmatched', join: 'psd', rows: 1 },
      { kind: 'edge', rows: 3, ns: '400000000' },
      { kind: 'overlap', fraction: 0.855 },
      { kind: 'livetime', ns: '5', approximate: false },
      { kind: 'partialVeto', veto: 'shower' },
      { kind: 'nan', where: 'fv', rows: 2916 },
    ],
  }
  expect(noteLines(noted)).toEqual([
    '12 `delayed` occur in more than one row, up to 3',
    '`join psd` dropped 1 row without a partner',
    'edge: the windows of 3 rows, and of 400 ms of live time, reach outside of the good time; `complete` drops them',
    'the good time that the streams of the union share is 85.5 % of the shorter one; `good: either` or `good: both` decides',
    'live time excludes the position-dependent veto `shower`',
    '`where fv` met NaN in 2,916 rows',
  ])
})

test('no word is lost on an edge without rows', () => {
  const noted: Result = {
    ...table([{ name: 'n', type: count, values: [1] }]),
    notes: [{ kind: 'edge', rows: 0, ns: '5' }],
  }
  expect(noteLines(noted)).toEqual([])
})

test('a cutflow that is split names the value of each line', () => {
  const cut = { cut: 'fv', sequential: 1, alone: 1, nMinus1: 2, efficiency: 0.5, error: 0.1 }
  const split: Result = {
    kind: 'cutflow',
    source: 'x',
    total: 4,
    rows: [
      { ...cut, by: 7 },
      { ...cut, by: 8 },
    ],
    by: { name: 'run', type: count },
  }
  const [, head, , first, second] = cutflowText(split).split('\n')
  expect([head, first, second].map((line) => line?.trim().split(/ +/).slice(0, 2))).toEqual([
    ['run', 'cut'],
    ['7', 'fv'],
    ['8', 'fv'],
  ])
})
