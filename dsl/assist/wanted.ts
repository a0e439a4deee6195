import type { Bound, Names } from '../check/bound.ts'
import { typeOfTerm } from '../check/term.ts'
import { schemaOf } from '../ir/schema.ts'
import type { Type, Unit } from '../ir/types.ts'
import { isSameDimension, parseUnit } from '../ir/units.ts'
import { type IToken, isA, spanOfToken } from '../parse/lex.ts'
import * as t from '../parse/tokens.ts'
import { plainName } from './clause.ts'
import type { AssistContext, Completion } from './context.ts'
import type { Cursor } from './cursor.ts'
import type { RowColumn, Rows } from './rows.ts'

/** What a value at the cursor is held against. */
export interface Wanted {
  readonly type: Type
  /** Where it is a column, and not computed. */
  readonly column?: RowColumn
  /** `range`: two ends are to be written; `value`: one. */
  readonly form: 'value' | 'range'
  /** Whether what is wanted lies below the column: its largest value is the likelier one. */
  readonly isUpper: boolean
}

interface Around {
  readonly rows: Rows
  readonly names: Names
  readonly context: AssistContext
}

/** What a value at the cursor is compared with, or the length of a window; undefined where nothing tells. */
export function wantedAt({ text, tokens, number }: Cursor, around: Around): Wanted | undefined {
  const before = number === undefined ? tokens : tokens.slice(0, -1)
  const at = signBefore(before)
  const sign = before[at]
  if (sign === undefined) return undefined
  const isBegun = at < before.length - 1
  const isTime = isA(sign, t.word('within')) || (isA(sign, t.word('by')) && isA(before[at - 1], t.word('shift')))
  if (isTime) return { type: time, form: 'value', isUpper: false }
  if (isA(sign, t.LeftBracket)) {
    const found = comparedAt(before, { end: isA(before[at - 2], t.word('not')) ? at - 3 : at - 2, text }, around)
    return found && { ...found, form: 'value', isUpper: false }
  }
  if (!isA(sign, ...comparing)) return undefined
  const isRange = isA(sign, t.word('in'), t.word('over')) && !isBegun
  const found = comparedAt(before, { end: isA(before[at - 1], t.word('not')) ? at - 2 : at - 1, text }, around)
  const isUpper = isBegun || isA(sign, t.Less, t.LessEqual)
  return found && { ...found, form: isRange ? 'range' : 'value', isUpper }
}

/** `E in [1, ▮`: each value of the list is one. */
function signBefore(tokens: readonly IToken[]): number {
  const opening = tokens.findLastIndex((token) => !isA(token, ...partsOfRange, t.Comma))
  const isList = isA(tokens[opening], t.LeftBracket) && isA(tokens[opening - 1], t.word('in'))
  return isList ? opening : tokens.findLastIndex((token) => !isA(token, ...partsOfRange))
}

/** Whether a unit has the dimension of a type; any unit where the type is not known. */
export function isUnitOf(type: Type | undefined): (unit: string) => boolean {
  const unit = type?.kind === 'number' ? type.unit : null
  if (unit === null) return () => true
  return (name) => isSameDimension(parseUnit(name) ?? [], unit) && name !== '%'
}

const ns: Unit = [{ name: 'ns', power: 1 }]
const time: Type = { kind: 'number', repr: 'int64', unit: ns }

const partsOfRange = [t.NumberToken, t.Quantity, t.Minus, t.RangeClosed, t.RangeOpen]
const comparing = [
  ...[t.EqualEqual, t.NotEqual, t.Less, t.LessEqual, t.Greater, t.GreaterEqual],
  ...[t.word('in'), t.word('over'), t.word('step')],
]

interface Place {
  /** The last token of what is compared. */
  readonly end: number
  readonly text: string
}

