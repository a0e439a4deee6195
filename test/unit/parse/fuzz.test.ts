import fc from 'fast-check'
import { expect, test } from 'vitest'
import { run } from '../../../dsl/parse/automaton.ts'
import { lex } from '../../../dsl/parse/lex.ts'
import { parse } from '../../../dsl/parse/parse.ts'
import { parseStatement } from '../../../dsl/parse/statement.ts'
import { splitStatements } from '../../../dsl/parse/statements.ts'
import { corpus } from './corpus.ts'

const words = [...new Set(corpus.flatMap(({ text }) => lex(text).tokens.map(({ image }) => image)))]
const blanks = fc.constantFrom(' ', '\n', '\n  ', '', '\t', '\r\n')
const salad = fc
  .array(fc.tuple(fc.oneof(fc.constantFrom(...words), fc.string({ maxLength: 3 })), blanks), { maxLength: 40 })
  .map((parts) => parts.flat().join(''))

function expectSpansInside(text: string): void {
  const { cell, diagnostics, tokens } = parse(text)
  const edits = diagnostics.flatMap(({ fix }) => fix?.edits ?? [])
  const spans = [...cell.statements, ...diagnostics, ...tokens, ...edits].map(({ span }) => span)
  for (const { start, end } of spans) {
    expect(Number.isInteger(start) && Number.isInteger(end)).toBe(true)
    expect(start).toBeGreaterThanOrEqual(0)
    expect(end).toBeGreaterThanOrEqual(start)
    expect(end).toBeLessThanOrEqual(text.length)
  }
  for (const { message } of diagnostics) expect(message).toMatch(/\S\.$|\?$/)
}

test('any text is parsed without a crash, and spans lie inside it', () => {
  fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 200 }), expectSpansInside), { numRuns: 2000 })
})

test('so is any salad of words', () => {
  fc.assert(fc.property(salad, expectSpansInside), { numRuns: 3000 })
})

test('a statement is not both understood and refused', () => {
  fc.assert(
    fc.property(salad, (text) => {
      const { cell, diagnostics } = parse(text)
      // S017 stands at the next statement, which was meant to go on with the broken one.
      const inside = diagnostics.filter(
        ({ code, span }) =>
          code !== 'S017' && cell.statements.some((each) => each.span.start <= span.start && span.end <= each.span.end),
      )
      expect(inside).toEqual([])
    }),
    { numRuns: 1000 },
  )
})

test('the automaton takes exactly the statements that the parser takes', () => {
  const brokenCell = fc
    .tuple(fc.constantFrom(...corpus), fc.nat(), fc.constantFrom(...words))
    .map(([{ text }, at, word]) => {
      const tokens = lex(text).tokens
      const token = tokens[at % tokens.length]
      return token === undefined
        ? text
        : text.slice(0, token.startOffset) + word + text.slice((token.endOffset ?? 0) + 1)
    })
  fc.assert(
    fc.property(fc.oneof(salad, brokenCell), (text) => {
      for (const tokens of splitStatements(lex(text).tokens)) {
        const states = run(tokens)
        const isTaken = states.length === tokens.length + 1 && states.at(-1)?.canEnd === true
        expect(parseStatement(tokens) !== undefined).toBe(isTaken)
      }
    }),
    { numRuns: 3000 },
  )
})
