import { describe, expect, test } from 'vitest'
import { fixAt } from '../../../dsl/assist/index.ts'
import { notebook } from './notebook.ts'

const context = notebook()

/** The cell with the fix at the bar, and what is told of it. */
function at(marked: string) {
  const text = marked.replace('|', '')
  const fix = fixAt(text, marked.indexOf('|'), context)
  return fix && { text: text.slice(0, fix.span.start) + fix.text + text.slice(fix.span.end), detail: fix.detail }
}

describe('the fix of a mistake', () => {
  test.each([
    ['from events where E > 0.7|', 'from events where E > 0.7 MeV', 'S103: write `0.7 MeV`'],
    ['from evn|ts where E > 1 MeV', 'from events where E > 1 MeV', 'S101: write `events`'],
    ['from events where det =| "CD"', 'from events where det == "CD"', 'S106: write `==`'],
    ['from events where E > 3 Mev|', 'from events where E > 3 MeV', 'S105: write `MeV`'],
  ])('where the cursor touches its place: %s', (marked, text, detail) => {
    expect(at(marked)).toEqual({ text, detail })
  })

  test('is not told elsewhere, nor where there is none', () => {
    expect(at('from events |where E > 0.7')).toBeUndefined()
    expect(at('from events where E > 1 MeV|')).toBeUndefined()
    expect(at('from events where r < 5 MeV|')).toBeUndefined()
  })

  test('of several mistakes is that of the one at the cursor', () => {
    expect(at('from evnts\nfrom events where E > 0.7|')?.text).toBe('from evnts\nfrom events where E > 0.7 MeV')
  })
})
