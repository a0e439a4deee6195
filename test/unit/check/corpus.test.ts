import { expect, test } from 'vitest'
import type { Names } from '../../../dsl/check/bound.ts'
import { compile } from '../../../dsl/compile.ts'
import { corpus } from '../parse/corpus.ts'
import { library } from './library.ts'

test('every worked cell compiles without a mistake', () => {
  let names: Names = new Map()
  corpus.forEach(({ text }, at) => {
    const cell = String(at + 1).padStart(2, '0')
    const compiled = compile(text, { cell: at + 1, names, catalog: library })
    names = compiled.names
    const errors = compiled.diagnostics.filter(({ severity }) => severity === 'error').map(({ message }) => message)
    expect({ cell, errors, needs: compiled.needs }).toEqual({ cell, errors: [], needs: [] })
  })
})

test('no cell is so broken that the compiler throws, or that a place lies outside of it', () => {
  const words = [
    'E',
    '1 ms',
    'events',
    'prompt',
    't',
    '"CD"',
    '3',
    'this',
    'hits',
    '[1, 2]',
    'count(events)',
    '(from events)',
  ]
  let names: Names = new Map()
  corpus.forEach(({ text }, at) => {
    const options = { cell: at + 1, names, catalog: library }
    for (const token of text.matchAll(/[A-Za-z_]\w*|\d[\d.]*|"[^"]*"|[^\s\w]/g)) {
      const word = words[token.index % words.length] ?? ''
      const broken = text.slice(0, token.index) + word + text.slice(token.index + token[0].length)
      for (const { span, message } of compile(broken, options).diagnostics) {
        expect({ broken, inside: 0 <= span.start && span.start <= span.end && span.end <= broken.length }).toEqual({
          broken,
          inside: true,
        })
        expect(message).not.toMatch(/undefined|NaN|null|\[object/)
      }
    }
    names = compile(text, options).names
  })
})
