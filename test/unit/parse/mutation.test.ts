import { describe, expect, test } from 'vitest'
import { position } from '../../../dsl/ir/span.ts'
import { lex, spanOfToken } from '../../../dsl/parse/lex.ts'
import { parse } from '../../../dsl/parse/parse.ts'
import { corpus } from './corpus.ts'

interface Mutant {
  readonly text: string
  /** Where the cell was changed. */
  readonly at: number
}

interface Figures {
  mutants: number
  illegal: number
  oneError: number
  nearby: number
  named: number
  intact: number
}

interface Rates {
  readonly oneError: number
  readonly withinALine: number
  readonly nextIntact: number
}

const sentinels = ['sentinel = count(events)', 'from sentinel take 1'] as const

/** Breaks each token of each cell in one way and looks at what the parser makes of it. */
function measure(mutate: (text: string, start: number, end: number) => Mutant | undefined): Figures {
  const figures = { mutants: 0, illegal: 0, oneError: 0, nearby: 0, named: 0, intact: 0 }
  for (const { text } of corpus) {
    lex(text).tokens.forEach((token, index) => {
      const { start, end } = spanOfToken(token)
      const mutant = mutate(text, start, end)
      if (mutant !== undefined) count(mutant, sentinels[index % 2] ?? sentinels[0], figures)
    })
  }
  return figures
}

function count({ text, at }: Mutant, sentinel: string, figures: Figures): void {
  const whole = `${text.trimEnd()}\n${sentinel}\n`
  const { cell, diagnostics } = parse(whole)
  figures.mutants++
  const last = cell.statements.at(-1)
  if (last !== undefined && whole.slice(last.span.start, last.span.end) === sentinel) figures.intact++
  if (diagnostics.length === 0) return
  figures.illegal++
  if (diagnostics.length === 1) figures.oneError++
  const line = position(whole, at).line
  const isNear = diagnostics.some(({ span }) => Math.abs(position(whole, span.start).line - line) <= 1)
  if (isNear) figures.nearby++
  if (diagnostics.some(({ span }) => span.start <= at && at <= span.end)) figures.named++
}

function percent(part: number, whole: number): number {
  return (100 * part) / whole
}

function told(name: string, figures: Figures): Rates {
  const { mutants, illegal, oneError, nearby, named, intact } = figures
  const rates = {
    oneError: percent(oneError, illegal),
    withinALine: percent(nearby, illegal),
    nextIntact: percent(intact, mutants),
  }
  const rest = Object.entries({ ...rates, atThePlace: percent(named, illegal) })
  const line = rest.map(([what, rate]) => `${what} ${rate.toFixed(1)} %`).join(', ')
  console.log(`${name}: ${mutants} mutants, ${illegal} illegal; ${line}`)
  return rates
}

test('a fix that is offered mends the statement in nearly every case', () => {
  let [offered, mended] = [0, 0]
  for (const { text } of corpus) {
    for (const token of lex(text).tokens) {
      const { start, end } = spanOfToken(token)
      for (const mutant of [text.slice(0, start) + text.slice(end), `${text.slice(0, end)} ${text.slice(start)}`]) {
        const [mistake] = parse(mutant).diagnostics
        if (mistake?.fix === null || mistake === undefined) continue
        offered++
        const [edit] = mistake.fix.edits
        if (edit === undefined) continue
        const fixed = mutant.slice(0, edit.span.start) + edit.text + mutant.slice(edit.span.end)
        if (parse(fixed).diagnostics.length === 0) mended++
      }
    }
  }
  console.log(`${offered} fixes offered, ${percent(mended, offered).toFixed(1)} % mend the cell`)
  expect(percent(mended, offered)).toBeGreaterThanOrEqual(95)
})

describe('a broken statement has one error near the break, and the next statement does not suffer', () => {
  test('a token dropped', () => {
    const rates = told(
      'dropped',
      measure((text, start, end) => ({ text: text.slice(0, start) + text.slice(end), at: start })),
    )
    expect(rates.oneError).toBeGreaterThanOrEqual(95)
    expect(rates.withinALine).toBeGreaterThanOrEqual(95)
    expect(rates.nextIntact).toBeGreaterThanOrEqual(99)
  })

  test('a token doubled', () => {
    const rates = told(
      'doubled',
      measure((text, start, end) => ({ text: `${text.slice(0, end)} ${text.slice(start)}`, at: end + 1 })),
    )
    expect(rates.oneError).toBeGreaterThanOrEqual(95)
    expect(rates.withinALine).toBeGreaterThanOrEqual(95)
    expect(rates.nextIntact).toBeGreaterThanOrEqual(99)
  })

  test('two letters of a word exchanged', () => {
    const rates = told(
      'misspelled',
      measure((text, start, end) => {
        const word = text.slice(start, end)
        if (!/^[a-z]{2,}$/.test(word) || word[0] === word[1]) return undefined
        return { text: `${text.slice(0, start)}${word[1]}${word[0]}${text.slice(start + 2)}`, at: start }
      }),
    )
    expect(rates.oneError).toBeGreaterThanOrEqual(95)
    expect(rates.withinALine).toBeGreaterThanOrEqual(95)
    expect(rates.nextIntact).toBeGreaterThanOrEqual(99)
  })
})
