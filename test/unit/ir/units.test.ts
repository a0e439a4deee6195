import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { nearestNumber, one, rational } from '../../../dsl/ir/rational.ts'
import type { Unit, UnitName } from '../../../dsl/ir/types.ts'
import {
  conversion,
  convertLiteral,
  dimensionOf,
  divideUnits,
  isPure,
  isSameDimension,
  multiplyUnits,
  parseUnit,
  powerOfUnit,
  pure,
  spelledAs,
  storageUnit,
  unitText,
} from '../../../dsl/ir/units.ts'

function unit(text: string): Unit {
  const parsed = parseUnit(text)
  if (parsed === undefined) throw new Error(`no unit ${text}`)
  return parsed
}

/** Decimal powers by which units differ, as physicists know them. */
const decimal: readonly (readonly [UnitName, UnitName, number])[] = [
  ['us', 'ns', 3],
  ['ms', 'ns', 6],
  ['s', 'ns', 9],
  ['s', 'ms', 3],
  ['cm', 'mm', 1],
  ['m', 'mm', 3],
  ['km', 'm', 3],
  ['keV', 'MeV', -3],
  ['eV', 'MeV', -6],
  ['GeV', 'MeV', 3],
  ['TeV', 'MeV', 6],
  ['kHz', 'Hz', 3],
  ['MHz', 'Hz', 6],
]

describe('a literal in another unit', () => {
  test.each(decimal)('%s in %s is the float64 nearest to the shifted decimal', (from, to, power) => {
    fc.assert(
      fc.property(fc.nat(10 ** 9), fc.nat(10 ** 6), (whole, part) => {
        const digits = `${whole}.${part}`
        expect(convertLiteral(digits, unit(from), unit(to))).toBe(Number(`${digits}e${power}`))
        expect(convertLiteral(digits, unit(to), unit(from))).toBe(Number(`${digits}e${-power}`))
      }),
    )
  })

  test('in powers and quotients', () => {
    expect(convertLiteral('300', unit('m^2'), unit('mm^2'))).toBe(3e8)
    expect(convertLiteral('1200', unit('pe/MeV'), unit('pe/keV'))).toBe(1.2)
    expect(convertLiteral('1', unit('1/ns'), unit('Hz'))).toBe(1e9)
    expect(convertLiteral('180', unit('deg'), unit('rad'))).toBe(Math.PI)
  })

  test('in the units of the calendar', () => {
    expect(convertLiteral('1', unit('d'), unit('s'))).toBe(86_400)
    expect(convertLiteral('1', unit('yr'), unit('d'))).toBe(365.25)
    expect(convertLiteral('90', unit('min'), unit('h'))).toBe(1.5)
  })
})

describe('conversion', () => {
  const names: readonly UnitName[] = ['ns', 'd', 'mm', 'km', 'eV', 'GeV', 'pe', 'Hz', 'kHz', 'deg', 'kt']

  test('there and back is one', () => {
    fc.assert(
      fc.property(fc.constantFrom(...names), fc.integer({ min: -4, max: 4 }), (name, power) => {
        const from = powerOfUnit([{ name, power: 1 }], power)
        const to = storageUnit(from)
        const back = conversion(to, from)
        const there = conversion(from, to)
        expect(rational(there.numerator * back.numerator, there.denominator * back.denominator)).toEqual(one)
      }),
    )
  })

  test('of half powers is near', () => {
    expect(nearestNumber(conversion(powerOfUnit(unit('m'), 0.5), powerOfUnit(unit('mm'), 0.5)))).toBe(Math.sqrt(1000))
  })

  test('between dimensions is refused', () => {
    expect(() => conversion(unit('MeV'), unit('mm'))).toThrow(RangeError)
  })
})

describe('dimensions', () => {
  test('Hz is 1/s', () => {
    expect(isSameDimension(unit('Hz'), unit('1/s'))).toBe(true)
    expect(isPure(multiplyUnits(unit('Hz'), unit('s')))).toBe(true)
  })

  test('combine', () => {
    expect(dimensionOf(divideUnits(unit('pe'), unit('MeV')))).toEqual({ charge: 1, energy: -1 })
    expect(divideUnits(unit('mm'), unit('mm'))).toEqual(pure)
  })

  test('are spelled as another unit spells them', () => {
    expect(spelledAs(unit('m^2/s'), unit('mm*ns'))).toEqual([
      { name: 'mm', power: 2 },
      { name: 'ns', power: -1 },
    ])
    expect(spelledAs(unit('s'), unit('Hz'))).toEqual([{ name: 'Hz', power: -1 }])
  })
})

describe('the text of a unit', () => {
  test.each([
    ['MeV', 'MeV'],
    ['mm^2', 'mm^2'],
    ['pe/MeV', 'pe/MeV'],
    ['1/ns', '1/ns'],
    ['s^-1', '1/s'],
    ['kt*d', 'kt*d'],
    ['mm**2', 'mm^2'],
    [' pe / MeV ', 'pe/MeV'],
    ['µs', 'us'],
    ['MeV^0.5', 'MeV^0.5'],
  ])('%s is %s', (written, text) => {
    expect(unitText(unit(written))).toBe(text)
  })

  test('is null for a pure number and for an unknown unit', () => {
    expect([unitText(unit('')), unitText(unit('1')), unitText(null)]).toEqual([null, null, null])
  })

  test.each(['Mev', 'furlong', 'MeV^x', '/', 'm^2^2'])('%s names no unit', (written) => {
    expect(parseUnit(written)).toBeUndefined()
  })
})
