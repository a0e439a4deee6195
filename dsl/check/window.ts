import type * as ast from '../ir/ast.ts'
import type { Window } from '../ir/plan.ts'
import {
  compareRationals,
  nearestNumber,
  negative,
  type Rational,
  wholeAbove,
  wholeBelow,
  zero,
} from '../ir/rational.ts'
import type { Span } from '../ir/span.ts'
import type { Unit } from '../ir/types.ts'
import { isSameDimension, unitText } from '../ir/units.ts'
import { boundsOf } from './compare.ts'
import { inUnit } from './constant.ts'
import { operandOf } from './operand.ts'
import { type Reference, referenceOf } from './reference.ts'
import { refuse } from './refusal.ts'
import { cut, type Rows, type Scope } from './scope.ts'
import type { Frame } from './term.ts'
import { type Operand, operandWords } from './wording.ts'

type Within = Extract<ast.Window, { kind: 'within' }>
type Between = Extract<ast.Window, { kind: 'between' }>

/** A window about rows that are at hand: `about` is the frame that its references are in. */
export interface PlacedWindow {
  readonly window: Window
  readonly about: Frame
}

export interface WindowPlace {
  readonly scope: Scope
  /** The rows that a reference may name. */
  readonly rows: Rows
  /** What a window without a reference is about; null where it must name one. */
  readonly standard: Reference | null
  /** What needs the window, for messages: `the role \`d\``, `\`count\``. */
  readonly what: string
}

/** The window of a role or an aggregate. */
export function placedWindow(window: ast.Window, place: WindowPlace): PlacedWindow {
  switch (window.kind) {
    case 'within':
      return placedWithin(window, place)
    case 'between':
      return placedBetween(window, place)
    case 'during': {
      const why =
        '`during` names spans of time, for `keep` and `veto`. A window of a role or an aggregate is about a row: `within 1 ms after …`.'
      return refuse(place.scope, 'S124', { span: window.span, facts: { why } })
    }
  }
}

function placedWithin(window: Within, place: WindowPlace): PlacedWindow {
  const { scope, standard } = place
  const reference = window.target === null ? standard : targetOf(window.target, place)
  if (reference === null) {
    const at = window.span.end
    return refuse(scope, 'S126', { span: window.span, facts: { what: place.what, example: 'before this', at } })
  }
  const { low, high } = boundsInTime(window, { scope, signed: false })
  const order = window.direction === 'of' ? 'any' : (window.direction ?? 'after')
  return { window: { kind: 'within', low, high, order, reference: reference.prefix }, about: reference.frame }
}

function targetOf(target: ast.Target, { scope, rows }: WindowPlace): Reference {
  if (target.kind === 'this') return referenceOf([{ text: 'this', span: target.span }], rows, scope)
  const { source } = target
  if (target.kind === 'source' && source.kind === 'name' && source.args === null) {
    return referenceOf([source.name, ...source.members], rows, scope)
  }
  const text = cut(scope, target.span)
  const why = `The time counts from a row that is at hand, and \`${text}\` is a stream. Bind one of its rows by a role first: \`with m in …\`.`
  return refuse(scope, 'S124', { span: target.span, facts: { why } })
}

function placedBetween(window: Between, { scope, rows }: WindowPlace): PlacedWindow {
  const [from, to] = [referenceOf(window.from.path, rows, scope), referenceOf(window.to.path, rows, scope)]
  const about = from.frame
  if (to.frame !== about) {
    const why = '`between` needs two rows of one match, and these are rows of two streams.'
    return refuse(scope, 'S124', { span: window.span, facts: { why } })
  }
  if (window.from.offset === null && window.to.offset === null) {
    return { window: { kind: 'between', from: from.prefix, to: to.prefix }, about }
  }
  const [fromOffset, toOffset] = [offsetOf(window.from, scope, wholeAbove), offsetOf(window.to, scope, wholeBelow)]
  return { window: { kind: 'interval', from: from.prefix, fromOffset, to: to.prefix, toOffset }, about }
}

function offsetOf({ sign, offset, span }: ast.Anchor, scope: Scope, whole: (value: Rational) => bigint): number {
  if (offset === null) return 0
  const length = lengthOf(operandOf(offset, scope), scope)
  return exactNumber(whole(sign === '-' ? negative(length) : length), { scope, span })
}

/**
 * The bounds of `within` as whole nanoseconds, both closed, with the sign of t − t_ref: time is a lattice of ns.
 *
 * `signed`: a bound below zero is allowed with any direction, as in a veto.
 */
