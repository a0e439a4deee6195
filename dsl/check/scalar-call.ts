import type * as ast from '../ir/ast.ts'
import type { RowFunction, Signature } from '../functions/function.ts'
import type { Scalar, Unit } from '../ir/types.ts'
import { isPure, isSameDimension, powerOfUnit, pure } from '../ir/units.ts'
import { alike, converted, demandNumber, unitOfOperand } from './alike.ts'
import { settle, settled } from './constant.ts'
import { operandOf } from './operand.ts'
import { refuse } from './refusal.ts'
import type { Scope } from './scope.ts'
import { bool, callTerm, instant, isWhole, numberType, type Term, typeOfTerm, unitOf } from './term.ts'
import { type Operand, operandWords } from './wording.ts'
import { lengthOf } from './window.ts'

type Call = Extract<ast.Expr, { kind: 'call' }>

/** A call of a function of numbers, by its signature. */
export function scalarCall(
  call: Call,
  { name, signature }: RowFunction & { readonly signature: Signature },
  scope: Scope,
): Term {
  const operands = operandsOf(call, signature, scope)
  const terms = operandTerms(operands, signature.takes, { call, scope })
  return callTerm(name, terms, resultType(terms, signature))
}

function operandsOf(call: Call, { operands: [least, most] }: Signature, scope: Scope): readonly Operand[] {
  const { args, name, span } = call
  const bare = args.every(
    ({ label, of, where, window }) => label === null && of === null && where === null && window === null,
  )
  if (bare && args.length >= least && args.length <= most) return args.map(({ value }) => operandOf(value, scope))
  const count = least === 1 ? 'one value' : `${least} values`
  const expected = least === most ? count : `${count} or more`
  return refuse(scope, 'S119', { span, facts: { call: name.text, expected, found: args.length } })
}

interface At {
  readonly call: Call
  readonly scope: Scope
}

const radian: Unit = [{ name: 'rad', power: 1 }]
const nanosecond: Unit = [{ name: 'ns', power: 1 }]

function operandTerms(operands: readonly Operand[], takes: Signature['takes'], { call, scope }: At): readonly Term[] {
  const at = { scope, span: call.span }
  if (takes === 'alike') {
    const purpose = (a: string, b: string): string => `take ${a} and ${b} together in \`${call.name.text}\``
    return alike(operands, scope, { purpose, span: call.span }).terms.map((term) => settled(term, at))
  }
  const unit = takes === 'pure' ? pure : radian
  return operands.map((operand) => inUnitOf(operand, unit, { call, scope }))
}

function inUnitOf(operand: Operand, unit: Unit, { call, scope }: At): Term {
  demandNumber(operand, scope)
  const own = unitOfOperand(operand)
  if (own === null || !isSameDimension(own, unit)) return refuseDimension(operand, unit, { call, scope })
  const { term, expr } = operand
  return term.kind === 'constant' ? settle(term, unit, { scope, span: expr.span }) : converted(term, unit)
}

function refuseDimension(operand: Operand, unit: Unit, { call, scope }: At): never {
  const name = call.name.text
  return refuse(scope, 'S120', {
    span: operand.expr.span,
    facts: {
      what: `\`${name}\``,
      wants: isPure(unit) ? 'a pure number' : 'an angle',
      found: operandWords(operand, scope),
      hint: isPure(unit)
        ? `Divide it by a unit first: \`${name}(E / 1 MeV)\`.`
        : `Multiply it by one: \`${name}(x * 1 rad)\`.`,
    },
  })
}

function resultType(terms: readonly Term[], { gives, keepsWhole }: Signature): Scalar {
  const [first] = terms
  const unit = first === undefined ? pure : unitOf(typeOfTerm(first))
  const whole = keepsWhole === true && terms.every((term) => isWhole(typeOfTerm(term)))
  switch (gives) {
    case 'unit':
      return numberType(whole ? 'int64' : 'float64', unit)
    case 'root':
      return numberType('float64', unit === null ? null : powerOfUnit(unit, 0.5))
    case 'pure':
      return numberType('float64', pure)
    case 'angle':
      return numberType('float64', radian)
    case 'bool':
      return bool
  }
}

/** `bin(x, w)`: the lower edge of x's bin; of an instant, multiples of w since 1970. */
export function binCall(call: Call, fn: RowFunction & { readonly signature: Signature }, scope: Scope): Term {
  const [value, width] = operandsOf(call, fn.signature, scope)
  if (value === undefined || width === undefined) throw new Error('two operands')
  if (width.term.kind !== 'constant' || width.term.value.numerator <= 0n) {
    const found = operandWords(width, scope)
    return refuse(scope, 'S120', {
      span: width.expr.span,
      facts: { what: 'The width of a bin', wants: 'a constant above zero', found, hint: null },
    })
  }
  if (typeOfTerm(value.term).kind !== 'instant') return scalarCall(call, fn, scope)
  const ns = lengthOf(width, scope, 'The width of a bin of time')
  if (ns.denominator !== 1n) {
    const why = 'Instants are whole nanoseconds, and so is the width of their bins.'
    return refuse(scope, 'S124', { span: width.expr.span, facts: { why } })
  }
  return callTerm('binInstant', [value.term, settle(width.term, nanosecond, { scope, span: width.expr.span })], instant)
}
