import type { Expr, Plan, Window } from '../ir/plan.ts'
import type { Rational } from '../ir/rational.ts'
import type { AggregateName, EventFile, ListType, NumberRepr, Scalar, Schema, Unit } from '../ir/types.ts'
import { storageUnit } from '../ir/units.ts'

/** A row that an expression sees: the row of a stage, a role's candidate, a veto's source, an aggregate's member. */
export interface Frame {
  readonly schema: Schema
  /** Columns that may be missing in the stream but are known to be there, since a condition demanded it. */
  readonly present: ReadonlySet<string>
  /** The stream in messages. */
  readonly label: string
  readonly files: readonly EventFile[]
  readonly optional: readonly OptionalRecord[]
}

/** The record that `join optional` added: its columns lack a value where the row has no partner. */
export interface OptionalRecord {
  /** `psd.`, or `prompt.psd.` in a match. */
  readonly prefix: string
  /** Columns, by their whole names, that every partner has a value in; the first one tells whether there is one. */
  readonly always: readonly string[]
  /** Where the join stands, for messages: `line 2`, `line 2 of cell 3`. */
  readonly place: string
}

/** A row, or a role inside it: its columns are those of the frame that start with the prefix (`''`, `prompt.`). */
export interface RowRef {
  readonly kind: 'row'
  readonly frame: Frame
  readonly prefix: string
}

/** What a number over a whole stream is of. */
export type Total =
  | { readonly kind: 'measure'; readonly plan: Plan; readonly fn: AggregateName; readonly value: Expr | null }
  | { readonly kind: 'livetime'; readonly plan: Plan }

/**
 * A checked expression. It differs from a plan's expression in two ways: constants are exact until they meet a unit, and
 * a column belongs to a frame, since `row` and `other` are known only when a condition has found its place.
 *
 * `missing` says what the plan says: whether a row may lack the value. `unhandled` is `missing` where no condition has
 * excluded it: such a term may be tested (`exists`, `??`), passed on, computed with and aggregated, but not compared.
 */
export type Term =
  | Constant
  | { readonly kind: 'number'; readonly value: number; readonly type: Scalar }
  | { readonly kind: 'bool'; readonly value: boolean }
  | { readonly kind: 'text'; readonly value: string }
  | { readonly kind: 'instant'; readonly ns: bigint }
  | ColumnTerm
  | {
      readonly kind: 'call'
      readonly fn: string
      readonly args: readonly Term[]
      readonly type: Scalar
      readonly missing: boolean
    }
  | AggregateTerm
  | ReduceTerm
  | ElementTerm
  | TotalTerm

/** An exact number in the unit in which it is written. `whole`: written without a point, or a quantity. */
export interface Constant {
  readonly kind: 'constant'
  readonly value: Rational
  readonly unit: Unit
  readonly whole: boolean
}

export interface ColumnTerm {
  readonly kind: 'column'
  readonly frame: Frame
  readonly name: string
  readonly type: Scalar
  readonly missing: boolean
  readonly unhandled: boolean
}

/** A window aggregate about the frame `about`; `value` and `where` see `member` and `about`. */
export interface AggregateTerm {
  readonly kind: 'aggregate'
  readonly fn: AggregateName
  readonly source: Plan
  readonly value: Term | null
  readonly where: readonly Term[]
  readonly member: Frame
  readonly about: Frame
  readonly window: Window
  readonly type: Scalar
  readonly missing: boolean
}

/** An aggregate over the elements of a list; `value` and `where` see them as the frame `element`. */
export interface ReduceTerm {
  readonly kind: 'reduce'
  readonly fn: AggregateName
  readonly list: ListColumn
  readonly value: Term | null
  readonly where: readonly Term[]
  readonly element: Frame
  readonly type: Scalar
  readonly missing: boolean
}

/** A number over a whole stream: in no row, or the same in all of them. */
export interface TotalTerm {
  readonly kind: 'total'
  readonly total: Total
  readonly type: Scalar
  readonly missing: boolean
}

export interface ElementTerm {
  readonly kind: 'element'
  readonly list: ListColumn
  readonly index: number
  /** `''`: the element of a list of plain values. */
  readonly field: string
  readonly type: Scalar
  readonly missing: true
}

/** A column that holds many values in each row. */
export interface ListColumn {
  readonly frame: Frame
  readonly name: string
  readonly type: ListType
  readonly missing: boolean
  readonly unhandled: boolean
}

/** A list, or one field of its records. */
export interface Jagged {
  readonly kind: 'jagged'
  readonly list: ListColumn
  /** Null: the elements as they are. */
  readonly field: string | null
}

export interface Vector {
  readonly kind: 'vector'
  readonly components: readonly [Term, Term, Term]
}

