import type { IToken } from 'chevrotain'
import type { Cell, Name, Statement } from '../ir/ast.ts'
import type { Diagnostic } from '../ir/diagnostic.ts'
import { toName } from './cst.ts'
import { highlight, type Token } from './highlight.ts'
import { isA, lex, type Lexed, spanOfToken } from './lex.ts'
import { halt, mistakeIn } from './mistake.ts'
import { parseStatement } from './statement.ts'
import { nesting, splitStatements } from './statements.ts'
import { syntaxError } from './syntax-messages.ts'
import * as t from './tokens.ts'

export type { Token } from './highlight.ts'
export { type FileCell, splitCells } from './cells.ts'

export interface Parsed {
  /** The statements without a syntax error, with spans in the text as given. */
  readonly cell: Cell
  /** The names that statements with a mistake would have defined. */
  readonly broken: readonly Name[]
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
  readonly broken?: Name | undefined
}

function understand(written: Written): readonly Outcome[] {
  const { text, lexed, tokens, following } = written
  const tooDeep = firstTooDeep(tokens)
  if (tooDeep !== undefined) {
    return [refused(tokens, syntaxError('S015', spanOfToken(tooDeep), { levels: deepestNesting }))]
  }
  const statement = parseStatement(tokens)
  if (statement !== undefined) return [{ statement }]
  const halted = halt(text, tokens)
  const cut = secondStatement(written, halted.at)
  if (cut === undefined) return [refused(tokens, mistakeIn(halted, following, lexed))]
  return [
    ...understand({ ...written, tokens: tokens.slice(0, cut), following: tokens[cut] }),
    ...understand({ ...written, tokens: tokens.slice(cut) }),
  ]
}

function refused(tokens: readonly IToken[], mistake: Diagnostic): Outcome {
  const [first, second] = tokens
  const name = isA(first, t.word('fn'), t.word('param')) ? second : first
  const defines = name !== undefined && (isA(name, t.Def) || (name === second && isA(name, t.Name)))
  return { mistake, broken: defines ? toName(name) : undefined }
}

function firstTooDeep(tokens: readonly IToken[]): IToken | undefined {
  let depth = 0
  return tokens.find((token) => {
    depth = Math.max(0, depth + nesting(token))
    return depth > deepestNesting
  })
}

/**
 * Where the tokens are two statements after all: at a line that begins in the first column, if one of the two is whole.
 * `evnts from "a"` lost its `=`, `cutflw ibd` its spelling, and the statement before them must not suffer.
 */
function secondStatement({ tokens, lexed, text }: Written, at: number): number | undefined {
  const places = tokens.flatMap((token, index) =>
    index > 0 && lexed.firstColumn.has(token) && (index === at || isA(token, t.word('from'))) ? [index] : [],
  )
  return places.find((place) => isWhole(text, tokens.slice(0, place)) || isWhole(text, tokens.slice(place)))
}

function isWhole(text: string, tokens: readonly IToken[]): boolean {
  const { at, states } = halt(text, tokens)
  return at === tokens.length && states.at(-1)?.canEnd === true
}
