import { describe, expect, test } from 'vitest'
import { compile } from '../../../dsl/compile.ts'
import { assistance } from '../../../kernel/assistance.ts'
import { Session, type SessionParts } from '../../../kernel/session.ts'

/** A notebook in which nothing has run. */
const parts = { compile, folder: '/', now: () => 0 } as unknown as SessionParts
const session = new Session(parts)

function at(marked: string) {
  const { start, end, items } = assistance.complete(marked.replace('|', ''), marked.indexOf('|'), session)
  return { start, end, first: items[0], texts: items.map(({ text }) => text) }
}

describe('completion in a notebook', () => {
  test('is the fix of the mistake at the cursor, and nothing else', () => {
    expect(at('width = 5 mm\nx = widht|')).toEqual({
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
})
