import type { IToken } from 'chevrotain'
import type { Diagnostic } from '../ir/diagnostic.ts'
import { rankedByLikeness } from '../ir/meant.ts'
import { diagnose } from '../ir/name-messages.ts'
import { farEnough, gainOf, type Halted, mends, openBrackets } from './attempt.ts'
import { expectedAt } from './expected.ts'
import { isFunction } from './function-names.ts'
import { isA, spanOfToken } from './lex.ts'
import { missing } from './missing.ts'
import { otherSpelling } from './spelling.ts'
import { syntaxError } from './syntax-messages.ts'
import * as t from './tokens.ts'
import { isUnitSpelling, unitMeantBy } from './unit-names.ts'

/** The first of the usual mistakes that explains why a statement halts, or undefined. */
export function usualMistake(halted: Halted): Diagnostic | undefined {
  for (const look of [
    closesNothing,
    closesBeforeComma,
    unknownUnit,
    otherSpelling,
    misspelled,
    twice,
    neverClosed,
    valueBefore,
    missing,
  ]) {
    const found = look(halted)
    if (found !== undefined) return found
  }
  return undefined
}

function closesNothing(halted: Halted): Diagnostic | undefined {
  const token = halted.tokens[halted.at]
  if (token === undefined || !isA(token, t.RightParen, t.RightBracket) || openBrackets(halted).length > 0)
    return undefined
  return syntaxError('S005', spanOfToken(token), { found: token.image, span: spanOfToken(token) })
}

/** `3 Mev`: a name on the line of a number. */
function unknownUnit(halted: Halted): Diagnostic | undefined {
  const { text, tokens, at } = halted
  const [number, name] = [tokens[at - 1], tokens[at]]
  if (number === undefined || name === undefined || !isA(number, t.NumberToken) || !isA(name, t.Name)) return undefined
  if (isA(tokens[at - 2], t.Power)) return undefined
  const span = spanOfToken(name)
  if (!/^[ \t]*$/.test(text.slice(spanOfToken(number).end, span.start))) return undefined
  const meant = unitMeantBy(name.image)
  // What is only somewhat like a unit, or not at all, may be a name behind a forgotten sign.
  const isSure = meant?.toLowerCase() === name.image.toLowerCase() || isUnitSpelling(name.image)
  if (!isSure && missing(halted) !== undefined) return undefined
  if (meant === undefined && misspelled(halted) !== undefined) return undefined
  return diagnose('S105', span, { name: name.image, span, meant: meant ?? null })
}

/** `AND`, `form events`: the halting word, or one shortly before it, is like a word that may stand there. */
function misspelled(halted: Halted): Diagnostic | undefined {
  const guesses: { readonly token: IToken; readonly meant: string; readonly gain: number }[] = []
  for (let index = halted.at; index >= Math.max(0, halted.at - 3); index--) {
    const token = halted.tokens[index]
    if (token === undefined || !isA(token, t.Name) || isA(token, t.QuotedName)) continue
    for (const meant of likeWords(halted, index)) {
      const gain = gainOf(halted, { index, removed: 1, types: [t.word(meant)] })
      if (gain === Infinity || gain >= farEnough) guesses.push({ token, meant, gain })
    }
  }
  const [best] = guesses.toSorted((a, b) => (a.gain === b.gain ? 0 : b.gain - a.gain))
  if (best === undefined) return undefined
  const span = spanOfToken(best.token)
  return syntaxError('S003', span, { found: best.token.image, meant: best.meant, span })
}

/** Words of other languages for ours. */
const synonyms: Readonly<Record<string, t.Word>> = {
  filter: 'where',
  having: 'where',
  let: 'define',
  limit: 'take',
  head: 'take',
  plot: 'hist',
  histogram: 'hist',
  histo: 'hist',
  order: 'sort',
  print: 'show',
  display: 'show',
  def: 'fn',
  function: 'fn',
  nbins: 'bins',
}

/** The words that may stand in the place of a token and are like it. */
function likeWords({ tokens, states }: Halted, index: number): readonly t.Word[] {
  const written = tokens[index]?.image ?? ''
  if (written.length < 2 || isFunction(written)) return []
  const possible = (states[index]?.options ?? []).flatMap(({ type }) => t.wordOf(type) ?? [])
  const synonym = possible.find((word) => word === synonyms[written.toLowerCase()])
  const alike = rankedByLikeness(written, possible)
  return [...(synonym === undefined ? [] : [synonym]), ...alike].filter((word) => word !== written)
}

/** `over 0 .. bins 60`: the slot word before the halting token was taken for a name, since a value is missing before it. */
function valueBefore(halted: Halted): Diagnostic | undefined {
  const { tokens, at, states } = halted
  const [word, state] = [tokens[at - 1], states[at - 1]]
  if (word === undefined || state === undefined || !isA(word, t.Name) || t.wordOf(word.tokenType) === undefined)
    return undefined
  if (!mends(halted, { index: at - 1, removed: 0, types: [t.NumberToken] })) return undefined
  return syntaxError('S001', spanOfToken(word), { found: word.image, expected: expectedAt(state) })
}

/** `events events`, `, ,`: the halting token or the one before it repeats its neighbour. */
function twice(halted: Halted): Diagnostic | undefined {
  const { tokens, at } = halted
  for (const index of [at, at - 1]) {
    const [before, token] = [tokens[index - 1], tokens[index]]
    if (before === undefined || token === undefined || before.image !== token.image) continue
    if (!mends(halted, { index, removed: 1, types: [] })) continue
    const removed = { start: spanOfToken(before).end, end: spanOfToken(token).end }
    return syntaxError('S013', spanOfToken(token), { found: token.image, removed })
  }
  return undefined
}

/** `count(a, b = 1`: the comma before a binding is not one between arguments. */
function closesBeforeComma(halted: Halted): Diagnostic | undefined {
  const { tokens, at } = halted
  const [bracket, comma, before] = [openBrackets(halted).at(-1), tokens[at - 2], tokens[at - 3]]
  if (bracket === undefined || comma === undefined || before === undefined) return undefined
  if (!isA(tokens[at], t.Equal) || !isA(comma, t.Comma)) return undefined
  const [close, type] = isA(bracket, t.LeftParen) ? [')', t.RightParen] : [']', t.RightBracket]
  if (gainOf(halted, { index: at - 2, removed: 0, types: [type] }) !== Infinity) return undefined
  const place = spanOfToken(before).end
  return syntaxError('S004', spanOfToken(bracket), { open: bracket.image, close, before: ',', at: place })
}

/** Closing the open brackets before the halting token, or at the end, mends the statement. */
export function neverClosed(halted: Halted): Diagnostic | undefined {
  const { tokens, at } = halted
  const open = openBrackets(halted).toReversed()
  for (let count = 1; count <= open.length; count++) {
    const [bracket, before] = [open[count - 1], tokens[at - 1]]
    const types = open.slice(0, count).map((token) => (isA(token, t.LeftParen) ? t.RightParen : t.RightBracket))
    if (bracket === undefined || before === undefined || !mends(halted, { index: at, removed: 0, types })) continue
    return syntaxError('S004', spanOfToken(bracket), {
      open: bracket.image,
      close: types.map((type) => (type === t.RightParen ? ')' : ']')).join(''),
      before: tokens[at]?.image ?? null,
      at: spanOfToken(before).end,
    })
  }
  return undefined
}
