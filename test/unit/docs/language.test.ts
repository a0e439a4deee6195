import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { calls, words } from '../../../dsl/assist/words.ts'
import type { Names } from '../../../dsl/check/bound.ts'
import { verbs } from '../../../dsl/stages/index.ts'
import { compile } from '../../../dsl/compile.ts'
import { library } from '../check/library.ts'
import { renewed } from './reference.ts'

const path = fileURLToPath(new URL('../../../docs/language.md', import.meta.url))

test('the page of the language says what its tables say: `vitest run test/unit/docs --update` writes it anew', async () => {
  await expect(renewed(readFileSync(path, 'utf8'))).toMatchFileSnapshot(path)
})

/** The names that the examples of the stages use. */
const names = `events = from "ev"
ibd = from "ev" match prompt with delayed within 1 ms
singles = from "ev"
muons = from "ev"
quiet = from "ev"
rec = from "RUN.*.esd.root"
tagged = from "ev" join optional psd in "psd" by event
spall = from "ev" match a with b within 1 ms
`

describe('the example of a stage', () => {
  test.each(verbs.map(({ name, example }) => [name, example] as const))('%s compiles', (_, example) => {
    const { diagnostics } = compile(names + example, { cell: 1, names: new Map(), catalog: library })
    expect(diagnostics.filter(({ severity }) => severity === 'error')).toEqual([])
  })
})

/** The blocks of a page that hold cells: `sift`, or of no named language. */
function cellsOf(page: string): readonly string[] {
  const text = readFileSync(new URL(`../../../${page}`, import.meta.url), 'utf8')
  const blocks = [...text.matchAll(/^```(\w*)\n([\s\S]*?)^```/gm)]
  return blocks.flatMap(([, language = '', cell = '']) => (language === 'sift' || isCell(language, cell) ? [cell] : []))
}

function isCell(language: string, text: string): boolean {
  return language === '' && /^(?:\w+ = )?from /m.test(text)
}

/** The mistakes in the cells of a page, read from its beginning as one notebook. */
function mistakesOf(cells: readonly string[]): readonly string[] {
  let names: Names = new Map()
  return cells.flatMap((text, at) => {
    const found = compile(text, { cell: at + 1, names, catalog: library })
    names = found.names
    return found.diagnostics.filter(({ code }) => code !== 'W001').map(({ code, message }) => `${code} ${message}`)
  })
}

describe('every cell of', () => {
  test.each([
    ['docs/language.md', 1],
    ['docs/cheat-sheet.md', 10],
    ['README.md', 1],
  ])('%s compiles, %i or more of them, without a warning but that of triples', (page, least) => {
    const cells = cellsOf(page)
    expect(cells.length).toBeGreaterThanOrEqual(least)
    expect(mistakesOf(cells)).toEqual([])
  })
})

/** Besides, the names that the examples of words and calls use. */
const more = `${names}full = from "ev" define r = hypot(x, y, z), is_good = nhit > 3, charge = qtot
tagged = from "ev" join optional psd in "psd" by event
psd = from "psd"
spall = from "ev" match a with b within 1 ms
cd = from "cd"
wp = from "wp"
fn eff(r) = 1 - r / 20 m
`

/** Where a word or a call may stand. */
const places: readonly string[] = [
  '…',
  'show …',
  ...['…', 'define v = …', 'define v = norm(…)', 'define v = count(muons …)', 'veto …'].map(
    (each) => `from events ${each}`,
  ),
  ...['prompt …', 'p …', 'bi …', 'mu …', 'mu with n …'].map((each) => `from events match ${each}`),
  ...['…', 'without o …'].map((each) => `from events match prompt with delayed within 1 ms ${each}`),
  ...['…', 'where …', 'group by run: v = …'].map((each) => `from full ${each}`),
  ...['define v = …', 'group by run: v = …'].map((each) => `from ibd ${each}`),
  ...['define v = …', 'define v = norm(…)'].map((each) => `from spall ${each}`),
  'from tagged where …',
]

describe('the example of a word or a call compiles where it may stand', () => {
  const examples = Object.entries({ ...words, ...calls })
  test.each(examples.map(([name, { example }]) => [name, example] as const))('%s', (_, example) => {
    const told = places.map((place) => mistakesOf([more, place.replace('…', () => example)]))
    expect(told.filter(({ length }) => length === 0)).not.toEqual([])
  })
})
