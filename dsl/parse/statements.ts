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
    const opens =
      before === undefined || opensStatement(token) || (depth === 0 && isBareFrom(token, statements.at(-1) ?? []))
    if (opens) {
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

function isBareFrom(token: IToken, statement: readonly IToken[]): boolean {
  const last = statement.at(-1)
  // No statement has `== from` or `from from`: someone meant `=`, or one of them.
  if (!isA(token, t.word('from')) || isA(last, t.Equal, t.EqualEqual, t.word('from'))) return false
  return token.startLine !== last?.startLine || !lacksEqual(statement)
}

/** `events from "a"` in the first column, `fn f(a) from a`: a name, or the head of a function, is no statement. */
function lacksEqual(statement: readonly IToken[]): boolean {
  const [first, last, before] = [statement[0], statement.at(-1), statement.at(-2)]
  if (isA(last, t.RightParen)) return isA(first, t.word('fn'))
  const isFirstColumn = (last?.startColumn ?? NaN) <= (first?.startColumn ?? NaN)
  return isA(last, t.Name) && isFirstColumn && before?.startLine !== last?.startLine
}
