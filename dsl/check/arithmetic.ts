import type * as ast from '../ir/ast.ts'
import type { NumberRepr, Scalar, Unit } from '../ir/types.ts'
import {
  divideUnits,
  isPure,
  isSameDimension,
  isUnitName,
  multiplyUnits,
  powerOfUnit,
  pure,
  spelledAs,
  storageUnit,
} from '../ir/units.ts'
import { alike, converted, demandNumber, unitOfOperand } from './alike.ts'
import { added, divided, multiplied, negated, raised, settle } from './constant.ts'
import { isKnown } from './names.ts'
import { operandOf, termOf } from './operand.ts'
import { refuse } from './refusal.ts'
import { cut, type Scope } from './scope.ts'
import { callTerm, type Constant, instant, isWhole, numberType, type Term, typeOfTerm, unitOf } from './term.ts'
import { type Operand, operandWords } from './wording.ts'

type Binary = Extract<ast.Expr, { kind: 'binary' }>

/** Sum or difference: numbers of one dimension, two instants, an instant and a time. */
export function sum(expr: Binary & { operator: '+' | '-' }, scope: Scope): Term {
  const [left, right] = [operandOf(expr.left, scope), operandOf(expr.right, scope)]
  if (isInstant(left.term) || isInstant(right.term)) return instantSum(left, right, { expr, scope })
  const purpose = (a: string, b: string) => (expr.operator === '+' ? `add ${b} to ${a}` : `subtract ${b} from ${a}`)
  const { terms, unit } = alike([left, right], scope, { purpose, span: expr.span })
  const [a, b] = terms
  if (a === undefined || b === undefined) throw new Error('two operands give two terms')
  if (a.kind === 'constant' && b.kind === 'constant') return added(a, b, expr.operator)
  return callTerm(expr.operator === '+' ? 'add' : 'subtract', [a, b], wholeOrFloat([a, b], unit))
}

function isInstant(term: Term): boolean {
  return typeOfTerm(term).kind === 'instant'
}

function instantSum(
  left: Operand,
  right: Operand,
  { expr, scope }: { readonly expr: Binary & { operator: '+' | '-' }; readonly scope: Scope },
): Term {
  const [first, second] = [isInstant(left.term), isInstant(right.term)]
  const minus = expr.operator === '-'
  if (first && second && minus) {
    return callTerm('instantDifference', [left.term, right.term], numberType('int64', nanoseconds))
  }
  if ((first && second) || (second && minus)) {
    const what = minus ? 'subtract an instant from a time' : 'add two instants: their difference is a time'
    return refuse(scope, 'S137', { span: expr.span, facts: { what } })
  }
  const [moment, duration] = first ? [left, right] : [right, left]
  return moved(moment.term, inNanoseconds(duration, moment, { expr, scope }), minus)
}

const nanoseconds: Unit = [{ name: 'ns', power: 1 }]

function inNanoseconds(
  duration: Operand,
  moment: Operand,
  { expr, scope }: { readonly expr: Binary; readonly scope: Scope },
): Term {
  demandNumber(duration, scope)
  const unit = unitOfOperand(duration)
  if (unit === null || !isSameDimension(unit, nanoseconds)) {
    const what = `add ${operandWords(duration, scope)} to ${operandWords(moment, scope)}`
    return refuse(scope, 'S104', { span: expr.span, facts: { what } })
  }
  if (duration.term.kind !== 'constant') return converted(duration.term, nanoseconds)
  return settle(duration.term, nanoseconds, { scope, span: duration.expr.span })
}

function moved(moment: Term, duration: Term, isEarlier: boolean): Term {
  if (moment.kind === 'instant' && duration.kind === 'number') {
    const nsCount = BigInt(Math.round(duration.value))
    return { kind: 'instant', ns: isEarlier ? moment.ns - nsCount : moment.ns + nsCount }
  }
  return callTerm(isEarlier ? 'instantSubtract' : 'instantAdd', [moment, duration], instant)
}

/** Product or quotient: units combine, each dimension spelled as on the left. */
export function product(expr: Binary & { operator: '*' | '/' }, scope: Scope): Term {
  demandNumberOfUnit(expr.right, scope)
  const [left, right] = [operandOf(expr.left, scope), operandOf(expr.right, scope)]
  demandNumber(left, scope)
  demandNumber(right, scope)
  if (left.term.kind === 'constant' && right.term.kind === 'constant') {
    const exact = expr.operator === '*' ? multiplied(left.term, right.term) : divided(left.term, right.term)
    if (exact !== undefined) return exact
  }
  const [a, b] = spelledAlike(left, right, scope)
  const [unitA, unitB] = [unitOf(typeOfTerm(a)), unitOf(typeOfTerm(b))]
  if (expr.operator === '*') {
    return callTerm('multiply', [a, b], wholeOrFloat([a, b], combined(unitA, unitB, multiplyUnits)))
  }
  return callTerm('divide', [a, b], numberType('float64', combined(unitA, unitB, divideUnits)))
}

/** Refuses a bare unit: `1200 pe/MeV`. */
function demandNumberOfUnit(expr: ast.Expr, scope: Scope): void {
  if (expr.kind !== 'name' || !isUnitName(expr.name.text) || isKnown(expr.name, scope)) return
  refuse(scope, 'S145', { span: expr.span, facts: { name: expr.name.text, span: expr.span } })
}

/** The unit of a product with an unknown unit is unknown. */
function combined(left: Unit | null, right: Unit | null, combine: (left: Unit, right: Unit) => Unit): Unit | null {
  return left === null || right === null ? null : combine(left, right)
}

