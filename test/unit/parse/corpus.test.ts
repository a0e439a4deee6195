import { describe, expect, test } from 'vitest'
import { Grammar } from '../../../dsl/parse/grammar.ts'
import { parse, splitCells } from '../../../dsl/parse/parse.ts'
import { corpus } from './corpus.ts'

test('the corpus has the 39 worked cells', () => {
  expect(corpus.map(({ title }) => title.slice(0, 2))).toEqual(
    Array.from({ length: 39 }, (_, at) => String(at + 1).padStart(2, '0')),
  )
})

test.each(corpus)('cell $title parses without a mistake', ({ text }) => {
  expect(parse(text).diagnostics).toEqual([])
})

test('a cell has as many statements as it shows', () => {
  const counts = corpus.map(({ text }) => parse(text).cell.statements.length)
  expect(counts).toEqual([
    ...[1, 1, 1, 1, 1, 1, 2, 2, 1, 1],
    ...[1, 2, 1, 3, 1, 2, 3, 1, 1, 2],
    ...[2, 2, 1, 1, 2, 3, 3, 1, 1, 1],
    ...[1, 1, 2, 1, 3, 5, 2, 2, 2],
  ])
})

test('the grammar needs two tokens of look-ahead and has no ambiguity', () => {
  expect(() => new Grammar({ skipValidations: false })).not.toThrow()
})

describe('splitCells', () => {
  test('a file without a marker is one cell', () => {
    expect(splitCells('describe a\n')).toEqual([{ title: '', text: 'describe a\n', start: 0 }])
  })

  test('a cell begins behind its marker, and text before the first one is a cell of its own', () => {
    expect(splitCells('a = 1\n#%% two\nb = 2\n#%%\nc = 3')).toEqual([
      { title: '', text: 'a = 1\n', start: 0 },
      { title: 'two', text: 'b = 2\n', start: 14 },
      { title: '', text: 'c = 3', start: 24 },
    ])
  })

  test('blank text before the first marker is no cell', () => {
    expect(splitCells('\n#%% one\na = 1\n').map(({ title }) => title)).toEqual(['one'])
  })
})
