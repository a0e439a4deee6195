import type { HistResult } from '../../runtime/ports/backend.ts'

/** What is told of a histogram beside its picture. */
export interface Moments {
  /** Sum of the bins, without the flows. */
  readonly entries: number
  /** For each axis, in its unit: from bin centres, so only as good as the bins are narrow. NaN without entries. */
  readonly axes: readonly { readonly mean: number; readonly std: number }[]
}

export function momentsOf({ axes, counts }: HistResult): Moments {
  const bins = axes.map(({ edges }) => edges.length - 1)
  const entries = counts.reduce((sum, count) => sum + count, 0)
  return { entries, axes: axes.map(({ edges }, axis) => axisMoments(projection(counts, bins, axis), edges)) }
}

/** The bins of one axis, summed over all others; the last axis varies fastest. */
export function projection(counts: readonly number[], bins: readonly number[], axis: number): readonly number[] {
  const inner = bins.slice(axis + 1).reduce((product, count) => product * count, 1)
  const length = bins[axis] ?? 1
  const sums = Array.from({ length }, () => 0)
  for (const [at, count] of counts.entries()) {
    const bin = Math.floor(at / inner) % length
    sums[bin] = (sums[bin] ?? 0) + count
  }
  return sums
}

function axisMoments(
  counts: readonly number[],
  edges: readonly number[],
): { readonly mean: number; readonly std: number } {
  const centres = counts.map((_, bin) => ((edges[bin] ?? 0) + (edges[bin + 1] ?? 0)) / 2)
  const weighted = (value: (centre: number) => number) =>
    counts.reduce((sum, count, bin) => sum + count * value(centres[bin] ?? 0), 0)
  const total = weighted(() => 1)
  const mean = weighted((centre) => centre) / total
  return { mean, std: Math.sqrt(weighted((centre) => (centre - mean) ** 2) / total) }
}
