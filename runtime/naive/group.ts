import type { Value } from '../../dsl/functions/function.ts'
import type { Expr, Measure, Plan } from '../../dsl/ir/plan.ts'
import { schemaOf } from '../../dsl/ir/schema.ts'
import type { GoodTime, Span } from '../ports/dataset.ts'
import { aggregate, aggregated } from './aggregate.ts'
import { holds, type Scope, valueOf } from './expression.ts'
import { cut, livetimeOf } from './interval.ts'
import { compareKeys } from './order.ts'
import { eventsOf, keyOf } from './place.ts'
import { integerValue, type Row, type RowsOf } from './row.ts'

type Group = Extract<Plan, { op: 'group' }>

interface Grouped {
  readonly keys: readonly Value[]
  readonly rows: Row[]
}

/**
 * One row for each distinct tuple of keys, sorted by `compareKeys` of each in turn: NaN is one key, missing is one key,
 * −0 and +0 are the key 0. Without keys exactly one row, also of nothing.
 */
export function groupRows(plan: Group, rowsOf: RowsOf, goodTime: GoodTime | null): readonly Row[] {
  const groups: Grouped[] = plan.keys.length === 0 ? [{ keys: [], rows: [] }] : []
  for (const row of rowsOf(plan.input)) {
    const events = eventsOf(row, schemaOf(plan.input).references)
    const keys = plan.keys.map(({ value }) => positiveZero(valueOf(value, { row, events, rowsOf })))
    const group = groups.find((known) => compareTuples(known.keys, keys) === 0)
    if (group === undefined) groups.push({ keys, rows: [row] })
    else group.rows.push(row)
  }
  return groups
    .toSorted((left, right) => compareTuples(left.keys, right.keys))
    .map(({ keys, rows }) => {
      const named = plan.keys.map(({ name }, at): [string, Value] => [name, keys[at]])
      const measured = plan.measures.map((measure): [string, Value] => {
        return [measure.name, measureOf(measure, plan.input, rows, rowsOf)]
      })
      const time = plan.livetime === undefined ? [] : [[plan.livetime, livetimeOfKeys(plan, keys, goodTime)] as const]
      return new Map([...named, ...measured, ...time])
    })
}

/** The length of the good time in the run and in the bins of time that the keys say. */
function livetimeOfKeys(plan: Group, keys: readonly Value[], goodTime: GoodTime | null): Value {
  if (goodTime === null) throw new Error('a table has no live time')
  const prefix = keyOf(plan.input)
  const spans = plan.keys.reduce((left, { value }, at) => inKey(left, value, { key: keys[at], prefix }), goodTime.spans)
  return integerValue(livetimeOf({ spans }))
}

function inKey(
  spans: readonly Span[],
  expr: Expr,
  { key, prefix }: { readonly key: Value; readonly prefix: string },
): readonly Span[] {
  if (expr.kind === 'column' && expr.name === `${prefix}run`) return spans.filter(({ run }) => run === key)
  if (expr.kind !== 'call' || expr.fn !== 'binInstant') throw new Error('the key is no run and no bin of time')
  const [, width] = expr.args
  if (width?.kind !== 'number' || typeof key !== 'bigint') throw new Error('a bin of time has a constant width')
  const bin = { start: key, stop: key + BigInt(width.value) }
  return spans.flatMap((span) => cut(span, [bin]))
}

/** The aggregate of a measure over those rows of a plan for which its condition holds. */
export function measureOf({ fn, value, where }: Measure, plan: Plan, rows: readonly Row[], rowsOf: RowsOf): Value {
  const { references } = schemaOf(plan)
  const values = rows
    .map((row): Scope => ({ row, events: eventsOf(row, references), rowsOf }))
    .filter((scope) => holds(where ?? null, scope))
    .map((scope) => (value === null ? true : valueOf(value, scope)))
  return aggregate(fn, aggregated(value, values))
}

function compareTuples(left: readonly Value[], right: readonly Value[]): number {
  return left.map((value, at) => compareKeys(value, right[at])).find((order) => order !== 0) ?? 0
}

function positiveZero(value: Value): Value {
  return value === 0 ? 0 : value
}
