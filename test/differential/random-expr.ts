import type { ColumnExpr, Expr, Plan, Window, WindowAggregate } from '../../dsl/ir/plan.ts'
import { mayBeMissing, schemaOf } from '../../dsl/ir/schema.ts'
import type { AggregateName, Column, Scalar } from '../../dsl/ir/types.ts'
import { aggregateType, bool, float64, instant } from '../unit/naive/build.ts'
import { epoch, span } from './random-data.ts'
import type { Tape } from './tape.ts'

/** What an expression may read, and how it gets at streams for its aggregates. */
export interface Scope {
  readonly row: readonly Column[]
  /** The row that a window looks at; absent outside of windows. */
  readonly other?: readonly Column[]
  /** The fields of the element that a reduction is at; absent outside of reductions. */
  readonly element?: readonly Column[]
  /** Prefixes of the row's references whose time is in the row. */
  readonly references: readonly string[]
  /** A stream for an aggregate to look at; absent where aggregates would nest too deeply. */
  readonly stream?: () => Plan
}

type Kind = Scalar['kind']

export function randomExpr(tape: Tape, kind: Kind, scope: Scope, depth: number): Expr {
  switch (kind) {
    case 'number':
      return number(tape, scope, depth)
    case 'bool':
      return condition(tape, scope, depth)
    case 'text':
      return textExpr(tape, scope)
    case 'instant':
      return instantExpr(tape, scope, depth)
  }
}

/** A number that every row has. */
export function presentNumber(tape: Tape, scope: Scope, depth: number): Expr {
  const value = number(tape, scope, depth)
  return mayBeMissing(value) ? call('coalesce', float64, [value, literal(tape.below(4))], false) : value
}

/** Durations between instants are whole and exact. */
const durationType: Scalar = { kind: 'number', repr: 'int64', unit: [{ name: 'ns', power: 1 }] }

const unary = [
  'negate',
  'abs',
  'sqrt',
  'floor',
  'ceil',
  'round',
  'sin',
  'exp',
  'log',
  'atan',
  'log10',
  'cos',
  'tan',
  'asin',
  'acos',
]
const binary = ['add', 'subtract', 'multiply', 'divide', 'atan2', 'bin', 'hypot']

function number(tape: Tape, scope: Scope, depth: number): Expr {
  const next = (): Expr => number(tape, scope, depth - 1)
  switch (depth <= 0 ? tape.below(2) : tape.below(15)) {
    case 0:
      return columnOf(tape, 'number', scope) ?? literal(tape.below(4))
    case 1:
      return literal(tape.of([1, 2, 0, 0.5, -1, 3.5, -0, 1e300]))
    case 2:
      return call(tape.of(unary), float64, [next()])
    case 3:
    case 4:
      return call(tape.of(binary), float64, [next(), next()])
    case 5:
      return call('power', float64, [next(), literal(tape.of([2, 3, 0.5, -1, 0, 8, -2, 9, 1.5]))])
    case 6:
      return call('instantDifference', durationType, [
        instantExpr(tape, scope, depth - 1),
        instantExpr(tape, scope, depth - 1),
      ])
    case 7:
      return optional(float64, next)
    case 8:
      return call(
        'dist',
        float64,
        Array.from({ length: 6 }, () => number(tape, scope, 0)),
      )
    case 9:
    case 10:
      return reduction(tape, scope, depth, listFns, 'number') ?? next()
    case 11:
      if (tape.once(3)) return total(tape, scope) ?? next()
      return tape.once(2) ? (listElement(tape, scope, 'number') ?? next()) : { kind: 'missing', type: float64 }
    default:
      return (
        windowAggregate(
          tape,
          scope,
          depth,
          ['count', 'sum', 'sum', 'mean', 'mean', 'min', 'max', 'std', 'std', 'median', 'first', 'last'],
          'number',
        ) ?? next()
      )
  }
}

/** A number over a whole stream: the same in every row. */
function total(tape: Tape, scope: Scope): Expr | undefined {
  const plan = scope.stream?.()
  if (plan === undefined) return undefined
  if (tape.once(3))
    return { kind: 'total', of: { kind: 'livetime', name: 'total', plan }, type: durationType, missing: false }
  const fn = tape.of<AggregateName>(['count', 'sum', 'mean', 'min', 'max', 'median', 'first'])
  const value = fn === 'count' ? null : number(tape, scopeOf(plan), 1)
  const typed = aggregateType(fn, value)
  return {
    kind: 'total',
    of: { kind: 'measure', name: 'total', plan, measure: { name: 'total', fn, value, ...typed } },
    ...typed,
  }
}

const comparisons = ['less', 'lessEqual', 'greater', 'greaterEqual', 'equal', 'notEqual']

