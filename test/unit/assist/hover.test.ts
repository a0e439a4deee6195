import { describe, expect, test } from 'vitest'
import { hover } from '../../../dsl/assist/index.ts'
import { words } from '../../../dsl/assist/words.ts'
import { parse } from '../../../dsl/parse/parse.ts'
import { reservedWords, softWords } from '../../../dsl/parse/tokens.ts'
import { grammarOf } from '../../../dsl/assist/grammar-lines.ts'
import { facts, notebook } from './notebook.ts'

const context = notebook()
/** Its files state their ranges, and every cut passed a tenth of them. */
const informed = notebook({ ...facts, counted: ({ op }) => (op === 'filter' ? 199_847 : undefined) })

/** What is told of the word that begins at the bar. */
function at(marked: string) {
  return hover(marked.replace('|', ''), marked.indexOf('|'), context)
}

function told(marked: string) {
  return hover(marked.replace('|', ''), marked.indexOf('|'), informed)
}

describe('a column', () => {
  test('of files: which ones, and between which values it lies there', () => {
    expect(told('from muons where |E > 1 MeV')).toMatchObject({
      title: 'E : float32 [MeV]',
      text: 'Column of `run_*.parquet` (24 files).\n\nIn the files: 0.2716 … 100000 MeV.',
    })
    expect(told('from ibd where prompt.|run > 1')?.text).toMatch(/In the files: 10001 … 10003\.$/)
    expect(told('from events where |det == "CD"')?.text).toBe('Column of `run_*.parquet` (24 files).')
  })

  test('that is defined: in which cell, with its text; here: by which stage', () => {
    const cell = 'shape = from events\n  define rho = hypot(x, y)\nfrom shape where |rho > 1 m'
    expect(told(cell)?.text).toBe('Defined in cell 2.\n\n    shape = from events define rho = hypot(x, y)')
    expect(told('from events define rho = hypot(x, y) where |rho > 1 m')?.text).toBe(
      'Made by `define` in this statement.',
    )
  })
})

describe('a stage', () => {
  test('tells what it did when it ran last', () => {
    expect(told('from events |where E > 1 MeV')?.text).toContain(
      'Last run: 1,998,475 rows in, 199,847 rows out (10 %).',
    )
    expect(told('late = from (from events |where E > 1 MeV)')?.text).toContain('199,847 rows out')
    expect(told('save (from events |where E > 1 MeV) to "a.parquet"')?.text).toContain('199,847 rows out')
  })

  test('and of a match each role', () => {
    const counted = notebook({
      ...facts,
      counted: (plan) => (plan.op === 'match' ? (plan.roles.length === 0 ? 200 : 50) : undefined),
    })
    const text = 'from events match p with d within 1 ms after p'
    expect(hover(text, text.indexOf('with'), counted)?.text).toContain('Last run: 200 rows in, 50 rows out (25 %).')
    expect(hover(text, text.indexOf('match'), counted)?.text).toContain('1,998,475 rows in, 50 rows out')
  })

  test('says nothing of a run where there was none, nor of an argument', () => {
    expect(told('from events |match p with d within 1 ms after p')?.text).not.toContain('Last run')
    expect(told('show count(events |where E > 1 MeV)')?.text).not.toContain('Last run')
    expect(at('from events |where E > 1 MeV')?.text).not.toContain('Last run')
  })
})

