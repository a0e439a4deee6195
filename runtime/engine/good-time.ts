import type { Plan } from '../../dsl/ir/plan.ts'
import { schemaOf } from '../../dsl/ir/schema.ts'
import type { Dataset } from '../ports/dataset.ts'
import {
  combined,
  cutSpans,
  gaps,
  goodSpans,
  intervalsOf,
  noSpans,
  united,
  type GoodSpans,
  type Intervals,
} from './intervals.ts'
import { ask, type Ask } from './job.ts'
import { mergeRows, mergeSpans } from './merge.ts'
import type { DuringPlan, UnionPlan, VetoPlan } from './plan-parts.ts'
import type { Portable } from './portable.ts'

type Datasets = ReadonlyMap<string, Dataset>

/** The good time of a stream: what must be computed for it, and what it is then. */
export interface GoodTimePlan {
  readonly asks: readonly Ask<unknown>[]
  readonly value: (datasets: Datasets) => GoodSpans
}

/** Null for a table. A veto with a condition edits no time. */
export function goodTimePlan(plan: Plan): GoodTimePlan | null {
  if (schemaOf(plan).stream === 'table') return null
  switch (plan.op) {
    case 'scan':
      return { asks: [], value: (datasets) => goodTimeIn(plan.dataset, datasets) }
    case 'filter':
    case 'define':
    case 'select':
    case 'take':
    case 'match':
    case 'burst':
    case 'sample':
    case 'renumber':
    case 'join':
      return goodTimePlan(plan.input)
    case 'veto':
      return plan.where === null ? edited(plan.input, [vetoed(plan)]) : goodTimePlan(plan.input)
    case 'during':
      return edited(plan.input, [duringIntervals(plan)])
    case 'complete':
      return edited(plan.input, plan.windows.map(lookingInside))
    case 'shift':
      return changed(plan.input, (good) => moved(good, BigInt(plan.by)))
    case 'union':
      return unitedGoodTime(plan)
    case 'group':
    case 'sort':
      return null
  }
}

function goodTimeIn(key: string, datasets: Datasets): GoodSpans {
  const dataset = datasets.get(key)
  if (dataset === undefined) throw new Error(`no dataset ${key}`)
  return goodSpans(dataset.goodTime)
}

/** Intervals that something must be computed for. */
export interface IntervalsPlan {
  readonly asks: readonly Ask<unknown>[]
  readonly value: (datasets: Datasets) => Intervals
}

function changed(input: Plan, change: (good: GoodSpans) => GoodSpans): GoodTimePlan | null {
  const below = goodTimePlan(input)
  return below === null ? null : { asks: below.asks, value: (datasets) => change(below.value(datasets)) }
}

/** What is left of the good time of a stream in each of some intervals. */
function edited(input: Plan, kept: readonly IntervalsPlan[]): GoodTimePlan | null {
  const below = goodTimePlan(input)
  if (below === null) return null
  return {
    asks: [...below.asks, ...kept.flatMap(({ asks }) => asks)],
    value: (datasets) =>
      kept.reduce((left, intervals) => cutSpans(left, intervals.value(datasets)), below.value(datasets)),
  }
}

function vetoed({ source, low, high, mode }: VetoPlan): IntervalsPlan {
  const union = mergeSpans()
  const windows = ask(source, { kind: 'spans', low, high }, union)
  return { asks: [windows], value: () => (mode === 'keep' ? union.whole() : union.gaps()) }
}

/** The time that a `during` retains. */
export function duringIntervals({ spans, mode }: DuringPlan): IntervalsPlan {
  const stated = spans.kind === 'goodTime' ? goodIntervals(spans.source) : spanIntervals(spans.source)
  return mode === 'keep' ? stated : { ...stated, value: (datasets) => gaps(stated.value(datasets)) }
}

function goodIntervals(source: Plan): IntervalsPlan {
  const good = goodTimePlan(source)
  if (good === null) return { asks: [], value: () => intervalsOf(noSpans) }
  return { asks: good.asks, value: (datasets) => intervalsOf(good.value(datasets)) }
}

function spanIntervals(source: Plan): IntervalsPlan {
  const sink = { kind: 'rows', columns: ['start', 'stop'], limit: null } as const
  const rows = ask(source, sink, mergeRows(sink))
  return {
    asks: [rows],
    value: () => {
      const { rows: portable } = rows.whole()
      return portable === undefined
        ? intervalsOf(noSpans)
        : united(instantsIn(portable, 'start'), instantsIn(portable, 'stop'))
    },
  }
}

function instantsIn({ columns }: Portable, name: string): BigInt64Array {
  const column = columns.get(name)
  if (column?.kind !== 'values' || !(column.values instanceof BigInt64Array)) throw new Error(`${name} is no instant`)
  return column.values
}

/** The instants t of which all of the closed [t + low, t + high] lies in one interval of the good time of a stream. */
function lookingInside(window: Extract<Plan, { op: 'complete' }>['windows'][number]): IntervalsPlan {
  const seen = goodIntervals(window.source)
  const [low, high] = [BigInt(window.low), BigInt(window.high)]
  return {
    asks: seen.asks,
    value: (datasets) => {
      const { starts, stops } = seen.value(datasets)
      return united(
        starts.map((start) => start - low),
        stops.map((stop) => stop - high),
      )
    },
  }
}

function moved(good: GoodSpans, by: bigint): GoodSpans {
  return { ...good, starts: good.starts.map((start) => start + by), stops: good.stops.map((stop) => stop + by) }
}

function unitedGoodTime({ inputs, good }: UnionPlan): GoodTimePlan {
  const none: GoodTimePlan = { asks: [], value: () => noSpans }
  const plans = inputs.map((input) => goodTimePlan(input) ?? none)
  return {
    asks: plans.flatMap(({ asks }) => asks),
    value: (datasets) => plans.map((each) => each.value(datasets)).reduce((left, right) => combined(left, right, good)),
  }
}
