import { expect, test } from 'vitest'
import { compile } from '../../../dsl/compile.ts'
import { library } from './library.ts'

/** The codes of the errors of a cell, and the words they are at. */
function told(text: string): readonly string[] {
  const { names } = compile('ev = from "ev"', { cell: 1, names: new Map(), catalog: library })
  return compile(text, { cell: 2, names, catalog: library }).diagnostics.map(
    ({ code, span }) => `${code} ${text.slice(span.start, span.end)}`,
  )
}

test('what uses a definition with a mistake is held back', () => {
  expect(told('a = form ev\nfrom a take 1')).toEqual(['S003 form'])
  expect(told('a from ev\nfrom a take 1')).toEqual(['S012 a'])
  expect(told('nf near(a, b) = dist(a, b) < 3 m\nfrom ev define k = near(this, this)')).toEqual(['S003 nf'])
  expect(told('parm w = 3 m\nfrom ev where x < w')).toEqual(['S003 parm'])
})

test('a definition that lost its name may be that of an unknown one', () => {
  expect(told(' = from ev\nfrom a take 1')).toEqual(['S022 ='])
  expect(told('fn (a) = 2 * a\nshow twice(3)')).toEqual(['S001 ('])
  expect(told('from ev take 1 = 3\nfrom ev where w > 3')).toEqual(['S001 =', 'S102 w'])
})

test('a name keeps its meaning where a statement with a mistake only begins with it', () => {
  expect(told('ev where E > 3 MeV +\nfrom ev where Q > 1')).toEqual(['S001 ev', 'S102 Q'])
})

test('a mistake in a function is told once, however often it is called', () => {
  expect(told('fn f(a) = from a where energi > 3 MeV\nx = from f(ev)\ny = from f(ev)')).toEqual(['S102 energi'])
})
