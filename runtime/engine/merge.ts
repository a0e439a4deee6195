import type { Value } from '../../dsl/functions/function.ts'
import type { AccumulatorState } from './accumulator.ts'
import { emptyState, mergeStates, stateValue } from './accumulator-state.ts'
import { ExactSum, type ExactSumState } from './exact-sum.ts'
import { compareKeys } from './order.ts'
import type { Portable, PortableColumn } from './portable.ts'
import { concatenatePortable, gatherPortable } from './portable-rows.ts'
import { sortedOrder } from './sort.ts'
import { GrowingIntervals, type Intervals } from './intervals.ts'
import type { BurstsPart, CutCounts, GroupPart, HistPart, OutputPart, Sink } from './work.ts'

type SinkOf<K extends Sink['kind']> = Extract<Sink, { kind: K }>
type PartOf<K extends OutputPart['kind']> = Extract<OutputPart, { kind: K }>

/** The parts of one output, in the order of the slices, as one: for any slicing the same. */
export interface Merger<P extends OutputPart, Whole> {
  add(part: P): void
  whole(): Whole
}

export interface MergedRows {
  readonly count: number
  /** Undefined when there was no part. */
  readonly rows: Portable | undefined
}

/** `counted` tells how many rows have come so far. */
export function mergeRows({ limit }: SinkOf<'rows'>): Merger<PartOf<'rows'>, MergedRows> & { counted(): number } {
  const parts: Portable[] = []
  let [count, kept] = [0, 0]
  return {
    add: (part) => {
      count += part.count
      const wanted = Math.min(part.rows.rows, (limit ?? Number.POSITIVE_INFINITY) - kept)
      if (wanted <= 0 && parts.length > 0) return
      parts.push(wanted >= part.rows.rows ? part.rows : gatherPortable(part.rows, firstIndices(Math.max(0, wanted))))
      kept += wanted
    },
    whole: () => ({ count, rows: concatenatePortable(parts) }),
    counted: () => count,
  }
}

function firstIndices(count: number): Uint32Array {
  return Uint32Array.from({ length: count }, (_, i) => i)
}

/** Parts are sorted already, but sorting them once more as a whole is simple, stable, and as fast as a merge of many. */
export function mergeSorted({ descending, limit }: SinkOf<'sorted'>): Merger<PartOf<'sorted'>, Portable | undefined> {
  let parts: Portable[] = []
  let rows = 0
  const pruned = (): Portable | undefined => {
    const all = concatenatePortable(parts)
    if (all === undefined) return undefined
    const order = sortedOrder(keysOf(all), all.rows, descending)
    return gatherPortable(all, order.subarray(0, limit ?? order.length))
  }
  return {
    add: (part) => {
      parts.push(part.rows)
      rows += part.rows.rows
      if (limit === null || rows < 4 * limit + 65536) return
      const best = pruned()
      parts = best === undefined ? [] : [best]
      rows = best?.rows ?? 0
    },
    whole: pruned,
  }
}

function keysOf(rows: Portable): Parameters<typeof sortedOrder>[0] {
  const { values, valid, texts } = rows.columns.get('sortKey') as PortableColumn
  const textOf = texts === null ? null : (row: number): string => texts[Number(values[row])]!
  return { values, residual: null, valid, textOf }
}

/** Rows of keys and measures, sorted by the keys; without keys one row, also of nothing. */
export function mergeGroups(sink: SinkOf<'group'>): Merger<PartOf<'group'>, readonly (readonly Value[])[]> {
  const groups = new Map<string, { readonly keys: readonly Value[]; measures: readonly AccumulatorState[] }>()
  const add = ({ keys, measures }: GroupPart): void => {
    const name = keys.map(keyText).join('\0')
    const known = groups.get(name)
    if (known === undefined) groups.set(name, { keys, measures })
    else known.measures = known.measures.map((state, at) => mergeStates(state, measures[at]!))
  }
  return {
    add: (part) => part.groups.forEach(add),
    whole: () => {
      if (sink.keys.length === 0 && groups.size === 0) add({ keys: [], measures: sink.measures.map(emptyState) })
      return [...groups.values()]
        .toSorted((left, right) => compareTuples(left.keys, right.keys))
        .map(({ keys, measures }) => [...keys, ...measures.map(stateValue)])
    },
  }
}

function keyText(value: Value): string {
  return `${typeof value} ${typeof value === 'string' ? JSON.stringify(value) : String(value)}`
}

