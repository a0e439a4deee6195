import { meantBy } from '../ir/meant.ts'
import { unitNames } from './tokens.ts'

/** Names that people write for units. */
const spellings: Readonly<Record<string, string>> = {
  sec: 's',
  second: 's',
  seconds: 's',
  msec: 'ms',
  usec: 'us',
  nsec: 'ns',
  minute: 'min',
  minutes: 'min',
  hr: 'h',
  hour: 'h',
  hours: 'h',
  day: 'd',
  days: 'd',
  y: 'yr',
  year: 'yr',
  years: 'yr',
  metre: 'm',
  meter: 'm',
  meters: 'm',
  metres: 'm',
  degree: 'deg',
  degrees: 'deg',
  radian: 'rad',
  radians: 'rad',
  photoelectrons: 'pe',
  percent: '%',
}

const letters = unitNames.filter((name) => /^[A-Za-z]+$/.test(name))

/** The unit that an unknown name was perhaps meant to be: `Mev`, `sec`. */
export function unitMeantBy(name: string): string | undefined {
  const known = spellings[name.toLowerCase()]
  if (known !== undefined) return known
  const sameLetters = letters.filter((unit) => unit.toLowerCase() === name.toLowerCase())
  if (sameLetters[0] !== undefined) return sameLetters[0]
  return name.length < 2
    ? undefined
    : (meantBy(
        name,
        letters.filter((unit) => unit.length > 1),
      ) ?? undefined)
}

/** Whether a name is a usual other spelling of a unit: `sec`. */
export function isUnitSpelling(name: string): boolean {
  return spellings[name.toLowerCase()] !== undefined
}
