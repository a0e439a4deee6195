import type { Cell, Statement } from '../ir/ast.ts'
import type { Diagnostic } from '../ir/diagnostic.ts'
import { highlight, type Token } from './highlight.ts'
import { lex, spanOfToken } from './lex.ts'
import { parseStatement } from './statement.ts'
import { splitStatements } from './statements.ts'

export type { Token } from './highlight.ts'
export { type FileCell, splitCells } from './cells.ts'

export interface Parsed {
  /** The statements without a syntax error, with spans in the text as given. */
  readonly cell: Cell
  readonly diagnostics: readonly Diagnostic[]
  readonly tokens: readonly Token[]
}

/** The statements of a cell, and one diagnostic for each that has a mistake. Never throws. */
export function parse(text: string): Parsed {
  const lexed = lex(text)
  const statements: Statement[] = []
  const diagnostics: Diagnostic[] = []
  for (const tokens of splitStatements(lexed.tokens)) {
    const statement = parseStatement(tokens)
    if (statement !== undefined) statements.push(statement)
    else {
      const [first] = tokens
      if (first !== undefined)
        diagnostics.push({ severity: 'error', code: 'S001', span: spanOfToken(first), message: 'A mistake in this statement.', fix: null })
    }
  }
  return { cell: { statements }, diagnostics, tokens: highlight(lexed) }
}
