import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { MimeBundle, Publisher } from '../../../kernel/interpreter.ts'
import { ProgressDisplay } from '../../../kernel/progress-display.ts'

interface Shown {
  readonly text: MimeBundle[string] | undefined
  readonly update: boolean
}

let shown: Shown[]
let isNext: boolean
let display: ProgressDisplay

beforeEach(() => {
  vi.useFakeTimers()
  shown = []
  isNext = true
  const publisher: Publisher = {
    stream: () => {},
    result: () => {},
    slider: () => {},
    display: (data, options) => void shown.push({ text: data['text/plain'], update: options?.update === true }),
  }
  display = new ProgressDisplay(publisher, { nextId: () => 'id', isNext: () => isNext })
})

afterEach(() => {
  display.end({ rows: 0, totalRows: 0, bytes: 0 }, 0)
  vi.useRealTimers()
})

const half = { rows: 50, totalRows: 100, bytes: 0 }
const all = { rows: 100, totalRows: 100, bytes: 0 }

test('what takes less than 0.3 s shows none', () => {
  display.tell(half, 100)
  display.end(all, 200)
  expect(shown).toEqual([])
})

test('what takes longer is one display, updated at most ten times a second, that ends as a line', () => {
  for (let elapsedMs = 300; elapsedMs < 1300; elapsedMs += 10) {
    display.tell(half, elapsedMs)
    vi.advanceTimersByTime(10)
  }
  display.end(all, 1300)
  expect(shown.length).toBeGreaterThan(8)
  expect(shown.length).toBeLessThanOrEqual(12)
  expect(shown.map(({ update }) => update)).toEqual([false, ...shown.slice(1).map(() => true)])
  expect(shown.at(-1)?.text).toBe('100 of 100 rows in 1.30 s (77 rows/s)')
})

test('while nothing comes it says by itself how long it has been at work', () => {
  display.tell(all, 0)
  vi.advanceTimersByTime(1000)
  expect(shown.map(({ text }) => text)).toEqual([
    '100 of 100 rows (100 %), 200 rows/s, at work for 0.50 s',
    '100 of 100 rows (100 %), 100 rows/s, at work for 1.00 s',
  ])
})

test('it waits for what comes before it in the cell', () => {
  isNext = false
  display.tell(half, 400)
  expect(shown).toEqual([])
  isNext = true
  display.tell(half, 500)
  expect(shown).toHaveLength(1)
})
