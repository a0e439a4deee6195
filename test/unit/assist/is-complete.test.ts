import { describe, expect, test } from 'vitest'
import { isComplete } from '../../../dsl/assist/index.ts'
import { corpus } from '../parse/corpus.ts'

test.each(corpus)('cell $title is complete', ({ text }) => {
  expect(isComplete(text)).toEqual({ status: 'complete' })
})

describe('a text is complete', () => {
  test.each(['', '\n', '# remark', 'describe events', 'from events', 'x = 1\ny = 2\n'])('%j', (text) => {
    expect(isComplete(text)).toEqual({ status: 'complete' })
  })
})

describe('a text is incomplete where what is missing can still come', () => {
  test.each([
    ['from', '  '],
    ['x =', '  '],
    ['show a,', '  '],
    ['from events where', '  '],
    ['x = count(events', '  '],
    ['x = [1, 2,', '  '],
    ['a = 1\nb = (', '  '],
    ['from events match p with', '    '],
    ['from events\n  match p\n    with d', '         '],
    ['ibd = from events match p with d where E > 2 MeV', '         '],
  ])('%j', (text, indent) => {
    expect(isComplete(text)).toEqual({ status: 'incomplete', indent })
  })
})

describe('a text is invalid where nothing that comes can mend it', () => {
  test.each(['from events where E = 3', 'a =\nb = 1', 'from "abc', 'x = 1)', 'from events hst E', 'x = {'])(
    '%j',
    (text) => {
      expect(isComplete(text)).toEqual({ status: 'invalid' })
    },
  )
})
