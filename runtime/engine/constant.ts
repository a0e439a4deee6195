import type { Value } from '../../dsl/functions/function.ts'
import type { Expr } from '../../dsl/ir/plan.ts'
import { rowEvaluator } from './interpret.ts'

/** The value of an expression over one row of plain values, by the reference definitions. */
export function constantValue(expr: Expr, row: ReadonlyMap<string, Value>): Value {
  const evaluate = rowEvaluator(expr, ({ name }) => {
    if (!row.has(name)) throw new Error(`no value ${name}`)
    return () => row.get(name)
  })
  return evaluate(0, 0)
}
