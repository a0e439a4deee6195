import { describe, expect, test } from 'vitest'
import { query } from './catalog.ts'
import { exprText } from './text.ts'

function hist(text: string) {
  const found = query(`from "ev" hist ${text}`)
  if (found.kind !== 'hist') throw new Error(`a ${found.kind} is no histogram`)
  return found
}

function edges(text: string): readonly number[] | null | undefined {
  return hist(text).axes[0]?.edges
}

describe('an axis', () => {
  test('has edges in the unit of its value, each the float64 nearest to the exact one', () => {
    expect(edges('E over 0 .. 300 keV bins 3')).toEqual([0, 0.1, 0.2, 0.3])
    expect(edges('z over -1 .. 1 m bins 4')).toEqual([-1000, -500, 0, 500, 1000])
  })

  test('has a hundred bins where none are told', () => {
    expect(edges('nhit over 0 .. 100')).toHaveLength(101)
    expect(hist('nhit').axes[0]).toMatchObject({ edges: null, bins: 100, step: null })
  })

  test('has a narrower last bin where the step does not divide the range', () => {
    expect(edges('E over 0 .. 1 MeV step 0.3 MeV')).toEqual([0, 0.3, 0.6, 0.9, 1])
    expect(edges('E over 0 .. 0.9 MeV step 300 keV')).toEqual([0, 0.3, 0.6, 0.9])
  })

  test('without a range finds it from the values', () => {
    expect(hist('E bins 10').axes[0]).toMatchObject({ edges: null, bins: 10, step: null })
    expect(hist('E step 100 keV').axes[0]).toMatchObject({ edges: null, step: 0.1 })
  })

  test('takes a list of edges, written or by name', () => {
    expect(edges('E bins [0.7, 1, 12 MeV]')).toEqual([0.7, 1, 12])
    const named = query('b = [700, 1000 keV]\nfrom "ev" hist E bins b')
    expect(named.kind === 'hist' && named.axes[0]?.edges).toEqual([0.7, 1])
  })

  test('is labelled by its text', () => {
    expect(hist('qtot /  E over 0 .. 2000 pe / 1 MeV').axes[0]?.label).toBe('qtot / E')
  })
})

test('two axes and a weight', () => {
  const found = hist('E over 0 .. 1 MeV bins 2, nhit over 0 .. 4 step 2 weight 1 / nhit')
  expect(found.axes.map((axis) => axis.edges)).toEqual([
    [0, 0.5, 1],
    [0, 2, 4],
  ])
  expect(found.weight && exprText(found.weight)).toBe('divide(1, nhit)')
})
