import type { IToken } from 'chevrotain'
import type { Diagnostic } from '../ir/diagnostic.ts'
import { toName } from './cst.ts'
import { isA, lex, spanOfToken } from './lex.ts'
import { parseStatement } from './statement.ts'
import * as t from './tokens.ts'

/** What a statement with a mistake would have defined: what uses it is not to be blamed. */
export interface BrokenDefinition {
  readonly start: number
  /** null: it lost its name. */
  readonly name: string | null
  /** The name may be that of something else, which keeps its meaning. */
  readonly isGuess: boolean
}

export function brokenDefinition(
  text: string,
  tokens: readonly IToken[],
  mistake: Diagnostic,
): BrokenDefinition | undefined {
  const [first, second] = tokens
  if (first === undefined) return undefined
  const start = first.startOffset
  const isHead = isA(first, t.word('fn'), t.word('param'))
  if (isA(first, t.Equal) || (isHead && !isA(second, t.Name))) return { start, name: null, isGuess: false }
  const meant = definedWhenMended(text, tokens, mistake)
  if (meant !== undefined) return { start, name: meant, isGuess: false }
  const named = isHead ? second : first
  if (named !== undefined && (isHead || isA(first, t.Def))) return { start, name: toName(named).text, isGuess: false }
  return isA(first, t.Name) ? { start, name: toName(first).text, isGuess: true } : undefined
}

/** The name that the statement defines once its fix is applied: `nf f(x) = …`, `events from "a"`. */
function definedWhenMended(text: string, tokens: readonly IToken[], { fix }: Diagnostic): string | undefined {
  const [first, last] = [tokens[0], tokens.at(-1)]
  const [edit] = fix?.edits ?? []
  if (first === undefined || last === undefined || edit === undefined) return undefined
  const [start, end] = [first.startOffset, spanOfToken(last).end]
  if (edit.span.start < start || edit.span.end > end) return undefined
  const mended = text.slice(start, edit.span.start) + edit.text + text.slice(edit.span.end, end)
  const statement = parseStatement(lex(mended).tokens)
  if (statement === undefined || !('name' in statement) || statement.kind === 'use') return undefined
  return statement.name.text
}
