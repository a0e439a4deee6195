import type { Expr, Plan } from '../../dsl/ir/plan.ts'
import { schemaOf } from '../../dsl/ir/schema.ts'
import { isHeldDuring } from './held-plan.ts'
import type { Held } from './portable.ts'

/** Closed, ns since 1970; null: without an end on that side. Nothing lies in it where first > last. */
export interface TimeBounds {
  readonly first: bigint | null
  readonly last: bigint | null
}

type HeldRows = ReadonlyMap<string, Held>

const anywhere: TimeBounds = { first: null, last: null }
const nowhere: TimeBounds = { first: 1n, last: 0n }

/**
 * Where the rows of a stream can lie, by their own time: what conditions on `t` and spans that are kept leave. Files and
 * row groups outside of it, and of the reach around it, need not be read.
 */
function timeBoundsOf(plan: Plan, held: HeldRows): TimeBounds {
  switch (plan.op) {
    case 'scan':
    case 'group':
    case 'sort':
      return anywhere
    case 'union':
      return plan.inputs.map((input) => timeBoundsOf(input, held)).reduce(either, nowhere)
    case 'shift':
      return moved(timeBoundsOf(plan.input, held), BigInt(plan.by))
    case 'filter':
      return both(timeBoundsOf(plan.input, held), ofCondition(plan.where, `${schemaOf(plan.input).key}t`))
    case 'during': {
      const own = timeBoundsOf(plan.input, held)
      const spans = plan.mode === 'keep' ? spansOf(plan, held) : null
      if (spans === null) return own
      const [first, stop] = [spans.starts[0], spans.stops.at(-1)]
      return first === undefined || stop === undefined ? nowhere : both(own, { first, last: stop - 1n })
    }
    case 'define':
    case 'select':
    case 'veto':
    case 'match':
    case 'take':
    case 'burst':
    case 'sample':
    case 'renumber':
    case 'join':
    case 'complete':
      return timeBoundsOf(plan.input, held)
  }
}

/** Of the rows of some plans. */
export function hullOfBounds(plans: readonly Plan[], held: HeldRows): TimeBounds {
  return plans.map((plan) => timeBoundsOf(plan, held)).reduce(either, nowhere)
}

/** Whether rows of a stream can lie in [from, to): a list of spans leaves gaps between its ends. */
export function canLieIn(plan: Plan, held: HeldRows, [from, to]: readonly [from: bigint, to: bigint]): boolean {
  switch (plan.op) {
    case 'scan':
    case 'group':
    case 'sort':
      return true
    case 'union':
      return plan.inputs.some((input) => canLieIn(input, held, [from, to]))
    case 'shift':
      return canLieIn(plan.input, held, [from - BigInt(plan.by), to - BigInt(plan.by)])
    case 'during': {
      const spans = plan.mode === 'keep' ? spansOf(plan, held) : null
      return (spans === null || hasSpanIn(spans, from, to)) && canLieIn(plan.input, held, [from, to])
    }
    case 'filter':
    case 'define':
    case 'select':
    case 'veto':
    case 'match':
    case 'take':
    case 'burst':
    case 'sample':
    case 'renumber':
    case 'join':
    case 'complete':
      return canLieIn(plan.input, held, [from, to])
  }
}

function both(left: TimeBounds, right: TimeBounds): TimeBounds {
  return {
    first: left.first === null || (right.first !== null && right.first > left.first) ? right.first : left.first,
    last: left.last === null || (right.last !== null && right.last < left.last) ? right.last : left.last,
  }
}

function either(left: TimeBounds, right: TimeBounds): TimeBounds {
  if (isEmpty(left)) return right
  if (isEmpty(right)) return left
  return {
    first: left.first === null || right.first === null ? null : left.first < right.first ? left.first : right.first,
    last: left.last === null || right.last === null ? null : left.last > right.last ? left.last : right.last,
  }
}

function isEmpty({ first, last }: TimeBounds): boolean {
  return first !== null && last !== null && first > last
}

function moved({ first, last }: TimeBounds, by: bigint): TimeBounds {
  return { first: first === null ? null : first + by, last: last === null ? null : last + by }
}

const mirrored: Readonly<Record<string, string>> = {
  less: 'greater',
  lessEqual: 'greaterEqual',
  greater: 'less',
  greaterEqual: 'lessEqual',
  equal: 'equal',
}

/** What a condition says of the time of its row, as far as it compares that with instants that are written down. */
function ofCondition(where: Expr, time: string): TimeBounds {
  if (where.kind !== 'call') return anywhere
  const { fn, args } = where
  if (fn === 'and') return args.map((arg) => ofCondition(arg, time)).reduce(both, anywhere)
  const [left, right, end] = args
  if (left === undefined || right === undefined) return anywhere
  if (isTime(left, time)) {
    const [at, last] = [instantOf(right), end === undefined ? null : instantOf(end)]
    if (fn === 'inRange') return { first: at, last }
    if (fn === 'inRangeOpen') return { first: at, last: last === null ? null : last - 1n }
    return at === null ? anywhere : compared(fn, at)
  }
  const at = instantOf(left)
  return at === null || !isTime(right, time) ? anywhere : compared(mirrored[fn], at)
}

function compared(fn: string | undefined, at: bigint): TimeBounds {
  if (fn === 'less') return { first: null, last: at - 1n }
  if (fn === 'lessEqual') return { first: null, last: at }
  if (fn === 'greater') return { first: at + 1n, last: null }
  if (fn === 'greaterEqual') return { first: at, last: null }
  return fn === 'equal' ? { first: at, last: at } : anywhere
}

function isTime(expr: Expr, time: string): boolean {
  return expr.kind === 'column' && expr.row === 'row' && expr.name === time && expr.type.kind === 'instant'
}

function instantOf(expr: Expr): bigint | null {
  return expr.kind === 'instant' ? BigInt(expr.ns) : null
}

interface Spans {
  readonly starts: BigInt64Array
  readonly stops: BigInt64Array
}

/** The spans of a `during`, sorted and disjoint; null while they are not known. */
function spansOf(plan: Plan, held: HeldRows): Spans | null {
  const rows = isHeldDuring(plan) ? held.get(plan.held) : undefined
  const [starts, stops] = ['start', 'stop'].map((name) => instantsOf(rows, name))
  return starts === undefined || stops === undefined ? null : { starts, stops }
}

function instantsOf(rows: Held | undefined, name: string): BigInt64Array | undefined {
  const column = rows?.columns.get(name)
  return column?.kind === 'values' && column.values instanceof BigInt64Array ? column.values : undefined
}

/** Whether a span and [from, to) have an instant in common. */
function hasSpanIn({ starts, stops }: Spans, from: bigint, to: bigint): boolean {
  let [low, high] = [0, stops.length]
  while (low < high) {
    const middle = (low + high) >>> 1
    if (stops[middle]! <= from) low = middle + 1
    else high = middle
  }
  return low < starts.length && starts[low]! < to
}
