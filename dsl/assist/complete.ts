import type { Option } from '../parse/automaton.ts'
import { isStageWord } from '../parse/expected.ts'
import { isA } from '../parse/lex.ts'
import * as t from '../parse/tokens.ts'
import { plainName } from './clause.ts'
import { constantsAt } from './constants.ts'
import type { AssistContext, Completion, Completions, Slot } from './context.ts'
import { type Cursor, placeAt } from './cursor.ts'
import { splitColumns } from './cutflow-keys.ts'
import * as offers from './offers.ts'
import { pathBefore, type Rows, rowsAt } from './rows.ts'
import { isPossible, ranked, streamBehind } from './stage-words.ts'
import { alikeFirst, columnAt, isUnitOf, type Wanted, wantedAt } from './wanted.ts'
import { words } from './words.ts'

/** What can be written at an offset of a cell. */
export function complete(text: string, offset: number, context: AssistContext): Completions {
  const place = placeAt(text, offset)
  switch (place.kind) {
    case 'comment':
      return nothing(offset)
    case 'text':
      return { ...nothing(offset), span: place.span, path: text.slice(place.span.start, place.span.end) }
    case 'code':
      return completeCode(place.cursor, context)
  }
}

function nothing(offset: number): Completions {
  return { span: { start: offset, end: offset }, items: [], path: null, slots: new Set(), signs: new Set() }
}

function completeCode(cursor: Cursor, context: AssistContext): Completions {
  const { text, word, options, behind } = cursor
  // First the names: with them the rows are found without a check of the statements above.
  const names = context.namesAfter(cursor.above)
  const rows = rowsAt(cursor, context)
  const around: Around = { cursor, context, rows, names, facts: context.facts }
  const choice = choiceAt(options, around)
  const wanted = choice === undefined ? wantedAt(cursor, around) : undefined
  const named = options.flatMap((option) => (option.type === t.Name ? namesFor(option, around) : []))
  const items = choice ?? [
    ...(cursor.number === undefined ? [] : offers.units(isUnitOf(wanted?.type))),
    ...literals(options, wanted, around),
    ...alikeFirst(named, wanted?.type, around),
    ...(options.some(isPathOfSource) ? offers.newSources() : []),
    ...keywords(options, around),
  ]
  return {
    span: word,
    items: beginningWith(text.slice(word.start, word.end), distinct(items)),
    path: null,
    slots: new Set(options.flatMap(slotOf)),
    signs: new Set([...options, ...behind].flatMap(({ type }) => signOf(type))),
  }
}

/** Where the grammar takes any value and only few make sense: keys of a join, what splits a cutflow, `good: ▮`, constants. */
function choiceAt(options: readonly Option[], around: Around): readonly Completion[] | undefined {
  const rules = options.find(({ type, rules: of }) => type === t.Name && of()[0] === 'call')?.rules() ?? []
  const { cursor, context, rows } = around
  if (rules[1] !== 'source' && rows.callee === 'union' && isA(cursor.tokens.at(-1), t.Colon)) return offers.goodTimes()
  if (rules.includes('source')) return undefined
  if (rules.includes('join') && rows.verb === 'join') return offers.joinKeys(around)
  if (rules.at(-2) === 'cutflow') {
    return offers.columns({ ...around, rows: { ...rows, columns: splitColumns(cursor, context) } })
  }
  const constants = constantsAt(rules, around)
  return constants && [...offers.parameters(parametersOf(cursor)), ...constants]
}

interface Around extends offers.Around {
  readonly cursor: Cursor
  readonly context: AssistContext
}

/** `E > ▮`: literals in the unit of `E`; `bins ▮`: a number. */
function literals(
  options: readonly Option[],
  wanted: Wanted | undefined,
  { cursor, facts }: Around,
): readonly Completion[] {
  if (cursor.number !== undefined) return []
  if (options.some(({ type, rules }) => type === t.NumberToken && rules()[0] === 'bins')) return [hundredBins]
  const isValue = options.some(({ type }) => type === t.Quantity)
  return wanted === undefined || !isValue ? [] : offers.literals(wanted, facts)
}

const hundredBins: Completion = { text: '100', kind: 'literal', detail: 'number of bins' }

function isPathOfSource({ type, rules }: Option): boolean {
  return type === t.StringToken && rules()[0] === 'source'
}