function condition(tape: Tape, scope: Scope, depth: number): Expr {
  const next = (): Expr => condition(tape, scope, depth - 1)
  const numbers = (): Expr => number(tape, scope, depth - 1)
  switch (depth <= 0 ? tape.below(3) : tape.below(16)) {
    case 0:
      return call(tape.of(comparisons), bool, [columnOf(tape, 'number', scope) ?? literal(1), literal(tape.below(4))])
    case 1:
      return columnOf(tape, 'bool', scope) ?? { kind: 'bool', value: true }
    case 2:
      return { kind: 'bool', value: !tape.once(3) }
    case 3:
      return call(tape.of(['and', 'or']), bool, [next(), next()], false)
    case 4:
      return call('not', bool, [next()], false)
    case 5:
      return call(tape.of(comparisons), bool, [numbers(), numbers()])
    case 6:
      return call(tape.of(['inRange', 'inRangeOpen']), bool, [
        numbers(),
        literal(tape.below(2)),
        literal(1 + tape.below(4)),
      ])
    case 7:
      return call('oneOf', bool, [numbers(), ...tape.many(3, () => literal(tape.below(4)))])
    case 8:
      return call(tape.of(['equal', 'notEqual', 'oneOf']), bool, [textExpr(tape, scope), textExpr(tape, scope)])
    case 9:
      return call(tape.of(comparisons), bool, [
        instantExpr(tape, scope, depth - 1),
        instantExpr(tape, scope, depth - 1),
      ])
    case 10:
      return tape.once(2)
        ? call('finite', bool, [numbers()])
        : call('exists', bool, [missingColumn(tape, scope) ?? numbers()], false)
    case 11:
      return optional(bool, next)
    case 12:
    case 13:
      return reduction(tape, scope, depth, ['any', 'all'], 'bool') ?? next()
    default:
      return windowAggregate(tape, scope, depth, ['any', 'all'], 'bool') ?? next()
  }
}

function textExpr(tape: Tape, scope: Scope): Expr {
  const written: Expr = { kind: 'text', value: tape.of(['CD', 'WP', 'none of them', '']) }
  if (tape.once(8)) return listElement(tape, scope, 'text') ?? { kind: 'missing', type: { kind: 'text' } }
  return tape.once(3) ? written : (columnOf(tape, 'text', scope) ?? written)
}

function instantExpr(tape: Tape, scope: Scope, depth: number): Expr {
  const next = (): Expr => instantExpr(tape, scope, depth - 1)
  switch (depth <= 0 ? tape.below(2) : tape.below(8)) {
    case 0:
      return columnOf(tape, 'instant', scope) ?? near(tape)
    case 1:
      return near(tape)
    case 2:
      return call(tape.of(['instantAdd', 'instantSubtract']), instant, [next(), duration(tape, scope, depth)])
    case 3:
      return call('binInstant', instant, [next(), literal(tape.of([1, 3, 10, 86_400e9, 31_557_600e9]))])
    case 4:
    case 5:
      return windowAggregate(tape, scope, depth, ['first', 'last', 'min', 'max'], 'instant') ?? next()
    case 6:
      return reduction(tape, scope, depth, ['first', 'last', 'min', 'max'], 'instant') ?? next()
    default:
      return optional(instant, next)
  }
}

export function near(tape: Tape): Expr {
  return { kind: 'instant', ns: String(epoch + BigInt(tape.below(span))) }
}

/** Short or a year long, whole or not, exact between two instants, now and then none at all. */
function duration(tape: Tape, scope: Scope, depth: number): Expr {
  const written = literal(tape.of([1, 2.5, 7, 0.5, -3, 31_557_600e9]))
  if (tape.once(3))
    return call(
      'instantDifference',
      durationType,
      [0, 1].map(() => instantExpr(tape, scope, depth - 1)),
    )
  return tape.once(6) ? (columnOf(tape, 'number', scope) ?? written) : written
}

/** An instant a year away: its distance from the data is no exact float64. */
export function farDifference(tape: Tape, scope: Scope): Expr {
  const far: Expr = { kind: 'instant', ns: String(epoch - 31_557_600_123_456_789n) }
  const time = columnOf(tape, 'instant', scope) ?? near(tape)
  return call('instantDifference', durationType, tape.once(2) ? [far, time] : [time, far])
}

function optional(type: Scalar, next: () => Expr): Expr {
  const [first, second] = [next(), next()]
  return call('coalesce', type, [first, second], mayBeMissing(first) && mayBeMissing(second)) satisfies Expr
}

export function columnOf(tape: Tape, kind: Kind, { row, other = [], element = [] }: Scope): ColumnExpr | undefined {
  const columns = [
    ...row.map((column) => ({ ...column, row: 'row' as const })),
    ...other.map((column) => ({ ...column, row: 'other' as const })),
    // What is peculiar about an element is what it holds itself.
    ...[...element, ...element, ...element].map((column) => ({ ...column, row: 'element' as const })),
  ].filter(({ type, name }) => type.kind === kind && !name.endsWith('file') && !name.endsWith('entry'))
  if (columns.length === 0) return undefined
  return { kind: 'column', ...tape.of(columns) }
}

