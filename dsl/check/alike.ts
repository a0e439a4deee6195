import type * as ast from '../ir/ast.ts'
import { nearestNumber, one, over } from '../ir/rational.ts'
import type { Span } from '../ir/span.ts'
import type { Unit } from '../ir/types.ts'
import { conversion, isPure, isSameDimension, pure, unitText } from '../ir/units.ts'
import { inUnit, settle } from './constant.ts'
import { refuse } from './refusal.ts'
import { cut, type Scope } from './scope.ts'
import { callTerm, isWhole, numberType, type Term, typeOfTerm, unitOf } from './term.ts'
import { isWords, type Operand, operandWords, quantityText } from './wording.ts'

/** What is to be done with the operands, in the words of a message: `compare … with …`. */
export type Purpose = (left: string, right: string) => string

/**
 * Numbers in one unit: that of the first one that is no constant. Constants alone stay exact, in the unit of the first.
 *
 * Refuses numbers of different dimensions (S103 where only the unit of a literal is lacking, S104) and a quantity beside
 * a column whose unit is not known (S128). `span` is the place of the whole operation.
 */
export function alike(
  operands: readonly Operand[],
  scope: Scope,
  operation: { readonly purpose: Purpose; readonly span: Span },
): { readonly terms: readonly Term[]; readonly unit: Unit | null } {
  for (const operand of operands) demandNumber(operand, scope)
  const reference = referenceOf(operands)
  if (reference === undefined) return { terms: [], unit: pure }
  // The last one first: in a range or a list the others take its unit.
  for (const operand of operands.toReversed()) demandDimension(operand, reference, { scope, ...operation })
  const unit = operands.some((operand) => unitOfOperand(operand) === null) ? null : unitOfOperand(reference)
  const exact = reference.term.kind === 'constant'
  const terms = operands.map(({ term, expr }) => {
    if (term.kind !== 'constant') return converted(term, unit ?? pure)
    return exact ? inUnit(term, unit ?? pure) : settle(term, unit ?? pure, { scope, span: expr.span })
  })
  return { terms, unit }
}

function referenceOf(operands: readonly Operand[]): Operand | undefined {
  const columns = operands.filter(({ term }) => term.kind !== 'constant')
  if (columns.length > 0) return columns.find((operand) => unitOfOperand(operand) !== null) ?? columns[0]
  return operands.find(({ term }) => term.kind === 'constant' && !isPure(term.unit)) ?? operands[0]
}

/** The unit that an operand has; a constant's is the one it is written in. */
export function unitOfOperand({ term }: Operand): Unit | null {
  return term.kind === 'constant' ? term.unit : unitOf(typeOfTerm(term))
}

/** A number that is no constant in another unit of its dimension: multiplied or divided by the exact factor. */
export function converted(term: Term, unit: Unit): Term {
  const type = typeOfTerm(term)
  const own = unitOf(type)
  if (own === null) return term
  const factor = conversion(own, unit)
  if (factor.numerator === factor.denominator) return term
  const inverse = over(one, factor)
  const [fn, number] = inverse.denominator === 1n ? ['divide', inverse] : ['multiply', factor]
  const keepsWhole = isWhole(type) && fn === 'multiply' && number.denominator === 1n
  const by: Term = {
    kind: 'number',
    value: nearestNumber(number),
    type: numberType(number.denominator === 1n ? 'int64' : 'float64', pure),
  }
  return callTerm(fn, [term, by], numberType(keepsWhole ? 'int64' : 'float64', unit))
}

/** Refuses what is no number. `what` needs one. */
export function demandNumber({ term, expr }: Operand, scope: Scope, what = 'Arithmetic'): void {
  const type = typeOfTerm(term)
  if (type.kind === 'number') return
  const hint = type.kind === 'instant' ? 'The difference of two instants is a time: `t - prompt.t`.' : null
  refuse(scope, 'S120', {
    span: expr.span,
    facts: { what, wants: 'a number', found: operandWords({ term, expr }, scope), hint },
  })
}

function demandDimension(
  operand: Operand,
  reference: Operand,
  { scope, purpose, span }: { readonly scope: Scope; readonly purpose: Purpose; readonly span: Span },
): void {
  const [unit, wanted] = [unitOfOperand(operand), unitOfOperand(reference)]
  if (unit === null || wanted === null) return demandKnown(operand, reference, scope)
  if (isSameDimension(unit, wanted)) return
  const literal = literalOf(operand.expr)
  if (literal !== null && isPure(unit)) lacksUnit(literal, reference, scope)
  const inOrder = operand.expr.span.start < reference.expr.span.start && reference.term.kind === 'constant'
  const [left, right] = inOrder ? [operand, reference] : [reference, operand]
  refuse(scope, 'S104', {
    span: operand.term.kind === 'constant' ? operand.expr.span : span,
    facts: { what: purpose(operandWords(left, scope), operandWords(right, scope)) },
  })
}

/** A column of unknown unit meets pure numbers and other such columns only. */
function demandKnown(operand: Operand, reference: Operand, scope: Scope): void {
  const [unknown, other] = unitOfOperand(operand) === null ? [operand, reference] : [reference, operand]
  const unit = unitOfOperand(other)
  if (unit === null || isPure(unit)) return
  refuse(scope, 'S128', {
    span: unknown.expr.span,
    facts: {
      column: cut(scope, unknown.expr.span),
      quantity: operandWords(other, scope),
      unit: unitText(unit) ?? '…',
    },
  })
}

/** A number as the user wrote it, with its sign; null for anything else. */
function literalOf(expr: ast.Expr): { readonly digits: string; readonly span: Span } | null {
  if (expr.kind === 'number') return { digits: expr.digits, span: expr.span }
  if (expr.kind !== 'negate' || expr.operand.kind !== 'number') return null
  return { digits: expr.operand.digits, span: expr.operand.span }
}

function lacksUnit(literal: { readonly digits: string; readonly span: Span }, reference: Operand, scope: Scope): never {
  const unit = unitOfOperand(reference) ?? pure
  const digits = cut(scope, literal.span)
  return refuse(scope, 'S103', {
    span: literal.span,
    facts: { of: isWords(reference, scope), digits, written: quantityText(digits, unit), span: literal.span },
  })
}
