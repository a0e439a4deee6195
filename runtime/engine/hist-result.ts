import type { Axis, Query } from '../../dsl/ir/plan.ts'
import { typeOf } from '../../dsl/ir/schema.ts'
import { unitText } from '../../dsl/ir/units.ts'
import type { HistResult } from '../ports/backend.ts'
import { flows } from './hist-fill.ts'
import type { MergedHist, Range } from './merge.ts'

/**
 * Edges from the smallest to just above the largest finite value: `low + k · (high − low) / bins`, `high` being the
 * float64 after the largest; or `low + k · step` up to the first above the largest. Without a finite value the axis goes
 * from 0 to 1, or to one step.
 */
export function automaticEdges({ bins, step }: Axis, range: Range): readonly number[] {
  const isEmpty = range.low > range.high
  const [low, largest] = isEmpty ? [0, 0] : [range.low, range.high]
  if (step !== null) return steps(low, largest, step)
  const high = isEmpty ? 1 : nextAbove(largest)
  return Array.from({ length: bins + 1 }, (_, k) => (k === bins ? high : low + (k * (high - low)) / bins))
}

function steps(low: number, largest: number, step: number): readonly number[] {
  const edges = [low]
  while (edges.at(-1)! <= largest) edges.push(low + edges.length * step)
  return edges
}

/** The smallest float64 above a finite one. */
function nextAbove(value: number): number {
  const float = Float64Array.of(value === 0 ? 0 : value)
  const bits = new BigInt64Array(float.buffer)
  bits[0]! += value < 0 ? -1n : 1n
  return float[0]!
}

export function histResult(
  { axes, weight }: Extract<Query, { kind: 'hist' }>,
  edges: readonly (readonly number[])[],
  { cells, squares }: MergedHist,
): HistResult {
  const bins = cells.length - 4
  const flow = (name: keyof typeof flows): number => cells[bins + flows[name]]!
  return {
    kind: 'hist',
    axes: axes.map(({ label, value }, at) => ({ label, unit: axisUnit(value), edges: edges[at]! })),
    counts: cells.slice(0, bins),
    underflow: flow('underflow'),
    overflow: flow('overflow'),
    outside: flow('outside'),
    nan: flow('nan'),
    sumw2: weight === null ? null : squares,
  }
}

/** An instant is drawn in ns since 1970. */
function axisUnit(value: Axis['value']): string | null {
  const type = typeOf(value)
  if (type.kind === 'instant') return 'ns'
  return type.kind === 'number' ? unitText(type.unit) : null
}