function missingColumn(tape: Tape, { row }: Scope): Expr | undefined {
  const columns = row.filter(({ missing, type }) => missing && type.kind !== 'list')
  return columns.length === 0 ? undefined : { kind: 'column', row: 'row', ...tape.of(columns) }
}

function windowAggregate(
  tape: Tape,
  scope: Scope,
  depth: number,
  fns: readonly AggregateName[],
  kind: Kind,
): Expr | undefined {
  if (scope.stream === undefined || scope.references.length === 0 || !tape.spend()) return undefined
  const source = scope.stream()
  const fn = tape.of(fns)
  const { stream: _, ...flat } = scope
  const inner = { ...flat, other: schemaOf(source).columns }
  const wanted: Kind = fn === 'count' ? tape.of(['number', 'bool', 'text', 'instant']) : kind
  const value = (fn === 'count' || fn === 'any') && tape.once(3) ? null : randomExpr(tape, wanted, inner, depth - 1)
  const where = tape.once(2) ? null : condition(tape, inner, depth - 1)
  const aggregate: WindowAggregate = {
    kind: 'aggregate',
    fn,
    source,
    value,
    where,
    window: randomWindow(tape, scope.references),
    ...aggregateType(fn, value),
  }
  return aggregate
}

const listFns = [
  'count',
  'sum',
  'sum',
  'mean',
  'mean',
  'min',
  'max',
  'std',
  'std',
  'median',
  'median',
  'first',
  'last',
] as const

/** An aggregate of the elements of a list of the row, or of the row that a window looks at. */
function reduction(
  tape: Tape,
  scope: Scope,
  depth: number,
  fns: readonly AggregateName[],
  kind: Kind,
): Expr | undefined {
  const list = listIn(tape, scope)
  if (list === undefined) return undefined
  const { stream: _, ...flat } = scope
  const inner: Scope = { ...flat, element: fieldsOf(list) }
  const fn = tape.of(fns)
  const wanted: Kind = fn === 'count' ? tape.of(['number', 'bool', 'text', 'instant']) : kind
  const value = (fn === 'count' || fn === 'any') && tape.once(3) ? null : randomExpr(tape, wanted, inner, depth - 1)
  const where = tape.once(2) ? null : condition(tape, inner, depth - 1)
  const { type, missing } = aggregateType(fn, value)
  return { kind: 'reduce', fn, list, value, where, type, missing: missing || list.missing }
}

function listElement(tape: Tape, scope: Scope, kind: Kind): Expr | undefined {
  const list = listIn(tape, scope)
  if (list === undefined) return undefined
  const fields = fieldsOf(list).filter(({ type }) => type.kind === kind)
  if (fields.length === 0) return undefined
  const { name, type } = tape.of(fields)
  return { kind: 'element', list, index: tape.below(3), field: name, type: type as Scalar, missing: true }
}

/** Reductions do not stand inside of others. */
function listIn(tape: Tape, { row, other = [], element }: Scope): ColumnExpr | undefined {
  if (element !== undefined) return undefined
  const columns = [
    ...row.map((column) => ({ ...column, row: 'row' as const })),
    ...other.map((column) => ({ ...column, row: 'other' as const })),
  ].filter(({ type }) => type.kind === 'list')
  return columns.length === 0 ? undefined : { kind: 'column', ...tape.of(columns) }
}

function fieldsOf({ type }: ColumnExpr): readonly Column[] {
  if (type.kind !== 'list') throw new Error('no list')
  const { element } = type
  return element.kind === 'record' ? element.fields : [{ name: '', type: element, missing: false }]
}

export function randomWindow(
  tape: Tape,
  references: readonly string[],
  kinds = ['within', 'within', 'between', 'interval'],
): Window {
  const reference = tape.of(references)
  switch (tape.of(kinds)) {
    case 'between':
      return { kind: 'between', from: reference, to: tape.of(references) }
    case 'interval':
      return {
        kind: 'interval',
        from: reference,
        fromOffset: tape.below(7) - 4,
        to: tape.of(references),
        toOffset: tape.below(7) - 2,
      }
    default: {
      const order = tape.of(['after', 'before', 'any'] as const)
      const [a, b] = [tape.below(4), tape.below(7)]
      const [low, high] = order === 'after' ? [a - 1, b] : order === 'before' ? [-b, 1 - a] : [-b, a + 1]
      return { kind: 'within', low, high, order, reference }
    }
  }
}

function literal(value: number): Expr {
  return { kind: 'number', value, type: float64 }
}

export function call(fn: string, type: Scalar, args: readonly Expr[], missing = args.some(mayBeMissing)): Expr {
  return { kind: 'call', fn, args, type, missing }
}

/** The columns of a plan's rows as an expression sees them. */
export function scopeOf(plan: Plan, stream?: () => Plan): Scope {
  const { columns, references } = schemaOf(plan)
  const names = new Set(columns.map(({ name }) => name))
  const timed = references.filter((prefix) => ['t', 'file', 'entry'].every((name) => names.has(`${prefix}${name}`)))
  return { row: columns, references: timed, ...(stream === undefined ? {} : { stream }) }
}
