import type { IToken } from 'chevrotain'
import type { Diagnostic } from '../ir/diagnostic.ts'
import type { Halted } from './attempt.ts'
import { gainOf, mends, openBrackets } from './attempt.ts'
import { run } from './automaton.ts'
import { brokenToken } from './broken.ts'
import { expectedAt, isStageWord } from './expected.ts'
import { habitOf } from './habits.ts'
import { isA, type Lexed, retyped, spanOfToken } from './lex.ts'
import { neverClosed } from './brackets.ts'
import { usualMistake } from './repairs.ts'
import { syntaxError } from './syntax-messages.ts'
import * as t from './tokens.ts'

/** Where a statement halts: the first token that cannot stand behind those before it. */
export function halt(text: string, tokens: readonly IToken[]): Halted {
  const states = run(tokens)
  return { text, tokens, at: states.length - 1, states }
}

/**
 * The one mistake of a statement that does not parse.
 *
 * @param following the first token behind the statement
 */
export function mistakeIn(halted: Halted, following: IToken | undefined, lexed: Lexed): Diagnostic {
  const token = halted.tokens[halted.at]
  if (token !== undefined && isA(token, t.Broken)) {
    return habitOf(halted, following) ?? brokenToken(halted.text, token)
  }
  return (
    openedTwice(halted, following) ??
    openingDefinition(halted, following) ??
    indentedDefinition(halted, lexed) ??
    habitOf(halted, following) ??
    misplacedClause(halted) ??
    usualMistake(halted, lexed) ??
    unexpected(halted)
  )
}

/** `show show a`: the first word stands alone, since the second opens a statement of its own. */
function openedTwice({ tokens, at }: Halted, following: IToken | undefined): Diagnostic | undefined {
  const [word] = tokens
  if (word === undefined || at !== 1 || tokens.length !== 1 || word.image !== following?.image) return undefined
  const span = spanOfToken(word)
  return syntaxError('S013', span, { found: word.image, removed: { start: span.start, end: following.startOffset } })
}

/** `define a = 1,⏎b = 2`: the line in the first column was meant to go on. */
function openingDefinition({ tokens, at, states }: Halted, following: IToken | undefined): Diagnostic | undefined {
  if (at < tokens.length || following === undefined || !isA(following, t.Def)) return undefined
  if (states.at(-1)?.next(t.Name)?.next(t.Equal) === undefined) return undefined
  const clause =
    tokens.findLast(({ tokenType }) => isStageWord(t.wordOf(tokenType) ?? ''))?.image ?? tokens[0]?.image ?? ''
  const { start } = spanOfToken(following)
  return syntaxError('S017', spanOfToken(following), { name: following.image, at: start, clause })
}

/** `describe a⏎  b = 2`: an indented definition, or one on the line of another statement. */
function indentedDefinition(halted: Halted, { lineStarts }: Lexed): Diagnostic | undefined {
  const { text, tokens, at, states } = halted
  const [before, name] = [tokens[at - 1], tokens[at]]
  if (before === undefined || name === undefined || !isA(name, t.Name) || !isA(tokens[at + 1], t.Equal))
    return undefined
  if (states[at]?.canEnd !== true || gainOf(halted, { index: at, removed: 0, types: [t.Comma] }) === Infinity)
    return undefined
  if (gainOf(halted, { index: at, removed: 0, types: [t.word('define')] }) === Infinity) return undefined
  if (halt(text, [retyped(name, t.Def), ...tokens.slice(at + 1)]).at < 3) return undefined
  const start = lineStarts.has(name) ? text.lastIndexOf('\n', name.startOffset - 1) + 1 : spanOfToken(before).end
  const edit = { span: { start, end: name.startOffset }, text: lineStarts.has(name) ? '' : '\n' }
  const hint =
    states[at].next(t.word('define')) === undefined
      ? 'It is read as a part of the statement before it.'
      : 'It is read as a part of the statement before it; a column is made by `define`.'
  return syntaxError('S016', spanOfToken(name), { name: name.image, hint, edit })
}

/** A stage without a stream, a role without a match, a condition behind its window. */
function misplacedClause(halted: Halted): Diagnostic | undefined {
  const { tokens, at } = halted
  const token = tokens[at]
  if (token === undefined) return undefined
  const before = tokens.slice(0, at)
  const span = spanOfToken(token)
  const word = t.wordOf(token.tokenType) ?? ''
  if (word === 'where' && isBehindWindow(halted))
    return neverClosed(halted) ?? syntaxError('S019', span, { found: word })
  if (isStageWord(word) && !before.some((each) => isA(each, t.word('from')))) {
    if (openBrackets(halted).length > 0) return undefined
    return withoutFrom(halted) ?? syntaxError('S014', span, { verb: word })
  }
  if ((word === 'with' || word === 'without') && !before.some((each) => isA(each, t.word('match')))) {
    return syntaxError('S020', span, { word })
  }
  return undefined
}

/** `spectrum = singles hist E`: what stands before the stage is a stream. */
function withoutFrom(halted: Halted): Diagnostic | undefined {
  const { tokens, at } = halted
  const index = tokens.slice(0, at).findLastIndex((token) => isA(token, t.Equal)) + 1
  const source = tokens[index]
  if (source === undefined || index === at || !mends(halted, { index, removed: 0, types: [t.word('from')] })) {
    return undefined
  }
  const { startOffset, image } = source
  return syntaxError('S012', spanOfToken(source), {
    missing: 'from',
    before: image,
    inserted: 'from ',
    at: startOffset,
  })
}

function isBehindWindow(halted: Halted): boolean {
  const bracket = openBrackets(halted).at(-1)
  if (bracket === undefined) return false
  const inside = halted.tokens.slice(halted.tokens.indexOf(bracket), halted.at)
  const argument = inside.slice(
    Math.max(
      0,
      inside.findLastIndex((token) => isA(token, t.Comma)),
    ),
  )
  return argument.some((token) => isA(token, t.word('within'), t.word('between'), t.word('during')))
}

function unexpected({ tokens, at, states }: Halted): Diagnostic {
  const state = states.at(-1)
  const expected = state === undefined ? 'something else' : expectedAt(state)
  const [token, last] = [tokens[at], tokens.at(-1)]
  if (token !== undefined) return syntaxError('S001', spanOfToken(token), { found: token.image, expected })
  if (last === undefined) throw new Error('a statement without tokens')
  return syntaxError('S002', spanOfToken(last), { after: last.image, expected })
}
