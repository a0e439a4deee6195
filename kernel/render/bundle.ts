import type { HistResult, Result } from '../../runtime/ports/backend.ts'
import { cutflowHtml } from './cutflow.ts'
import { describeHtml } from './describe.ts'
import { histogramText } from './histogram.ts'
import { histogramPicture } from './histogram-picture.ts'
import { htmlNote } from './html.ts'
import { noteLines } from './notes.ts'
import { numberHtml } from './number.ts'
import { resultText } from './result.ts'
import { tableHtml } from './table.ts'

/** What a notebook can show of a result, by MIME type: text always, pictures as base64. */
export type Bundle = Readonly<Record<string, string | HistDocument>> & { readonly 'text/plain': string }

/** `application/vnd.juno.hist.v1+json`: a histogram for a renderer that zooms. Not finite numbers are texts. */
export type HistDocument = { readonly [key: string]: Json }

type Json = null | boolean | number | string | readonly Json[] | HistDocument

/** An SVG larger than this stays out of the notebook; the PNG is there. */
const mostSvg = 1_000_000

/** All but the pictures, which take their time. */
export function plainBundle(result: Result): Bundle {
  const plain = { 'text/plain': resultText(result) }
  const notes = noteLines(result).map(htmlNote).join('')
  switch (result.kind) {
    case 'hist':
      // Beside a picture no HTML is shown: its notes are a display of their own.
      return { 'text/plain': histogramText(result) }
    case 'table':
      return { ...plain, 'text/html': tableHtml(result) + notes }
    case 'number':
      return { ...plain, 'text/html': numberHtml(result) + notes }
    case 'explain':
      return plain
    case 'cutflow':
      return { ...plain, 'text/html': cutflowHtml(result) + notes }
    case 'describe':
      return { ...plain, 'text/html': describeHtml(result) + notes }
  }
}

/** A histogram as pictures: PNG in base64, SVG, and as a document; none of them where it cannot be drawn. */
export async function histogramParts(hist: HistResult): Promise<Readonly<Record<string, string | HistDocument>>> {
  const picture = await histogramPicture(hist)
  if (picture === null) return {}
  return {
    'image/png': Buffer.from(picture.png).toString('base64'),
    ...(picture.svg.length > mostSvg ? {} : { 'image/svg+xml': picture.svg }),
    'application/vnd.juno.hist.v1+json': JSON.parse(JSON.stringify(hist, finite)) as HistDocument,
  }
}

function finite(_: string, value: unknown): unknown {
  return typeof value === 'number' && !Number.isFinite(value) ? String(value) : value
}
