import type { Bound, Names } from '../check/bound.ts'
import { dimensionWord } from '../check/wording.ts'
import { rowFunctions } from '../functions/index.ts'
import type { Plan } from '../ir/plan.ts'
import type { Span } from '../ir/span.ts'
import type { UnitName } from '../ir/types.ts'
import { convertLiteral, isUnitName, powerOfUnit, storageUnit, unitText } from '../ir/units.ts'
import type { Option } from '../parse/automaton.ts'
import { isStageWord } from '../parse/expected.ts'
import { type IToken, isA, lex, spanOfToken } from '../parse/lex.ts'
import * as t from '../parse/tokens.ts'
import { plainName } from './clause.ts'
import type { AssistContext } from './context.ts'
import { placeAt } from './cursor.ts'
import { rowsOfPlan } from './facts.ts'
import { grammarOf } from './grammar-lines.ts'
import { originOf } from './origin.ts'
import { rangeOf, rangeText } from './ranges.ts'
import { pathBefore, type RowColumn, type Rows, rowsAt } from './rows.ts'
import { selectivityAt } from './selectivity.ts'
import { signatureOf } from './signatures.ts'
import { columnAt } from './wanted.ts'
import { columnText, parametersText, rowsText } from './wording.ts'
import { calls, words } from './words.ts'

/** What is known of a word of a cell. */
export interface Hover {
  readonly span: Span
  /** The word with its type, as in a declaration: `E : float32 [MeV]`. */
  readonly title: string
  /** A few paragraphs; empty where the title says it all. */
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
  if (word !== undefined && (!isA(token, t.Name) || isSlot(token, options))) {
    const run = isStageWord(word) || isRoleWord(word) ? selectivityAt(text, span.start, context) : undefined
    return ofWord(word, run, span)
  }
  if (!isA(token, t.Name)) return undefined
  const name = plainName(token)
  const isUnit = options.some(({ type, rules }) => type === t.Name && rules()[0] === 'unitPower')
  if (isUnit && isUnitName(name)) return ofUnit(name, span)
  const given = options.flatMap(({ type, rules }) => (type === t.Name ? (newNames[rules()[0] ?? ''] ?? []) : []))
  if (given[0] !== undefined) return { span, title: `${name} : ${given[0].is}`, text: given[0].text }
  // First the names: with them the rows are found without a check of the statements above.
  const above = context.namesAfter(place.cursor.above)
  const rows = rowsAt(place.cursor, context)
  const path = [...pathBefore(place.cursor), name]
  const isCall = isA(tokens[at + 1], t.LeftParen)
  // A name that opens a definition is known only behind it.
  const names = opens ? context.namesAfter(text) : above
  return named({ path, isCall, span }, { rows, names, context })
}

/** What a name becomes where it is given, by the rule that takes it. */
const newNames: Readonly<Record<string, { readonly is: string; readonly text: string }>> = {
  candidates: {
    is: 'role',
    text: 'Names an event of the match: its columns are those of the stream that it is taken from.',
  },
  join: { is: 'record', text: 'Names the partner of each row: its columns are those of the stream that is joined.' },
}

function isRoleWord(word: string): boolean {
  return word === 'with' || word === 'without'
}

function isSlot(token: IToken, options: readonly Option[]): boolean {
  return options.some(({ type }) => type === token.tokenType)
}

function ofWord(word: string, run: string | undefined, span: Span): Hover | undefined {
  const found = words[word]
  if (found === undefined) return undefined
  const grammar = grammarOf(word)
  return {
    span,
    title: word,
    text: paragraphs(
      found.doc,
      run && `Last run: ${run}.`,
      grammar && `Grammar: ${grammar}.`,
      `Example: \`${found.example}\``,
    ),
  }
}

function paragraphs(...parts: readonly (string | undefined)[]): string {
  return parts.filter((part) => part !== undefined && part !== '').join('\n\n')
}

/** A literal in the unit in which such quantities are stored: `5 ms` is 5000000 ns. */
function quantity(token: IToken, span: Span): Hover | undefined {
  const [, digits = '', written = '', power = '1'] = t.quantityParts.exec(token.image) ?? []
  const name = written.replace(/[µμ]/, 'u')
  if (!isUnitName(name)) return { span, title: token.image, text: 'A hundredth.' }
  const unit = powerOfUnit([{ name, power: 1 }], Number(power))
  const stored = storageUnit(unit)
  const value = convertLiteral(digits.replaceAll('_', ''), unit, stored)
  const title = `${token.image} : ${dimensionWord(unit)}`
  return { span, title, text: `= ${value} ${unitText(stored) ?? ''}`.trim() }
}

