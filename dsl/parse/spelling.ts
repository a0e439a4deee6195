import type { TokenType } from 'chevrotain'
import type { Diagnostic } from '../ir/diagnostic.ts'
import { gainOf, type Halted, mends } from './attempt.ts'
import { isStageWord } from './expected.ts'
import { isA, spanOfToken } from './lex.ts'
import { syntaxError } from './syntax-messages.ts'
import * as t from './tokens.ts'

interface Spelling {
  readonly found: readonly TokenType[]
  readonly written: string
  readonly types: readonly TokenType[]
  readonly why: string
}

/** What other languages write otherwise. The first that mends the statement is told. */
const spellings: readonly Spelling[] = [
  {
    found: [t.Equal, t.Equal],
    written: '==',
    types: [t.EqualEqual],
    why: 'Two values are compared by `==`, without a blank.',
  },
  { found: [t.Equal, t.Greater], written: '>=', types: [t.GreaterEqual], why: 'At least is written `>=`.' },
  { found: [t.Equal, t.Less], written: '<=', types: [t.LessEqual], why: 'At most is written `<=`.' },
  { found: [t.Less, t.Greater], written: '!=', types: [t.NotEqual], why: 'Not equal is written `!=`.' },
  { found: [t.EqualEqual, t.Equal], written: '==', types: [t.EqualEqual], why: 'Two values are compared by `==`.' },
  { found: [t.Bang, t.EqualEqual], written: '!=', types: [t.NotEqual], why: 'Not equal is written `!=`.' },
  { found: [t.NotEqual, t.Equal], written: '!=', types: [t.NotEqual], why: 'Not equal is written `!=`.' },
  { found: [t.EqualEqual], written: '=', types: [t.Equal], why: '`==` compares; a name is given by `=`.' },
  { found: [t.Colon, t.Equal], written: '=', types: [t.Equal], why: 'A name is given by `=`.' },
  { found: [t.Colon], written: '=', types: [t.Equal], why: 'A name is given by `=`.' },
  { found: [t.Dot, t.RangeClosed], written: '..', types: [t.RangeClosed], why: 'A range has two dots.' },
  { found: [t.RangeClosed, t.Dot], written: '..', types: [t.RangeClosed], why: 'A range has two dots.' },
  { found: [t.RangeClosed, t.Equal], written: '..', types: [t.RangeClosed], why: 'The range `a .. b` has both ends.' },
  { found: [t.RightBracket], written: ')', types: [t.RightParen], why: 'The bracket was opened by `(`.' },
  { found: [t.RightParen], written: ']', types: [t.RightBracket], why: 'The bracket was opened by `[`.' },
  {
    found: [t.word('within')],
    written: 'in',
    types: [t.word('in')],
    why: 'A value lies `in` a range; `within` is a window in time.',
  },
  { found: [t.word('in')], written: 'within', types: [t.word('within')], why: 'A window in time is `within …`.' },
  {
    found: [t.word('over')],
    written: 'in',
    types: [t.word('in')],
    why: 'A value lies `in` a range; `over` is for axes.',
  },
  { found: [t.word('in')], written: 'over', types: [t.word('over')], why: 'The range of an axis is given by `over`.' },
  { found: [t.word('to')], written: '..', types: [t.RangeClosed], why: 'A range is written `0 .. 12 MeV`.' },
  { found: [t.Comma], written: ' and', types: [t.word('and')], why: 'Conditions are joined by `and`.' },
  { found: [t.word('where')], written: 'and', types: [t.word('and')], why: 'Conditions are joined by `and`.' },
]

/** A sign or word that is written otherwise here. */
export function otherSpelling(halted: Halted): Diagnostic | undefined {
  return comparedByEqual(halted) ?? namedBySign(halted) ?? groupedDigits(halted) ?? spelledOtherwise(halted)
}

function comparedByEqual(halted: Halted): Diagnostic | undefined {
  const { tokens, at } = halted
  const token = tokens[at]
  if (token === undefined || !isA(token, t.Equal) || isA(tokens[at + 1], t.Equal, t.Greater, t.Less)) return undefined
  const span = spanOfToken(token)
  // `save ibd to sniper("job.py", margin = 2 ms)`: nothing is compared among the arguments of a target.
  if (isA(tokens[0], t.word('use'), t.word('save')) && mends(halted, { index: at, removed: 1, types: [t.Colon] })) {
    return syntaxError('S018', span, { found: '=', written: ':', why: 'An argument is named by `name: value`.', span })
  }
  return mends(halted, { index: at, removed: 1, types: [t.EqualEqual] })
    ? syntaxError('S106', span, { span })
    : undefined
}

/** `x := …`, `x == from …`: the halting token is the name, since only one before `=` opens a definition. */
function namedBySign(halted: Halted): Diagnostic | undefined {
  const { text, tokens, at } = halted
  const [name, sign, second] = tokens
  if (at > 0 || name === undefined || sign === undefined || !isA(name, t.Name)) return undefined
  const length = isA(sign, t.EqualEqual) ? 1 : isA(sign, t.Colon) && isA(second, t.Equal) ? 2 : 0
  if (length === 0 || !mends(halted, { index: 0, removed: 1 + length, types: [t.Name, t.Equal] })) return undefined
  const span = { start: sign.startOffset, end: spanOfToken(tokens[length] ?? sign).end }
  const found = text.slice(span.start, span.end)
  return syntaxError('S018', span, { found, written: '=', why: 'A name is given by `=`.', span })
}

/** `30,000 pe`. */
function groupedDigits(halted: Halted): Diagnostic | undefined {
  const { text, tokens, at } = halted
  const [left, comma, right] = [tokens[at - 1], tokens[at], tokens[at + 1]]
  if (left === undefined || right === undefined || comma === undefined || !isA(comma, t.Comma)) return undefined
  const span = { start: left.startOffset, end: spanOfToken(right).end }
  const found = text.slice(span.start, span.end)
  if (!/^\d{1,3},\d{3}(?!\d)/.test(found)) return undefined
  return syntaxError('S018', span, {
    found,
    written: found.replace(',', '_'),
    why: 'Digits are grouped by `_`.',
    span,
  })
}

function spelledOtherwise(halted: Halted): Diagnostic | undefined {
  const { text, tokens, at } = halted
  for (const { found, written, types, why } of spellings) {
    for (const index of [at, at + 1 - found.length]) {
      const run = tokens.slice(index, index + found.length)
      const [first, last] = [run[0], run.at(-1)]
      if (
        first === undefined ||
        last === undefined ||
        index < 0 ||
        !found.every((type, offset) => isA(run[offset], type))
      )
        continue
      if (gainOf(halted, { index, removed: found.length, types }) !== Infinity) continue
      const span = { start: first.startOffset, end: spanOfToken(last).end }
      if (isA(first, t.Comma) && !isBehindWhere(halted)) continue
      // `mu:  = …` lacks a name.
      if (isA(first, t.Colon) && text.slice(span.start, span.end).includes(' ')) continue
      return syntaxError('S018', span, { found: text.slice(span.start, span.end), written, why, span })
    }
  }
  return undefined
}

/** The last stage is a condition. */
function isBehindWhere({ tokens, at }: Halted): boolean {
  return tokens.slice(0, at).findLast((token) => isStageWord(t.wordOf(token.tokenType) ?? ''))?.image === 'where'
}
