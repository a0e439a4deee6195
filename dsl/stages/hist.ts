import type * as ast from '../ir/ast.ts'
import type { Axis } from '../ir/plan.ts'
import type { Span } from '../ir/span.ts'
import { settled } from '../check/constant.ts'
import { demandNumber } from '../check/alike.ts'
import { lower } from '../check/lower.ts'
import { presentOperand } from '../check/operand.ts'
import { refuse } from '../check/refusal.ts'
import { cut, type Scope } from '../check/scope.ts'
import { frameOf, inRow } from '../check/stream.ts'
import { type Frame, typeOfTerm } from '../check/term.ts'
import type { Operand } from '../check/wording.ts'
import { binning, mostBins, tooManyBins } from './binning.ts'
import type { Verb } from './verb.ts'

export const hist: Verb<'hist'> = {
  name: 'hist',
  doc: 'Fills a histogram; bins are closed below and open above.',
  example: 'from events hist E over 0 .. 12 MeV bins 240',
  apply({ axes, weight, span }, input, scope) {
    const frame = frameOf(input)
    const inside = inRow(scope, frame)
    const checked = axes.map((axis) => axisOf(axis, frame, inside))
    demandFew(checked, span, scope)
    const label = checked.map((axis) => axis.label).join(', ')
    const query = { kind: 'hist', plan: input.plan, axes: checked, weight: weightOf(weight, frame, inside) } as const
    return { kind: 'hist', query, label }
  },
}

function axisOf(axis: ast.Axis, frame: Frame, scope: Scope): Axis {
  const operand = presentOperand(axis.value, scope)
  demandAxis(operand, scope)
  const { span } = axis.value
  const value = lower(settled(operand.term, { scope, span }), { row: frame, other: null, scope, span })
  return { value, label: cut(scope, span), ...binning(axis, operand, scope) }
}

/** Axes multiply: two of ten thousand bins are a hundred million. */
function demandFew(axes: readonly Axis[], span: Span, scope: Scope): void {
  if (axes.reduce((product, { bins }) => product * bins, 1) > mostBins) tooManyBins(span, scope)
}

function demandAxis(operand: Operand, scope: Scope): void {
  const { expr, term } = operand
  if (typeOfTerm(term).kind === 'instant') {
    refuse(scope, 'S142', { span: expr.span, facts: { text: cut(scope, expr.span) } })
  }
  demandNumber(operand, scope, 'An axis')
}

function weightOf(weight: ast.Expr | null, frame: Frame, scope: Scope): Axis['value'] | null {
  if (weight === null) return null
  const operand = presentOperand(weight, scope)
  demandNumber(operand, scope, 'A weight')
  const at = { scope, span: weight.span }
  return lower(settled(operand.term, at), { row: frame, other: null, ...at })
}