export interface List {
  readonly kind: 'list'
  readonly items: readonly Term[]
}

export const bool: Scalar = { kind: 'bool' }
export const instant: Scalar = { kind: 'instant' }

export function numberType(repr: NumberRepr, unit: Unit | null): Scalar {
  return { kind: 'number', repr, unit }
}

/** A constant's type is that of its value in storage units. */
export function typeOfTerm(term: Term): Scalar {
  switch (term.kind) {
    case 'constant':
      return numberType(term.whole ? 'int64' : 'float64', storageUnit(term.unit))
    case 'bool':
      return bool
    case 'text':
      return { kind: 'text' }
    case 'instant':
      return instant
    case 'number':
    case 'column':
    case 'call':
    case 'aggregate':
    case 'reduce':
    case 'element':
    case 'total':
      return term.type
  }
}

export function isWhole(type: Scalar): boolean {
  return type.kind === 'number' && !type.repr.startsWith('float')
}

/** The unit of a number; null when it is not known. A whole number that states none is a count. */
export function unitOf(type: Scalar): Unit | null {
  if (type.kind !== 'number') return null
  return type.unit ?? (isWhole(type) ? [] : null)
}

export function isMissing(term: Term): boolean {
  switch (term.kind) {
    case 'column':
    case 'call':
    case 'aggregate':
    case 'reduce':
    case 'element':
    case 'total':
      return term.missing
    case 'constant':
    case 'number':
    case 'bool':
    case 'text':
    case 'instant':
      return false
  }
}

export function isUnhandled(term: Term): boolean {
  if (term.kind === 'column') return term.unhandled
  if (term.kind === 'call') {
    if (decidesMissing(term.fn)) return false
    return term.fn === 'coalesce' ? term.args.every(isUnhandled) : term.args.some(isUnhandled)
  }
  if (term.kind === 'reduce') return term.missing && (term.list.unhandled || missesOfNothing(term.fn))
  return (term.kind === 'aggregate' || term.kind === 'element' || term.kind === 'total') && term.missing
}

/** Whether an aggregate over nothing is missing. */
export function missesOfNothing(fn: AggregateName): boolean {
  return !['count', 'sum', 'any', 'all'].includes(fn)
}

/** A call of a function of the plan; it may be missing where an operand may, but for the functions that decide that. */
export function callTerm(fn: string, args: readonly Term[], type: Scalar): Term {
  return { kind: 'call', fn, args, type, missing: callMayMiss(fn, args) }
}

/** Functions that are true or false of a missing value. */
function decidesMissing(fn: string): boolean {
  return fn === 'exists' || fn === 'and' || fn === 'or' || fn === 'not'
}

/** The columns without which a value is missing; null where other things may be the reason, such as an empty window. */
export function valuesRead(term: Term): readonly ColumnTerm[] | null {
  if (term.kind === 'column') return [term]
  if (term.kind === 'reduce' && term.missing) {
    const { frame, name, type, missing, unhandled } = term.list
    return missesOfNothing(term.fn)
      ? null
      : [
          {
            kind: 'column',
            frame,
            name,
            type: type.element.kind === 'record' ? bool : type.element,
            missing,
            unhandled,
          },
        ]
  }
  if ((term.kind === 'aggregate' || term.kind === 'element' || term.kind === 'total') && term.missing) return null
  if (term.kind !== 'call' || decidesMissing(term.fn)) return []
  if (term.fn === 'coalesce') return null
  const read = term.args.map(valuesRead)
  return read.includes(null) ? null : read.flatMap((columns) => columns ?? [])
}

function callMayMiss(fn: string, args: readonly Term[]): boolean {
  if (decidesMissing(fn)) return false
  return fn === 'coalesce' ? args.every(isMissing) : args.some(isMissing)
}

/** The frames whose columns a term reads, besides the members of its own aggregates. */
export function framesOf(term: Term): ReadonlySet<Frame> {
  switch (term.kind) {
    case 'column':
      return new Set([term.frame])
    case 'call':
      return new Set(term.args.flatMap((arg) => [...framesOf(arg)]))
    case 'aggregate': {
      const inside = [...term.where, ...(term.value === null ? [] : [term.value])].flatMap((each) => [
        ...framesOf(each),
      ])
      return new Set([term.about, ...inside.filter((frame) => frame !== term.member)])
    }
    case 'reduce': {
      const inside = [...term.where, ...(term.value === null ? [] : [term.value])].flatMap((each) => [
        ...framesOf(each),
      ])
      return new Set([term.list.frame, ...inside.filter((frame) => frame !== term.element)])
    }
    case 'element':
      return new Set([term.list.frame])
    case 'constant':
    case 'number':
    case 'bool':
    case 'text':
    case 'instant':
    case 'total':
      return new Set()
  }
}
