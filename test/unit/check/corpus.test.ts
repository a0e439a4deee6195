import { expect, test } from 'vitest'
import type { Names } from '../../../dsl/check/bound.ts'
import { compile } from '../../../dsl/compile.ts'
import { corpus } from '../parse/corpus.ts'
import { catalog, column, events, number } from './catalog.ts'

/** What is not run yet, by the number of the cell that asks for it. */
const refused: ReadonlyMap<string, string> = new Map([
  ['16', '`burst`'],
  ['17', '`shift`'],
  ['21', '`join`'],
  ['22', '`join`'],
  ['23', '`join`'],
  ['24', '`union`'],
  ['25', '`livetime()` in a group'],
  ['28', '`keep during`'],
  ['30', '`save … to sniper(…)`'],
  ['31', '`use spark`'],
  ['32', '`explain`'],
  ['33', '`sample`'],
  ['34', '`complete`'],
  ['38', '`join`'],
])

const scale = { ...events, columns: [...events.columns, column('scale', number('float64', ''))] }

test('every worked cell compiles, or is refused by the name of what is not run yet', () => {
  let names: Names = new Map()
  corpus.forEach(({ text }, at) => {
    const cell = String(at + 1).padStart(2, '0')
    // The muons of cell 07 are of a union: without it the cells after it can be checked.
    const written = cell === '07' ? text.replace('union(events, wp)', 'events') : text
    const compiled = compile(written, {
      cell: at + 1,
      names,
      catalog: {
        dataset: (need) => (need.path.includes('calib') ? { key: need.path, schema: scale } : catalog.dataset(need)),
      },
    })
    names = compiled.names
    const errors = compiled.diagnostics.filter(({ severity }) => severity === 'error').map(({ message }) => message)
    const construct = refused.get(cell)
    const expected = construct === undefined ? [] : [`${construct} is understood but not yet run by this version.`]
    expect({ cell, errors }).toEqual({ cell, errors: expected })
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
    const options = { cell: at + 1, names, catalog }
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
    names = compile(text.replace('union(events, wp)', 'events'), options).names
  })
})
