import type { RecordBatch } from 'apache-arrow'
import type { Value } from '../../dsl/functions/function.ts'
import type { Plan, Where } from '../../dsl/ir/plan.ts'
import { schemaOf } from '../../dsl/ir/schema.ts'
import type { BackendQuery, Note, Result } from '../ports/backend.ts'
import { recordBatch } from './arrow.ts'
import { constantValue } from './constant.ts'
import { cutflowPlan } from './cutflow.ts'
import { explained } from './explain.ts'
import { goodTimePlan } from './good-time.ts'
import { automaticEdges, histResult } from './hist-result.ts'
import { Holder } from './hold.ts'
import { ask, runAsks, runPass, tableOf, type Ask, type JobSettings } from './job.ts'
import { goodTimeOf, livetimeOf } from './intervals.ts'
import { mergeHist, mergeRange, mergeRows } from './merge.ts'
import { nanNotes, notesPlan } from './notes.ts'
import { scalarOf } from './plan-parts.ts'
import { reachOfOutput } from './reach-of-output.ts'
import type { Executor } from './task.ts'
import { totalPlan } from './totals.ts'
import type { Part, Work } from './work.ts'

/** Most rows of a batch of `executeRows`. */
const batchRows = 262144

export interface ExecuteOptions extends Partial<JobSettings> {
  readonly signal: AbortSignal
  /** Most rows of a table that come back; all are counted. */
  readonly limit: number
}

type QueryOf<K extends BackendQuery['kind']> = Extract<BackendQuery, { kind: K }>
type ResultOf<K extends Result['kind']> = Extract<Result, { kind: K }>

/**
 * The answer to a query.
 *
 * @throws RuntimeError R001 when `signal` aborts, R002 before anything starts when the plan cannot keep to the memory,
 * R004 when a value cannot be represented, D codes for files
 */
export async function execute(
  query: BackendQuery,
  executor: Executor<Work, Part>,
  options: ExecuteOptions,
): Promise<Result> {
  const holder = holderOf(executor, options)
  const notes = notesPlan(query)
  const result = await resultOf(query, { holder, also: notes.asks, limit: options.limit })
  const wheres = holder.metNan && 'wheres' in query ? (query.wheres ?? []) : []
  const found = [...notes.value(executor.datasets), ...(await nanNotesOf(wheres, executor, options))]
  const own = query.kind === 'table' || query.kind === 'hist' ? { rowsIn: rowsIn(query.plan, holder) } : {}
  return { ...result, ...own, ...(found.length === 0 ? {} : { notes: found }) }
}

/**
 * What the `where` stages met, in a pass of its own: the plan that was run may ask them of more rows than the query as
 * written does, so that it only tells when there is nothing to count.
 */
async function nanNotesOf(
  wheres: readonly Where[],
  executor: Executor<Work, Part>,
  options: ExecuteOptions,
): Promise<readonly Note[]> {
  if (wheres.length === 0) return []
  const { asks, value } = nanNotes(wheres)
  await answer(asks, holderOf(executor, options))
  return value(executor.datasets)
}

/** Rows of the files that the rows of a plan come from. */
function rowsIn(plan: Plan, { executor }: Pick<Holder, 'executor'>): number {
  if (plan.op === 'union') return plan.inputs.reduce((sum, input) => sum + rowsIn(input, { executor }), 0)
  if (plan.op !== 'scan') return rowsIn(plan.input, { executor })
  return executor.datasets.get(plan.dataset)?.files.reduce((sum, { rows }) => sum + rows, 0) ?? 0
}

interface Asking {
  readonly holder: Holder
  /** What else is asked in the same pass. */
  readonly also: readonly Ask<unknown>[]
  /** Most rows of a table that come back. */
  readonly limit: number
}

function resultOf(query: BackendQuery, asking: Asking): Promise<Result> | Result {
  switch (query.kind) {
    case 'table':
      return tableResult(query, asking)
    case 'hist':
      return histogram(query, asking)
    case 'number':
      return numberResult(query, asking)
    case 'cutflow':
      return cutflowResult(query, asking)
    case 'describe':
      return describeResult(query, asking)
    case 'explain':
      return explained(query, asking.holder)
  }
}

/** All rows of a plan in their order, as the columns of `schemaOf(plan)`, in bounded memory: none of the batches is larger than 262,144 rows. */
export async function* executeRows(
  plan: Plan,
  executor: Executor<Work, Part>,
  options: Omit<ExecuteOptions, 'limit'>,
): AsyncGenerator<RecordBatch> {
  const holder = holderOf(executor, options)
  const { columns } = schemaOf(plan)
  const sink = { kind: 'rows', columns: columns.map(({ name }) => name), limit: null } as const
  const outputs = await holder.resolve([{ plan, sink }])
  for await (const part of runPass(outputs, tableOf(outputs[0]!.plan), holder)) {
    const [rows] = part.outputs
    if (rows?.kind !== 'rows') continue
    const batch = recordBatch(columns, rows.rows)
    for (let start = 0; start < rows.count; start += batchRows)
      yield batch.slice(start, Math.min(rows.count, start + batchRows))
  }
}

