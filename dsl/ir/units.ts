import {
  nearestNumber,
  one,
  over,
  parseDecimal,
  powerOf,
  type Rational,
  rational,
  squareRoot,
  times,
} from './rational.ts'
import type { Unit, UnitFactor, UnitName } from './types.ts'

export type Base = 'time' | 'length' | 'energy' | 'charge' | 'angle' | 'mass'

/** Powers of the base dimensions, multiples of one half; an absent base has power 0. */
export type Dimension = Readonly<Partial<Record<Base, number>>>

interface NamedUnit {
  readonly base: Base
  /** −1 for `Hz`, which is 1/s. */
  readonly power: 1 | -1
  /** How many storage units of the dimension it holds: ns, mm, MeV, pe, rad, kt (of `Hz`: 1/ns). */
  readonly size: Rational
}

const bases: readonly Base[] = ['charge', 'energy', 'mass', 'length', 'angle', 'time']

/** π to 60 digits. Degrees are the one unit whose size is not exact: it is off by less than 1 in 10^59. */
const pi = rational(3141592653589793238462643383279502884197169399375105820974944n, 10n ** 60n)

const named: Readonly<Record<UnitName, NamedUnit>> = {
  ns: unit('time', 1n),
  us: unit('time', 1_000n),
  ms: unit('time', 1_000_000n),
  s: unit('time', 1_000_000_000n),
  min: unit('time', 60_000_000_000n),
  h: unit('time', 3_600_000_000_000n),
  d: unit('time', 86_400_000_000_000n),
  /** 365.25 d. */
  yr: unit('time', 31_557_600_000_000_000n),
  mm: unit('length', 1n),
  cm: unit('length', 10n),
  m: unit('length', 1_000n),
  km: unit('length', 1_000_000n),
  eV: unit('energy', 1n, 1_000_000n),
  keV: unit('energy', 1n, 1_000n),
  MeV: unit('energy', 1n),
  GeV: unit('energy', 1_000n),
  TeV: unit('energy', 1_000_000n),
  pe: unit('charge', 1n),
  Hz: { base: 'time', power: -1, size: rational(1n, 1_000_000_000n) },
  kHz: { base: 'time', power: -1, size: rational(1n, 1_000_000n) },
  MHz: { base: 'time', power: -1, size: rational(1n, 1_000n) },
  deg: { base: 'angle', power: 1, size: over(pi, rational(180n)) },
  rad: unit('angle', 1n),
  kt: unit('mass', 1n),
}

const storage: Readonly<Record<Base, UnitName>> = {
  time: 'ns',
  length: 'mm',
  energy: 'MeV',
  charge: 'pe',
  angle: 'rad',
  mass: 'kt',
}

export const pure: Unit = []

export function isUnitName(name: string): name is UnitName {
  return Object.hasOwn(named, name)
}

export const unitNames: readonly UnitName[] = Object.keys(named).filter(isUnitName)

export function dimensionOf(of: Unit): Dimension {
  const powers: Partial<Record<Base, number>> = {}
  for (const { name, power } of of) {
    const { base, power: sign } = named[name]
    const sum = (powers[base] ?? 0) + sign * power
    if (sum === 0) delete powers[base]
    else powers[base] = sum
  }
  return powers
}

export function isSameDimension(left: Unit, right: Unit): boolean {
  const [a, b] = [dimensionOf(left), dimensionOf(right)]
  return bases.every((base) => (a[base] ?? 0) === (b[base] ?? 0))
}

export function isPure(of: Unit): boolean {
  return isSameDimension(of, pure)
}

/** The unit in which quantities of a dimension are stored when no column tells: products of ns, mm, MeV, pe, rad, kt. */
export function storageUnit(of: Unit): Unit {
  const dimension = dimensionOf(of)
  return bases.flatMap((base) => factor(storage[base], dimension[base] ?? 0))
}

export function multiplyUnits(left: Unit, right: Unit): Unit {
  const names = [...new Set([...left, ...right].map(({ name }) => name))]
  return names.flatMap((name) => factor(name, powerIn(left, name) + powerIn(right, name)))
}

