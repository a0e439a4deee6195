import type { Value } from '../../dsl/functions/function.ts'
import type { Expr, NumberInput, TotalExpr } from '../../dsl/ir/plan.ts'
import type { Dataset } from '../ports/dataset.ts'
import { integerValue } from './cell.ts'
import { goodTimePlan } from './good-time.ts'
import { livetimeOf } from './intervals.ts'
import { ask, type Ask } from './job.ts'
import { mergeGroups } from './merge.ts'

/** What must be asked for a number over a whole stream, and the number that follows. */
export interface TotalPlan {
  readonly asks: readonly Ask<unknown>[]
  readonly value: (datasets: ReadonlyMap<string, Dataset>) => Value
}

export function totalPlan(input: NumberInput): TotalPlan {
  switch (input.kind) {
    case 'measure': {
      const sink = { kind: 'group', keys: [], measures: [input.measure] } as const
      const groups = ask(input.plan, sink, mergeGroups(sink))
      return { asks: [groups], value: () => groups.whole()[0]?.[0] }
    }
    case 'livetime': {
      const good = goodTimePlan(input.plan)
      if (good === null) throw new Error('a table has no live time')
      return { asks: good.asks, value: (datasets) => integerValue(livetimeOf(good.value(datasets))) }
    }
  }
}

export function isTotal(value: object): value is TotalExpr {
  return 'kind' in value && value.kind === 'total' && 'of' in value
}

/** A value as the expression of an expression's type that stands for it. */
export function literalOf(value: Value, { type }: TotalExpr): Expr {
  if (value === undefined) return { kind: 'missing', type }
  if (typeof value === 'boolean') return { kind: 'bool', value }
  if (typeof value === 'string') return { kind: 'text', value }
  return type.kind === 'instant'
    ? { kind: 'instant', ns: String(value) }
    : { kind: 'number', value: Number(value), type }
}
