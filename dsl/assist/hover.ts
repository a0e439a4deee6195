import type { Bound, Names } from '../check/bound.ts'
import { rowFunctions } from '../functions/index.ts'
import type { Span } from '../ir/span.ts'
import type { Column } from '../ir/types.ts'
import { convertLiteral, isUnitName, powerOfUnit, storageUnit, unitText } from '../ir/units.ts'
import type { Option } from '../parse/automaton.ts'
import { type IToken, isA, lex, spanOfToken } from '../parse/lex.ts'
import * as t from '../parse/tokens.ts'
import { plainName } from './clause.ts'
import type { AssistContext } from './context.ts'
import { placeAt } from './cursor.ts'
import { pathBefore, type Rows, rowsAt } from './rows.ts'
import { columnText, parametersText } from './wording.ts'
import { calls, type WordDoc, words } from './words.ts'

/** What is known of a word of a cell. */
export interface Hover {
  readonly span: Span
  /** The word with its type, as in a declaration: `E : float32 [MeV]`. */
  readonly title: string
  /** A sentence or two; empty where the title says it all. */
  readonly text: string
}

/** What is known of the word at an offset of a cell; undefined where there is none, or nothing is known. */
export function hover(text: string, offset: number, context: AssistContext): Hover | undefined {
  const { tokens } = lex(text)
  const at = tokens.findLastIndex((token) => token.startOffset <= offset && offset <= spanOfToken(token).end)
  const token = tokens[at]
  if (token === undefined) return undefined
  const place = placeAt(text, token.startOffset)
  if (place.kind !== 'code') return undefined
  const span = spanOfToken(token)
  if (isA(token, t.Quantity)) return quantity(token, span)
  const { options, opens } = place.cursor
  const word = t.wordOf(token.tokenType)
  if (word !== undefined && (!isA(token, t.Name) || isSlot(token, options))) return ofWord(word, words[word], span)
  if (!isA(token, t.Name)) return undefined
  const rows = rowsAt(place.cursor, context)
  const path = [...pathBefore(place.cursor), plainName(token)]
  const isCall = isA(tokens[at + 1], t.LeftParen)
  // A name that opens a definition is known only behind it.
  const names = context.namesAfter(opens ? text : place.cursor.above)
  return named({ path, isCall }, rows, { names, span })
}

function isSlot(token: IToken, options: readonly Option[]): boolean {
  return options.some(({ type }) => type === token.tokenType)
}

function ofWord(word: string, doc: WordDoc | undefined, span: Span): Hover | undefined {
  return doc && { span, title: word, text: `${doc.doc} Example: \`${doc.example}\`` }
}

/** `5 ms` is 5000000 ns: a literal in the unit in which such quantities are stored. */
function quantity(token: IToken, span: Span): Hover | undefined {
  const [, digits = '', written = '', power = '1'] = t.quantityParts.exec(token.image) ?? []
  const name = written.replace(/[µμ]/, 'u')
  if (!isUnitName(name)) return { span, title: token.image, text: 'A hundredth.' }
  const unit = powerOfUnit([{ name, power: 1 }], Number(power))
  const stored = storageUnit(unit)
  const value = convertLiteral(digits.replaceAll('_', ''), unit, stored)
  return { span, title: token.image, text: `${value} ${unitText(stored) ?? ''}`.trim() }
}

interface Named {
  readonly path: readonly string[]
  readonly isCall: boolean
}

/** Innermost first, as the checker resolves a name: columns and roles of the row, names of the notebook, functions. */
function named(
  { path, isCall }: Named,
  rows: Rows,
  { names, span }: { readonly names: Names; readonly span: Span },
): Hover | undefined {
  const name = path.join('.')
  const found = isCall ? undefined : columnAt(path, rows)
  if (found !== undefined) return { span, title: `${name} : ${columnText(found)}`, text: 'A column of the row.' }
  const role = path.length === 1 ? rows.roles.get(name) : undefined
  if (role !== undefined) return { span, title: `${name} : role`, text: roleText(role) }
  const bound = path.length === 1 ? names.get(name) : undefined
  if (bound !== undefined) return { span, title: `${name} : ${typeOf(bound)}`, text: originOf(bound) }
  const doc = calls[name]
  if (doc !== undefined) return ofWord(`${name}(…)`, doc, span)
  const fn = rowFunctions.get(name)
  return fn?.signature === undefined ? undefined : { span, title: `${name}(…)`, text: fn.doc }
}

function columnAt(path: readonly string[], { columns, roles }: Rows): Column | undefined {
  const [first = '', ...rest] = path
  const bare = columns.find(({ name }) => name === path.join('.'))
  return bare ?? roles.get(first)?.find(({ name }) => name === rest.join('.'))
}

function roleText(columns: readonly Column[]): string {
  const names = columns.map(({ name }) => name)
  if (names.length === 0) return 'An event of the row.'
  return `An event of the row. Columns: ${names.slice(0, 12).join(', ')}${names.length > 12 ? ', …' : ''}.`
}

function typeOf({ meaning, type }: Bound): string {
  return meaning.kind === 'fn' ? `fn ${parametersText(meaning.parameters)}` : type
}

function originOf({ cell, history }: Bound): string {
  const own = history.at(-1)
  const place = cell === null ? 'Defined outside the notebook.' : `Defined in cell ${cell}.`
  // Indented, the text is a block of code in markdown and reads well without.
  return own === undefined ? place : `${place}\n\n${own.replaceAll(/^/gm, '    ')}`
}
