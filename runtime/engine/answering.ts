import type { Value } from '../../dsl/functions/function.ts'
import type { Plan } from '../../dsl/ir/plan.ts'
import { schemaOf } from '../../dsl/ir/schema.ts'
import type { BackendQuery, Result } from '../ports/backend.ts'
import type { Dataset } from '../ports/dataset.ts'
import { recordBatch } from './arrow.ts'
import { constantValue } from './constant.ts'
import { cutflowPlan } from './cutflow.ts'
import { goodTimePlan } from './good-time.ts'
import { automaticEdges, histResult } from './hist-result.ts'
import { goodTimeOf, livetimeOf } from './intervals.ts'
import { ask, type Ask } from './job.ts'
import { mergeHist, mergeRange, mergeRows } from './merge.ts'
import { scalarOf } from './plan-parts.ts'
import { totalPlan } from './totals.ts'
import type { Output } from './work.ts'

/** A query that takes passes over data. */
export type PassingQuery = Exclude<BackendQuery, { kind: 'explain' }>

type QueryOf<K extends BackendQuery['kind']> = Extract<BackendQuery, { kind: K }>
type ResultOf<K extends Result['kind']> = Extract<Result, { kind: K }>
type Datasets = ReadonlyMap<string, Dataset>

/** How a query is answered, in at most two passes that other queries may share. */
export interface Answering {
  /** Asked in a pass of its own, before the rest can be. */
  readonly first: readonly Ask<unknown>[]
  /** What the rest is about; what is asked of it is told when `first` is answered. */
  readonly outputs: readonly Output[]
  /** @param resolved the outputs over scans alone */
  readonly asks: (resolved: readonly Output[]) => readonly Ask<unknown>[]
  readonly result: (datasets: Datasets) => Result
}

/** @param limit most rows of a table that come back */
export function answeringOf(query: PassingQuery, limit: number): Answering {
  switch (query.kind) {
    case 'table':
      return tableAnswering(query, limit)
    case 'hist':
      return histAnswering(query)
    case 'number':
      return numberAnswering(query)
    case 'cutflow':
      return cutflowAnswering(query)
    case 'describe':
      return describeAnswering(query)
  }
}

/** What is asked in one pass. */
export function onePass(asks: readonly Ask<unknown>[], result: Answering['result']): Answering {
  return {
    first: [],
    outputs: asks.map(({ output }) => output),
    asks: (resolved) => asks.map((known, at) => ({ ...known, output: resolved[at]! })),
    result,
  }
}

function tableAnswering({ plan }: QueryOf<'table'>, limit: number): Answering {
  const schema = schemaOf(plan)
  const sink = { kind: 'rows', columns: schema.columns.map(({ name }) => name), limit } as const
  const rows = ask(plan, sink, mergeRows(sink))
  return onePass([rows], () => {
    const { count, rows: first } = rows.whole()
    const batches = first === undefined || first.rows === 0 ? [] : [recordBatch(schema.columns, first)]
    return { kind: 'table', schema, rows: count, batches }
  })
}

/** Automatic edges take a pass of their own over the values. Both passes share what is held in memory. */
function histAnswering(query: QueryOf<'hist'>): Answering {
  const { plan, axes, weight } = query
  const each = query.each === undefined ? {} : { each: query.each }
  const range = { kind: 'range', values: axes.map(({ value }) => value), ...each } as const
  const ranges = ask(plan, range, mergeRange(range))
  const edgesOf = (): readonly (readonly number[])[] =>
    axes.map((axis, at) => axis.edges ?? automaticEdges(axis, ranges.whole()[at]!))
  const sinkOf = (edges: readonly (readonly number[])[]) =>
    ({ kind: 'hist', axes: axes.map(({ value }, at) => ({ value, edges: edges[at]! })), weight, ...each }) as const
  let hist: ReturnType<typeof mergeHist> | undefined
  return {
    first: axes.some(({ edges }) => edges === null) ? [ranges] : [],
    outputs: [{ plan, sink: sinkOf(axes.map(({ edges }) => edges ?? [])) }],
    asks: ([resolved]) => {
      if (resolved?.sink.kind !== 'hist') throw new Error('a histogram stays one')
      const edges = edgesOf()
      const sink = { ...resolved.sink, axes: resolved.sink.axes.map((axis, at) => ({ ...axis, edges: edges[at]! })) }
      hist = mergeHist(sink)
      return [ask(resolved.plan, sink, hist)]
    },
    result: () => {
      if (hist === undefined) throw new Error('a histogram is filled before it is told')
      return histResult(query, edgesOf(), hist.whole())
    },
  }
}

function numberAnswering({ text, value, inputs }: QueryOf<'number'>): Answering {
  const asked = inputs.map(totalPlan)
  return onePass(
    asked.flatMap(({ asks }) => asks),
    (datasets) => {
      const values = new Map(inputs.map(({ name }, at): [string, Value] => [name, asked[at]!.value(datasets)]))
      return { kind: 'number', text, type: scalarOf(value), value: constantValue(value, values) ?? null }
    },
  )
}

function cutflowAnswering({ source, plan, by }: QueryOf<'cutflow'>): Answering {
  const { asks, result } = cutflowPlan(plan, by)
  const split = by === null ? {} : { by: { name: by.name, type: by.value.type } }
  return onePass(asks, () => ({ kind: 'cutflow', source, ...result(), ...split }))
}

function describeAnswering({ name, plan }: QueryOf<'describe'>): Answering {
  const sink = { kind: 'rows', columns: [], limit: 0 } as const
  const rows = ask(plan, sink, mergeRows(sink))
  const good = goodTimePlan(plan)
  return onePass([rows, ...(good?.asks ?? [])], (datasets) => {
    const spans = good?.value(datasets) ?? null
    return {
      kind: 'describe',
      name,
      schema: schemaOf(plan),
      rows: rows.whole().count,
      goodTime: spans === null ? null : goodTimeOf(spans),
      livetimeNs: spans === null ? null : String(livetimeOf(spans)),
      ...catalogOf(plan, datasets),
    }
  })
}

function catalogOf(plan: Plan, datasets: Datasets): Pick<ResultOf<'describe'>, 'catalog'> {
  const dataset = plan.op === 'scan' ? datasets.get(plan.dataset) : undefined
  if (dataset?.ranges === undefined) return {}
  const bytes = dataset.files.reduce((sum, file) => sum + file.bytes, 0)
  return { catalog: { files: dataset.files.length, bytes, ranges: dataset.ranges } }
}
