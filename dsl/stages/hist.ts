import type * as ast from '../ir/ast.ts'
import type { Axis } from '../ir/plan.ts'
import type { Span } from '../ir/span.ts'
import { settled } from '../check/constant.ts'
import { demandNumber } from '../check/alike.ts'
import { listsIn } from '../check/lists.ts'
import { lower, lowerList, type View } from '../check/lower.ts'
import { presentOperand } from '../check/operand.ts'
import { inElements } from '../check/reduction.ts'
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
    const seen = filledBy([...axes.map(({ value }) => value), ...(weight === null ? [] : [weight])], frame, scope)
    const checked = axes.map((axis) => axisOf(axis, seen))
    demandFew(checked, span, scope)
    const label = checked.map((axis) => axis.label).join(', ')
    const each = seen.element === undefined ? {} : { each: lowerList(seen.element.list, { ...seen, span }) }
    const query = { kind: 'hist', plan: input.plan, axes: checked, weight: weightOf(weight, seen), ...each } as const
    return { kind: 'hist', query, label }
  },
}

/** What fills the histogram: the rows, or the elements of the one list that its expressions name. */
type Filling = Omit<View, 'span'>

function filledBy(values: readonly ast.Expr[], row: Frame, scope: Scope): Filling {
  const inside = inRow(scope, row)
  const [list, ...others] = values.flatMap((value) => listsIn(value, inside))
  if (list === undefined || inside.place.kind === 'nowhere') return { row, other: null, scope: inside }
  const other = others.find(({ column }) => column.name !== list.column.name)
  if (other !== undefined) {
    const what = `fill a histogram by the elements of \`${list.text}\` and \`${other.text}\` together: they are two lists, of as many elements as they like`
    return refuse(scope, 'S137', { span: other.span, facts: { what } })
  }
  const elements = inElements(list, inside.place.rows, inside)
  return { row, other: null, scope: elements.inside, element: { list: list.column, element: elements.element } }
}

function axisOf(axis: ast.Axis, seen: Filling): Axis {
  const { scope } = seen
  const operand = presentOperand(axis.value, scope)
  demandAxis(operand, scope)
  const { span } = axis.value
  const value = lower(settled(operand.term, { scope, span }), { ...seen, span })
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

function weightOf(weight: ast.Expr | null, seen: Filling): Axis['value'] | null {
  const { scope } = seen
  if (weight === null) return null
  const operand = presentOperand(weight, scope)
  demandNumber(operand, scope, 'A weight')
  const at = { scope, span: weight.span }
  return lower(settled(operand.term, at), { ...seen, ...at })
}
