import type { Names } from '../../../dsl/check/bound.ts'
import { compile } from '../../../dsl/compile.ts'
import type { Diagnostic } from '../../../dsl/ir/diagnostic.ts'
import type { Span } from '../../../dsl/ir/span.ts'
import { type IToken, isA, lex, spanOfToken } from '../../../dsl/parse/lex.ts'
import { parse } from '../../../dsl/parse/parse.ts'
import { splitStatements } from '../../../dsl/parse/statements.ts'
import * as t from '../../../dsl/parse/tokens.ts'
import { library } from '../check/library.ts'
import { corpus } from './corpus.ts'

export const mutations = ['dropped', 'doubled', 'misspelled'] as const

/** A worked cell with one token broken. */
export interface Mutant {
  readonly mutation: (typeof mutations)[number]
  readonly text: string
  /** The kind of the token, such as `RightParen`. */
  readonly kind: string
  /** The token as it was, and as it is now. */
  readonly word: string
  readonly broken: string
  /** Where an error is at the right word: the broken token, both copies of it, or the neighbours of the hole. */
  readonly places: readonly Span[]
  /** The names that the broken statement gives: of itself, of columns, roles, records and parameters. */
  readonly given: ReadonlySet<string>
  /** The names of the cells before, and the number of the cell. */
  readonly names: Names
  readonly cell: number
}

/** What follows each mutant, in turn. */
const sentinels = ['sentinel = count(events)', 'from events take 1'] as const

/** What the whole check says of a mutant with a statement behind it. */
export interface Verdict {
  readonly text: string
  readonly errors: readonly Diagnostic[]
  /** Whether the grammar takes the mutant. */
  readonly isParsed: boolean
  /** Whether the statement behind it was understood, and has no error. */
  readonly isNextIntact: boolean
}

export function* mutantsOfCorpus(): Generator<Mutant> {
  let names: Names = new Map()
  for (const [at, { text }] of corpus.entries()) {
    const around = { names, cell: at + 1 }
    const { tokens } = lex(text)
    const statements = splitStatements(tokens).map((statement) => ({ statement, given: namesGiven(statement) }))
    for (const [index, token] of tokens.entries()) {
      const given = statements.find(({ statement }) => statement.includes(token))?.given ?? new Set<string>()
      yield* mutantsOf({ text, tokens, index }, { ...around, given })
    }
    names = compile(text, { ...around, catalog: library }).names
  }
}

export function judged({ text, names, cell }: Mutant, turn: number): Verdict {
  const sentinel = sentinels[turn % sentinels.length] ?? sentinels[0]
  const whole = `${text.trimEnd()}\n${sentinel}\n`
  const start = whole.length - sentinel.length - 1
  const parsed = parse(whole)
  const errors = compile(whole, { cell, names, catalog: library }).diagnostics.filter(
    ({ severity }) => severity === 'error',
  )
  const last = parsed.cell.statements.at(-1)?.span
  const isUnderstood = last !== undefined && whole.slice(last.start, last.end) === sentinel
  return {
    text: whole,
    errors,
    isParsed: parsed.diagnostics.length === 0,
    isNextIntact: isUnderstood && !errors.some(({ span }) => span.start >= start),
  }
}

/**
 * Whether the one error of a mutant is at the right word: it touches the broken token, one of two copies, or a neighbour of
 * the hole. Where the grammar takes the mutant, a name may have got lost, or have another spelling where it is given: then the
 * error may be at the use of a name that the broken statement gives, if that is the lost one, or if the message tells the other
 * spelling; and at the own name of the broken statement, which means something else now.
 */
export function isAtTheWord({ mutation, word, broken, places, given }: Mutant, verdict: Verdict): boolean {
  const [error] = verdict.errors
  if (error === undefined) return false
  const { span, message } = error
  if (places.some(({ start, end }) => span.start < end && start < span.end)) return true
  const named = Array.from(verdict.text.slice(span.start, span.end).matchAll(/[A-Za-z_]\w*/g), ([name]) => name)
  if (!verdict.isParsed || !named.some((name) => given.has(name))) return false
  return mutation === 'dropped' || (named.includes(word) && message.includes(`\`${broken}\``))
}

interface At {
  readonly text: string
  readonly tokens: readonly IToken[]
  readonly index: number
}

function* mutantsOf({ text, tokens, index }: At, around: Pick<Mutant, 'names' | 'cell' | 'given'>): Generator<Mutant> {
  const token = tokens[index]
  if (token === undefined) return
  const span = spanOfToken(token)
  const word = token.image
  const mutant = (mutation: Mutant['mutation'], broken: string, places: readonly Span[]): Mutant => ({
    ...around,
    mutation,
    text: text.slice(0, span.start) + broken + text.slice(span.end),
    kind: token.tokenType.name,
    word,
    broken,
    places,
  })
  const [before, after] = [tokens[index - 1], tokens[index + 1]]
  yield mutant('dropped', '', [
    ...(before === undefined ? [] : [spanOfToken(before)]),
    ...(after === undefined ? [] : [moved(spanOfToken(after), -word.length)]),
  ])
  yield mutant('doubled', `${word} ${word}`, [span, moved(span, word.length + 1)])
  const broken = exchanged(word)
  if (broken !== undefined) yield mutant('misspelled', broken, [span])
}

function moved({ start, end }: Span, by: number): Span {
  return { start: start + by, end: end + by }
}

/** The first two letters of a word exchanged. */
function exchanged(word: string): string | undefined {
  const [first = '', second = ''] = word
  return /^[a-z]{2,}$/.test(word) && first !== second ? second + first + word.slice(2) : undefined
}

const naming = (
  ['match', 'with', 'without', 'each', 'first', 'last', 'nearest', 'join', 'optional', 'fn', 'param'] as const
).map(t.word)

function namesGiven(tokens: readonly IToken[]): ReadonlySet<string> {
  const given = tokens.filter(
    (token, index) => isA(token, t.Name) && (isA(tokens[index + 1], t.Equal) || isA(tokens[index - 1], ...naming)),
  )
  return new Set([...given.map(({ image }) => image), ...parametersOf(tokens)])
}

function parametersOf(tokens: readonly IToken[]): readonly string[] {
  if (!isA(tokens[0], t.word('fn'))) return []
  const end = tokens.findIndex((token) => isA(token, t.RightParen))
  return tokens.slice(3, end).flatMap((token) => (isA(token, t.Name) ? token.image : []))
}
