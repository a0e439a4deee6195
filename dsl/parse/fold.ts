import { type CstNode, createTokenInstance, type IToken, type TokenType } from 'chevrotain'
import type { Folded } from './cst.ts'
import { isA } from './lex.ts'
import { type EntryRule, parseAs } from './parser.ts'
import * as t from './tokens.ts'
import { toAst, toFolded } from './to-ast.ts'

/** A level of brackets is some seventy JavaScript frames of the parser, of which a stack holds about ten thousand. */
const levelsPerFold = 16

/**
 * The tokens with the content of every sixteenth level of brackets parsed and put into one token, innermost first.
 * Undefined when such a content does not parse.
 */
export function fold(
  tokens: readonly IToken[],
): { readonly tokens: readonly IToken[]; readonly folds: ReadonlyMap<IToken, Folded> } | undefined {
  const folds = new Map<IToken, Folded>()
  const output: IToken[] = []
  const open: number[] = []
  for (const token of tokens) {
    if (isA(token, t.LeftParen, t.LeftBracket)) open.push(output.length)
    if (isA(token, t.RightParen, t.RightBracket)) {
      const level = open.length
      const bracket = open.pop()
      if (bracket !== undefined && level % levelsPerFold === 0 && bracket + 1 < output.length) {
        const content = output.splice(bracket + 1)
        const parsed = parseContent(output[bracket], content)
        if (parsed === undefined) return undefined
        const folded = foldedToken(parsed, content)
        folds.set(folded, toFolded(parsed, toAst(folds)))
        output.push(folded)
      }
    }
    output.push(token)
  }
  return { tokens: output, folds }
}

function parseContent(bracket: IToken | undefined, content: readonly IToken[]): CstNode | undefined {
  const rules: readonly EntryRule[] = isA(bracket, t.LeftBracket)
    ? ['expr', 'items']
    : [isA(content[0], t.word('from')) ? 'pipeline' : 'expr', 'args']
  for (const rule of rules) {
    const parsed = parseAs(rule, content)
    if (parsed !== undefined) return parsed
  }
  return undefined
}

function foldedToken(parsed: CstNode, content: readonly IToken[]): IToken {
  const type = foldedTypes[parsed.name]
  const [first, last] = [content[0], content.at(-1)]
  if (type === undefined || first === undefined || last === undefined) throw new Error(`${parsed.name} is never folded`)
  return createTokenInstance(type, '', first.startOffset, last.endOffset ?? NaN, NaN, NaN, NaN, NaN)
}

const foldedTypes: Readonly<Record<string, TokenType>> = {
  pipeline: t.FoldedPipeline,
  expr: t.FoldedExpr,
  args: t.FoldedArgs,
  items: t.FoldedItems,
}
