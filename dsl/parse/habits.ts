import type { Diagnostic } from '../ir/diagnostic.ts'
import type { Span } from '../ir/span.ts'
import type { Halted } from './attempt.ts'
import type { Habit } from './habit.ts'
import { placeHabits } from './habits-of-places.ts'
import { statementHabits } from './habits-of-statements.ts'
import { type IToken, isA, spanOfToken } from './lex.ts'
import { syntaxError } from './syntax-messages.ts'
import { synonyms } from './synonyms.ts'
import * as t from './tokens.ts'

/** How far from where a statement halts its text is looked at. */
const [before, behind] = [120, 240]

/** The habit of another language that a statement halts by, or undefined. */
export function habitOf(halted: Halted, following: IToken | undefined): Diagnostic | undefined {
  const { text, tokens, at } = halted
  const [first, token] = [tokens[0], tokens[at] ?? tokens.at(-1)]
  if (first === undefined || token === undefined) return undefined
  const quoted = tokens.filter((each) => isA(each, t.StringToken)).map(spanOfToken)
  const place = { start: first.startOffset, at: token.startOffset, end: endOf(halted, following), quoted }
  const isNear = place.at - place.start <= before
  return (
    (isNear ? firstOf(statementHabits, text, { ...place, from: place.start }) : undefined) ??
    firstOf(placeHabits, text, { ...place, from: isNear ? place.start : place.at - before }) ??
    capitals(halted)
  )
}

/** `select E from events`: its `from` opens a statement of its own. */
function endOf({ text, tokens }: Halted, following: IToken | undefined): number {
  const [first, last] = [tokens[0], tokens.at(-1)]
  if (last === undefined) return text.length
  const isSelect = first?.image.toLowerCase() === 'select' && isA(following, t.word('from'))
  return isSelect ? text.trimEnd().length : spanOfToken(last).end
}

interface Place {
  readonly from: number
  /** Where the statement halts. */
  readonly at: number
  readonly end: number
  /** Texts in quotes: `"root://…"` has no comment. */
  readonly quoted: readonly Span[]
}

function firstOf(habits: readonly Habit[], text: string, { from, at, end, quoted }: Place): Diagnostic | undefined {
  const near = text.slice(from, Math.min(end, at + behind))
  for (const { pattern, why, written } of habits) {
    for (const match of near.matchAll(pattern)) {
      const span = { start: from + match.index, end: from + match.index + match[0].length }
      if (at < span.start || at > span.end) continue
      if (quoted.some(({ start, end: close }) => start < span.start && span.start < close)) continue
      const by = written(...match.slice(1))
      const found = match[0].trim()
      return syntaxError('S021', span, {
        found,
        why,
        fix: by === null ? null : { written: by, edits: [{ span, text: by }] },
      })
    }
  }
  return undefined
}

/** `FROM events WHERE …`: more than one word in capitals. */
function capitals({ text, tokens, at }: Halted): Diagnostic | undefined {
  const shouted = tokens.filter(
    (token) => isA(token, t.Name) && /^[A-Z]{2,}$/.test(token.image) && wordMeantBy(token.image) !== undefined,
  )
  const [first] = shouted
  if (first === undefined || shouted.length < 2 || !shouted.some((token) => token === tokens[at])) return undefined
  const edits = shouted.map((token) => ({ span: spanOfToken(token), text: wordMeantBy(token.image) ?? '' }))
  const written = edits.map((edit) => edit.text).join(' … ')
  const { start, end } = spanOfToken(first)
  return syntaxError(
    'S021',
    { start, end },
    {
      found: text.slice(start, end),
      why: 'The words of the language are in small letters.',
      fix: { written, edits },
    },
  )
}

/** The word of the language that is written in capitals, or under the name of another language. */
function wordMeantBy(image: string): t.Word | undefined {
  const lower = image.toLowerCase()
  return [...t.reservedWords, ...t.softWords].find((word) => word === lower) ?? synonyms[lower]
}