/** Both operands as numbers, so that a dimension that both have is in one unit: `r / 17.2 m` divides by 17200 mm. */
function spelledAlike(left: Operand, right: Operand, scope: Scope): readonly [Term, Term] {
  if (left.term.kind === 'constant' && right.term.kind !== 'constant') {
    return [number(left.term, unitOf(typeOfTerm(right.term)), { operand: left, scope }), right.term]
  }
  const a = left.term.kind === 'constant' ? number(left.term, null, { operand: left, scope }) : left.term
  const unit = unitOf(typeOfTerm(a))
  if (right.term.kind === 'constant') return [a, number(right.term, unit, { operand: right, scope })]
  const own = unitOf(typeOfTerm(right.term))
  return [a, own === null || unit === null ? right.term : converted(right.term, spelledAs(own, unit))]
}

/** A constant beside a column: dimensions that the column has as the column has them, others in storage units. */
function number(
  constant: Constant,
  beside: Unit | null,
  { operand, scope }: { readonly operand: Operand; readonly scope: Scope },
): Term {
  const unit = spelledAs(storageUnit(constant.unit), beside ?? pure)
  return settle(constant, unit, { scope, span: operand.expr.span })
}

function wholeOrFloat(terms: readonly Term[], unit: Unit | null): Scalar {
  return numberType(terms.every((term) => isWhole(typeOfTerm(term))) ? 'int64' : 'float64', unit)
}

export function negation(expr: Extract<ast.Expr, { kind: 'negate' }>, scope: Scope): Term {
  const operand = operandOf(expr.operand, scope)
  // The sign is what is wrong, more often than its operand: `t - - t`.
  demandNumber({ ...operand, expr }, scope)
  if (operand.term.kind === 'constant') return negated(operand.term)
  return callTerm('negate', [operand.term], wholeOrFloat([operand.term], unitOf(typeOfTerm(operand.term))))
}

/** A power with a constant exponent: any for a pure number, whole or half for a quantity. */
export function power(expr: Binary, scope: Scope): Term {
  const base = operandOf(expr.left, scope)
  demandNumber(base, scope)
  const exponent = exponentOf(expr.right, scope)
  if (base.term.kind === 'constant') {
    const exact = raised(base.term, exponent.value)
    if (exact !== undefined) return exact
  }
  const term =
    base.term.kind === 'constant'
      ? settle(base.term, storageUnit(base.term.unit), { scope, span: base.expr.span })
      : base.term
  const unit = unitOf(typeOfTerm(term))
  const isQuantity = unit !== null && !isPure(unit)
  if (isQuantity && !Number.isInteger(2 * exponent.value)) {
    return refuse(scope, 'S138', { span: expr.right.span, facts: { text: cut(scope, expr.right.span) } })
  }
  const whole = isWhole(typeOfTerm(term)) && Number.isInteger(exponent.value) && exponent.value >= 0
  const type = numberType(whole ? 'int64' : 'float64', unit === null ? null : powerOfUnit(unit, exponent.value))
  return callTerm('power', [term, exponent], type)
}

function exponentOf(expr: ast.Expr, scope: Scope): Extract<Term, { kind: 'number' }> {
  const term = termOf(expr, scope)
  if (term.kind !== 'constant' || !isPure(term.unit)) {
    return refuse(scope, 'S138', { span: expr.span, facts: { text: cut(scope, expr.span) } })
  }
  const settledTerm = settle(term, pure, { scope, span: expr.span })
  if (settledTerm.kind !== 'number') throw new Error('a settled constant is a number')
  return settledTerm
}

/** `x ?? y`: y where x is missing. */
export function otherwise(expr: Binary, scope: Scope): Term {
  const left = { term: termOf(expr.left, scope), expr: expr.left }
  const right = { term: termOf(expr.right, scope), expr: expr.right }
  const [a, b] = [typeOfTerm(left.term), typeOfTerm(right.term)]
  if (a.kind === 'number' && b.kind === 'number') return otherNumber(left, right, { expr, scope })
  if (a.kind === b.kind) return callTerm('coalesce', [left.term, right.term], a)
  const what = `put ${operandWords(right, scope)} in the place of ${operandWords(left, scope)}`
  return refuse(scope, 'S137', { span: expr.span, facts: { what } })
}

function otherNumber(
  left: Operand,
  right: Operand,
  { expr, scope }: { readonly expr: Binary; readonly scope: Scope },
): Term {
  const purpose = (a: string, b: string) => `put ${b} in the place of ${a}`
  const { terms, unit } = alike([left, right], scope, { purpose, span: expr.span })
  const given = right.term.kind === 'constant' ? (unit ?? pure) : unit
  const numbers = terms.map((term) =>
    term.kind === 'constant' ? settle(term, storageUnit(term.unit), { scope, span: expr.span }) : term,
  )
  const [first, second] = numbers
  if (first === undefined || second === undefined) throw new Error('two operands give two terms')
  return callTerm('coalesce', numbers, numberType(reprOfEither(first, second), given))
}

/** A literal that the other's type holds takes that type: 18446744073709551615 has no place in an int64. */
function reprOfEither(first: Term, second: Term): NumberRepr {
  const [a, b] = [typeOfTerm(first), typeOfTerm(second)]
  if (a.kind !== 'number' || b.kind !== 'number') throw new Error('both are numbers')
  if (a.repr === b.repr || (second.kind === 'number' && holds(a.repr, second.value))) return a.repr
  return isWhole(a) && isWhole(b) ? 'int64' : 'float64'
}

function holds(repr: NumberRepr, value: number): boolean {
  const [, sign, bits] = /^(u?)int(\d+)$/.exec(repr) ?? []
  if (bits === undefined || !Number.isInteger(value)) return false
  const width = 2 ** (sign === 'u' ? Number(bits) : Number(bits) - 1)
  return value < width && value >= (sign === 'u' ? 0 : -width)
}