export function boundsInTime(
  window: Within,
  { scope, signed }: { readonly scope: Scope; readonly signed: boolean },
): { readonly low: number; readonly high: number } {
  const [low, high] = lengthsOf(window, scope)
  if (window.direction !== 'of' && !signed) demandPositive(window, [low, high], scope)
  const first = wholeAbove(low)
  const last = window.open ? wholeAbove(high) - 1n : wholeBelow(high)
  const [start, end] = window.direction === 'before' ? [-last, -first] : [first, last]
  const at = { scope, span: window.span }
  return { low: exactNumber(start, at), high: exactNumber(end, at) }
}

function lengthsOf(window: Within, scope: Scope): readonly [Rational, Rational] {
  if (window.low === null) {
    const high = lengthOf(operandOf(window.high, scope), scope)
    if (high.numerator < 0n && window.direction === 'of') refuseOrder(window, ['', ''], scope)
    return [window.direction === 'of' ? negative(high) : zero, high]
  }
  const [low, high] = boundsOf({ low: window.low, high: window.high }, scope)
  const lengths = [lengthOf(low, scope), lengthOf(high, scope)] as const
  if (isAbove(...lengths)) refuseOrder(window, [cut(scope, low.expr.span), cut(scope, high.expr.span)], scope)
  return lengths
}

function isAbove(left: Rational, right: Rational): boolean {
  return left.numerator * right.denominator > right.numerator * left.denominator
}

function refuseOrder({ span, high }: Within, [low, top]: readonly [string, string], scope: Scope): never {
  if (low !== '') return refuse(scope, 'S123', { span, facts: { low, high: top } })
  const why = `A window of \`${cut(scope, high.span)}\` to either side holds nothing.`
  return refuse(scope, 'S124', { span, facts: { why } })
}

function demandPositive(window: Within, lengths: readonly Rational[], scope: Scope): void {
  if (lengths.every(({ numerator }) => numerator >= 0n)) return
  const { direction, high } = window
  // The open end of `before` is the lower one, which `of` has closed.
  if (direction === null || direction === 'of' || (direction === 'before' && window.open)) {
    const why = 'A bound below zero looks to the other side: name what the time counts from, `within … of …`.'
    return refuse(scope, 'S124', { span: window.span, facts: { why } })
  }
  const bounds = (direction === 'before' ? lengths.map(negative) : lengths).toSorted(compareRationals)
  const end = scope.origin.text.indexOf(direction, high.span.end) + direction.length
  refuse(scope, 'S127', {
    span: window.span,
    facts: {
      direction,
      span: { start: (window.low ?? high).span.start, end },
      written: `${bounds.map((bound) => timeText(bound)).join(window.open ? ' ..< ' : ' .. ')} of`,
    },
  })
}

/** A time as it is written in the largest unit that makes it a short number. */
export function timeText(ns: Rational): string {
  const unit = units.find(
    (each) => inUnit({ kind: 'constant', value: ns, unit: nanoseconds, whole: true }, each).value.denominator === 1n,
  )
  const { value } = inUnit({ kind: 'constant', value: ns, unit: nanoseconds, whole: true }, unit ?? nanoseconds)
  return `${nearestNumber(value)} ${unitText(unit ?? nanoseconds)}`
}

const nanoseconds: Unit = [{ name: 'ns', power: 1 }]
const units: readonly Unit[] = (['s', 'ms', 'us', 'ns'] as const).map((name) => [{ name, power: 1 }])

/** A constant time in ns, exact. */
export function lengthOf(operand: Operand, scope: Scope, what = 'The length of a window'): Rational {
  const { term, expr } = operand
  if (term.kind === 'constant' && isSameDimension(term.unit, nanoseconds)) return inUnit(term, nanoseconds).value
  return refuse(scope, 'S132', { span: expr.span, facts: { what, found: operandWords(operand, scope) } })
}

/** Instants differ exactly as float64 up to 104 days. */
export function exactNumber(ns: bigint, { scope, span }: { readonly scope: Scope; readonly span: Span }): number {
  if (ns <= BigInt(Number.MAX_SAFE_INTEGER) && ns >= BigInt(Number.MIN_SAFE_INTEGER)) return Number(ns)
  const why = 'A window reaches 104 days at most: so far are times exact to the nanosecond.'
  return refuse(scope, 'S124', { span, facts: { why } })
}
