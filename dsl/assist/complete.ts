import type { Names } from '../check/bound.ts'
import { unitText } from '../ir/units.ts'
import type { Option } from '../parse/automaton.ts'
import { isStageWord } from '../parse/expected.ts'
import { isA } from '../parse/lex.ts'
import * as t from '../parse/tokens.ts'
import { plainName } from './clause.ts'
import type { AssistContext, Completion, Completions, Slot } from './context.ts'
import { type Cursor, placeAt } from './cursor.ts'
import * as offers from './offers.ts'
import { pathBefore, type Rows, rowsAt } from './rows.ts'
import { alikeFirst, isUnitOf, wantedAt } from './wanted.ts'
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
  const rows = rowsAt(cursor, context)
  const names = context.namesAfter(cursor.above)
  const named = options.flatMap((option) => (option.type === t.Name ? namesFor(option, { cursor, rows, names }) : []))
  const items = [
    ...unitsBehindNumber(cursor, rows),
    ...literals(cursor, { rows, options }),
    ...alikeFirst(named, wantedAt(cursor, rows), { rows, names }),
    ...keywords(options, rows),
  ]
  return {
    span: word,
    items: beginningWith(text.slice(word.start, word.end), distinct(items)),
    path: null,
    slots: new Set(options.flatMap(slotOf)),
    signs: new Set([...options, ...behind].flatMap(({ type }) => signOf(type))),
  }
}

/** `5 ▮`: the units of what the number is compared with. */
function unitsBehindNumber(cursor: Cursor, rows: Rows): readonly Completion[] {
  return cursor.number === undefined ? [] : offers.units(isUnitOf(wantedAt(cursor, rows)))
}

/** `E > ▮`: a literal in the unit of `E`. */
function literals(
  cursor: Cursor,
  { rows, options }: { readonly rows: Rows; readonly options: readonly Option[] },
): readonly Completion[] {
  if (!options.some(({ type }) => type === t.Quantity)) return []
  const wanted = wantedAt(cursor, rows)
  const unit = wanted?.kind === 'number' ? unitText(wanted.unit) : null
  return wanted === undefined || unit === null || !/^[A-Za-z]+$/.test(unit) ? [] : [offers.literal(`1 ${unit}`, wanted)]
}

interface Around {
  readonly cursor: Cursor
  readonly rows: Rows
  readonly names: Names
}

/** The names that a slot takes, by the rules that are open around it. */
function namesFor(option: Option, { cursor, rows, names }: Around): readonly Completion[] {
  const [rule = '', parent] = option.rules()
  switch (rule) {
    case 'call':
      return [
        ...offers.parameters(parametersOf(cursor)),
        ...(parent === 'source' ? sources(option, rows, names) : valuesFor(option, rows, names)),
      ]
    case 'member':
      return offers.members(pathBefore(cursor), rows)
    case 'path':
      return parent === 'anchor' ? offers.references(rows) : offers.columns(rows)
    case 'unitPower':
      return offers.units(() => true)
    case 'use':
      return offers.backends()
    case 'save':
      return offers.targets()
    case 'bins':
      return offers.values({ ...rows, columns: [], roles: new Map() }, names).filter(({ kind }) => kind === 'value')
    default:
      return []
  }
}

/** Streams; before them the roles of the row, for a window, and what has many values, for an aggregate. */
function sources(option: Option, rows: Rows, names: Names): readonly Completion[] {
  const [, , around] = option.rules()
  const ofRow = around === 'target' ? offers.references(rows) : around === 'arg' ? offers.lists(rows) : []
  return [...ofRow, ...offers.streams(names)]
}

/** Values of the row; where an aggregate may look at a stream, or no row is there, streams too. */
function valuesFor(option: Option, rows: Rows, names: Names): readonly Completion[] {
  const found = offers.values(rows, names)
  const isKey = option.rules().includes('join') && rows.verb === 'join'
  const mayBeStream = rows.callee !== undefined || rows.verb === null
  return [...(isKey ? [event] : []), ...found, ...(mayBeStream ? offers.streams(names) : [])]
}

const event: Completion = { text: 'event', kind: 'role', detail: 'the event reference (file, entry)' }

/** The parameters of the function that is being defined. */
function parametersOf({ tokens }: Cursor): readonly string[] {
  if (!isA(tokens[0], t.word('fn'))) return []
  const end = tokens.findIndex((token, index) => isA(token, t.RightParen) && isA(tokens[index + 1], t.Equal))
  const head = end < 0 ? tokens : tokens.slice(0, end)
  return head.flatMap((token, index) =>
    index > 2 && isA(token, t.Name) && isA(head[index - 1], t.LeftParen, t.Comma) ? plainName(token) : [],
  )
}

/** Stages by how often they are used. */
const order = ['where', 'hist', 'match', 'define', 'veto', 'group', 'join', 'select', 'sort', 'take', 'keep', 'sample']

/** Words that may stand here, without the stages that the rows forbid. */
function keywords(options: readonly Option[], rows: Rows): readonly Completion[] {
  const possible = options.flatMap(({ type }) => t.wordOf(type) ?? [])
  return [...new Set(possible)]
    .filter((word) => !isStageWord(word) || isPossible(word, rows) || isConditionHere(options))
    .toSorted((a, b) => rank(a) - rank(b))
    .map((word) => ({ text: word, kind: 'keyword', detail: words[word]?.doc ?? '' }))
}

function rank(word: string): number {
  const at = order.indexOf(word)
  return at < 0 ? order.length : at
}

const ofEvents: ReadonlySet<string> = new Set(['match', 'veto', 'keep', 'burst', 'shift', 'complete'])

/** A histogram ends its pipeline, and what looks in time needs rows in time order. */
function isPossible(word: string, { verb, stream }: Rows): boolean {
  if (verb === 'hist') return false
  return stream !== 'table' || !ofEvents.has(word)
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
