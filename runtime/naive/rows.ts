import { isSampled } from '../../dsl/functions/sample.ts'
import type { Named, Plan } from '../../dsl/ir/plan.ts'
import { schemaOf } from '../../dsl/ir/schema.ts'
import { burstRows } from './burst.ts'
import { contentOf, holds, valueOf, type Scope } from './expression.ts'
import { duringIntervals, goodTimeOf } from './good-time.ts'
import { groupRows } from './group.ts'
import { type Interval, intervalsOf } from './interval.ts'
import { joinRows } from './join.ts'
import { matchRows } from './match.ts'
import { compareKeys, compareKeysDescending } from './order.ts'
import { comparePlaces, eventsOf, keyOf, placeOf } from './place.ts'
import { columnOf, completed, withColumn, type NaiveData, type Row, type RowsOf } from './row.ts'
import { renumberedRows, unionRows } from './union.ts'
import { inTime } from './window.ts'

/** The rows of plans over some data, each plan evaluated once. */
export function rowsOver(data: NaiveData): RowsOf {
  const known = new Map<Plan, readonly Row[]>()
  const rowsOf = (plan: Plan): readonly Row[] => {
    const rows = known.get(plan) ?? planRows(plan, data, rowsOf)
    known.set(plan, rows)
    return rows
  }
  return rowsOf
}

function planRows(plan: Plan, data: NaiveData, rowsOf: RowsOf): readonly Row[] {
  switch (plan.op) {
    case 'scan':
      return scanRows(plan, data)
    case 'filter':
      return scopes(plan.input, rowsOf)
        .filter((scope) => holds(plan.where, scope))
        .map(({ row }) => row)
    case 'define':
      return scopes(plan.input, rowsOf).map((scope) => defined(plan.columns, scope))
    case 'select':
      return scopes(plan.input, rowsOf).map((scope) => {
        return new Map(plan.columns.map(({ name, value }) => [name, contentOf(value, scope)]))
      })
    case 'veto':
      return scopes(plan.input, rowsOf)
        .filter((scope) => inVeto(plan, scope) === (plan.mode === 'keep'))
        .map(({ row }) => row)
    case 'match':
      return matchRows(plan, rowsOf)
    case 'group':
      return groupRows(plan, rowsOf, goodTimeOf(plan.input, data, rowsOf))
    case 'sort':
      return sortRows(plan, rowsOf)
    case 'take':
      return rowsOf(plan.input).slice(0, plan.count)
    case 'shift':
      return rowsOf(plan.input).map((row) => withColumn(row, 't', placeOf(row, '').t + BigInt(plan.by)))
    case 'burst':
      return burstRows(plan, rowsOf)
    case 'sample':
      return rowsOf(plan.input).filter((row) => isDrawn(plan, row))
    case 'renumber':
      return renumberedRows(plan, rowsOf)
    case 'union':
      return unionRows(plan, rowsOf)
    case 'join':
      return joinRows(plan, rowsOf)
    case 'during':
      return rowsInTime(plan.input, duringIntervals(plan, data, rowsOf), rowsOf)
    case 'complete':
      return rowsInTime(plan.input, intervalsOf(goodTimeOf(plan, data, rowsOf)), rowsOf)
  }
}

/** The rows whose time lies in one of the half-open intervals. */
function rowsInTime(input: Plan, intervals: readonly Interval[], rowsOf: RowsOf): readonly Row[] {
  const key = keyOf(input)
  return rowsOf(input).filter((row) => {
    const { t } = placeOf(row, key)
    return intervals.some(({ start, stop }) => start <= t && t < stop)
  })
}

function isDrawn({ input, files, fraction }: Extract<Plan, { op: 'sample' }>, row: Row): boolean {
  const [prefix] = schemaOf(input).references
  if (prefix === undefined) throw new Error('rows without a reference are not sampled')
  const file = files[Number(columnOf(row, `${prefix}file`))]
  if (file === undefined) throw new Error('a file number without identity')
  return isSampled(file, Number(columnOf(row, `${prefix}entry`)), fraction)
}

/** Events in the total order; the rows of a table as they come. */
function scanRows(plan: Extract<Plan, { op: 'scan' }>, data: NaiveData): readonly Row[] {
  const dataset = data.get(plan.dataset)
  if (dataset === undefined) throw new Error(`no data set ${plan.dataset}`)
  const { columns, key } = plan.schema
  const rows = dataset.rows.map((row) => completed(row, columns))
  if (key === null) return rows
  return rows.toSorted((left, right) => comparePlaces(placeOf(left, key), placeOf(right, key)))
}

/** Each value sees the columns before it. */
function defined(columns: readonly Named[], scope: Scope): Row {
  return columns.reduce((row, { name, value }) => withColumn(row, name, contentOf(value, { ...scope, row })), scope.row)
}

/** Whether the row's time lies in the window about a row of the source for which the condition holds. */
function inVeto(plan: Extract<Plan, { op: 'veto' }>, scope: Scope): boolean {
  const { t } = placeOf(scope.row, keyOf(plan.input))
  const key = keyOf(plan.source)
  return scope
    .rowsOf(plan.source)
    .some((other) => inTime(t, placeOf(other, key).t, plan) && holds(plan.where, { ...scope, other }))
}

/** Stable; NaN, then missing come last in either direction. */
function sortRows(plan: Extract<Plan, { op: 'sort' }>, rowsOf: RowsOf): readonly Row[] {
  const compare = plan.descending ? compareKeysDescending : compareKeys
  return scopes(plan.input, rowsOf)
    .map((scope) => ({ row: scope.row, key: valueOf(plan.by, scope) }))
    .toSorted((left, right) => compare(left.key, right.key))
    .map(({ row }) => row)
}

function scopes(plan: Plan, rowsOf: RowsOf): readonly Scope[] {
  const { references } = schemaOf(plan)
  return rowsOf(plan).map((row) => ({ row, events: eventsOf(row, references), rowsOf }))
}
