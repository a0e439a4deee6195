import { beforeAll, describe, expect, test } from 'vitest'
import { compile } from '../../../dsl/compile.ts'
import { library } from '../check/library.ts'
import { isAtTheWord, judged, type Mutant, mutantsOfCorpus, mutations, type Verdict } from './mutants.ts'

/**
 * Each token of each worked cell dropped, doubled and misspelled, with another statement behind the cell. All of them go through the
 * whole check, against the names of the cells before; those that mean something else, and that legally, do not count.
 */
const judgements: { readonly mutant: Mutant; readonly verdict: Verdict }[] = []

beforeAll(() => {
  for (const mutant of mutantsOfCorpus()) judgements.push({ mutant, verdict: judged(mutant, judgements.length) })
})

type Judgements = typeof judgements

function percent(all: Judgements, isSo: (each: Judgements[number]) => boolean): number {
  return (100 * all.filter(isSo).length) / all.length
}

const hasOneError = ({ verdict }: Judgements[number]): boolean => verdict.errors.length === 1
const isRight = (each: Judgements[number]): boolean => hasOneError(each) && isAtTheWord(each.mutant, each.verdict)
const isNextIntact = ({ verdict }: Judgements[number]): boolean => verdict.isNextIntact

function told(name: string, all: Judgements): { readonly right: number; readonly intact: number } {
  const illegal = all.filter(({ verdict }) => verdict.errors.length > 0)
  const [right, intact] = [percent(illegal, isRight), percent(all, isNextIntact)]
  const rates = {
    'one error': percent(illegal, hasOneError),
    'at the right word': right,
    'next statement intact': intact,
  }
  const line = Object.entries(rates).map(([what, rate]) => `${what} ${rate.toFixed(1)} %`)
  console.log(`${name}: ${all.length} mutants, ${illegal.length} illegal; ${line.join(', ')}`)
  const byKind = Map.groupBy(illegal, ({ mutant }) => mutant.kind)
  const wrong = [...byKind].map(([kind, own]) => ({ kind, own, rate: percent(own, isRight) }))
  const kinds = wrong.filter(({ rate }) => rate < 100).toSorted((left, right_) => left.rate - right_.rate)
  console.log(`  ${kinds.map(({ kind, own, rate }) => `${kind} ${rate.toFixed(0)} % of ${own.length}`).join(', ')}`)
  return { right, intact }
}

describe('a broken statement has one error, at the right word, and the next statement does not suffer', () => {
  test.each(mutations)('a token %s', (mutation) => {
    const { right, intact } = told(
      mutation,
      judgements.filter(({ mutant }) => mutant.mutation === mutation),
    )
    expect(right).toBeGreaterThanOrEqual(95)
    expect(intact).toBeGreaterThanOrEqual(99)
  })

  test('all together', () => {
    const { right, intact } = told('all', judgements)
    expect(right).toBeGreaterThanOrEqual(95)
    expect(intact).toBeGreaterThanOrEqual(99)
  })
})

test('a fix that is offered makes the cell compile in nearly every case', () => {
  const offered = judgements.flatMap(({ mutant, verdict }) => {
    const fix = verdict.errors[0]?.fix
    return fix === null || fix === undefined ? [] : [{ mutant, text: verdict.text, edits: fix.edits }]
  })
  const mended = offered.filter(({ mutant: { cell, names }, text, edits }) => {
    const fixed = edits
      .toSorted((left, right) => right.span.start - left.span.start)
      .reduce((done, { span, text: by }) => done.slice(0, span.start) + by + done.slice(span.end), text)
    return !compile(fixed, { cell, names, catalog: library }).diagnostics.some(({ severity }) => severity === 'error')
  })
  const rate = (100 * mended.length) / offered.length
  console.log(`${offered.length} fixes offered, ${rate.toFixed(1)} % make the cell compile`)
  expect(rate).toBeGreaterThanOrEqual(95)
})