/** The names that a slot takes, by the rules that are open around it. */
function namesFor(option: Option, around: Around): readonly Completion[] {
  const { cursor, rows, names } = around
  const [rule = '', parent] = option.rules()
  switch (rule) {
    case 'call':
      return [
        ...offers.parameters(parametersOf(cursor)),
        ...(parent === 'source' ? sources(option, around) : valuesFor(option, around)),
      ]
    case 'label':
      return parent === 'arg' && rows.callee !== undefined ? offers.labels(rows.callee, names) : []
    case 'member':
      return offers.members(pathBefore(cursor), around)
    case 'path':
      return parent === 'anchor' ? offers.references(rows) : offers.columns(around)
    case 'unitPower':
      return offers.units(() => true)
    case 'use':
      return offers.backends()
    case 'save':
      return offers.targets()
    case 'bins':
      return offers.binnings(names)
    default:
      return []
  }
}

/** Streams; before them the roles of the row, for a window, and what has many values, for an aggregate. */
function sources(option: Option, around: Around): readonly Completion[] {
  const [, , outer] = option.rules()
  const ofRow = outer === 'target' ? offers.references(around.rows) : outer === 'arg' ? offers.lists(around) : []
  return [...ofRow, ...offers.streams(around)]
}

/** Values of the row; where an aggregate may look at a stream, or no row is there, streams too. */
function valuesFor(option: Option, around: Around): readonly Completion[] {
  const { rows } = around
  if (option.rules().includes('group') && rows.verb === 'group') return offers.groupKeys(around)
  if (rows.callee !== undefined) return offers.operands(rows.callee, around)
  return [...offers.values(around), ...(rows.verb === null ? offers.streams(around) : [])]
}

/** The parameters of the function that is being defined. */
function parametersOf({ tokens }: Cursor): readonly string[] {
  if (!isA(tokens[0], t.word('fn'))) return []
  const end = tokens.findIndex((token, index) => isA(token, t.RightParen) && isA(tokens[index + 1], t.Equal))
  const head = end < 0 ? tokens : tokens.slice(0, end)
  return head.flatMap((token, index) =>
    index > 2 && isA(token, t.Name) && isA(head[index - 1], t.LeftParen, t.Comma) ? plainName(token) : [],
  )
}

/** Words that may stand here, without the stages that the rows forbid. */
function keywords(options: readonly Option[], { cursor, context, rows }: Around): readonly Completion[] {
  const possible = [...new Set(options.flatMap(({ type }) => t.wordOf(type) ?? []))]
  const stream = possible.some(isStageWord) ? streamBehind(cursor, context, rows) : null
  const fitting = possible.filter(
    (word) => !isStageWord(word) || isPossible(word, rows, stream) || isConditionHere(options),
  )
  return ranked(fitting, isToCompare(cursor, rows)).map((word) => ({
    text: word,
    kind: 'keyword',
    detail: words[word]?.doc ?? '',
  }))
}

/** `where E ▮`: a value alone is no condition. */
function isToCompare({ tokens }: Cursor, rows: Rows): boolean {
  const last = tokens.at(-1)
  if (last === undefined || !isA(last, t.Name) || rows.verb !== 'where') return false
  const path = [...pathBefore({ tokens: tokens.slice(0, -1) }), plainName(last)]
  const type = columnAt(path, rows)?.type.kind
  return type !== undefined && type !== 'bool'
}

/** `where` inside an argument or a role is no stage. */
function isConditionHere(options: readonly Option[]): boolean {
  return options.some(({ type, rules }) => type === t.word('where') && rules()[0] !== 'where')
}

function slotOf({ type, rules }: Option): readonly Slot[] {
  if (type === t.NumberToken) return ['number']
  if (type === t.Quantity) return ['quantity']
  if (type === t.StringToken) return ['text']
  if (type === t.Instant) return ['instant']
  if (type === t.Def) return ['newName']
  const [rule = ''] = rules()
  return type === t.Name && newNames.has(rule) ? ['newName'] : []
}

const newNames: ReadonlySet<string> = new Set([
  ...['binding', 'namedItem', 'candidates', 'join', 'fn', 'parameter', 'param', 'label', 'target'],
])

function signOf(type: Option['type']): readonly string[] {
  const isSign = t.wordOf(type) === undefined && /^\W+$/.test(type.LABEL ?? '')
  return isSign && type.LABEL !== undefined ? [type.LABEL] : []
}

function distinct(items: readonly Completion[]): readonly Completion[] {
  const seen = new Set<string>()
  return items.filter(({ text }) => !seen.has(text) && seen.add(text))
}

/** The items that begin with what is typed, those in the same case first. */
function beginningWith(typed: string, items: readonly Completion[]): readonly Completion[] {
  const plain = typed.replace(/^`/, '').toLowerCase()
  const fitting = items.filter(({ text }) => text.replace(/^`/, '').toLowerCase().startsWith(plain))
  const exact = fitting.filter(({ text }) => text.startsWith(typed))
  return [...exact, ...fitting.filter((item) => !exact.includes(item))]
}
