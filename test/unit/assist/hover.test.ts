import { describe, expect, test } from 'vitest'
import { hover } from '../../../dsl/assist/index.ts'
import { words } from '../../../dsl/assist/words.ts'
import { parse } from '../../../dsl/parse/parse.ts'
import { reservedWords, softWords } from '../../../dsl/parse/tokens.ts'
import { notebook } from './notebook.ts'

const context = notebook()

/** What is told of the word that begins at the bar. */
function at(marked: string) {
  return hover(marked.replace('|', ''), marked.indexOf('|'), context)
}

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

  test('a stream has its type, its cell and its text', () => {
    const found = at('from |muons where E > 1 MeV')
    expect(found?.title).toMatch(/^muons : events/)
    expect(found?.text).toMatch(/^Defined in cell 1\./)
  })

  test('a name that is being defined', () => {
    expect(at('|late = from events where E > 1 MeV')?.title).toMatch(/^late : events/)
  })

  test('a function of the notebook, an aggregate, and a function of the language', () => {
    expect(at('from ibd where |near(prompt, delayed)')?.title).toBe('near : fn (a, b, d = …)')
    expect(at('show |count(ibd)')?.title).toBe('count(…)')
    expect(at('from events define a = |hypot(x, y)')?.text).toMatch(/\S/)
  })

  test('nothing is told of what is not known, of blanks and of comments', () => {
    expect(at('from events where |nonsense > 1')).toBeUndefined()
    expect(at('from events  |  where E > 1 MeV')).toBeUndefined()
    expect(at('x = 1 # |where')).toBeUndefined()
  })
})

describe('a word of the language', () => {
  test('has a sentence and an example', () => {
    expect(at('from events |where E > 1 MeV')).toEqual({
      span: { start: 12, end: 17 },
      title: 'where',
      text: `${words['where']?.doc} Example: \`${words['where']?.example}\``,
    })
  })

  test('in its slot only, where it may be a name elsewhere', () => {
    expect(at('from events match p with |first d within 1 ms')?.title).toBe('first')
    expect(at('x = |first + 1')?.title).not.toBe('first')
  })

  test.each([...reservedWords, ...softWords])('%s is told', (word) => {
    expect(words[word]?.doc).toMatch(/\.$/)
    expect(words[word]?.example.split(/\W+/)).toContain(word)
  })

  test('examples are sentences of the language: whole statements parse', () => {
    const statements = ['from', 'fn', 'param', 'use', 'save', 'show', 'cutflow', 'describe', 'explain'] as const
    for (const word of statements) expect(parse(words[word]?.example ?? '?').diagnostics).toEqual([])
  })
})

test('a quantity is told in the unit in which it is stored', () => {
  expect(at('x = |5 ms')).toMatchObject({ title: '5 ms', text: '5000000 ns' })
  expect(at('x = |1.5 m')?.text).toBe('1500 mm')
  expect(at('x = |300 m^2')?.text).toBe('300000000 mm^2')
})
