import type { IToken } from 'chevrotain'
import { isA } from './lex.ts'
import * as t from './tokens.ts'

/**
 * The tokens of each statement. No parse is needed: a definition opens in the first column, most statements with a
 * word of their own, and a bare `from` is one that stands neither in brackets nor behind `=`.
 */
export function splitStatements(tokens: readonly IToken[]): readonly (readonly IToken[])[] {
  const statements: IToken[][] = []
  let depth = 0
  tokens.forEach((token, index) => {
    const before = tokens[index - 1]
    if (before === undefined || opensStatement(token) || (depth === 0 && isBareFrom(token, before))) {
      statements.push([])
      depth = 0
    }
    depth = Math.max(0, depth + nesting(token))
    statements.at(-1)?.push(token)
  })
  return statements
}

/** 1 for an opening bracket, −1 for a closing one. */
export function nesting(token: IToken): number {
  if (isA(token, t.LeftParen, t.LeftBracket)) return 1
  return isA(token, t.RightParen, t.RightBracket) ? -1 : 0
}

const openers = [t.Def, ...t.statementWords.map(t.word)]

function opensStatement(token: IToken): boolean {
  return isA(token, ...openers)
}

function isBareFrom(token: IToken, before: IToken): boolean {
  // No statement has `== from`: someone meant `=`.
  return isA(token, t.word('from')) && !isA(before, t.Equal, t.EqualEqual)
}
