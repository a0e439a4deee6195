import type { Bound, Names } from '../check/bound.ts'
import { typeOfTerm } from '../check/term.ts'
import type { Type, Unit } from '../ir/types.ts'
import { isSameDimension, parseUnit } from '../ir/units.ts'
import { type IToken, isA } from '../parse/lex.ts'
import * as t from '../parse/tokens.ts'
import { plainName } from './clause.ts'
import type { Completion } from './context.ts'
import type { Cursor } from './cursor.ts'
import type { Rows } from './rows.ts'

const ns: Unit = [{ name: 'ns', power: 1 }]

/** The type of what a value at the cursor is compared with, or of the length of a window; undefined where nothing tells. */
export function wantedAt({ tokens, number }: Cursor, rows: Rows): Type | undefined {
  const before = number === undefined ? tokens : tokens.slice(0, -1)
  const at = before.findLastIndex((token) => !isA(token, ...partsOfRange))
  const sign = before[at]
  if (sign === undefined) return undefined
  if (isA(sign, t.word('within'))) return time
  if (isA(sign, t.word('by')) && isA(before[at - 1], t.word('shift'))) return time
  if (!isA(sign, ...comparing)) return undefined
  return typeOfPath(pathEndingAt(before, isA(before[at - 1], t.word('not')) ? at - 2 : at - 1), rows)
}

/** Whether a unit has the dimension of a type; any unit where the type is not known. */
export function isUnitOf(type: Type | undefined): (unit: string) => boolean {
  const unit = type?.kind === 'number' ? type.unit : null
  if (unit === null) return () => true
  return (name) => isSameDimension(parseUnit(name) ?? [], unit) && name !== '%'
}

const time: Type = { kind: 'number', repr: 'int64', unit: ns }

const partsOfRange = [t.NumberToken, t.Quantity, t.Minus, t.RangeClosed, t.RangeOpen]
const comparing = [
  ...[t.EqualEqual, t.NotEqual, t.Less, t.LessEqual, t.Greater, t.GreaterEqual],
  ...[t.word('in'), t.word('over'), t.word('step')],
]

function pathEndingAt(tokens: readonly IToken[], end: number): readonly string[] {
  const path: string[] = []
  for (let at = end; at >= 0; at -= 2) {
    const name = tokens[at]
    if (name === undefined || !isA(name, t.Name)) break
    path.unshift(plainName(name))
    if (!isA(tokens[at - 1], t.Dot)) break
  }
  return path
}

function typeOfPath(path: readonly string[], { columns, roles }: Rows): Type | undefined {
  const [first = '', ...rest] = path
  const name = path.join('.')
  const own = columns.find((column) => column.name === name)
  return own?.type ?? roles.get(first)?.find((column) => column.name === rest.join('.'))?.type
}

/** Those first whose dimension is that of what they are compared with: nothing else would compile. */
export function alikeFirst(
  items: readonly Completion[],
  wanted: Type | undefined,
  { rows, names }: { readonly rows: Rows; readonly names: Names },
): readonly Completion[] {
  if (wanted === undefined) return items
  const isAlike = ({ text, kind }: Completion): boolean => {
    const name = text.replaceAll('`', '')
    const column = rows.columns.find((each) => each.name === name)?.type
    const type = kind === 'column' ? column : valueType(names.get(name))
    return kind === 'literal' || (type !== undefined && isSameKind(type, wanted))
  }
  return [...items.filter(isAlike), ...items.filter((item) => !isAlike(item))]
}

function valueType(bound: Bound | undefined): Type | undefined {
  return bound?.meaning.kind === 'value' ? typeOfTerm(bound.meaning.term) : undefined
}

function isSameKind(left: Type, right: Type): boolean {
  if (left.kind !== 'number' || right.kind !== 'number') return left.kind === right.kind
  return left.unit !== null && right.unit !== null && isSameDimension(left.unit, right.unit)
}
