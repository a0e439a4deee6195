import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { nameMessageCodes } from '../../../dsl/ir/name-messages.ts'
import { syntaxMessageCodes } from '../../../dsl/parse/syntax-messages.ts'
import { habits } from './habit-examples.ts'
import { examples } from './message-examples.ts'
import { applied, messagesPage, said } from './message-page.ts'

const page = fileURLToPath(new URL('../../../docs/messages.md', import.meta.url))

test('the page of messages says what the tables say: `vitest run test/unit/docs --update` writes it anew', async () => {
  await expect(messagesPage()).toMatchFileSnapshot(page)
})

test('every code has an example', () => {
  const codes = [...syntaxMessageCodes, ...nameMessageCodes].filter((code) => code !== 'S190')
  expect(Object.keys(examples).toSorted()).toEqual(codes.toSorted())
})

function errorsOf(cell: string): readonly string[] {
  return said(cell)
    .filter(({ severity }) => severity === 'error')
    .map(({ code, message }) => `${code} ${message}`)
}

describe('the example of a message', () => {
  test.each(Object.entries(examples))('%s has that message alone, and its fix compiles', (code, cell) => {
    const found = said(cell)
    expect(found.map((each) => each.code)).toEqual([code])
    expect(found.flatMap((each) => (each.fix === null ? [] : errorsOf(applied(cell, each))))).toEqual([])
  })
})

describe('a habit of another tool', () => {
  test.each(habits.map(({ cell, code }) => [cell, code] as const))(
    '%s is told so, and its fix compiles',
    (cell, code) => {
      const found = said(cell)
      expect(found.map((each) => each.code)).toEqual(code === null ? [] : [code])
      expect(found.flatMap((each) => (each.fix === null ? [] : errorsOf(applied(cell, each))))).toEqual([])
    },
  )

  test('has a way out to apply, but for a loop', () => {
    const without = habits.filter(({ cell }) => said(cell).some(({ fix }) => fix === null))
    expect(without.map(({ cell }) => cell)).toEqual(['for e in events: print(e)'])
  })
})
