import type { IToken } from 'chevrotain'
import type { Span } from '../ir/span.ts'
import { isA, type Lexed, spanOfToken } from './lex.ts'
import * as t from './tokens.ts'

/** A word of a cell, for editors, the formatter and completion. Soft keywords are names that a slot may reserve. */
export interface Token {
  readonly kind: 'keyword' | 'soft' | 'name' | 'number' | 'string' | 'instant' | 'symbol' | 'comment' | 'broken'
  readonly text: string
  readonly span: Span
}

/** All tokens and comments of a cell in the order of the text. */
export function highlight({ tokens, comments }: Lexed): readonly Token[] {
  return [...tokens, ...comments].toSorted((a, b) => a.startOffset - b.startOffset).map(toToken)
}

function toToken(token: IToken): Token {
  return { kind: kindOf(token), text: token.image, span: spanOfToken(token) }
}

function kindOf(token: IToken): Token['kind'] {
  if (t.wordOf(token.tokenType) !== undefined) return isA(token, t.Name) ? 'soft' : 'keyword'
  if (isA(token, t.Name, t.MicroSecond)) return 'name'
  if (isA(token, t.NumberToken, t.Quantity)) return 'number'
  if (isA(token, t.StringToken)) return 'string'
  if (isA(token, t.Instant)) return 'instant'
  if (isA(token, t.LineComment)) return 'comment'
  return isA(token, t.Broken) ? 'broken' : 'symbol'
}
