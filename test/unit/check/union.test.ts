import { describe, expect, test } from 'vitest'
import { compile } from '../../../dsl/compile.ts'
import { schemaOf } from '../../../dsl/ir/schema.ts'
import { library } from './library.ts'

/** The warning about the times of a union, and the cell with its fix applied. */
function warned(cell: string): { readonly message: string | undefined; readonly fixed: string | undefined } {
  const { diagnostics } = compile(cell, { cell: 1, names: new Map(), catalog: library })
  expect(diagnostics.filter(({ severity }) => severity === 'error')).toEqual([])
  const warning = diagnostics.find(({ code }) => code === 'W004')
  const [edit] = warning?.fix?.edits ?? []
  return {
    message: warning?.message,
    fixed: edit && cell.slice(0, edit.span.start) + edit.text + cell.slice(edit.span.end),
  }
}

describe('a union of streams', () => {
  test('that hold different times of one run is warned about, and told how to unite them', () => {
    const { message, fixed } = warned('a = from union("part_1", "part_2")')
    expect(message).toBe(
      '`part_1` and `part_2` hold different times of run 7, and a union keeps the good time that both have: hardly any. For parts of one run write `good: either`, or open them by one glob.',
    )
    expect(fixed).toBe('a = from union("part_1", "part_2", good: either)')
    expect(warned(fixed!).message).toBeUndefined()
  })

  test('also through names and stages, of any two of them', () => {
    const cell = 'one = from "part_1" where E > 1 MeV\nu = from union("whole", one, (from "part_2" take 3))'
    expect(warned(cell).message).toContain('hold different times of run 7')
  })

  test('that share at least a tenth of the shorter time is not', () => {
    // [91, 200) and [0, 100) share 9 of 100; [91, 200) and [100, 300) share 100 of 109.
    expect(warned('u = from union("part_1", "part_3")').message).toBeDefined()
    expect(warned('u = from union("part_2", "part_3")').message).toBeUndefined()
  })

  test('of different runs, of unknown times, or with a word on the good time is not', () => {
    expect(warned('u = from union("part_1", "next")').message).toBeUndefined()
    expect(warned('u = from union("part_1", "ev")').message).toBeUndefined()
    expect(warned('u = from union("part_1", "part_2", good: both)').message).toBeUndefined()
  })

  test('of whose runs only some are in parts names the first', () => {
    expect(warned('u = from union("whole", "next")').message).toContain('of run 8,')
  })
})

test('a column of unknown unit is united with a pure number, and stays of unknown unit', () => {
  const cell = (value: string): string =>
    `u = from union((from "ev" select t, file, entry, q = chi), (from "2026" select t, file, entry, q = ${value}))`
  const { names, diagnostics } = compile(cell('nhit'), { cell: 1, names: new Map(), catalog: library })
  expect(diagnostics).toEqual([])
  const meaning = names.get('u')?.meaning
  const columns = meaning?.kind === 'stream' ? schemaOf(meaning.stream.plan).columns : []
  expect(columns.at(-1)).toEqual({ name: 'q', type: { kind: 'number', repr: 'float64', unit: null }, missing: false })
  const { diagnostics: refused } = compile(cell('E'), { cell: 1, names: new Map(), catalog: library })
  expect(refused.map(({ code }) => code)).toEqual(['S128'])
})