export function divideUnits(left: Unit, right: Unit): Unit {
  return multiplyUnits(left, powerOfUnit(right, -1))
}

/** @param exponent a multiple of one half */
export function powerOfUnit(of: Unit, exponent: number): Unit {
  return of.flatMap(({ name, power }) => factor(name, power * exponent))
}

/** A unit of the same dimension that names each base as `like` does, so that `mm` and `m` do not meet in one product. */
export function spelledAs(of: Unit, like: Unit): Unit {
  const respelled = of.map(({ name, power }): Unit => {
    const { base, power: sign } = named[name]
    const other = like.find((candidate) => named[candidate.name].base === base)
    return other === undefined ? [{ name, power }] : factor(other.name, sign * power * named[other.name].power)
  })
  return respelled.reduce(multiplyUnits, pure)
}

/**
 * How many of unit `to` make one of unit `from`: exact but for degrees and for half powers.
 *
 * @throws RangeError when the dimensions differ
 */
export function conversion(from: Unit, to: Unit): Rational {
  if (!isSameDimension(from, to)) throw new RangeError(`${unitText(from)} and ${unitText(to)} differ in dimension`)
  return over(sizeOf(from), sizeOf(to))
}

/** The float64 nearest to the exact value of a literal in another unit: `1900`, keV, MeV gives 1.9. */
export function convertLiteral(digits: string, from: Unit, to: Unit): number {
  return nearestNumber(times(parseDecimal(digits), conversion(from, to)))
}

/** `MeV`, `mm^2`, `pe/MeV`, `1/ns`; null for a pure number and for an unknown unit. */
export function unitText(of: Unit | null): string | null {
  if (of === null || of.length === 0) return null
  const above = of.filter(({ power }) => power > 0).map(({ name, power }) => powerText(name, power))
  const below = of.filter(({ power }) => power < 0).map(({ name, power }) => `/${powerText(name, -power)}`)
  return (above.length === 0 ? '1' : above.join('*')) + below.join('')
}

/** The unit that a text such as `MeV`, `m^2`, `pe/MeV`, `1/ns`, `s^-1` names; `''` and `1` are a pure number. */
export function parseUnit(text: string): Unit | undefined {
  const compact = text.replaceAll(/\s/g, '').replaceAll('**', '^').replaceAll(/[µμ]/g, 'u')
  if (compact === '') return pure
  let found: Unit = pure
  for (const part of `*${compact}`.match(/[*/·][^*/·]*/g) ?? []) {
    const parsed = parsePower(part.slice(1))
    if (parsed === undefined) return undefined
    found = part.startsWith('/') ? divideUnits(found, parsed) : multiplyUnits(found, parsed)
  }
  return found
}

function parsePower(text: string): Unit | undefined {
  if (text === '1') return pure
  const [, name = '', power = '1'] = /^([A-Za-z]+)(?:\^\(?([+-]?\d+(?:\.[05])?)\)?)?$/.exec(text) ?? []
  return isUnitName(name) ? factor(name, Number(power)) : undefined
}

function powerText(name: UnitName, power: number): string {
  return power === 1 ? name : `${name}^${power}`
}

function factor(name: UnitName, power: number): readonly UnitFactor[] {
  return power === 0 ? [] : [{ name, power }]
}

function powerIn(of: Unit, name: UnitName): number {
  return of.reduce((sum, each) => (each.name === name ? sum + each.power : sum), 0)
}

function sizeOf(of: Unit): Rational {
  return of.reduce((size, { name, power }) => times(size, sizeOfPower(named[name].size, power)), one)
}

function sizeOfPower(size: Rational, power: number): Rational {
  return Number.isInteger(power) ? powerOf(size, power) : squareRoot(powerOf(size, 2 * power))
}

function unit(base: Base, numerator: bigint, denominator = 1n): NamedUnit {
  return { base, power: 1, size: rational(numerator, denominator) }
}
