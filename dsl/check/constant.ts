import type { Span } from '../ir/span.ts'
import {
  minus,
  nearestNumber,
  negative,
  over,
  parseDecimal,
  plus,
  powerOf,
  type Rational,
  rational,
  times,
} from '../ir/rational.ts'
import type { Unit } from '../ir/types.ts'
import {
  conversion,
  divideUnits,
  isUnitName,
  multiplyUnits,
  powerOfUnit,
  pure,
  spelledAs,
  storageUnit,
} from '../ir/units.ts'
import { refuse } from './refusal.ts'
import { cut, type Scope } from './scope.ts'
import { type Constant, numberType, type Term } from './term.ts'

const largestInt64 = (1n << 63n) - 1n

/** The exact value of digits, with a unit or without. */
export function literal(
  written: { readonly digits: string; readonly unit: string | null; readonly power: number; readonly span: Span },
  scope: Scope,
): Constant {
  const value = decimal(written, scope)
  if (written.unit === null) return { kind: 'constant', value, unit: pure, whole: /^\d+$/.test(written.digits) }
  if (written.unit === '%') {
    const percent = powerOf(rational(1n, 100n), written.power)
    return { kind: 'constant', value: times(value, percent), unit: pure, whole: true }
  }
  if (!isUnitName(written.unit)) {
    return refuse(scope, 'S105', {
      span: written.span,
      facts: { name: written.unit, span: written.span, meant: null },
    })
  }
  return { kind: 'constant', value, unit: powerOfUnit([{ name: written.unit, power: 1 }], written.power), whole: true }
}

function decimal(
  written: { readonly digits: string; readonly power: number; readonly span: Span },
  scope: Scope,
): Rational {
  const [, exponent = '0'] = /[eE]([+-]?\d+)$/.exec(written.digits) ?? []
  if (Math.abs(Number(exponent)) > 400 || Math.abs(written.power) > 12) beyond(scope, written.span)
  return parseDecimal(written.digits)
}

function beyond(scope: Scope, span: Span): never {
  return refuse(scope, 'S139', { span, facts: { text: cut(scope, span) } })
}

/** A constant in another unit of its dimension, still exact. */
export function inUnit(constant: Constant, unit: Unit): Constant {
  return { ...constant, value: times(constant.value, conversion(constant.unit, unit)), unit }
}

/**
 * A constant as a number of the plan, in a unit of its dimension: the nearest float64, int64 where it is a whole number
 * and not written as a fraction.
 */
export function settle(constant: Constant, unit: Unit, at: { readonly scope: Scope; readonly span: Span }): Term {
  const { value, whole } = inUnit(constant, unit)
  const isInt64 =
    whole && value.denominator === 1n && value.numerator <= largestInt64 && value.numerator >= -largestInt64
  const nearest = nearestNumber(value)
  if (!Number.isFinite(nearest)) beyond(at.scope, at.span)
  return { kind: 'number', value: nearest, type: numberType(isInt64 ? 'int64' : 'float64', unit) }
}

/** A term with nothing left to decide: a constant alone is stored in ns, mm, MeV, pe, rad, kt. */
export function settled(term: Term, at: { readonly scope: Scope; readonly span: Span }): Term {
  return term.kind === 'constant' ? settle(term, storageUnit(term.unit), at) : term
}

/** Sum or difference of two constants of one dimension, in the unit of the left one. */
export function added(left: Constant, right: Constant, sign: '+' | '-'): Constant {
  const other = inUnit(right, left.unit).value
  const value = sign === '+' ? plus(left.value, other) : minus(left.value, other)
  return { kind: 'constant', value, unit: left.unit, whole: left.whole && right.whole }
}

export function multiplied(left: Constant, right: Constant): Constant {
  const other = inUnit(right, spelledAs(right.unit, left.unit))
  return {
    kind: 'constant',
    value: times(left.value, other.value),
    unit: multiplyUnits(left.unit, other.unit),
    whole: left.whole && right.whole,
  }
}

/** Undefined for a division by zero, which is no exact number. */
export function divided(left: Constant, right: Constant): Constant | undefined {
  if (right.value.numerator === 0n) return undefined
  const other = inUnit(right, spelledAs(right.unit, left.unit))
  return {
    kind: 'constant',
    value: over(left.value, other.value),
    unit: divideUnits(left.unit, other.unit),
    whole: false,
  }
}

export function negated(constant: Constant): Constant {
  return { ...constant, value: negative(constant.value) }
}

/** Undefined where the power is not an exact number of reasonable size. */
export function raised(base: Constant, exponent: number): Constant | undefined {
  if (!Number.isInteger(exponent) || Math.abs(exponent) > 64) return undefined
  if (exponent < 0 && base.value.numerator === 0n) return undefined
  return {
    kind: 'constant',
    value: powerOf(base.value, exponent),
    unit: powerOfUnit(base.unit, exponent),
    whole: base.whole && exponent >= 0,
  }
}
