import type { Axis, Expr, Query } from '../../dsl/ir/plan.ts'
import { schemaOf } from '../../dsl/ir/schema.ts'
import { elementScopes, type Scope, valueOf } from './expression.ts'
import { exactSum } from './exact.ts'
import { eventsOf } from './place.ts'
import type { RowsOf } from './row.ts'

/** As `HistResult`, without the text of the units. */
export interface NaiveHist {
  readonly kind: 'hist'
  readonly axes: readonly { readonly label: string; readonly edges: readonly number[] }[]
  readonly counts: readonly number[]
  readonly underflow: number
  readonly overflow: number
  readonly outside: number
  readonly nan: number
  readonly sumw2: readonly number[] | null
}

/** One row, or one element of its list, in a histogram: its value on each axis, and its weight. */
interface Entry {
  readonly values: readonly number[]
  readonly weight: number
}

/**
 * A histogram (language.md 6.11). Each count and flow is the correctly rounded sum of the weights that fall there;
 * `sumw2` is that of the squares, each square rounded to float64. A row with a NaN on any axis is in `nan` only.
 */
export function histogram(query: Extract<Query, { kind: 'hist' }>, rowsOf: RowsOf): NaiveHist {
  const { references } = schemaOf(query.plan)
  const entries = rowsOf(query.plan).flatMap((row): readonly Entry[] => {
    const scope = { row, events: eventsOf(row, references), rowsOf }
    const scopes = query.each === undefined ? [scope] : elementScopes(query.each, scope)
    return scopes.map((each) => ({
      values: query.axes.map(({ value }) => numberOf(value, each)),
      weight: query.weight === null ? 1 : numberOf(query.weight, each),
    }))
  })
  const edges = query.axes.map(
    (axis, at) =>
      axis.edges ??
      automaticEdges(
        axis,
        entries.map(({ values }) => values[at] ?? NaN),
      ),
  )
  const numbers = entries.filter(({ values }) => !values.some(Number.isNaN))
  const single = query.axes.length === 1
  const first = edges[0] ?? []
  const bins = combinations(edges.map((axis) => axis.length - 1))
  const inBin = bins.map((bin) => numbers.filter(({ values }) => bin.every((k, at) => isIn(values[at], edges[at], k))))
  const outside = numbers.filter(({ values }) => !values.every((value, at) => isInside(value, edges[at])))
  return {
    kind: 'hist',
    axes: query.axes.map(({ label }, at) => ({ label, edges: edges[at] ?? [] })),
    counts: inBin.map(total),
    underflow: single ? total(numbers.filter(({ values: [x] }) => below(x, first))) : 0,
    overflow: single ? total(outside.filter(({ values: [x] }) => !below(x, first))) : 0,
    outside: single ? 0 : total(outside),
    nan: total(entries.filter(({ values }) => values.some(Number.isNaN))),
    sumw2: query.weight === null ? null : inBin.map((bin) => exactSum(bin.map(({ weight }) => weight * weight))),
  }
}

/**
 * Edges from the smallest to just above the largest finite value: `low + k * (high - low) / bins`, where `high` is the
 * float64 after the largest and the last edge is `high` itself; or `low + k * step` up to the first that is above the
 * largest. Without a finite value the axis goes from 0 to 1, or to one step.
 */
function automaticEdges({ bins, step }: Pick<Axis, 'bins' | 'step'>, values: readonly number[]): readonly number[] {
  const finite = values.filter(Number.isFinite)
  const [low, largest] = finite.length === 0 ? [0, null] : [Math.min(...finite), Math.max(...finite)]
  if (step !== null) return steps(low, largest ?? low, step)
  const high = largest === null ? 1 : nextAbove(largest)
  return Array.from({ length: bins + 1 }, (_, k) => (k === bins ? high : low + (k * (high - low)) / bins))
}

function steps(low: number, largest: number, step: number): readonly number[] {
  const edges = [low]
  while ((edges.at(-1) ?? Infinity) <= largest) edges.push(low + edges.length * step)
  return edges
}

/** The smallest float64 above a finite one. */
function nextAbove(value: number): number {
  const float = new Float64Array([value === 0 ? 0 : value])
  const bits = new BigInt64Array(float.buffer)
  bits[0] = (bits[0] ?? 0n) + (value < 0 ? -1n : 1n)
  return float[0] ?? NaN
}

function numberOf(expr: Expr, scope: Scope): number {
  const value = valueOf(expr, scope)
  if (value === undefined) throw new Error('a histogram takes no missing value')
  return Number(value)
}

function total(entries: readonly Entry[]): number {
  return exactSum(entries.map(({ weight }) => weight))
}

function isIn(value = NaN, edges: readonly number[] = [], bin: number): boolean {
  return (edges[bin] ?? NaN) <= value && value < (edges[bin + 1] ?? NaN)
}

function isInside(value: number, edges: readonly number[] = []): boolean {
  return (edges[0] ?? NaN) <= value && value < (edges.at(-1) ?? NaN)
}

function below(value = NaN, edges: readonly number[]): boolean {
  return value < (edges[0] ?? NaN)
}

/** Every tuple of bin numbers, the last one fastest. */
function combinations(bins: readonly number[]): readonly (readonly number[])[] {
  return bins.reduce<readonly (readonly number[])[]>(
    (tuples, count) => tuples.flatMap((tuple) => Array.from({ length: count }, (_, k) => [...tuple, k])),
    [[]],
  )
}
