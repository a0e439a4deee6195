import type { Value } from '../../dsl/functions/function.ts'
import type { Measure, Plan } from '../../dsl/ir/plan.ts'
import { schemaOf } from '../../dsl/ir/schema.ts'
import { aggregate, aggregated } from './aggregate.ts'
import { valueOf } from './expression.ts'
import { compareKeys } from './order.ts'
import { eventsOf } from './place.ts'
import type { Row, RowsOf } from './row.ts'

interface Group {
  readonly keys: readonly Value[]
  readonly rows: Row[]
}

/**
 * One row for each distinct tuple of keys, sorted by `compareKeys` of each in turn: NaN is one key, missing is one key,
 * −0 and +0 are the key 0. Without keys exactly one row, also of nothing.
 */
export function groupRows(plan: Extract<Plan, { op: 'group' }>, rowsOf: RowsOf): readonly Row[] {
  const groups: Group[] = plan.keys.length === 0 ? [{ keys: [], rows: [] }] : []
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
      return new Map([...named, ...measured])
    })
}

/** The aggregate of a measure over rows of a plan. */
export function measureOf({ fn, value }: Measure, plan: Plan, rows: readonly Row[], rowsOf: RowsOf): Value {
  const { references } = schemaOf(plan)
  const values = rows.map((row) => {
    return value === null ? true : valueOf(value, { row, events: eventsOf(row, references), rowsOf })
  })
  return aggregate(fn, aggregated(value, values))
}

function compareTuples(left: readonly Value[], right: readonly Value[]): number {
  return left.map((value, at) => compareKeys(value, right[at])).find((order) => order !== 0) ?? 0
}

function positiveZero(value: Value): Value {
  return value === 0 ? 0 : value
}
