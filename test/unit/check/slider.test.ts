import { describe, expect, test } from 'vitest'
import type { Names } from '../../../dsl/check/bound.ts'
import { movedText, type Slider } from '../../../dsl/check/slider.ts'
import { compile } from '../../../dsl/compile.ts'
import { type CheckAmong, rebind } from '../../../dsl/rebind.ts'
import { catalog } from './catalog.ts'

const check: CheckAmong = (text, { cell, names }) => compile(text, { cell, names, catalog })

/** The names after some cells, none of which has a mistake. */
function after(...cells: readonly string[]): Names {
  let names: Names = new Map()
  for (const [at, text] of cells.entries()) {
    const found = check(text, { cell: at + 1, names })
    expect(found.diagnostics.filter(({ severity }) => severity === 'error')).toEqual([])
    names = found.names
  }
  return names
}

function sliderOf(...cells: readonly string[]): Slider | undefined {
  return after(...cells).get('x')?.slider
}

describe('a parameter with a range has a slider', () => {
  test('in the unit in which its value is written, whatever that of the range', () => {
    expect(sliderOf('param x = 1 ms in 100 us .. 0.002 s')).toMatchObject({
      value: 1,
      low: 0.1,
      high: 2,
      unit: 'ms',
      before: 'param x =',
      after: 'in 100 us .. 0.002 s',
    })
  })

  test.each([
    ['1 ms in 0.1 .. 2 ms', 0.02, 2],
    ['17.2 m in 15 .. 17.7 m', 0.05, 2],
    ['1 MeV in 0 .. 1 MeV', 0.01, 2],
    ['1 s in 0 .. 1001 s', 20, 0],
    ['0.5 in 0 .. 0.0001 * 10^4', 0.01, 2],
    ['1.125 s in 0 .. 100 s', 1, 3],
    ['3 in 1 .. 9', 1, 0],
    ['3 in 0 .. 1000', 10, 0],
    ['3e-7 s in 0 .. 1e-6 s', 1e-8, 8],
  ])('in steps of 1, 2 or 5: %s', (text, step, decimals) => {
    expect(sliderOf(`param x = ${text}`)).toMatchObject({ step, decimals })
  })

  test('in percent where its value is', () => {
    expect(sliderOf('param x = 5 % in 0 .. 0.5')).toMatchObject({ value: 5, low: 0, high: 50, step: 0.5, unit: '%' })
  })

  test.each(['param x = 1 ms', 'x = 1 ms', 'param x = 1 ms in 1 .. 1 ms'])('else none: %s', (text) => {
    expect(sliderOf(text)).toBeUndefined()
  })

  test('but where it is computed from another one: it follows that', () => {
    const names = after('param a = 1 ms in 0 .. 2 ms', 'param x = 2 * a in 0 .. 5 ms')
    expect(names.get('x')?.slider).toBeUndefined()
    expect(names.get('x')?.followsSlider).toBe(true)
  })

  test.each([
    ['1 ms in 0 .. 2 ms', 1.3, '1.3 ms', 'number [ms]'],
    ['1 ms in -2 .. 2 ms', -1.3, '-1.3 ms', 'number [ms]'],
    ['3 in 1 .. 9', 4, '4', 'integer'],
    ['5 % in 0 .. 50 %', 7.5, '7.5 %', 'integer'],
    ['3 s in 0 .. 9 s', 1e-7, '1e-7 s', 'number [s]'],
    ['3 m^2 in 0 .. 9 m^2', 4, '4 m^2', 'number [m^2]'],
    ['1200 pe / 1 MeV in 0 .. 1300 pe / (1 MeV)', 1250, '1250 pe / (1 MeV)', 'number [pe/MeV]'],
    ['2 / 1 s in 0 .. 3 / 1 s', 1, '1 / (1 s)', 'number [1/s]'],
    ['2 MeV * 1 m in 0 .. 3 MeV * 1 m', 1, '1 MeV * 1 m', 'number [MeV*m]'],
  ])('and is written with another value as before: %s', (text, value, written, type) => {
    const slider = sliderOf(`param x = ${text}`)
    if (slider === undefined) throw new Error('no slider')
    const moved = movedText(slider, value)
    expect(moved).toBe(`param x = ${written} ${slider.after}`)
    const bound = after(moved).get('x')
    expect(bound?.type).toBe(type)
    expect(bound?.slider).toEqual({ ...slider, value, decimals: expect.any(Number) as number })
  })
})

