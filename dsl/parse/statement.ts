import type { IToken } from 'chevrotain'
import type { Statement } from '../ir/ast.ts'
import { fold } from './fold.ts'
import { parseAs } from './parser.ts'
import { toAst, toStatement } from './to-ast.ts'

/** The statement that these tokens are, or undefined when they are none. */
export function parseStatement(tokens: readonly IToken[]): Statement | undefined {
  const folded = fold(tokens)
  const node = folded && parseAs('statement', folded.tokens)
  return folded && node && toStatement(node, toAst(folded.folds))
}
