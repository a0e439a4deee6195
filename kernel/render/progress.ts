import type { Progress } from '../../runtime/ports/backend.ts'
import { formatBytes, formatCount, formatElapsed } from './numbers.ts'

/** A statement at work: `1,200,000 of 2,000,000 rows (60 %), 48 MB, 1.1 M rows/s, 0.7 s left`. */
export function formatProgress({ rows, totalRows, bytes }: Progress, elapsedMs: number): string {
  const share = totalRows > 0 ? ` (${Math.floor((100 * rows) / totalRows)} %)` : ''
  const leftMs = rows > 0 ? (elapsedMs * (totalRows - rows)) / rows : null
  const left = leftMs === null || leftMs <= 0 ? '' : `, ${formatElapsed(leftMs)} left`
  // Nothing is read of columns that are in memory from an earlier query.
  const read = bytes > 0 ? `, ${formatBytes(bytes)}` : ''
  return `${formatCount(rows)} of ${formatCount(totalRows)} rows${share}${read}, ${rate(rows, elapsedMs)}${left}`
}

/** A statement at its end: `2,000,000 of 2,000,000 rows in 1.85 s (1.08 M rows/s)`. */
export function formatRead({ rows, totalRows }: Progress, elapsedMs: number): string {
  return `${formatCount(rows)} of ${formatCount(totalRows)} rows in ${formatElapsed(elapsedMs)} (${rate(rows, elapsedMs)})`
}

function rate(rows: number, elapsedMs: number): string {
  const perSecond = elapsedMs > 0 ? (1000 * rows) / elapsedMs : 0
  if (perSecond >= 1e6) return `${(perSecond / 1e6).toPrecision(3)} M rows/s`
  if (perSecond >= 1e3) return `${Math.round(perSecond / 1e3)} k rows/s`
  return `${Math.round(perSecond)} rows/s`
}
