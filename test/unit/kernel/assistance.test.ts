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
  test('offers the fix of the mistake at the cursor first, in place of the word', () => {
    expect(at('width = 5 mm\nx = widht|')).toMatchObject({
      start: 17,
      end: 22,
      first: { text: 'width', type: 'S101: write `width`' },
    })
  })

  test('beside a fix the rest is offered with what it stands behind', () => {
    const found = at('width = 5 mm\nx = width < 3|')
    expect([found.start, found.end]).toEqual([25, 26])
    expect(found.texts).toEqual(['3 mm', '3 cm', '3 m', '3 km', '3 or', '3 and'])
  })

  test('a word that is still being typed is no mistake', () => {
    expect(at('width = 5 mm\nx = widt|').first).toEqual({ text: 'width', type: 'number [mm]' })
  })

  test('tells what is offered by its type, or by what it is', () => {
    expect(at('width = 5 mm\nx = wi|').first).toEqual({ text: 'width', type: 'number [mm]' })
  })
})
