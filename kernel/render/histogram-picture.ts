import { Resvg } from '@resvg/resvg-js'
import type { HistResult } from '../../runtime/ports/backend.ts'
import { pictureFont } from '../picture-font.ts'
import { counts } from './histogram.ts'
import { axisTitle, type HistAxis, readable } from './histogram-axis.ts'
import { momentsOf } from './histogram-moments.ts'

export interface Picture {
  readonly svg: string
  readonly png: Uint8Array
}

const width = 640
const height = 420
/** PNG pixels for one of SVG, for screens of high density. */
const zoom = 2
/** What can be drawn, and seen: of more bins there is only the text. */
const mostBins = 20_000
const noStatisticsBox = 2 ** 9
/** The rows of ROOT's box: entries, mean, standard deviation, underflow, overflow. */
const statisticsRows = 111_110

/** What JSROOT calls a TH1 or TH2, as far as it is filled here. */
interface RootHistogram {
  fTitle: string
  fBits: number
  fEntries: number
  fLineColor: number
  fLineWidth: number
  fFillColor: number
  fXaxis: RootAxis
  fYaxis: RootAxis
  getBin(x: number, y: number): number
  setBinContent(bin: number, content: number): void
}

interface RootAxis {
  fTitle: string
  fTitleOffset: number
  fXmin: number
  fXmax: number
  fXbins: readonly number[]
}

interface Jsroot {
  readonly gStyle: { fOptStat: number }
  createHistogram(type: 'TH1D' | 'TH2D', xBins: number, yBins?: number): RootHistogram
  makeImage(options: {
    readonly format: 'svg'
    readonly object: RootHistogram
    readonly option: string
    readonly width: number
    readonly height: number
  }): Promise<string>
}

/** A histogram of one or two axes as ROOT draws it; null for more axes, and for more bins than can be seen. */
export async function histogramPicture(result: HistResult): Promise<Picture | null> {
  if (result.axes.length > 2 || result.counts.length > mostBins) return null
  // Loaded with the first picture: half a second that a run without one need not wait.
  const jsroot = (await import('jsroot')) as Jsroot
  const hist = readable(result)
  const [x, y] = hist.axes
  if (x === undefined) throw new Error('a histogram without axes')
  jsroot.gStyle.fOptStat = statisticsRows
  const object = y === undefined ? oneAxis(jsroot, hist, x) : twoAxes(jsroot, hist, [x, y])
  const svg = await jsroot.makeImage({
    format: 'svg',
    object,
    option: y === undefined ? 'hist' : 'colz',
    width,
    height,
  })
  return { svg, png: pngOf(svg) }
}

function oneAxis(jsroot: Jsroot, hist: HistResult, x: HistAxis): RootHistogram {
  const object = jsroot.createHistogram('TH1D', x.edges.length - 1)
  setAxis(object.fXaxis, x)
  object.fYaxis.fTitle = hist.sumw2 === null ? 'entries' : 'sum of weights'
  object.fYaxis.fTitleOffset = 1.4
  object.fTitle = hist.nan === 0 ? '' : `NaN ${hist.nan}`
  object.fLineWidth = 2
  for (const [bin, count] of hist.counts.entries()) object.setBinContent(bin + 1, count)
  object.setBinContent(0, hist.underflow)
  object.setBinContent(x.edges.length, hist.overflow)
  object.fEntries = momentsOf(hist).entries
  return object
}

function twoAxes(jsroot: Jsroot, hist: HistResult, [x, y]: readonly [HistAxis, HistAxis]): RootHistogram {
  const yBins = y.edges.length - 1
  const object = jsroot.createHistogram('TH2D', x.edges.length - 1, yBins)
  setAxis(object.fXaxis, x)
  setAxis(object.fYaxis, y)
  // The box of numbers would lie on the colour scale.
  object.fBits |= noStatisticsBox
  object.fTitle = counts(hist)
  for (const [at, count] of hist.counts.entries()) {
    object.setBinContent(object.getBin(Math.floor(at / yBins) + 1, (at % yBins) + 1), count)
  }
  return object
}

function setAxis(target: RootAxis, axis: HistAxis): void {
  target.fTitle = axisTitle(axis)
  target.fTitleOffset = 1.2
  target.fXmin = axis.edges[0] ?? 0
  target.fXmax = axis.edges.at(-1) ?? 1
  target.fXbins = axis.edges
}

function pngOf(svg: string): Uint8Array {
  const { family, file } = pictureFont
  const font = {
    fontFiles: [file],
    loadSystemFonts: false,
    defaultFontFamily: family,
    sansSerifFamily: family,
    serifFamily: family,
    monospaceFamily: family,
  }
  return new Resvg(svg, { font, fitTo: { mode: 'zoom', value: zoom } }).render().asPng()
}
