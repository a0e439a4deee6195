import { createTokenInstance, type IToken, type TokenType } from 'chevrotain'
import { type State, takes } from './automaton.ts'
import { isA } from './lex.ts'
import * as t from './tokens.ts'

/** A statement with its first mistake: `tokens[at]` cannot stand behind those before it. */
export interface Halted {
  readonly text: string
  readonly tokens: readonly IToken[]
  /** The number of tokens when the statement ends too early. */
  readonly at: number
  /** The states before each token up to `at`. */
  readonly states: readonly State[]
}

/** Tokens to put in the place of `removed` tokens from `index` on. */
export interface Change {
  readonly index: number
  readonly removed: number
  readonly types: readonly TokenType[]
}

/** The tokens after a change. */
export function changed({ tokens }: Halted, { index, removed, types }: Change): readonly IToken[] {
  const inserted = types.map((type) => createTokenInstance(type, type.LABEL ?? '', NaN, NaN, NaN, NaN, NaN, NaN))
  return [...tokens.slice(0, index), ...inserted, ...tokens.slice(index + removed)]
}

/** How many tokens a change carries the statement beyond its mistake: `Infinity` to its end, 0 not at all. */
export function gainOf({ tokens, states, at }: Halted, { index, removed, types }: Change): number {
  const rest = [...types, ...tokens.slice(index + removed).map(({ tokenType }) => tokenType)]
  // A name that a change brings to the front of its statement opens a definition, as it would in the text.
  if (index === 0 && rest[1] === t.Equal && rest[0] !== undefined && takes(t.Name, rest[0])) rest[0] = t.Def
  let state = states[index]
  let taken = 0
  for (const type of rest) {
    const after = state?.next(type)
    if (after === undefined) break
    state = after
    taken++
  }
  if (taken === rest.length && state?.canEnd === true) return Infinity
  return Math.max(0, index + removed + taken - types.length - at)
}

/** The brackets that are open before the mistake, outermost first. */
export function openBrackets({ tokens, at }: Halted): readonly IToken[] {
  const open: IToken[] = []
  for (const token of tokens.slice(0, at)) {
    if (isA(token, t.LeftParen, t.LeftBracket)) open.push(token)
    else if (isA(token, t.RightParen, t.RightBracket)) open.pop()
  }
  return open
}

/** A change that does not mend the whole statement must carry it so far that a second mistake is likelier than a wrong guess. */
export const farEnough = 4

/** Whether a change leads to the end of the statement, or so far that another mistake is behind it. */
export function mends(halted: Halted, change: Change): boolean {
  return gainOf(halted, change) >= 2 * farEnough
}
