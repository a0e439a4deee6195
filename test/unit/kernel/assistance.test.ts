import { describe, expect, test } from 'vitest'
import { compile } from '../../../dsl/compile.ts'
import { assistance } from '../../../kernel/assistance.ts'
import { Session, type SessionParts } from '../../../kernel/session.ts'

/** A notebook in which nothing has run. */
const parts = { compile, folder: '/', now: () => 0 } as unknown as SessionParts
const session = new Session(parts)

function at(marked: string) {
  const { start, end, items } = assistance.complete(marked.replace('|', ''), marked.indexOf('|'), session)
  const [first] = items.map((item) => ({
    ...item,
    type: item.type.replaceAll('\u00a0', ' ').replaceAll('\u2011', '-'),
  }))
  return { start, end, first, texts: items.map(({ text }) => text), types: items.map(({ type }) => type) }
}

describe('completion in a notebook', () => {
  test('is the fix of the mistake at the cursor, and nothing else', () => {
    expect(at('width = 5 mm\nx = widht|')).toMatchObject({
      start: 17,
      end: 22,
      first: { text: 'width', type: 'S101: write `width`' },
      texts: ['width'],
    })
    expect(at('width = 5 mm\nx = width < 3|')).toMatchObject({ start: 25, end: 26, texts: ['3 mm'] })
  })

  test('behind a blank it is what can stand there', () => {
    expect(at('width = 5 mm\nx = width < 3 |').texts.slice(0, 4)).toEqual(['mm', 'cm', 'm', 'km'])
  })

  test('a word that is still being typed is no mistake', () => {
    expect(at('width = 5 mm\nx = widt|').first).toEqual({ text: 'width', type: 'number [mm]' })
  })

  test('tells what is offered by its type, or by what it is', () => {
    expect(at('width = 5 mm\nx = wi|').first).toEqual({ text: 'width', type: 'number [mm]' })
  })

  test('no type has a place where it could be broken into lines, nor is it longer than a list shows', () => {
    const { types } = at('from |')
    expect(types.length).toBeGreaterThan(1)
    for (const type of [...types, ...at('show |').types]) {
      expect(type).not.toMatch(/[ -]/)
      expect(type.length).toBeLessThanOrEqual(52)
    }
  })
})

test('an explanation is paragraphs with code in them, and a definition a block of it', () => {
  const shown = assistance.inspect('width = 5 mm\nx = width', 18, session)
  expect(shown).toEqual({
    'text/plain': 'width : number [mm]\n\nDefined outside the notebook.\n\n    width = 5 mm',
    'text/markdown': '**`width : number [mm]`**\n\nDefined outside the notebook.\n\n    width = 5 mm',
    'text/html':
      '<p style="margin:0.3em 0"><b><code>width : number [mm]</code></b></p>' +
      '<p style="margin:0.3em 0">Defined outside the notebook.</p>' +
      '<pre style="line-height:1.2;margin:0.3em 0;padding:0">width = 5 mm</pre>',
  })
  expect(assistance.inspect('x = 1', 5, session)).toBeNull()
})