/** Its dimension, and how many of the unit in which such quantities are stored it has. */
function ofUnit(name: UnitName, span: Span): Hover {
  const unit = [{ name, power: 1 }]
  const stored = storageUnit(unit)
  return {
    span,
    title: `${name} : ${dimensionWord(unit)}`,
    text: `1 ${name} = ${convertLiteral('1', unit, stored)} ${unitText(stored) ?? ''}`,
  }
}

interface Named {
  readonly path: readonly string[]
  readonly isCall: boolean
  readonly span: Span
}

interface Around {
  readonly rows: Rows
  readonly names: Names
  readonly context: AssistContext
}

/** Innermost first, as the checker resolves a name: columns and roles of the row, names of the notebook, functions. */
function named({ path, isCall, span }: Named, around: Around): Hover | undefined {
  const { rows, names, context } = around
  const name = path.join('.')
  const found = isCall ? undefined : columnAt(path, rows)
  if (found !== undefined) return { span, title: `${name} : ${columnText(found)}`, text: columnOrigin(found, around) }
  const role = path.length === 1 && !isCall ? rows.roles.get(name) : undefined
  if (role !== undefined) return { span, title: `${name} : role`, text: roleText(role) }
  const bound = path.length === 1 ? names.get(name) : undefined
  if (bound !== undefined) return { span, title: `${name} : ${typeOf(bound, context)}`, text: originText(bound) }
  return path.length === 1 ? ofFunction(name, span) : undefined
}

function ofFunction(name: string, span: Span): Hover | undefined {
  const signature = signatureOf(name)
  if (signature === undefined) return undefined
  const call = calls[name]
  const doc = call?.doc ?? rowFunctions.get(name)?.doc
  return { span, title: `${name}${signature}`, text: paragraphs(doc, call && `Example: \`${call.example}\``) }
}

/** The files that a column is of, with the range that they state; or the definition that makes it. */
function columnOrigin(column: RowColumn, { names, context }: Around): string {
  const origin = column.of && originOf(column.of.plan, column.of.name)
  if (origin?.kind === 'made') return madeText(origin.by, names)
  const sources = origin?.columns.flatMap(({ dataset }) => context.facts.dataset(dataset) ?? []) ?? []
  if (sources.length === 0) return 'A column of the row.'
  const paths = sources.map(({ path, files }) => `\`${path}\`${files === 1 ? '' : ` (${files} files)`}`)
  const range = rangeOf(column, context.facts)
  const unit = column.type.kind === 'number' ? unitText(column.type.unit) : null
  const between = range && `In the files: ${rangeText(range, column.type)}${unit === null ? '' : ` ${unit}`}.`
  return paragraphs(`Column of ${[...new Set(paths)].join(', ')}.`, between)
}

/** The earliest name whose plan has the stage: its definition is where the column is made. */
function madeText(stage: Plan, names: Names): string {
  const makers = [...names.values()].filter(({ meaning }) => {
    return meaning.kind === 'stream' && hasStage(meaning.stream.plan, stage)
  })
  const [first] = makers.toSorted((a, b) => (a.cell ?? Infinity) - (b.cell ?? Infinity))
  return first === undefined ? `Made by \`${stage.op}\` in this statement.` : originText(first)
}

function hasStage(plan: Plan, stage: Plan): boolean {
  if (isSame(plan, stage)) return true
  if (plan.op === 'scan') return false
  if (plan.op === 'union') return plan.inputs.some((input) => hasStage(input, stage))
  const sources = plan.op === 'match' ? plan.roles.map(({ source }) => source) : plan.op === 'join' ? [plan.source] : []
  return [plan.input, ...sources].some((input) => hasStage(input, stage))
}

/** Names share the plans that they stand on; a statement of this cell has been compiled anew. */
function isSame(left: Plan, right: Plan): boolean {
  return left === right || (left.op === right.op && JSON.stringify(left) === JSON.stringify(right))
}

function roleText(columns: readonly RowColumn[]): string {
  const names = columns.map(({ name }) => name)
  if (names.length === 0) return 'An event of the row.'
  return `An event of the row. Columns: ${names.slice(0, 12).join(', ')}${names.length > 12 ? ', …' : ''}.`
}

function typeOf({ meaning, type }: Bound, { facts }: AssistContext): string {
  if (meaning.kind === 'fn') return `fn ${parametersText(meaning)}`
  const rows = meaning.kind === 'stream' ? rowsOfPlan(meaning.stream.plan, facts) : undefined
  return rows === undefined ? type : `${type}, ${rowsText(rows)}`
}

function originText({ cell, history }: Bound): string {
  const own = history.at(-1)
  const place = cell === null ? 'Defined outside the notebook.' : `Defined in cell ${cell}.`
  // Indented, the text is a block of code in markdown and reads well without.
  return paragraphs(place, own?.replaceAll(/^/gm, '    '))
}
