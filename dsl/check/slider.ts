import { nearestNumber, one, parseDecimal, rational, times } from '../ir/rational.ts'
import { unitText } from '../ir/units.ts'
import type { Constant } from './term.ts'

/** A parameter with a range, as a notebook draws it: numbers in the unit in which its value is written. */
export interface Slider {
  readonly value: number
  readonly low: number
  readonly high: number
  /** A hundredth of the range or more: 1, 2 or 5 times a power of ten; of whole numbers a whole number. */
  readonly step: number
  /** How many decimals show the value, the ends and a step in full; at most 9. */
  readonly decimals: number
  /** `ms`, `%`; empty for a pure number. */
  readonly unit: string
  /** The texts of its statement around the value. */
  readonly before: string
  readonly after: string
}

/** A parameter as it is written, its numbers in one unit. */
export interface Written {
  readonly value: Constant
  readonly low: Constant
  readonly high: Constant
  /** The texts of the statement: up to the value, the value, and what is behind it. */
  readonly texts: readonly [string, string, string]
}

/** The slider of a parameter; undefined where there is nothing to move, or its unit has half powers. */
export function sliderOf({ value, low, high, texts: [before, text, after] }: Written): Slider | undefined {
  const unit = text.endsWith('%') ? '%' : (unitText(value.unit) ?? '')
  const size = unit === '%' ? rational(100n) : one
  const [at, from, to] = [value, low, high].map((each) => nearestNumber(times(each.value, size)))
  if (at === undefined || from === undefined || to === undefined) return undefined
  if (!(from < to) || ![at, from, to].every(Number.isFinite)) return undefined
  if (value.unit.some(({ power }) => !Number.isInteger(power))) return undefined
  const step = stepOf(to - from, unit === '' && [value, low, high].every(isWhole))
  const decimals = Math.max(...[at, from, to, step].map(decimalsOf))
  return { value: at, low: from, high: to, step, decimals, unit, before, after }
}

/**
 * The statement of a parameter with another value.
 *
 * @param value in the slider's unit
 */
export function movedText({ unit, before, after }: Slider, value: number): string {
  return `${before} ${quantityText(value, unit)} ${after}`
}

/** A value of the slider as people write it: `1.3 ms`. */
function quantityText(value: number, unit: string): string {
  if (unit === '') return `${value}`
  const [above = '', ...below] = unit.split('/')
  const [first = '', ...others] = above.split('*')
  const head = first === '1' ? `${value}` : `${value} ${first}`
  return [head, ...others.map((name) => ` * 1 ${name}`), ...below.map((name) => ` / (1 ${name})`)].join('')
}

function isWhole({ value, whole }: Constant): boolean {
  return whole && value.denominator === 1n
}

/** A hundredth of a length, rounded up to 1, 2 or 5 times a power of ten. */
function stepOf(length: number, whole: boolean): number {
  const exponent = Math.floor(Math.log10(length / 100))
  // The powers of ten below one are not exact: read as written, a step is the number that people mean.
  const steps = [1, 2, 5, 10].map((factor) => nearest(factor, exponent))
  const step = steps.find((each) => each >= (length / 100) * (1 - 1e-9)) ?? nearest(10, exponent)
  return whole ? Math.max(1, Math.round(step)) : step
}

function nearest(factor: number, exponent: number): number {
  return nearestNumber(parseDecimal(`${factor}e${exponent}`))
}

function decimalsOf(value: number): number {
  const [, fraction = '', exponent = '0'] = /^[^.e]*\.?(\d*)(?:e([+-]\d+))?$/.exec(value.toString()) ?? []
  return Math.min(9, Math.max(0, fraction.length - Number(exponent)))
}