function holderOf(executor: Executor<Work, Part>, options: Omit<ExecuteOptions, 'limit'>): Holder {
  return new Holder(executor, { interpreted: false, reachOf: reachOfOutput, cuts: null, ...options })
}

/** Runs asks whose plans may hold sorts, takes and groups. */
async function answer(asks: readonly Ask<unknown>[], holder: Holder): Promise<void> {
  const outputs = await holder.resolve(asks.map(({ output }) => output))
  await runAsks(
    asks.map((known, at) => ({ ...known, output: outputs[at]! })),
    holder,
  )
}

async function tableResult({ plan }: QueryOf<'table'>, { holder, also, limit }: Asking): Promise<ResultOf<'table'>> {
  const schema = schemaOf(plan)
  const sink = { kind: 'rows', columns: schema.columns.map(({ name }) => name), limit } as const
  const rows = ask(plan, sink, mergeRows(sink))
  await answer([rows, ...also], holder)
  const { count, rows: first } = rows.whole()
  const batches = first === undefined || first.rows === 0 ? [] : [recordBatch(schema.columns, first)]
  return { kind: 'table', schema, rows: count, batches }
}

/** Automatic edges take a pass of their own over the values. Both passes share what is held in memory. */
async function histogram(query: QueryOf<'hist'>, { holder, also }: Asking): Promise<ResultOf<'hist'>> {
  const { plan, axes, weight } = query
  const each = query.each === undefined ? {} : { each: query.each }
  const isAutomatic = axes.map(({ edges }) => edges === null)
  const range = { kind: 'range', values: axes.map(({ value }) => value), ...each } as const
  const binnedAxes = axes.map(({ value, edges }) => ({ value, edges: edges ?? [] }))
  const sink = { kind: 'hist', axes: binnedAxes, weight, ...each } as const
  const [rangeOutput, output, ...others] = await holder.resolve([
    { plan, sink: range },
    { plan, sink },
    ...also.map((known) => known.output),
  ])
  const ranges = ask(plan, range, mergeRange(range))
  if (isAutomatic.includes(true)) await runAsks([{ ...ranges, output: rangeOutput! }], holder)
  const edges = axes.map((axis, at) => axis.edges ?? automaticEdges(axis, ranges.whole()[at]!))
  const binned = output?.sink.kind === 'hist' ? output.sink : sink
  const whole = { ...binned, axes: binned.axes.map(({ value }, at) => ({ value, edges: edges[at]! })) }
  const hist = ask(output!.plan, whole, mergeHist(whole))
  await runAsks([hist, ...also.map((known, at) => ({ ...known, output: others[at]! }))], holder)
  return histResult(query, edges, hist.whole())
}

async function numberResult(
  { text, value, inputs }: QueryOf<'number'>,
  { holder, also }: Asking,
): Promise<ResultOf<'number'>> {
  const asked = inputs.map(totalPlan)
  await answer([...asked.flatMap(({ asks }) => asks), ...also], holder)
  const values = new Map(
    inputs.map(({ name }, at): [string, Value] => [name, asked[at]!.value(holder.executor.datasets)]),
  )
  return { kind: 'number', text, type: scalarOf(value), value: constantValue(value, values) ?? null }
}

async function cutflowResult(
  { source, plan, by }: QueryOf<'cutflow'>,
  { holder, also }: Asking,
): Promise<ResultOf<'cutflow'>> {
  const { asks, result } = cutflowPlan(plan, by)
  await answer([...asks, ...also], holder)
  return {
    kind: 'cutflow',
    source,
    ...result(),
    ...(by === null ? {} : { by: { name: by.name, type: by.value.type } }),
  }
}

async function describeResult(
  { name, plan }: QueryOf<'describe'>,
  { holder, also }: Asking,
): Promise<ResultOf<'describe'>> {
  const sink = { kind: 'rows', columns: [], limit: 0 } as const
  const rows = ask(plan, sink, mergeRows(sink))
  const good = goodTimePlan(plan)
  await answer([rows, ...(good?.asks ?? []), ...also], holder)
  const spans = good?.value(holder.executor.datasets) ?? null
  return {
    kind: 'describe',
    name,
    schema: schemaOf(plan),
    rows: rows.whole().count,
    goodTime: spans === null ? null : goodTimeOf(spans),
    livetimeNs: spans === null ? null : String(livetimeOf(spans)),
    ...catalogOf(plan, holder),
  }
}

function catalogOf(plan: Plan, { executor }: Holder): Pick<ResultOf<'describe'>, 'catalog'> {
  const dataset = plan.op === 'scan' ? executor.datasets.get(plan.dataset) : undefined
  if (dataset?.ranges === undefined) return {}
  const bytes = dataset.files.reduce((sum, file) => sum + file.bytes, 0)
  return { catalog: { files: dataset.files.length, bytes, ranges: dataset.ranges } }
}
