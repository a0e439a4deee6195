import { expect, test } from 'vitest'
import { complete, type Completions } from '../../../dsl/assist/index.ts'
import { parse, type Token } from '../../../dsl/parse/parse.ts'
import { corpus } from '../parse/corpus.ts'
import { corpusContext } from './notebook.ts'

/** Words behind which a name is a new one. */
const naming = new Set([
  'match',
  'with',
  'without',
  'each',
  'first',
  'last',
  'nearest',
  'join',
  'optional',
  'fn',
  'param',
])

function namesSomething(tokens: readonly Token[], at: number): boolean {
  const [before, after] = [tokens[at - 1]?.text ?? '', tokens[at + 1]?.text ?? '']
  const isTarget = ['after', 'before', 'of'].includes(before) && after === 'in'
  return after === '=' || after === ':' || naming.has(before) || isTarget || isParameter(tokens, at)
}

/** Between `fn f(` and `)`, or a column of what is named there: a parameter can be any row. */
function isParameter(tokens: readonly Token[], at: number): boolean {
  const opening = tokens.findLastIndex(({ text }, index) => index < at && text === 'fn')
  if (opening < 0) return false
  const closing = tokens.findIndex(({ text }, index) => index > opening && text === ')')
  const parameters = tokens.slice(opening + 3, closing).flatMap(({ kind, text }) => (kind === 'name' ? text : []))
  return at < closing || (tokens[at - 1]?.text === '.' && parameters.includes(tokens[at - 2]?.text ?? ''))
}

function isOffered({ items, slots, signs }: Completions, tokens: readonly Token[], at: number): boolean {
  const token = tokens[at]
  if (token === undefined) return false
  const isItem = items.some(({ text }) => text.replace(/[(.]$/, '') === token.text)
  switch (token.kind) {
    case 'keyword':
      return isItem
    case 'soft':
    case 'name':
      return isItem || (slots.has('newName') && namesSomething(tokens, at)) || isParameter(tokens, at)
    case 'number':
      return slots.has('number') || slots.has('quantity')
    case 'string':
      return slots.has('text')
    case 'instant':
      return slots.has('instant')
    case 'symbol':
      return signs.has(token.text === '**' ? '^' : token.text)
    case 'comment':
    case 'broken':
      return true
  }
}

test('at each token boundary of the corpus the token that follows is offered', () => {
  const unoffered: string[] = []
  const times: number[] = []
  for (const { title, text } of corpus) {
    const tokens = parse(text).tokens.filter(({ kind }) => kind !== 'comment')
    tokens.forEach((token, at) => {
      const start = performance.now()
      const completions = complete(text, token.span.start, corpusContext)
      times.push(performance.now() - start)
      if (!isOffered(completions, tokens, at))
        unoffered.push(`${title}: ${text.slice(token.span.start - 20, token.span.end)}`)
    })
  }
  // The first calls build the states of the automaton and compile the code.
  const later = times.slice(300).toSorted((a, b) => a - b)
  const [median, slowest] = [later[later.length >> 1] ?? 0, later.at(-1) ?? 0]
  console.log(`${times.length} boundaries, median ${median.toFixed(2)} ms, slowest ${slowest.toFixed(1)} ms`)
  expect(unoffered).toEqual([])
})

test('a word that is half typed is completed to itself', () => {
  const unoffered: string[] = []
  for (const { title, text } of corpus) {
    const tokens = parse(text).tokens.filter(({ kind }) => kind !== 'comment')
    tokens.forEach((token, at) => {
      const isWord = token.kind === 'keyword' || (token.kind === 'name' && !namesSomething(tokens, at))
      if (!isWord || token.text.length < 3) return
      const middle = token.span.start + 2
      const { items, span } = complete(text, middle, corpusContext)
      expect(span).toEqual({ start: token.span.start, end: middle })
      if (!items.some(({ text: offered }) => offered.replace(/[(.]$/, '') === token.text))
        unoffered.push(`${title}: ${token.text}`)
    })
  }
  expect(unoffered).toEqual([])
})
