import { displayWidth, padEnd, padStart } from './width.ts'

/** A column of ready text: `header` lines above, one cell per row. */
export interface TextColumn {
  readonly header: readonly string[]
  readonly cells: readonly string[]
  readonly align: 'left' | 'right'
}

/** The width that text tables keep to. */
const pageWidth = 120
const gap = '  '

/**
 * Lines of a table of at most `width` columns.
 *
 * Columns that do not fit are left out from the middle, since a stream prints its time first and what was defined last.
 *
 * @returns the lines, and the positions of the columns left out
 */
export function textTable(
  columns: readonly TextColumn[],
  width = pageWidth,
): { readonly lines: readonly string[]; readonly omitted: readonly number[] } {
  const widths = columns.map(({ header, cells }) => Math.max(...[...header, ...cells].map(displayWidth), 1))
  const kept = fitting(widths, width)
  const shown = columns.flatMap((column, at) => (kept.has(at) ? [{ column, at, width: widths[at] ?? 1 }] : []))
  const breakAt = shown.findIndex(({ at }, position) => position > 0 && !kept.has(at - 1))
  const line = (text: (column: TextColumn) => string) =>
    shown
      .map(({ column, width: columnWidth }, position) => {
        const cell = (column.align === 'right' ? padStart : padEnd)(text(column), columnWidth)
        return position === breakAt ? `…${gap}${cell}` : cell
      })
      .join(gap)
      .trimEnd()
  const headerLines = Math.max(0, ...columns.map(({ header }) => header.length))
  const rows = Math.max(0, ...columns.map(({ cells }) => cells.length))
  const lines = [
    ...Array.from({ length: headerLines }, (_, at) => line(({ header }) => header[at] ?? '')),
    ...Array.from({ length: rows }, (_, at) => line(({ cells }) => cells[at] ?? '')),
  ]
  return { lines, omitted: columns.flatMap((_, at) => (kept.has(at) ? [] : [at])) }
}

/** Positions that fit: all, or as many as can be taken in turn from the left and the right end. At least the first. */
function fitting(widths: readonly number[], width: number): ReadonlySet<number> {
  const total = widths.reduce((sum, columnWidth) => sum + columnWidth + gap.length, -gap.length)
  if (total <= width) return new Set(widths.keys())
  const kept = new Set<number>([0])
  let room = width - (widths[0] ?? 0) - gap.length - 1
  for (let left = 1, right = widths.length - 1, turn = 0; left <= right; turn++) {
    const at = turn % 2 === 0 ? right-- : left++
    room -= (widths[at] ?? 0) + gap.length
    if (room < 0) break
    kept.add(at)
  }
  return kept
}
