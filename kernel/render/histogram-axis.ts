import type { HistResult } from '../../runtime/ports/backend.ts'

export type HistAxis = HistResult['axes'][number]

/** Units that a long axis is read in, largest first: the first one of which it spans at least two. */
const scales: Readonly<Record<string, readonly { readonly unit: string; readonly size: number }[]>> = {
  ns: [
    { unit: 'd', size: 86_400e9 },
    { unit: 'h', size: 3600e9 },
    { unit: 's', size: 1e9 },
    { unit: 'ms', size: 1e6 },
    { unit: 'us', size: 1e3 },
  ],
  mm: [{ unit: 'm', size: 1e3 }],
  'mm^2': [{ unit: 'm^2', size: 1e6 }],
}

/** The histogram with times and lengths in the unit that suits their range: for the eye, never for a program. */
export function readable(hist: HistResult): HistResult {
  return { ...hist, axes: hist.axes.map(readableAxis) }
}

function readableAxis(axis: HistAxis): HistAxis {
  const extent = Math.max(...[axis.edges[0] ?? 0, axis.edges.at(-1) ?? 0].map(Math.abs))
  const scale = scales[axis.unit ?? '']?.find(({ size }) => extent >= 2 * size)
  if (scale === undefined) return axis
  return { ...axis, unit: scale.unit, edges: axis.edges.map((edge) => edge / scale.size) }
}

/** `E [MeV]`. */
export function axisTitle({ label, unit }: HistAxis): string {
  return unit === null ? label : `${label} [${unit}]`
}
