import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { complete, contextOf, format, hover, isComplete } from '../../../dsl/assist/index.ts'
import { compile } from '../../../dsl/compile.ts'
import type { Span } from '../../../dsl/ir/span.ts'
import { lex } from '../../../dsl/parse/lex.ts'
import { parse } from '../../../dsl/parse/parse.ts'
import { library } from '../check/library.ts'
import { corpus } from './corpus.ts'
import { chains, nestings } from './hostile.ts'

const { names } = compile('ev = from "ev"', { cell: 1, names: new Map(), catalog: library })
const options = { cell: 2, names, catalog: library }

function parseAlone(text: string): readonly Span[] {
  const { cell, diagnostics, tokens } = parse(text)
  const edits = diagnostics.flatMap(({ fix }) => fix?.edits ?? [])
  return [...cell.statements, ...diagnostics, ...tokens, ...edits].map(({ span }) => span)
}

/** Everything that looks at the text of a cell, with the places that it tells. */
const readers: Readonly<Record<string, (text: string) => readonly Span[]>> = {
  parse: parseAlone,
  check: (text) => {
    const { diagnostics } = compile(text, options)
    return [...diagnostics, ...diagnostics.flatMap(({ fix }) => fix?.edits ?? [])].map(({ span }) => span)
  },
  format: (text) => (format(text), []),
  isComplete: (text) => (isComplete(text), []),
  'complete at the end': (text) => [complete(text, text.length, contextOf(compile, options)).span],
  'complete in the middle': (text) => [complete(text, text.length >> 1, contextOf(compile, options)).span],
  'hover at the end': (text) => {
    const found = hover(text, text.length - 1, contextOf(compile, options))
    return found === undefined ? [] : [found.span]
  },
}

function read(text: string, reader: (text: string) => readonly Span[]): void {
  for (const { start, end } of reader(text)) {
    if (!(start >= 0 && end >= start && end <= text.length)) throw new Error(`${start} … ${end} is not in the text`)
  }
}

/** Time of the processor that one reading takes at least, ms: unlike the time of day it does not depend on the machine's load. */
function cost(text: string, reader: (text: string) => readonly Span[], runs: number): number {
  const costs = Array.from({ length: runs }, () => {
    const before = process.threadCpuUsage()
    read(text, reader)
    const { user, system } = process.threadCpuUsage(before)
    return (user + system) / 1000
  })
  return Math.min(...costs)
}

const perKilobyte = 50

/** What takes more time for a text than it may, with the ms. */
function slowOf(text: string): readonly string[] {
  const bound = perKilobyte * Math.max(1, text.length / 1000)
  return Object.entries(readers).flatMap(([name, reader]) => {
    const first = cost(text, reader, 1)
    const least = first < bound ? first : cost(text, reader, 2)
    return least < bound ? [] : [`${name}: ${least}`]
  })
}

const words = [...new Set(corpus.flatMap(({ text }) => lex(text).tokens.map(({ image }) => image)))]
const soup = fc
  .array(fc.tuple(fc.constantFrom(...words), fc.constantFrom(' ', ' ', ' ', '\n', '\n  ')), { maxLength: 60 })
  .map((parts) => parts.flat().join(''))
const mutated = fc
  .tuple(
    fc.constantFrom(...corpus),
    fc.array(fc.tuple(fc.nat(), fc.nat({ max: 12 }), fc.constantFrom(...words, '')), { maxLength: 4 }),
  )
  .map(([{ text }, cuts]) =>
    cuts.reduce((done, [at, length, by]) => {
      const start = at % (done.length + 1)
      return done.slice(0, start) + by + done.slice(start + length)
    }, text),
  )

describe('any text is read without a crash, in little time, and places lie inside it', () => {
  test.each([
    ['of characters', fc.string({ unit: 'binary', maxLength: 300 }), 60],
    ['of characters of words', fc.string({ unit: 'grapheme', maxLength: 300 }), 60],
    ['of words of the language', soup, 100],
    ['of worked cells with some of it cut and replaced', mutated, 100],
  ] as const)('%s', (_, texts, numRuns) => {
    fc.assert(
      fc.property(texts, (text) => {
        expect(slowOf(text)).toEqual([])
      }),
      { numRuns },
    )
  })
})