/** The plan of a name as text. */
function planOf(names: Names | undefined, name: string): string {
  const meaning = names?.get(name)?.meaning
  return meaning?.kind === 'stream' ? JSON.stringify(meaning.stream.plan) : (meaning?.kind ?? 'nothing')
}

const notebook = [
  'param cut = 1 MeV in 0 .. 9 MeV\nparam y = 2 ms in 1 .. 3 ms',
  'events = from "ev"',
  'high = from events\n  where E > cut  # the cut\n  where E < 100 MeV',
  'fn above(s) = from s where E > 2 * cut',
  'higher = from above(high) where E < 50 MeV',
  'quiet = from events where E < 3 MeV',
]

describe('another value of a parameter', () => {
  test('changes what stands on it, as if it had been written, and leaves the rest the same object', () => {
    const names = after(...notebook)
    const moved = rebind(names, { name: 'cut', value: 2.5 }, check)?.names
    const [first = '', ...rest] = notebook
    const written = after(first.replace('1 MeV in', '2.5 MeV in'), ...rest)
    for (const name of ['high', 'higher', 'quiet']) expect(planOf(moved, name)).toBe(planOf(written, name))
    expect(planOf(moved, 'higher')).not.toBe(planOf(names, 'higher'))
    for (const name of ['events', 'quiet', 'y']) expect(moved?.get(name)).toBe(names.get(name))
    expect(moved?.get('higher')?.history).toEqual(written.get('higher')?.history)
  })

  test('keeps what a name stood on when it was made', () => {
    const names = after(...notebook, 'events = from "other"')
    const moved = rebind(names, { name: 'cut', value: 2.5 }, check)?.names
    const [first = '', ...rest] = notebook
    const written = after(first.replace('1 MeV in', '2.5 MeV in'), ...rest)
    expect(planOf(moved, 'high')).toBe(planOf(written, 'high'))
  })

  test('reaches what stands on the parameter as an earlier run of its cell made it', () => {
    const names = after(...notebook, notebook[0] ?? '')
    const moved = rebind(names, { name: 'cut', value: 2.5 }, check)?.names
    expect(planOf(moved, 'high')).toContain('2.5')
  })

  test('is none outside of the range, of another name, or of one without a range', () => {
    const names = after(...notebook)
    for (const [name, value] of [
      ['cut', 9.5],
      ['cut', Number.NaN],
      ['events', 1],
      ['nobody', 1],
    ] as const) {
      expect(rebind(names, { name, value }, check)).toBeUndefined()
    }
  })

  test('with which a definition has a mistake leaves it without meaning, until the next one gives it one', () => {
    const names = after(
      'param cut = 1 MeV in 0 .. 4 MeV',
      'events = from "ev"',
      'some = from events where E in cut .. 2 MeV',
      'less = from some where E > 1 MeV',
    )
    const at = (before: Names, value: number) => rebind(before, { name: 'cut', value }, check)
    const broken = at(names, 2.5)
    expect(planOf(broken?.names, 'some')).toBe('broken')
    expect(planOf(broken?.names, 'less')).toBe('broken')
    const less = names.get('less')
    expect(less && broken?.broken({ name: 'less', bound: less })).toMatchObject({ name: 'some', cell: 3 })
    const back = at(broken?.names ?? names, 1)
    expect(planOf(back?.names, 'less')).toBe(planOf(names, 'less'))
  })
})
