import { describe, expect, test } from 'vitest'
import { histogramParts, plainBundle } from '../../../kernel/render/bundle.ts'
import { readable } from '../../../kernel/render/histogram-axis.ts'
import { histogramPicture } from '../../../kernel/render/histogram-picture.ts'
import type { HistResult } from '../../../runtime/ports/backend.ts'
import { count, table } from './build.ts'

const decay: HistResult = {
  kind: 'hist',
  axes: [{ label: 'delayed.t - prompt.t', unit: 'ns', edges: [0, 250_000, 500_000, 1_000_000] }],
  counts: [30, 20, 10],
  underflow: 2,
  overflow: 7,
  outside: 0,
  nan: 4,
  sumw2: null,
}

const two: HistResult = {
  ...decay,
  axes: [...decay.axes, { label: '<script>', unit: 'MeV', edges: [0, 1, 3] }],
  counts: [1, 2, 3, 4, 5, 6],
  outside: 9,
}

function texts(svg: string): readonly string[] {
  return [...svg.matchAll(/<text[^>]*>([^<]*)/g)].map(([, shown = '']) => shown.trim())
}

describe('a picture', () => {
  test('of one axis names it with its unit, and tells entries, mean, deviation and flows', async () => {
    const shown = texts((await histogramPicture(decay))?.svg ?? '')
    expect(shown).toContain('delayed.t - prompt.t [us]')
    expect(shown).toContain('entries')
    const box = shown.slice(shown.indexOf('Entries'))
    expect(box.slice(0, 10)).toEqual([
      'Entries',
      '60',
      'Mean',
      '312.5',
      'Std Dev',
      '225.3',
      'Underflow',
      '2',
      'Overflow',
      '7',
    ])
    expect(shown).toContain('NaN 4')
  })

  test('of two axes names both, with the numbers above, and nothing of a label is markup', async () => {
    const svg = (await histogramPicture(two))?.svg ?? ''
    expect(texts(svg)).toContain('&lt;script&gt; [MeV]')
    expect(svg).not.toContain('<script')
    expect(texts(svg).join(' ')).toContain('entries 21; outside 9, NaN 4')
  })

  test('is a PNG of twice the size for screens of high density', async () => {
    const png = Buffer.from((await histogramPicture(decay))?.png ?? [])
    expect(png.subarray(1, 4).toString()).toBe('PNG')
    expect([png.readUInt32BE(16), png.readUInt32BE(20)]).toEqual([1280, 840])
  })

  test('is not made of three axes, nor of more bins than can be seen', async () => {
    const axis = { label: 'x', unit: null, edges: [0, 1] }
    expect(await histogramPicture({ ...two, axes: [axis, axis, axis], counts: [1] })).toBeNull()
    expect(await histogramPicture({ ...decay, counts: Array.from({ length: 20_001 }, () => 1) })).toBeNull()
  })
})

describe('a bundle', () => {
  test('of a histogram has text, PNG, SVG, and the numbers themselves in their own unit', async () => {
    const hist = { ...decay, nan: Number.NaN }
    const bundle = { ...plainBundle(hist), ...(await histogramParts(hist)) }
    expect(Object.keys(bundle)).toEqual([
      'text/plain',
      'image/png',
      'image/svg+xml',
      'application/vnd.juno.hist.v1+json',
    ])
    expect(bundle['application/vnd.juno.hist.v1+json']).toEqual({ ...decay, nan: 'NaN' })
  })

  test('of a table has text and HTML', async () => {
    const bundle = plainBundle(table([{ name: 'n', type: count, values: [1] }]))
    expect(Object.keys(bundle)).toEqual(['text/plain', 'text/html'])
  })
})

describe('an axis for the eye', () => {
  const axis = (unit: string | null, last: number) =>
    readable({ ...decay, axes: [{ label: 'x', unit, edges: [0, last] }] }).axes[0]

  test.each([
    ['ns', 1999, 'ns', 1999],
    ['ns', 2000, 'us', 2],
    ['ns', 1_200_000_000, 'ms', 1200],
    ['mm', 17_700, 'm', 17.7],
    ['mm^2', 300e6, 'm^2', 300],
    ['MeV', 1e6, 'MeV', 1e6],
    [null, 1e6, null, 1e6],
  ])('in %s to %d is in %s to %d', (unit, last, shownUnit, shownLast) => {
    expect(axis(unit, last)).toEqual({ label: 'x', unit: shownUnit, edges: [0, shownLast] })
  })
})
