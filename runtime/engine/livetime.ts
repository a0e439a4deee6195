import type { Value } from '../../dsl/functions/function.ts'
import type { Expr, Plan } from '../../dsl/ir/plan.ts'
import { integerValue } from './cell.ts'
import { cutSpans, livetimeOf, noSpans, spansOfRuns, type GoodSpans } from './intervals.ts'
import { keyOf } from './plan-parts.ts'

type GroupPlan = Extract<Plan, { op: 'group' }>

/** The rows of a group with the length of the good time in the run and in the bins of time that their keys say. */
export function groupLivetimes(
  plan: GroupPlan,
  rows: readonly (readonly Value[])[],
  good: GoodSpans,
): readonly (readonly Value[])[] {
  const run = `${keyOf(plan.input)}run`
  return rows.map((row) => {
    const spans = plan.keys.reduce((left, { value }, at) => inKey(left, value, { key: row[at], run }), good)
    return [...row, integerValue(livetimeOf(spans))]
  })
}

function inKey(spans: GoodSpans, expr: Expr, { key, run }: { readonly key: Value; readonly run: string }): GoodSpans {
  if (expr.kind === 'column' && expr.name === run) return spansOfRuns(spans, (each) => each === key)
  if (expr.kind !== 'call' || expr.fn !== 'binInstant') throw new Error('the key is no run and no bin of time')
  const [, width] = expr.args
  if (width?.kind !== 'number') throw new Error('a bin of time has a constant width')
  if (typeof key !== 'bigint') return noSpans
  return cutSpans(spans, { starts: BigInt64Array.of(key), stops: BigInt64Array.of(key + BigInt(width.value)) })
}
