import type { IToken } from 'chevrotain'
import type { Cell, Statement } from '../ir/ast.ts'
import type { Diagnostic } from '../ir/diagnostic.ts'
import type { Halted } from './attempt.ts'
import { type BrokenDefinition, brokenDefinition } from './broken-definition.ts'
import { highlight, type Token } from './highlight.ts'
import { isA, lex, type Lexed, spanOfToken } from './lex.ts'
import { halt, mistakeIn } from './mistake.ts'
import { parseStatement } from './statement.ts'
import { nesting, splitStatements } from './statements.ts'
import { syntaxError } from './syntax-messages.ts'
import * as t from './tokens.ts'

export type { Token } from './highlight.ts'
export { splitCells } from './cells.ts'

export interface Parsed {
  /** The statements without a syntax error, with spans in the text as given. */
  readonly cell: Cell
  /** What statements with a mistake would have defined. */
  readonly broken: readonly BrokenDefinition[]
  /** One error for each statement that has a mistake. */
  readonly diagnostics: readonly Diagnostic[]
  readonly tokens: readonly Token[]
}

/** Brackets nested deeper than this are refused: what walks the syntax tree is recursive. */
const deepestNesting = 500

/** The statements of a cell, and one diagnostic for each that has a mistake. Never throws. */
export function parse(text: string): Parsed {
  const lexed = lex(text)
  const outcomes = splitStatements(lexed.tokens).flatMap((tokens, index, all) =>
    understand({ text, lexed, tokens, following: all[index + 1]?.[0] }),
  )
  return {
    cell: { statements: outcomes.flatMap(({ statement }) => statement ?? []) },
    broken: outcomes.flatMap(({ broken }) => broken ?? []),
    diagnostics: outcomes.flatMap(({ mistake }) => mistake ?? []),
    tokens: highlight(lexed),
  }
}

interface Written {
  readonly text: string
  readonly lexed: Lexed
  readonly tokens: readonly IToken[]
  /** The first token behind these. */
  readonly following: IToken | undefined
}

interface Outcome {
  readonly statement?: Statement
  readonly mistake?: Diagnostic
  readonly broken?: BrokenDefinition | undefined
}

function understand(written: Written): readonly Outcome[] {
  const { text, lexed, tokens, following } = written
  const tooDeep = firstTooDeep(tokens)
  if (tooDeep !== undefined) {
    return [refused(text, tokens, syntaxError('S015', spanOfToken(tooDeep), { levels: deepestNesting }))]
  }
  const halted = halt(text, tokens)
  // The parser sees whole statements only: on brackets that stay open it would go as deep as they are.
  const statement = isWhole(halted) ? parseStatement(tokens) : undefined
  if (statement !== undefined) return [{ statement }]
  const parts = separateStatements(written, halted.at)
  if (parts.length < 2) return [refused(text, tokens, mistakeIn(halted, following, lexed))]
  return parts.flatMap((part, index) =>
    understand({ ...written, tokens: part, following: parts[index + 1]?.[0] ?? following }),
  )
}

function refused(text: string, tokens: readonly IToken[], mistake: Diagnostic): Outcome {
  return { mistake, broken: brokenDefinition(text, tokens, mistake) }
}

function firstTooDeep(tokens: readonly IToken[]): IToken | undefined {
  let depth = 0
  return tokens.find((token) => {
    depth = Math.max(0, depth + nesting(token))
    return depth > deepestNesting
  })
}

/**
 * The statements that the tokens are after all, if at least one of them is whole: a `from` in the first column opens one in
 * spite of brackets left open before it, and so may the word in the first column at which the statement halts. `evnts from "a"`
 * lost its `=`, `cutflw ibd` its spelling, and the statement before them must not suffer.
 */
function separateStatements({ tokens, lexed, text }: Written, at: number): readonly (readonly IToken[])[] {
  const cuts = tokens.flatMap((token, index) =>
    index > 0 && opensInSpite(token, { lexed, isHalting: index === at }) ? [index] : [],
  )
  const parts = [0, ...cuts].map((start, index) => tokens.slice(start, cuts[index]))
  return parts.some((part) => isWhole(halt(text, part))) ? parts : [tokens]
}

/** `= from …` that begins a line lost its name, and with it the first column. */
function opensInSpite(
  token: IToken,
  { lexed, isHalting }: { readonly lexed: Lexed; readonly isHalting: boolean },
): boolean {
  if (lexed.firstColumn.has(token)) return isHalting || isA(token, t.word('from'))
  return isHalting && isA(token, t.Equal) && lexed.lineStarts.has(token)
}

function isWhole({ tokens, at, states }: Halted): boolean {
  return at === tokens.length && states.at(-1)?.canEnd === true
}
