import { formatCount, formatNumber } from '../render/numbers.ts'
import { textTable } from '../render/text-table.ts'
import { truncatedExponential } from './capture-time.ts'
import { capture } from './selection.ts'
import type { Comparison } from './truth.ts'

/** The mean capture time of the selected pairs beside what the neutron's mean life and the window predict. */
export function captureTimeText(pairs: number, meanNs: number): string {
  const { mean, std } = truncatedExponential(capture)
  const error = std / Math.sqrt(pairs)
  const us = (ns: number) => (ns / 1e3).toFixed(1)
  return [
    `mean time from positron to neutron capture: ${us(meanNs)} us`,
    `expected, ${us(capture.lifetime)} us cut off to ${us(capture.from)} .. ${us(capture.to)} us: ${us(mean)} ± ${us(error)} us (${formatNumber(Number(((meanNs - mean) / error).toFixed(1)))} standard errors off)`,
  ].join('\n')
}

/** True pairs found, missed by reason, false by kind. */
export function truthText({ truePairs, found, missed, falsePairs, scenarios }: Comparison): string {
  const sum = (counts: ReadonlyMap<string, number>) => [...counts.values()].reduce((total, count) => total + count, 0)
  const rows = [
    ['true pairs in the sample', truePairs],
    ['found', found],
    ['missed', sum(missed)],
    ...[...missed].map(([reason, count]) => [`   ${reason}`, count] as const),
    ['false', sum(falsePairs)],
    ...[...falsePairs].map(([kind, count]) => [`   ${kind}`, count] as const),
    ['put in on purpose, as they should be', `${scenarios.right} of ${scenarios.all}`],
  ] as const
  const { lines } = textTable([
    { header: ['pairs of a reactor neutrino'], align: 'left', cells: rows.map(([name]) => name) },
    {
      header: ['number'],
      align: 'right',
      cells: rows.map(([, value]) => (typeof value === 'number' ? formatCount(value) : value)),
    },
  ])
  return lines.join('\n')
}
