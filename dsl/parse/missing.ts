import type { IToken, TokenType } from 'chevrotain'
import type { Diagnostic } from '../ir/diagnostic.ts'
import type { AggregateName } from '../ir/types.ts'
import { type Halted, mends } from './attempt.ts'
import { isStageWord } from './expected.ts'
import { isA, spanOfToken } from './lex.ts'
import { syntaxError } from './syntax-messages.ts'
import * as t from './tokens.ts'

/** Signs and words that are forgotten, in the order in which they are tried. */
const forgettable: readonly (readonly [string, TokenType])[] = [
  [',', t.Comma],
  ['and', t.word('and')],
  ['(', t.LeftParen],
  [':', t.Colon],
  ['=', t.Equal],
  ['..', t.RangeClosed],
  ...(['from', 'in', 'of', 'by', 'to', 'at', 'least', 'within', 'where', 'hist', 'over', 'bins', 'after'] as const).map(
    (word) => [word, t.word(word)] as const,
  ),
]

/** One sign or word before the halting token mends the statement. */
export function missing(halted: Halted): Diagnostic | undefined {
  const { tokens, at } = halted
  const token = tokens[at]
  if (token === undefined) return undefined
  const likelier = forgettable.filter(([sign]) => isLikelier(halted, sign))
  const found = [...likelier, ...forgettable].find(
    ([sign, type]) => isPlausible(halted, sign) && mends(halted, { index: at, removed: 0, types: [type] }),
  )
  return found && forgotten(halted, { sign: found[0], token })
}

/** A number after an axis is its bins, a name after a column in an aggregate its stream. */
function isLikelier({ tokens, at }: Halted, sign: string): boolean {
  const [token, before, bracket, fn] = [tokens[at], tokens[at - 1], tokens[at - 2], tokens[at - 3]]
  if (sign === 'bins') return isA(token, t.NumberToken)
  const isFirstArgument = isA(token, t.Name) && isA(before, t.Name) && isA(bracket, t.LeftParen)
  return sign === 'of' && isFirstArgument && aggregates.has(fn?.image ?? '')
}

const aggregates: ReadonlySet<string> = new Set<AggregateName>([
  ...(['count', 'sum', 'mean', 'min', 'max', 'std', 'median', 'first', 'last', 'any', 'all'] as const),
])

/** A condition is guessed only where something is compared, a histogram only where an axis is laid out. */
function isPlausible({ tokens, at }: Halted, sign: string): boolean {
  const needed = sign === 'and' || sign === 'where' ? comparing : sign === 'hist' ? ofAxes : undefined
  if (needed === undefined) return true
  const clause = tokens.slice(at)
  const end = clause.findIndex((token) => isStageWord(t.wordOf(token.tokenType) ?? ''))
  return clause.slice(0, end < 0 ? undefined : end).some((token) => isA(token, ...needed))
}

const comparing = [
  ...[t.EqualEqual, t.NotEqual, t.Less, t.LessEqual, t.Greater, t.GreaterEqual],
  ...[t.word('in'), t.word('exists'), t.word('not')],
]
const ofAxes = [t.word('over'), t.word('bins'), t.word('step')]

function forgotten(
  { text, tokens, at }: Halted,
  { sign, token }: { readonly sign: string; readonly token: IToken },
): Diagnostic {
  const before = tokens[at - 1]
  const isGlued = sign === ',' || sign === ':' || sign === '('
  const place = isGlued && before !== undefined ? spanOfToken(before).end : token.startOffset
  const after = sign !== '(' && /^\S/.test(text.slice(place)) ? ' ' : ''
  const ahead = !isGlued && /\S$/.test(text.slice(0, place)) ? ' ' : ''
  const inserted = `${ahead}${sign}${after}`
  return syntaxError('S012', spanOfToken(token), { missing: sign, before: token.image, inserted, at: place })
}