test.each(Object.entries(nestings))('thousands of levels of %s are one mistake', (_, shape) => {
  const text = shape(20_000)
  expect(parse(text).diagnostics).toHaveLength(1)
  expect(slowOf(text)).toEqual([])
})

test.each(Object.entries(chains))('a long cell of %s is read in little time', (_, shape) => {
  expect(slowOf(shape(8_000))).toEqual([])
})

test('a cell of 100 kB, as a program may write it, is parsed in little time', () => {
  const text = corpus
    .map((cell) => cell.text)
    .join('\n')
    .repeat(18)
  expect(text.length).toBeGreaterThan(100_000)
  expect(cost(text, parseAlone, 1)).toBeLessThan(perKilobyte * 100)
})

test.each(['(', '[', 'f(', '(from ', '-', 'not ', '2^', 'a.'])('ten thousand times %s is one mistake', (sign) => {
  for (const text of [`x = ${sign.repeat(10_000)}`, `from ev where ${sign.repeat(10_000)}`]) {
    expect(parse(text).diagnostics).toHaveLength(1)
    compile(text, options)
    expect(format(text)).toBe(text)
    expect(isComplete(text).status).not.toBe('complete')
  }
})

test.each(Object.entries({ ...nestings, ...chains }))('the work of parsing %s grows with the length', (_, shape) => {
  const [short, long] = [shape(4_000), shape(32_000)]
  const growth = () => cost(long, parseAlone, 1) / Math.max(4, cost(short, parseAlone, 2))
  // Eight times the text: a square would be 64.
  const first = growth()
  expect(first < 24 || growth() < 24).toBe(true)
})

describe('ten thousand conditions', () => {
  const conditions = `E > 1 MeV${' and E > 1 MeV'.repeat(10_000)}`

  test.each([
    ['of a stage', `from ev where ${conditions}`],
    ['that are explained', `explain (from ev where ${conditions})`],
    ['of an aggregate', `show count(ev where ${conditions})`],
    ['joined by or', `from ev where ${conditions.replaceAll(' and ', ' or ')}`],
    ['of both kinds', `from ev where E > 2 MeV${' or E > 1 MeV and nhit > 3'.repeat(5_000)}`],
  ])('%s are legal', (_, cell) => {
    expect(compile(cell, options).diagnostics).toEqual([])
  })
})

test('what is nested so deeply that it could be checked and not run is refused', () => {
  const codes = (cell: string): readonly string[] => compile(cell, options).diagnostics.map(({ code }) => code)
  expect(codes(`from ev where nhit${' + 1'.repeat(400)} > 3`)).toEqual([])
  expect(codes(`from ev where nhit${' + 1'.repeat(1_000)} > 3`)).toEqual(['S143'])
  expect(codes(`from ev${' where E > 1 MeV'.repeat(1_000)}`)).toEqual(['S143'])
})

describe('a few lines that double something again and again are refused when it is too large', () => {
  const doubled = (line: (at: number) => string, last: string): string =>
    ['x0 = from ev', ...Array.from({ length: 25 }, (_, at) => line(at)), last].join('\n')

  test.each([
    ['roles', (at: number) => `x${at + 1} = from x${at} match p with d in x${at} within 1 ms after p`, 'from x25'],
    ['vetoes', (at: number) => `x${at + 1} = from x${at} veto within 1 ms after x${at}`, 'from x25'],
    ['unions', (at: number) => `x${at + 1} = from union(x${at}, (from x${at} shift by 1 s))`, 'from x25'],
    [
      'aggregates',
      (at: number) => `x${at + 1} = from x${at} where count(x${at} within 1 s before this) > 1`,
      'from x25',
    ],
    ['functions', (at: number) => `fn f${at + 1}(a) = ${at === 0 ? 'a + a' : `f${at}(a) + f${at}(a)`}`, 'show f25(1)'],
  ])('%s', (_, line, last) => {
    expect(compile(doubled(line, last), options).diagnostics.map(({ code }) => code)).toContain('S148')
  })
})