function compareTuples(left: readonly Value[], right: readonly Value[]): number {
  for (let at = 0; at < left.length; at++) {
    const order = compareKeys(left[at], right[at])
    if (order !== 0) return order
  }
  return 0
}

export interface MergedHist {
  /** Bins, then flows. */
  readonly cells: readonly number[]
  readonly squares: readonly number[] | null
}

export function mergeHist({ axes, weight }: SinkOf<'hist'>): Merger<HistPart, MergedHist> {
  const bins = axes.reduce((product, { edges }) => product * (edges.length - 1), 1)
  const counts = new Float64Array(bins + 4)
  const [sums, squares] = [exactCells(bins + 4), exactCells(bins)]
  return {
    add: (part) => {
      part.counts?.forEach((count, cell) => (counts[cell]! += count))
      sums.add(part.sums)
      squares.add(part.squares)
    },
    whole: () => ({
      cells: weight === null ? [...counts] : sums.round(),
      squares: weight === null ? null : squares.round(),
    }),
  }
}

function exactCells(cells: number): {
  add(states: readonly (ExactSumState | null)[] | null): void
  round(): readonly number[]
} {
  const sums = new Map<number, ExactSum>()
  return {
    add: (states) =>
      states?.forEach((state, cell) => {
        if (state === null) return
        const sum = sums.get(cell) ?? new ExactSum()
        sums.set(cell, sum)
        sum.merge(state)
      }),
    round: () => Array.from({ length: cells }, (_, cell) => sums.get(cell)?.round() ?? 0),
  }
}

export interface Range {
  readonly low: number
  readonly high: number
}

export function mergeRange({ values }: SinkOf<'range'>): Merger<PartOf<'range'>, readonly Range[]> {
  const ranges = values.map((): { low: number; high: number } => ({
    low: Number.POSITIVE_INFINITY,
    high: Number.NEGATIVE_INFINITY,
  }))
  return {
    add: ({ low, high }) => {
      ranges.forEach((range, at) => {
        range.low = Math.min(range.low, low[at]!)
        range.high = Math.max(range.high, high[at]!)
      })
    },
    whole: () => ranges,
  }
}

/** Spans ascend from slice to slice, since the rows they lie about do; they may overlap at the border. */
export function mergeSpans(): Merger<PartOf<'spans'>, Intervals> & { gaps(): Intervals } {
  const union = new GrowingIntervals()
  return {
    add: ({ starts, stops }) => starts.forEach((start, at) => union.add(start, stops[at]!)),
    whole: () => union.take(),
    gaps: () => union.gaps(),
  }
}

/** In the order in which the values of `by` are met. */
export function mergeCuts({ cuts, by }: SinkOf<'cuts'>): Merger<PartOf<'cuts'>, readonly CutCounts[]> {
  const known = new Map<string, CutCounts>()
  const blank = (value: Value): CutCounts => {
    const [sequential, alone, nMinus1] = [0, 1, 2].map(() => new Float64Array(cuts.length))
    return { by: value, sequential: sequential!, alone: alone!, nMinus1: nMinus1! }
  }
  if (by === null) known.set(keyText(undefined), blank(undefined))
  return {
    add: ({ counts }) => {
      for (const part of counts) {
        const whole = known.get(keyText(part.by)) ?? blank(part.by)
        known.set(keyText(part.by), whole)
        for (const name of ['sequential', 'alone', 'nMinus1'] as const)
          part[name].forEach((count, at) => (whole[name][at]! += count))
      }
    },
    whole: () => [...known.values()],
  }
}

/** Bursts that go on from slice to slice are one. */
export function mergeBursts({ within }: SinkOf<'bursts'>): Merger<PartOf<'bursts'>, BurstsPart> {
  const [firsts, lasts]: [bigint[], bigint[]] = [[], []]
  const [files, entries]: [number[], number[]] = [[], []]
  return {
    add: (part) =>
      part.firsts.forEach((first, at) => {
        const last = lasts.at(-1)
        if (last !== undefined && first <= last + BigInt(within)) {
          lasts[lasts.length - 1] = part.lasts[at]!
          return
        }
        firsts.push(first)
        lasts.push(part.lasts[at]!)
        files.push(part.files[at]!)
        entries.push(part.entries[at]!)
      }),
    whole: () => ({
      kind: 'bursts',
      firsts: BigInt64Array.from(firsts),
      lasts: BigInt64Array.from(lasts),
      files: Float64Array.from(files),
      entries: Float64Array.from(entries),
    }),
  }
}
