import { comparisons } from '../functions/operators.ts'
import { joined } from '../ir/joined.ts'
import type { Expr, Plan, Query, Where } from '../ir/plan.ts'
import { typeOf } from '../ir/schema.ts'
import { narrowed } from './narrowing.ts'

/** A query with the `where` stages that its rows come through, each once, as far as they may meet NaN. */
export function withWheres<Q extends Query>(query: Q): Q {
  if (query.kind !== 'table' && query.kind !== 'hist' && query.kind !== 'number') return query
  const plans =
    query.kind === 'number'
      ? query.inputs.flatMap((input) => (input.kind === 'measure' ? [input.plan] : []))
      : [query.plan]
  const found = plans.flatMap((plan) => filtersOf(plan))
  const distinct = found.filter(({ filter }, at) => at === found.findIndex((other) => other.filter === filter))
  const wheres = distinct.flatMap(whereOf)
  return wheres.length === 0 ? query : { ...query, wheres }
}

type Filter = Extract<Plan, { op: 'filter' }>

interface Found {
  readonly filter: Filter
  /** The stages above it, the nearest first. */
  readonly above: readonly Plan[]
}

/** From the scan upwards. */
function filtersOf(plan: Plan, above: readonly Plan[] = []): readonly Found[] {
  if (plan.op === 'scan') return []
  const here = [plan, ...above]
  if (plan.op === 'union') return plan.inputs.flatMap((input) => filtersOf(input, here))
  const below = filtersOf(plan.input, here)
  return plan.op === 'filter' ? [...below, { filter: plan, above }] : below
}

function whereOf({ filter, above }: Found): readonly Where[] {
  const { input, where, label, text } = filter
  const nan = joined(floatOperands(where).map(isNan), (either, each) => call('or', [either, each]))
  if (text === null || nan === undefined) return []
  const met: Plan = { op: 'filter', input, where: nan, label: null, text: null }
  return [{ text: label ?? text, rows: narrowed(met, [filter, ...above]) }]
}

/** The operands of the comparisons in a condition that may be NaN, each once; those in windows and lists are not of the row. */
function floatOperands(condition: Expr, found = new Map<string, Expr>()): readonly Expr[] {
  if (condition.kind !== 'call') return []
  for (const arg of condition.args) {
    floatOperands(arg, found)
    if (comparisons.has(condition.fn) && mayBeNan(arg)) found.set(JSON.stringify(arg), arg)
  }
  return [...found.values()]
}

function mayBeNan(expr: Expr): boolean {
  const type = typeOf(expr)
  return expr.kind !== 'number' && type.kind === 'number' && type.repr.startsWith('float')
}

/** NaN alone differs from itself. */
function isNan(expr: Expr): Expr {
  return call('notEqual', [expr, expr])
}

function call(fn: string, args: readonly Expr[]): Expr {
  return { kind: 'call', fn, args, type: { kind: 'bool' }, missing: false }
}
