import type * as ast from '../ir/ast.ts'
import type { NumberInput, Query } from '../ir/plan.ts'
import { settled } from './constant.ts'
import { inputOf, lower, type View } from './lower.ts'
import { cut, type Scope } from './scope.ts'
import type { Term, Total } from './term.ts'

/** A number over whole streams: each stream's contribution is an input, a column of the expression, counted once. */
export function numberQuery(term: Term, expr: ast.Expr, scope: Scope): Query {
  const inputs: NumberInput[] = []
  const total: View['total'] = ({ total: of, type, missing }) => {
    const found = inputs.find((input) => isSame(input, of))
    const input = found ?? inputOf(of, { name: `~${inputs.length + 1}`, type, missing })
    if (found === undefined) inputs.push(input)
    return { kind: 'column', row: 'row', name: input.name, type, missing }
  }
  const at = { scope, span: expr.span }
  const value = lower(settled(term, at), { row: null, other: null, total, ...at })
  return { kind: 'number', text: cut(scope, expr.span), value, inputs }
}

function isSame(input: NumberInput, total: Total): boolean {
  if (input.kind === 'livetime' || total.kind === 'livetime')
    return input.kind === total.kind && sameJson(input.plan, total.plan)
  return input.measure.fn === total.fn && sameJson(input.plan, total.plan) && sameJson(input.measure.value, total.value)
}

function sameJson(left: unknown, right: unknown): boolean {
  return left === right || JSON.stringify(left) === JSON.stringify(right)
}
