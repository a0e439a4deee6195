import { createTokenInstance, type IToken, Lexer, tokenMatcher, type TokenType } from 'chevrotain'
import type { Span } from '../ir/span.ts'
import * as t from './tokens.ts'

export type { IToken } from 'chevrotain'

/** The tokens of a cell, those that no rule takes included, with where they stand in their lines. */
export interface Lexed {
  readonly tokens: readonly IToken[]
  readonly comments: readonly IToken[]
  /** The tokens that come first in their line. */
  readonly lineStarts: ReadonlySet<IToken>
  /** Those of them in the first column: that of the least indented line, so that a cell may be indented as a whole. */
  readonly firstColumn: ReadonlySet<IToken>
}

const lexer = new Lexer([...t.vocabulary], { positionTracking: 'full', ensureOptimizations: true })

export function lex(text: string): Lexed {
  const { tokens: known, groups, errors } = lexer.tokenize(text)
  const broken = errors.flatMap(({ offset, length }) => brokenCharacters(text, offset, length))
  const tokens = [...known, ...broken].toSorted((a, b) => a.startOffset - b.startOffset)
  const lineStarts = new Map<IToken, number>()
  let end = 0
  for (const token of tokens) {
    // Only the gap is searched: a line may be as long as the cell.
    const lineBreak = text.slice(end, token.startOffset).lastIndexOf('\n')
    if (lineBreak >= 0 || end === 0) lineStarts.set(token, token.startOffset - (end + lineBreak + 1))
    end = spanOfToken(token).end
  }
  const margin = Math.min(...new Set(lineStarts.values()))
  const firstColumn = new Set([...lineStarts].filter(([, column]) => column === margin).map(([token]) => token))
  markDefinitions(tokens, firstColumn)
  return { tokens, comments: groups['comments'] ?? [], lineStarts: new Set(lineStarts.keys()), firstColumn }
}

export function spanOfToken(token: IToken): Span {
  return { start: token.startOffset, end: token.startOffset + token.image.length }
}

/** The token as one of another type. */
export function retyped(token: IToken, tokenType: TokenType): IToken {
  return { ...token, tokenType, tokenTypeIdx: tokenType.tokenTypeIdx ?? 0 }
}

export function isA(token: IToken | undefined, ...types: readonly TokenType[]): boolean {
  return token !== undefined && types.some((type) => tokenMatcher(token, type))
}

function brokenCharacters(text: string, offset: number, length: number): IToken[] {
  const characters: IToken[] = []
  for (const image of text.slice(offset, offset + length)) {
    const last = offset + image.length - 1
    characters.push(createTokenInstance(t.BrokenCharacter, image, offset, last, NaN, NaN, NaN, NaN))
    offset += image.length
  }
  return characters
}

// Newlines mean nothing except here: only a name in the first column opens a definition, so that a forgotten comma
// before an indented `b = …` is an error in its place and not a definition of `b`.
function markDefinitions(tokens: readonly IToken[], firstColumn: ReadonlySet<IToken>): void {
  tokens.forEach((token, index) => {
    if (!firstColumn.has(token) || !isA(token, t.Name) || !isA(tokens[index + 1], t.Equal)) return
    token.tokenType = t.Def
    token.tokenTypeIdx = t.Def.tokenTypeIdx ?? 0
  })
}
