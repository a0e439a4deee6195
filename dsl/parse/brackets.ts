import type { IToken, TokenType } from 'chevrotain'
import type { Diagnostic } from '../ir/diagnostic.ts'
import { type Change, changed, gainOf, type Halted, mends, openBrackets } from './attempt.ts'
import { functionBeginning, mostArguments } from './function-names.ts'
import { isA, lex, spanOfToken } from './lex.ts'
import { oddness } from './oddness.ts'
import { nesting } from './statements.ts'
import { syntaxError } from './syntax-messages.ts'
import * as t from './tokens.ts'

/** One change that may make a statement whole, and what is said of it. */
interface Repair {
  readonly change: Change
  /** Which of two repairs is told that leave the statement equally odd. */
  readonly rank: number
  readonly told: () => Diagnostic
}

/** A statement is looked through so many tokens back: what is meant further away nobody can tell. */
const window = 96

/**
 * A bracket too many or too few, where one change makes the statement whole. Most such statements can be mended in several
 * places; told is the one that leaves nothing odd: no condition among the arguments of `dist`, no `and` beside an `or`.
 */
export function unbalanced(halted: Halted): Diagnostic | undefined {
  const unopened = firstUnopened(halted.tokens)
  if (unopened !== undefined) return likeliest(halted, [...openings(halted, unopened), ...removals(halted, unopened)])
  return unclosed(halted.tokens) === 0 ? undefined : likeliest(halted, [...closings(halted), ...twiceOpened(halted)])
}

function likeliest(halted: Halted, repairs: readonly Repair[]): Diagnostic | undefined {
  const [best] = repairs
    .filter(({ change }) => gainOf(halted, change) === Infinity)
    .map((repair) => ({ ...repair, odd: oddness(changed(halted, repair.change)) }))
    .toSorted((left, right) => left.odd - right.odd || left.rank - right.rank || right.change.index - left.change.index)
  return best?.told()
}

/** How many brackets the statement leaves open at its end. */
function unclosed(tokens: readonly IToken[]): number {
  return tokens.reduce((depth, token) => Math.max(0, depth + nesting(token)), 0)
}

/** The index of the closing bracket for which none is open. */
function firstUnopened(tokens: readonly IToken[]): number | undefined {
  let depth = 0
  const at = tokens.findIndex((token) => {
    depth += nesting(token)
    return depth < 0
  })
  return at < 0 ? undefined : at
}

function isOpening(token: IToken | undefined): boolean {
  return isA(token, t.LeftParen, t.LeftBracket)
}

function isClosing(token: IToken | undefined): boolean {
  return isA(token, t.RightParen, t.RightBracket)
}

