import type { CstNode, IToken } from 'chevrotain'
import { Grammar } from './grammar.ts'

/** The one parser of the process: building it takes longer than parsing a notebook. */
const grammar = new Grammar({ skipValidations: true })

export type EntryRule = 'statement' | 'pipeline' | 'expr' | 'args' | 'items'

/** What the rule makes of exactly these tokens, or undefined. */
export function parseAs(rule: EntryRule, tokens: readonly IToken[]): CstNode | undefined {
  grammar.input = [...tokens]
  const node = grammar[rule]()
  return grammar.errors.length === 0 ? node : undefined
}

/** The recorded grammar. */
export const productions = grammar.getGAstProductions()
