import type { HistResult } from '../../runtime/ports/backend.ts'
import { axisTitle, type HistAxis, readable } from './histogram-axis.ts'
import { momentsOf, projection } from './histogram-moments.ts'
import { formatCount, formatNumber } from './numbers.ts'
import { padEnd, padStart } from './width.ts'

const pictureWidth = 100
const pictureHeight = 12
const eighths = ['', '▁', '▂', '▃', '▄', '▅', '▆', '▇', '█']

/** A histogram as a picture of text: bars for one axis, shades for two, a bar picture of each axis for more. */
export function histogramText(result: HistResult): string {
  const hist = readable(result)
  const [x, y] = hist.axes
  if (x === undefined) throw new Error('a histogram without axes')
  const picture =
    hist.axes.length === 2 && y !== undefined
      ? shades(hist.counts, x, y)
      : hist.axes.flatMap((axis, at) => bars(hist, axis, at))
  return [...picture, summary(hist)].join('\n')
}

/** `entries 5,012, mean 212.3 µs, std 198 µs; underflow 3, overflow 41, NaN 0`. */
function summary(hist: HistResult): string {
  const { entries, axes } = momentsOf(hist)
  const several = hist.axes.length > 1
  const moments = axes.map(({ mean, std }, at) => {
    const { label, unit } = hist.axes[at] ?? { label: '', unit: null }
    const quantity = (value: number) => `${formatNumber(value)}${unit === null ? '' : ` ${unit}`}`
    return `${several ? `${label}: ` : ''}mean ${quantity(mean)}, std ${quantity(std)}`
  })
  return `${[entriesText(hist, entries), ...moments].join(several ? '; ' : ', ')}; ${flowsText(hist)}`
}

/** `entries 5,012; underflow 3, overflow 41, NaN 0`. */
export function counts(hist: HistResult): string {
  return `${entriesText(hist, momentsOf(hist).entries)}; ${flowsText(hist)}`
}

function entriesText({ sumw2 }: HistResult, entries: number): string {
  return `${sumw2 === null ? 'entries' : 'sum of weights'} ${count(entries)}`
}

function flowsText({ axes, underflow, overflow, outside, nan }: HistResult): string {
  const flows =
    axes.length > 1 ? `outside ${count(outside)}` : `underflow ${count(underflow)}, overflow ${count(overflow)}`
  return `${flows}, NaN ${count(nan)}`
}

function count(value: number): string {
  return Number.isSafeInteger(value) ? formatCount(value) : formatNumber(value)
}

/** Bars from zero up to the fullest column; a column holds as many bins as it must for all to fit. */
function bars(hist: HistResult, axis: HistAxis, at: number): readonly string[] {
  const bins = projection(
    hist.counts,
    hist.axes.map(({ edges }) => edges.length - 1),
    at,
  )
  const { columns, binsPerColumn, widthPerColumn } = columnsOf(bins, pictureWidth)
  const most = Math.max(...columns, 0)
  const least = Math.min(...columns, 0)
  const [top, bottom] = [count(most), count(least)]
  const margin = Math.max(top.length, bottom.length)
  const rows = Array.from({ length: pictureHeight }, (_, row) => {
    const label = row === 0 ? top : row === pictureHeight - 1 ? bottom : ''
    const floor = pictureHeight - 1 - row
    const blocks = columns.map((value) =>
      block(most > least ? ((value - least) / (most - least)) * pictureHeight - floor : 0),
    )
    return `${padStart(label, margin)} ┤${blocks.map((text) => text.repeat(widthPerColumn)).join('')}`.trimEnd()
  })
  const width = columns.length * widthPerColumn
  return [...rows, ...xAxis(axis, { margin, width, note: groupNote(binsPerColumn) })]
}

/** How much of one character a bar fills: a bar that is not empty shows. */
function block(fill: number): string {
  return eighths[Math.max(0, Math.min(8, Math.ceil(fill * 8)))] || ' '
}

function columnsOf(bins: readonly number[], width: number) {
  const binsPerColumn = Math.max(1, Math.ceil(bins.length / width))
  const columns = Array.from({ length: Math.ceil(bins.length / binsPerColumn) }, (_, column) =>
    bins.slice(column * binsPerColumn, (column + 1) * binsPerColumn).reduce((sum, value) => sum + value, 0),
  )
  return { columns, binsPerColumn, widthPerColumn: Math.max(1, Math.min(8, Math.floor(width / columns.length))) }
}

function xAxis(
  axis: HistAxis,
  { margin, width, note }: { readonly margin: number; readonly width: number; readonly note: string },
): readonly string[] {
  const bins = axis.edges.length - 1
  const middleBin = Math.floor(bins / 2)
  const [first, middle, last] = [0, middleBin, bins].map((edge) => formatNumber(axis.edges[edge] ?? 0))
  const left = ' '.repeat(margin + 1)
  const middleAt = width < 30 ? 0 : Math.floor((width * middleBin) / bins)
  const toMiddle = middleAt === 0 ? (first ?? '') : padEnd(first ?? '', middleAt) + (middle ?? '')
  return [
    `${left}└${'─'.repeat(width)}`,
    `${left} ${padEnd(`${toMiddle} `, width)}${last}`,
    `${left} ${axisTitle(axis)}${note}`,
  ]
}

function groupNote(binsPerColumn: number): string {
  return binsPerColumn === 1 ? '' : `   (${binsPerColumn} bins to a column)`
}

const shadeWidth = 80
const shadeHeight = 24
const shading = [' ', '░', '▒', '▓', '█']

/** The second axis upward, the first to the right; darker is fuller, and what is not empty shows. */
function shades(counts: readonly number[], x: HistAxis, y: HistAxis): readonly string[] {
  const [xBins, yBins] = [x.edges.length - 1, y.edges.length - 1]
  const [perColumn, perRow] = [Math.ceil(xBins / shadeWidth), Math.ceil(yBins / shadeHeight)]
  const [columns, rows] = [Math.ceil(xBins / perColumn), Math.ceil(yBins / perRow)]
  const cells = Array.from({ length: rows }, () => Array.from({ length: columns }, () => 0))
  for (const [at, value] of counts.entries()) {
    const row = cells[Math.floor((at % yBins) / perRow)]
    const column = Math.floor(Math.floor(at / yBins) / perColumn)
    if (row !== undefined) row[column] = (row[column] ?? 0) + value
  }
  const most = cells.flat().reduce((max, value) => Math.max(max, value), 0)
  const [low, high] = [formatNumber(y.edges[0] ?? 0), formatNumber(y.edges.at(-1) ?? 0)]
  const margin = Math.max(low.length, high.length)
  const lines = cells.toReversed().map((row, at) => {
    const label = at === 0 ? high : at === rows - 1 ? low : ''
    return `${padStart(label, margin)} ┤${row.map((value) => shade(value / most)).join('')}`.trimEnd()
  })
  const note = perColumn * perRow === 1 ? '' : `   (${perColumn} × ${perRow} bins to a character)`
  return [`${' '.repeat(margin + 1)} ${axisTitle(y)}`, ...lines, ...xAxis(x, { margin, width: columns, note })]
}

function shade(share: number): string {
  return shading[share > 0 ? Math.max(1, Math.ceil(share * 4)) : 0] ?? ' '
}
