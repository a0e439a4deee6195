import type { CutflowRow, Result } from '../../runtime/ports/backend.ts'
import { htmlNote, htmlTable } from './html.ts'
import { formatCount, plural } from './numbers.ts'
import { textTable } from './text-table.ts'
import { formatValue } from './value.ts'
import { shorten } from './width.ts'

export type CutflowResult = Extract<Result, { kind: 'cutflow' }>

const cutWidth = 64

/** Every cut with the rows that pass it in sequence, alone and when all others are applied, and its efficiency. */
export function cutflowText(cutflow: CutflowResult): string {
  const { lines } = textTable(columnsOf(cutflow, cutWidth, ['all but', 'this']))
  return [title(cutflow), ...lines].join('\n')
}

export function cutflowHtml(cutflow: CutflowResult): string {
  return htmlNote(title(cutflow)) + htmlTable(columnsOf(cutflow, 400, ['all but this', '']))
}

function title({ source, total }: CutflowResult): string {
  return `cutflow ${source}: ${plural(total, 'row')} enter`
}

function columnsOf({ rows, by }: CutflowResult, width: number, allButThis: readonly string[]) {
  const split =
    by === undefined
      ? []
      : [
          {
            header: [by.name, ''],
            align: 'right' as const,
            cells: rows.map((row) => formatValue(row.by ?? null, by.type)),
          },
        ]

  const counts = (header: readonly string[], of: (row: CutflowRow) => number | null) => ({
    header,
    align: 'right' as const,
    cells: rows.map((row) => countText(of(row))),
  })
  return [
    ...split,
    { header: ['cut', ''], align: 'left' as const, cells: rows.map(({ cut }) => shorten(cut, width)) },
    counts(['in sequence', ''], ({ sequential }) => sequential),
    counts(['alone', ''], ({ alone }) => alone),
    counts(allButThis, ({ nMinus1 }) => nMinus1),
    { header: ['efficiency', '[%]'], align: 'right' as const, cells: rows.map(efficiencyText) },
  ]
}

function countText(count: number | null): string {
  return count === null ? '–' : formatCount(count)
}

/** To the place of the error's second digit. */
function efficiencyText({ efficiency, error }: CutflowRow): string {
  if (efficiency === null) return '–'
  const percent = 100 * efficiency
  const uncertainty = 100 * (error ?? 0)
  const decimals = uncertainty > 0 ? Math.min(8, Math.max(1, 1 - Math.floor(Math.log10(uncertainty)))) : 1
  return `${percent.toFixed(decimals)} ± ${uncertainty.toFixed(decimals)}`
}
