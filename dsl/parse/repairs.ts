import type { IToken } from 'chevrotain'
import type { Diagnostic } from '../ir/diagnostic.ts'
import { rankedByLikeness } from '../ir/meant.ts'
import { diagnose } from '../ir/name-messages.ts'
import { farEnough, gainOf, type Halted, mends, openBrackets } from './attempt.ts'
import { expectedAt } from './expected.ts'
import { neverClosed, unbalanced, withoutFunction } from './brackets.ts'
import { isFunction } from './function-names.ts'
import { isA, type Lexed, spanOfToken } from './lex.ts'
import { missing, missingEarlier } from './missing.ts'
import { withoutOpening } from './opening.ts'
import { otherSpelling } from './spelling.ts'
import { syntaxError } from './syntax-messages.ts'
import { synonyms } from './synonyms.ts'
import * as t from './tokens.ts'
import { isUnitSpelling, unitMeantBy } from './unit-names.ts'

/** The first of the usual mistakes that explains why a statement halts, or undefined. */
export function usualMistake(halted: Halted, lexed: Lexed): Diagnostic | undefined {
  for (const look of [
    unbalanced,
    closesNothing,
    withoutFunction,
    unknownUnit,
    twice,
    otherSpelling,
    misspelled,
    neverClosed,
    valueBefore,
    withoutOpening,
    missing,
    missingEarlier,
  ]) {
    const found = look(halted, lexed)
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

/** The words that may stand in the place of a token and are like it. */
function likeWords({ tokens, states }: Halted, index: number): readonly t.Word[] {
  const written = tokens[index]?.image ?? ''
  if (written.length < 2 || isFunction(written)) return []
  const possible = (states[index]?.options ?? []).flatMap(({ type }) => t.wordOf(type) ?? [])
  const synonym = possible.find((word) => word === synonyms[written.toLowerCase()])
  const alike = rankedByLikeness(written, possible)
  return [...(synonym === undefined ? [] : [synonym]), ...alike].filter((word) => word !== written)
}

/** `over 0 .. bins 60`, `prompt. bins edges`, `where not in [1]`: a value is missing before the word that was taken for one. */
function valueBefore(halted: Halted): Diagnostic | undefined {
  const { tokens, at, states } = halted
  const [word, state] = [tokens[at - 1], states[at - 1]]
  if (word === undefined || state === undefined) return undefined
  const isSlotWord = isA(word, t.Name) && t.wordOf(word.tokenType) !== undefined
  const types = [...(isSlotWord ? [t.NumberToken] : []), ...(isSlotWord || isA(word, t.word('not')) ? [t.Name] : [])]
  if (!types.some((type) => mends(halted, { index: at - 1, removed: 0, types: [type] }))) return undefined
  return syntaxError('S001', spanOfToken(word), { found: word.image, expected: expectedAt(state) })
}

/** `events events`, `, ,`: a word up to the halting token, or the one behind it, repeats its neighbour. */
function twice(halted: Halted): Diagnostic | undefined {
  const { tokens, at } = halted
  for (let index = at + 1; index > Math.max(0, at - 6); index--) {
    const [before, token] = [tokens[index - 1], tokens[index]]
    if (before === undefined || token === undefined || before.image !== token.image) continue
    const change = { index: index - 1, removed: 1, types: [] }
    // Far from where the statement halts, and at its beginning, only what makes it whole is sure.
    const isClose = at > 0 && index <= at && index >= at - 1
    if (isClose ? !mends(halted, change) : gainOf(halted, change) !== Infinity) continue
    const removed = { start: spanOfToken(before).end, end: spanOfToken(token).end }
    return syntaxError('S013', spanOfToken(token), { found: token.image, removed })
  }
  return undefined
}