/** A column, or an expression of columns, that ends with a token. */
function comparedAt(
  tokens: readonly IToken[],
  { end, text }: Place,
  { rows, names, context }: Around,
): Pick<Wanted, 'type' | 'column'> | undefined {
  // `hist E over 0 .. 12 MeV step ▮`
  const over = isA(tokens[end], t.NumberToken, t.Quantity) ? rangeBefore(tokens, end) : end
  const start = startOf(tokens, over)
  const [first, last] = [tokens[start], tokens[over]]
  if (first === undefined || last === undefined || start > over) return undefined
  const path = pathOf(tokens.slice(start, over + 1))
  const column = path && columnAt(path, rows)
  if (column !== undefined) return { type: column.type, column }
  const value = path?.length === 1 ? valueType(names.get(path.join())) : undefined
  if (value !== undefined) return { type: value }
  if (path !== undefined || rows.before === null) return undefined
  const plan = context.planOf(`${rows.before} define \`~\` = ${text.slice(first.startOffset, spanOfToken(last).end)}`)
  const type = plan && schemaOf(plan).columns.at(-1)?.type
  return type && { type }
}

function rangeBefore(tokens: readonly IToken[], end: number): number {
  const at = tokens.findLastIndex((token, index) => index <= end && !isA(token, ...partsOfRange))
  return isA(tokens[at], t.word('over')) ? at - 1 : end
}

/** Where the expression that ends with a token begins. */
function startOf(tokens: readonly IToken[], end: number): number {
  let depth = 0
  for (let at = end; at >= 0; at--) {
    const token = tokens[at]
    if (isA(token, t.RightParen, t.RightBracket)) depth++
    else if (isA(token, t.LeftParen, t.LeftBracket)) depth--
    const isBound = depth === 0 && token !== undefined && isBoundary(token)
    if (depth < 0 || isBound) return at + 1
  }
  return 0
}

function isBoundary(token: IToken): boolean {
  const isWord = t.wordOf(token.tokenType) !== undefined && !isA(token, t.Name, t.word('this'))
  return isWord || isA(token, ...comparing, t.Comma, t.Colon, t.Equal, t.AndAnd, t.OrOr, t.Bang)
}

/** The names of a dotted path; undefined for anything else. */
function pathOf(tokens: readonly IToken[]): readonly string[] | undefined {
  const isPath = tokens.every((token, at) => isA(token, ...(at % 2 === 0 ? [t.Name, t.word('this')] : [t.Dot])))
  if (!isPath || tokens.length % 2 === 0) return undefined
  return tokens.filter((_, at) => at % 2 === 0).map(plainName)
}

/** The column that a path names, bare or of a role. */
export function columnAt(path: readonly string[], { columns, roles }: Rows): RowColumn | undefined {
  const [first = '', ...rest] = path
  const name = path.join('.')
  const own = columns.find((column) => column.name === name)
  return own ?? roles.get(first)?.find((column) => column.name === rest.join('.'))
}

/** Those first whose dimension is that of what they are compared with: nothing else would compile. */
export function alikeFirst(
  items: readonly Completion[],
  wanted: Type | undefined,
  { rows, names }: { readonly rows: Rows; readonly names: Names },
): readonly Completion[] {
  if (wanted === undefined) return items
  const rank = ({ text, kind }: Completion): number => {
    const name = text.replaceAll('`', '')
    const isValue = kind === 'value'
    const type = isValue ? valueType(names.get(name)) : rows.columns.find((each) => each.name === name)?.type
    if ((!isValue && kind !== 'column') || type === undefined || !isSameKind(type, wanted)) return 2
    // What is compared with a column is a constant more often than another column.
    return isValue ? 0 : 1
  }
  return items.toSorted((a, b) => rank(a) - rank(b))
}

function valueType(bound: Bound | undefined): Type | undefined {
  return bound?.meaning.kind === 'value' ? typeOfTerm(bound.meaning.term) : undefined
}

function isSameKind(left: Type, right: Type): boolean {
  if (left.kind !== 'number' || right.kind !== 'number') return left.kind === right.kind
  return left.unit !== null && right.unit !== null && isSameDimension(left.unit, right.unit)
}