describe('a name', () => {
  test('a column has its type and unit', () => {
    expect(at('from events where |E > 1 MeV')).toEqual({
      span: { start: 18, end: 19 },
      title: 'E : float32 [MeV]',
      text: 'A column of the row.',
    })
  })

  test('a column of a role', () => {
    expect(at('from ibd where prompt.|t > delayed.t')?.title).toBe('prompt.t : instant')
  })

  test('a role has its columns', () => {
    expect(at('from ibd where |prompt.E > 1 MeV')).toMatchObject({
      title: 'prompt : role',
      text: 'An event of the row. Columns: t, run, file, entry, E, x, y, z, r, qtot, nhit, det.',
    })
  })

  test('that a match or a join gives', () => {
    expect(at('from events match |prompt with d within 1 ms after prompt')?.title).toBe('prompt : role')
    expect(at('from events match prompt with first |d in muons within 1 ms after prompt')?.title).toBe('d : role')
    expect(at('from events join |p in muons by event')?.title).toBe('p : record')
  })

  test('a stream of files has their number of rows', () => {
    expect(told('from |events')?.title).toBe('events : events, 1,998,475 rows')
    expect(told('from |events')?.text).toBe('Defined in cell 1.\n\n    events = from "a.parquet"')
  })

  test('a stream has its type, its cell and its text', () => {
    const found = at('from |muons where E > 1 MeV')
    expect(found?.title).toMatch(/^muons : events/)
    expect(found?.text).toMatch(/^Defined in cell 1\./)
  })

  test('a name that is being defined', () => {
    expect(at('|late = from events where E > 1 MeV')?.title).toMatch(/^late : events/)
  })

  test('a function of the notebook, an aggregate, and a function of the language', () => {
    expect(at('from ibd where |near(prompt, delayed)')?.title).toBe('near : fn (a, b, d = 1.5 m)')
    expect(at('show |count(ibd)')).toMatchObject({
      title: 'count([stream or list] [where condition] [window])',
      text: 'How many rows.\n\nExample: `count(events where E > 2 MeV within 1 ms after this)`',
    })
    expect(at('from events define a = |hypot(x, y)')).toMatchObject({
      title: 'hypot(x, …) : in the unit of x',
      text: 'Square root of the sum of squares.',
    })
  })

  test('nothing is told of what is not known, of blanks and of comments', () => {
    expect(at('from events where |nonsense > 1')).toBeUndefined()
    expect(at('from events  |  where E > 1 MeV')).toBeUndefined()
    expect(at('x = 1 # |where')).toBeUndefined()
  })
})

describe('a word of the language', () => {
  test('has a sentence, a line of grammar and an example', () => {
    expect(at('from events |where E > 1 MeV')).toEqual({
      span: { start: 12, end: 17 },
      title: 'where',
      text: `${words['where']?.doc}\n\nGrammar: \`where [label:] condition\`.\n\nExample: \`${words['where']?.example}\``,
    })
  })

  test('in its slot only, where it may be a name elsewhere', () => {
    expect(at('from events match p with |first d within 1 ms')?.title).toBe('first')
    expect(at('x = |first + 1')?.title).not.toBe('first')
  })

  test.each([...reservedWords, ...softWords])('%s is told', (word) => {
    expect(words[word]?.doc).toMatch(/\.$/)
    expect(grammarOf(word)).toContain(word)
    expect(words[word]?.example.split(/\W+/)).toContain(word)
  })

  test('examples are sentences of the language: whole statements parse', () => {
    const statements = ['from', 'fn', 'param', 'use', 'save', 'show', 'cutflow', 'describe', 'explain'] as const
    for (const word of statements) expect(parse(words[word]?.example ?? '?').diagnostics).toEqual([])
  })
})

test('a quantity is told with its dimension, in the unit in which it is stored', () => {
  expect(at('x = |5 ms')).toMatchObject({ title: '5 ms : a time', text: '= 5000000 ns' })
  expect(at('x = |1.5 m')).toMatchObject({ title: '1.5 m : a length', text: '= 1500 mm' })
  expect(at('x = |300 m^2')).toMatchObject({ title: '300 m^2 : an area', text: '= 300000000 mm^2' })
})

test('a unit is told with its dimension and its factor', () => {
  expect(at('from "a.parquet" units E: |keV')).toMatchObject({ title: 'keV : an energy', text: '1 keV = 0.001 MeV' })
  expect(at('from "a.parquet" units t: |ns')).toMatchObject({ title: 'ns : a time', text: '1 ns = 1 ns' })
})
