import { describe, expect, test } from 'vitest'
import { goodTimeHtml, goodTimeText, layoutOf } from '../../../kernel/render/good-time.ts'

const second = 1_000_000_000n

/** Seconds of a run since an instant. */
function span(run: number, start: number, stop: number) {
  const at = (seconds: number): string => String(1_756_684_800n * second + BigInt(seconds) * second)
  return { run, start: at(start), stop: at(stop) }
}

describe('the layout of good time', () => {
  test('has the gaps between spans, whatever their runs', () => {
    const layout = layoutOf([span(1, 0, 10), span(1, 12, 20), span(2, 20, 30), span(3, 35, 40)])
    const lengths = layout?.gaps.map(({ start, stop }) => (stop - start) / second)
    expect(lengths).toEqual([2n, 5n])
    expect(layout?.overlaps).toEqual([])
  })

  test('has no gap where a longer span goes on behind a shorter one', () => {
    const layout = layoutOf([span(1, 0, 100), span(2, 10, 20), span(2, 90, 110)])
    expect(layout?.gaps).toEqual([])
    expect(layout?.overlaps.map(({ start, stop, runs }) => [(stop - start) / second, ...runs])).toEqual([
      [10n, 1, 2],
      [10n, 1, 2],
    ])
  })

  test('is nothing without spans', () => {
    expect(layoutOf([])).toBeNull()
    expect(goodTimeText([])).toEqual([])
    expect(goodTimeHtml([])).toBe('')
  })
})

describe('the picture of the good time', () => {
  test('in letters has a hundred cells from first to last, shaded by what part is good', () => {
    const [line, picture, ...rest] = goodTimeText([span(1, 0, 40), span(1, 60, 99), span(2, 100, 101)])
    expect(line).toBe('good time from 2025-09-01T00:00:00.000000000Z to 2025-09-01T00:01:41.000000000Z (101 s)')
    const cells = [...(picture ?? '')].slice(1, -1)
    expect(cells).toHaveLength(100)
    expect(cells.slice(0, 39).join('')).toBe('█'.repeat(39))
    // 40 s are 39.6 cells, 60 s are 59.4.
    expect(cells[39]).toBe('▓')
    expect(cells.slice(40, 59).join('')).toBe(' '.repeat(19))
    expect(cells[59]).toBe('▓')
    expect(rest).toEqual([
      '2 gaps of 21 s in all:',
      '  20 s from 2025-09-01T00:00:40.000000000Z',
      '  1 s from 2025-09-01T00:01:39.000000000Z',
      'no overlaps',
    ])
  })

  test('counts time that two runs share once', () => {
    const [, picture] = goodTimeText([span(1, 0, 50), span(2, 0, 50), span(3, 100, 150), span(4, 110, 140)])
    expect([...(picture ?? '')].filter((cell) => cell === '█').length).toBe(66)
  })

  test('in HTML marks overlaps in red, and stays small for ten thousand spans', () => {
    const overlapping = goodTimeHtml([span(1, 0, 60), span(2, 50, 100)])
    expect(overlapping).toContain('<rect x="300" y="0" width="60" height="24" fill="#c0392b"/>')
    const many = Array.from({ length: 10_000 }, (_, at) => span(at, 10 * at, 10 * at + 5))
    expect(goodTimeHtml(many).length).toBeLessThan(60_000)
    expect(goodTimeText(many)).toHaveLength(2 + 4 + 1)
  })
})
