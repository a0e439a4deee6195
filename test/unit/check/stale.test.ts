import { describe, expect, test } from 'vitest'
import type { Names } from '../../../dsl/check/bound.ts'
import { staleNames } from '../../../dsl/check/stale.ts'
import { compile } from '../../../dsl/compile.ts'
import { catalog } from './catalog.ts'

/** What the last of some cells makes stale: `name (cell) < older names`. */
function staleAfter(...cells: readonly string[]): readonly string[] {
  let names: Names = new Map()
  let defined: ReadonlySet<string> = new Set()
  for (const [at, text] of cells.entries()) {
    const found = compile(text, { cell: at + 1, names, catalog })
    expect(found.diagnostics.filter(({ severity }) => severity === 'error')).toEqual([])
    names = found.names
    defined = new Set(found.statements.flatMap((each) => (each.kind === 'definition' ? [each.name] : [])))
  }
  return staleNames(names, defined).map(({ name, madeIn, older }) => `${name} (${madeIn}) < ${older.join(', ')}`)
}

const events = 'events = from "ev"'
const quiet = 'quiet = from events veto within 5 ms after muons'

describe('a name that is given another meaning', () => {
  test('makes stale what stands on it', () => {
    expect(staleAfter(events, 'high = from events where E > 2 MeV', 'events = from "other"')).toEqual([
      'high (2) < events',
    ])
  })

  test('makes stale what stands on it through other names, each with the name that changed', () => {
    const chain = [
      'muons = from "mu"',
      events,
      quiet,
      'n = count(quiet)',
      'k = 3',
      'muons = from "mu" where qtot > 3 pe',
    ]
    expect(staleAfter(...chain)).toEqual(['quiet (3) < muons', 'n (4) < muons'])
  })

  test('names every older one', () => {
    expect(staleAfter('muons = from "mu"', events, quiet, 'events = from "a"\nmuons = from "b"')).toEqual([
      'quiet (3) < muons, events',
    ])
  })

  test('makes nothing stale by saying the same again', () => {
    expect(staleAfter(events, 'high = from events where E > 2 MeV', events)).toEqual([])
  })

  test('makes nothing stale that has been made again', () => {
    const high = 'high = from events where E > 2 MeV'
    expect(staleAfter(events, high, 'events = from "other"', high)).toEqual([])
  })

  test('leaves what stands on a name that was made again to be told of that name', () => {
    const [high, n] = ['high = from events where E > 2 MeV', 'n = count(high)']
    expect(staleAfter(events, high, n, 'events = from "other"', high)).toEqual(['n (3) < high'])
  })

  test('may stand on its own older meaning', () => {
    expect(staleAfter(events, 'events = from events where E > 2 MeV')).toEqual([])
  })
})

describe('a value or a function that is given another meaning', () => {
  test('a moved parameter makes stale what was cut by it', () => {
    expect(staleAfter('param low = 1 MeV', events, 'high = from events where E > low', 'param low = 2 MeV')).toEqual([
      'high (3) < low',
    ])
  })

  test('a function makes stale what calls it', () => {
    const cells = ['fn high(s) = from s where E > 2 MeV', events, 'h = from high(events)']
    expect(staleAfter(...cells, 'fn high(s) = from s where E > 3 MeV')).toEqual(['h (3) < high'])
  })

  test('what the text of a function stands on makes the function stale and what calls it', () => {
    const cells = ['muons = from "mu"', 'fn calm(s) = from s veto within 5 ms after muons', events]
    expect(staleAfter(...cells, 'c = from calm(events)', 'muons = from "other"')).toEqual([
      'calm (2) < muons',
      'c (4) < muons',
    ])
  })

  test('a function of the same text makes stale what calls it when a name in it has got a meaning', () => {
    const fn = 'fn rooted(s) = from s define v = sqrt(x)'
    expect(staleAfter(events, fn, 'h = from rooted(events)', 'fn sqrt(a) = a', fn)).toEqual(['h (3) < rooted'])
  })

  test('a name in a text, or that of a parameter of a function, is none that it stands on', () => {
    const fn = 'fn high(muons) = from muons where E > 2 MeV and det == "events"'
    expect(staleAfter('muons = from "mu"', events, fn, 'muons = from "a"\nevents = from "b"')).toEqual([])
  })
})