/** An opening bracket before a word, or within one: `distthis, m)`. */
function openings({ text, tokens, at }: Halted, unopened: number): readonly Repair[] {
  const [sign, type]: readonly [string, TokenType] = isA(tokens[unopened], t.RightParen)
    ? ['(', t.LeftParen]
    : ['[', t.LeftBracket]
  const called = Array.from(text.matchAll(/([A-Za-z_]\w*)\(/g), ([, name = '']) => name)
  const first = Math.max(0, at - window)
  return tokens.slice(first, at + 1).flatMap((token, offset): readonly Repair[] => {
    const index = first + offset
    const facts = { missing: sign, before: token.image, inserted: sign, at: token.startOffset }
    const before: Repair = {
      change: { index, removed: 0, types: [type] },
      rank: 1,
      told: () => syntaxError('S012', spanOfToken(token), facts),
    }
    const isName = isA(token, t.Name) && token.image.length > 1 && mostArguments(token.image) === undefined
    const isSplit = type === t.LeftParen && isName
    return isSplit ? [before, within(token, { index, called })] : [before]
  })
}

function within(
  token: IToken,
  { index, called }: { readonly index: number; readonly called: readonly string[] },
): Repair {
  const { image, startOffset } = token
  const span = spanOfToken(token)
  const name = functionBeginning(image, called)
  if (name === undefined) {
    const facts = { what: 'A `(`', place: `in \`${image}\``, hint: 'It stands behind the name of the function.' }
    return {
      change: { index, removed: 1, types: [t.Name, t.LeftParen, t.Name] },
      rank: 3,
      told: () => syntaxError('S022', span, facts),
    }
  }
  const rest = image.slice(name.length)
  const [type = t.Name] = lex(rest).tokens.map(({ tokenType }) => tokenType)
  const facts = { missing: '(', before: rest, inserted: '(', at: startOffset + name.length }
  return {
    change: { index, removed: 1, types: [t.Name, t.LeftParen, type] },
    rank: 0,
    told: () => syntaxError('S012', span, facts),
  }
}

/** Without the bracket that closes nothing, or without one that follows another. */
function removals({ tokens, at }: Halted, unopened: number): readonly Repair[] {
  const last = tokens[unopened]
  if (last === undefined) return []
  const facts = { found: last.image, span: spanOfToken(last) }
  const told = () => syntaxError('S005', spanOfToken(last), facts)
  const rank = isClosing(tokens[unopened - 1]) ? 0 : 2
  return [{ change: { index: unopened, removed: 1, types: [] }, rank, told }, ...repeated(tokens, at, isClosing)]
}

function twiceOpened({ tokens, at }: Halted): readonly Repair[] {
  return repeated(tokens, at, isOpening)
}

/** Without a bracket that repeats the one before it. */
function repeated(
  tokens: readonly IToken[],
  at: number,
  isBracket: (token: IToken | undefined) => boolean,
): readonly Repair[] {
  const first = Math.max(1, at - window)
  return tokens.slice(first, at).flatMap((token, offset): readonly Repair[] => {
    const index = first + offset
    const before = tokens[index - 1]
    if (!isBracket(token) || before === undefined || before.tokenType !== token.tokenType) return []
    const removed = { start: spanOfToken(before).end, end: spanOfToken(token).end }
    const told = () => syntaxError('S013', spanOfToken(token), { found: token.image, removed })
    return [{ change: { index, removed: 1, types: [] }, rank: 2, told }]
  })
}

/** The innermost open bracket closed behind a token. */
function closings({ tokens, at }: Halted): readonly Repair[] {
  const repairs: Repair[] = []
  const open: number[] = []
  for (let index = 0; index <= at; index++) {
    const [innermost, before] = [open.at(-1), tokens[index - 1]]
    if (innermost !== undefined && before !== undefined && index > at - window) {
      const types = [closingOf(tokens[innermost])]
      const told = () => neverClosedBehind(before, { tokens, innermost, types })
      repairs.push({ change: { index, removed: 0, types }, rank: 0, told })
    }
    if (isOpening(tokens[index])) open.push(index)
    else if (isClosing(tokens[index])) open.pop()
  }
  return repairs
}

function closingOf(opening: IToken | undefined): TokenType {
  return isA(opening, t.LeftParen) ? t.RightParen : t.RightBracket
}

interface Unclosed {
  readonly tokens: readonly IToken[]
  /** The index of the bracket. */
  readonly innermost: number
  readonly types: readonly TokenType[]
}

function neverClosedBehind(last: IToken, { tokens, innermost, types }: Unclosed): Diagnostic {
  const span = spanOfToken(last)
  return syntaxError('S004', span, {
    open: tokens[innermost]?.image ?? '',
    behind: tokens[innermost - 1]?.image ?? null,
    close: types.map((type) => (type === t.RightParen ? ')' : ']')).join(''),
    after: last.image,
    at: span.end,
  })
}

/** So many closing brackets, or all of them, are forgotten at once. */
const fewClosed = 8

/** Closing several open brackets before the halting token, or at the end, leads on. */
export function neverClosed(halted: Halted): Diagnostic | undefined {
  const { tokens, at } = halted
  const before = tokens[at - 1]
  const open = openBrackets(halted).toReversed()
  const most = unclosed(tokens)
  const counts = [...Array.from({ length: Math.min(open.length, most, fewClosed) }, (_, at) => at + 1), most]
  for (const count of counts) {
    const bracket = open[count - 1]
    const types = open.slice(0, count).map(closingOf)
    if (bracket === undefined || before === undefined || !mends(halted, { index: at, removed: 0, types })) continue
    return neverClosedBehind(before, { tokens, innermost: tokens.indexOf(bracket), types })
  }
  return undefined
}

/** `(x, y, z)`, `n = ()`: a group that is only legal behind the name of a function. */
export function withoutFunction(halted: Halted): Diagnostic | undefined {
  const { tokens } = halted
  const bracket = openBrackets(halted).at(-1)
  if (bracket === undefined || !isA(bracket, t.LeftParen)) return undefined
  const index = tokens.indexOf(bracket)
  const before = tokens[index - 1]
  if (isA(before, t.Name) || !mends(halted, { index, removed: 0, types: [t.Name] })) return undefined
  const facts = { what: 'The name of a function', place: 'before `(`', hint: hintOf(before) }
  return syntaxError('S022', spanOfToken(bracket), facts)
}

function hintOf(before: IToken | undefined): string {
  if (isA(before, t.word('from'))) return 'Streams are joined by `union(…)`.'
  return 'Brackets without one hold a single value; a list stands in `[ ]`.'
}
