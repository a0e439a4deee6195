import type { Span } from '../ir/span.ts'
import { type Option, runOver } from '../parse/automaton.ts'
import { type IToken, isA, lex, retyped, spanOfToken } from '../parse/lex.ts'
import { splitStatements } from '../parse/statements.ts'
import * as t from '../parse/tokens.ts'

/** Where the cursor stands in a statement. */
export interface Cursor {
  readonly text: string
  /** The part of a word left of the cursor; empty between words. */
  readonly word: Span
  /** The tokens of the statement left of that word. */
  readonly tokens: readonly IToken[]
  /** The text of the cell before the statement. */
  readonly above: string
  /** The tokens of the cell right of the cursor. */
  readonly right: readonly IToken[]
  /** What may stand at the cursor, in place of that word. */
  readonly options: readonly Option[]
  /** What may stand behind that word, if it is whole. */
  readonly behind: readonly Option[]
  /** Whether a new statement may begin here. */
  readonly opens: boolean
  /** The number, on the same line, that a unit may follow here. */
  readonly number: IToken | undefined
}

export type Place =
  | { readonly kind: 'code'; readonly cursor: Cursor }
  | { readonly kind: 'text'; readonly span: Span }
  | { readonly kind: 'comment' }

/** What stands at an offset of a cell: code, the inside of a text in quotes, or a comment. */
export function placeAt(text: string, offset: number): Place {
  const left = text.slice(0, offset)
  const { tokens, comments, firstColumn } = lex(left)
  if (comments.some((comment) => spanOfToken(comment).end === offset)) return { kind: 'comment' }
  const last = tokens.at(-1)
  if (last !== undefined && isA(last, t.BrokenString) && spanOfToken(last).end === offset) {
    return { kind: 'text', span: { start: last.startOffset + 1, end: offset } }
  }
  const right = lex(text).tokens.filter(({ startOffset }) => startOffset >= offset)
  return { kind: 'code', cursor: cursorIn(text, { tokens, firstColumn, right, offset }) }
}

interface Split {
  readonly tokens: readonly IToken[]
  readonly firstColumn: ReadonlySet<IToken>
  readonly right: readonly IToken[]
  readonly offset: number
}

function cursorIn(text: string, { tokens, firstColumn, right, offset }: Split): Cursor {
  const { before, word } = withoutWord(tokens, offset)
  const statement = splitStatements(before).at(-1) ?? []
  const [last] = before.slice(-1)
  const gap = last === undefined ? '\n' : text.slice(spanOfToken(last).end, word.start)
  const opens = statement.length === 0 || gap.endsWith('\n')
  const isNumber = last !== undefined && isA(last, t.NumberToken) && /^[ \t]*$/.test(gap)
  return {
    text,
    word,
    above: text.slice(0, statement[0]?.startOffset ?? word.start),
    tokens: statement,
    right,
    options: [...optionsBehind(statement, firstColumn), ...(opens && statement.length > 0 ? runOver([]).options : [])],
    behind: word.start === word.end ? [] : optionsBehind([...statement, ...tokens.slice(-1)], firstColumn),
    opens,
    number: isNumber ? last : undefined,
  }
}

/** What may stand behind the tokens of a statement; a last name that begins its line may open another, as `name =`. */
function optionsBehind(statement: readonly IToken[], firstColumn: ReadonlySet<IToken>): readonly Option[] {
  const last = statement.at(-1)
  const { options } = runOver(statement)
  if (last === undefined || !firstColumn.has(last) || !isA(last, t.Name)) return options
  return [...options, ...runOver([retyped(last, t.Def)]).options]
}

/** The tokens left of the word at the cursor; the unit of a quantity is such a word, its number is left of it. */
function withoutWord(
  tokens: readonly IToken[],
  offset: number,
): { readonly before: readonly IToken[]; readonly word: Span } {
  const last = tokens.at(-1)
  const none = { before: tokens, word: { start: offset, end: offset } }
  if (last === undefined || spanOfToken(last).end !== offset) return none
  if (isA(last, t.Quantity)) {
    const [, digits = ''] = t.quantityParts.exec(last.image) ?? []
    const unit = /[^\s\d._-].*$/.exec(last.image.slice(digits.length))
    if (unit === null) return none
    const number = { ...retyped(last, t.NumberToken), image: digits, endOffset: last.startOffset + digits.length - 1 }
    return {
      before: [...tokens.slice(0, -1), number],
      word: { start: last.startOffset + digits.length + unit.index, end: offset },
    }
  }
  const isWord = isA(last, t.Name, t.MicroSecond, t.BrokenName) || t.wordOf(last.tokenType) !== undefined
  return isWord ? { before: tokens.slice(0, -1), word: { start: last.startOffset, end: offset } } : none
}
