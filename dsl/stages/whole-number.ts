import type * as ast from '../ir/ast.ts'
import { isPure } from '../ir/units.ts'
import { inUnit } from '../check/constant.ts'
import { operandOf } from '../check/operand.ts'
import type { Scope } from '../check/scope.ts'

/** The whole number, 0 or more, that an expression is outside of any row; undefined where it is none. */
export function wholeNumberOf(expr: ast.Expr, scope: Scope): number | undefined {
  const { term } = operandOf(expr, { ...scope, place: { kind: 'nowhere' } })
  if (term.kind !== 'constant' || !isPure(term.unit)) return undefined
  const { numerator, denominator } = inUnit(term, []).value
  if (denominator !== 1n || numerator < 0n || numerator > BigInt(Number.MAX_SAFE_INTEGER)) return undefined
  return Number(numerator)
}
