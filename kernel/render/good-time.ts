import type { Span } from '../../runtime/ports/dataset.ts'
import { formatDuration, formatInstant, plural } from './numbers.ts'

/** Time from `start` to `stop`, ns since 1970. */
interface Stretch {
  readonly start: bigint
  readonly stop: bigint
}

/** Where spans of two runs overlap. */
interface Overlap extends Stretch {
  readonly runs: readonly [number, number]
}

/** How the good time lies: from first to last, what is between its spans, and what two runs share. */
export interface GoodTimeLayout extends Stretch {
  readonly gaps: readonly Stretch[]
  readonly overlaps: readonly Overlap[]
}

/** How many gaps and overlaps are told one by one. */
const mostTold = 3
/** Characters and pixels of the pictures. */
const textBins = 100
const pictureBins = 600
const pictureHeight = 24

/** Null for no good time at all. */
export function layoutOf(spans: readonly Span[]): GoodTimeLayout | null {
  const [first, ...others] = intervals(spans)
  if (first === undefined) return null
  const [gaps, overlaps]: [Stretch[], Overlap[]] = [[], []]
  let last = first
  for (const span of others) {
    if (span.start > last.stop) gaps.push({ start: last.stop, stop: span.start })
    else if (span.start < last.stop && span.run !== last.run)
      overlaps.push({ start: span.start, stop: earlier(span.stop, last.stop), runs: [last.run, span.run] })
    if (span.stop > last.stop) last = span
  }
  return { start: first.start, stop: last.stop, gaps, overlaps }
}

interface Interval extends Stretch {
  readonly run: number
}

function intervals(spans: readonly Span[]): readonly Interval[] {
  return spans
    .map(({ run, start, stop }) => ({ run, start: BigInt(start), stop: BigInt(stop) }))
    .toSorted((a, b) => (a.start < b.start ? -1 : a.start > b.start ? 1 : 0))
}

function earlier(left: bigint, right: bigint): bigint {
  return left < right ? left : right
}

/** First and last instant, the picture in letters, gaps and overlaps. */
export function goodTimeText(spans: readonly Span[]): readonly string[] {
  const layout = layoutOf(spans)
  if (layout === null) return []
  const shades = [...fractionsOf(spans, layout, textBins)].map(shade).join('')
  return [spanLine(layout), `▕${shades}▏`, ...layoutLines(layout)]
}

export function spanLine({ start, stop }: Stretch): string {
  return `good time from ${formatInstant(start)} to ${formatInstant(stop)} (${formatDuration(Number(stop - start))})`
}

/** Gaps and overlaps: how many, how long in all, and the longest ones. */
export function layoutLines({ gaps, overlaps }: GoodTimeLayout): readonly string[] {
  const withRuns = (stretch: Stretch): string =>
    'runs' in stretch ? `, runs ${(stretch as Overlap).runs.join(' and ')}` : ''
  return [...told(gaps, 'gap', withRuns), ...told(overlaps, 'overlap', withRuns)]
}

function told(stretches: readonly Stretch[], noun: string, more: (stretch: Stretch) => string): readonly string[] {
  if (stretches.length === 0) return [`no ${noun}s`]
  const total = stretches.reduce((sum, stretch) => sum + lengthOf(stretch), 0n)
  const longest = stretches.toSorted((a, b) => Number(lengthOf(b) - lengthOf(a))).slice(0, mostTold)
  const which = stretches.length > mostTold ? ', the longest:' : ':'
  return [
    `${plural(stretches.length, noun)} of ${formatDuration(Number(total))} in all${which}`,
    ...longest.map(
      (stretch) =>
        `  ${formatDuration(Number(lengthOf(stretch)))} from ${formatInstant(stretch.start)}${more(stretch)}`,
    ),
  ]
}

function lengthOf({ start, stop }: Stretch): bigint {
  return stop - start
}

/** For each bin of the time from first to last, what part of it is good, at most 1; `spans` may overlap. */
function fractionsOf(spans: readonly Span[], { start, stop }: Stretch, bins: number): Float64Array {
  const fractions = new Float64Array(bins)
  const width = Number(stop - start) / bins
  let covered = start
  for (const span of intervals(spans)) {
    const from = Number((span.start > covered ? span.start : covered) - start) / width
    const to = Number(span.stop - start) / width
    for (let bin = Math.floor(from); bin < Math.min(bins, to); bin++)
      fractions[bin] = (fractions[bin] ?? 0) + Math.max(0, Math.min(bin + 1, to) - Math.max(bin, from))
    if (span.stop > covered) covered = span.stop
  }
  return fractions
}

/** What is good to a thousandth is drawn as good: rounding would show gaps where there are none. */
function shade(fraction: number): string {
  if (fraction > 0.999) return '█'
  if (fraction > 0.5) return '▓'
  if (fraction > 0.1) return '▒'
  return fraction > 0 ? '░' : ' '
}

/** The picture of the good time, as SVG in HTML: green where it is good, paler where in part, red where two runs overlap. */
export function goodTimeHtml(spans: readonly Span[]): string {
  const layout = layoutOf(spans)
  if (layout === null) return ''
  const good = stripes([...fractionsOf(spans, layout, pictureBins)])
  const twice = layout.overlaps.map(({ start, stop, runs }) => ({ run: runs[1], start: `${start}`, stop: `${stop}` }))
  const red = stripes([...fractionsOf(twice, layout, pictureBins)].map((fraction) => (fraction > 0 ? 1 : 0)))
  const rects = [...good.map((stripe) => rect(stripe, '#2a7f4f')), ...red.map((stripe) => rect(stripe, '#c0392b'))]
  const frame = `<rect x="0.5" y="0.5" width="${pictureBins - 1}" height="${pictureHeight - 1}" fill="none" stroke="#888"/>`
  return `<svg width="${pictureBins}" height="${pictureHeight}" role="img" aria-label="good time">${rects.join('')}${frame}</svg>`
}

interface Stripe {
  readonly from: number
  readonly to: number
  readonly fraction: number
}

/** Neighbouring bins that look the same are one. */
function stripes(fractions: readonly number[]): readonly Stripe[] {
  const found: Stripe[] = []
  for (const [bin, exact] of fractions.entries()) {
    const fraction = exact > 0.999 ? 1 : Math.ceil(exact * 8) / 8
    const last = found.at(-1)
    if (last !== undefined && last.fraction === fraction) found[found.length - 1] = { ...last, to: bin + 1 }
    else found.push({ from: bin, to: bin + 1, fraction })
  }
  return found.filter(({ fraction }) => fraction > 0)
}

function rect({ from, to, fraction }: Stripe, color: string): string {
  const opacity = fraction === 1 ? '' : ` fill-opacity="${fraction}"`
  return `<rect x="${from}" y="0" width="${to - from}" height="${pictureHeight}" fill="${color}"${opacity}/>`
}
