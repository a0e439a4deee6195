import type * as ast from '../ir/ast.ts'
import { compareRationals, minus, nearestNumber, over, plus, type Rational, rational, times } from '../ir/rational.ts'
import type { Span } from '../ir/span.ts'
import { isPure, pure, storageUnit } from '../ir/units.ts'
import { alike, unitOfOperand } from '../check/alike.ts'
import { boundsOf, listOf } from '../check/compare.ts'
import { inUnit } from '../check/constant.ts'
import { operandOf } from '../check/operand.ts'
import { refuse } from '../check/refusal.ts'
import { cut, type Scope } from '../check/scope.ts'
import { typeOfTerm, unitOf } from '../check/term.ts'
import { type Operand, operandWords } from '../check/wording.ts'

/** The bins of an axis: edges in the unit of its value, or how to find them from the values. */
export interface Binning {
  readonly edges: readonly number[] | null
  readonly bins: number
  readonly step: number | null
}

const standardBins = 100
/** Of all axes together. */
export const mostBins = 10_000_000

/** Edges are computed as exact fractions and rounded once, so that 0 .. 12 MeV in 240 bins has an edge at 0.15. */
export function binning({ over: range, bins, step, span }: ast.Axis, value: Operand, scope: Scope): Binning {
  const edges = bins === null ? null : edgesOf(bins, value, scope)
  if (edges !== null) {
    if (range === null) return fixed(edges)
    const why = 'A list of edges says where the axis begins and ends: `over` cannot stand beside it.'
    return refuse(scope, 'S124', { span: range.span, facts: { why } })
  }
  const width = step === null ? null : widthOf(step, value, scope)
  if (range === null) {
    const count = bins === null ? standardBins : countOf(bins, scope)
    return { edges: null, bins: count, step: width === null ? null : nearestNumber(width) }
  }
  const [low, high] = limitsOf(range, value, scope)
  if (width !== null) return fixed(stepped(low, high, { width, span, scope }))
  return fixed(divided(low, high, bins === null ? standardBins : countOf(bins, scope)))
}

function fixed(edges: readonly Rational[]): Binning {
  return { edges: edges.map(nearestNumber), bins: edges.length - 1, step: null }
}

function divided(low: Rational, high: Rational, bins: number): readonly Rational[] {
  const width = over(minus(high, low), rational(BigInt(bins)))
  return Array.from({ length: bins + 1 }, (_, k) => plus(low, times(width, rational(BigInt(k)))))
}

/** A step that does not divide the range leaves the last bin narrower. */
function stepped(
  low: Rational,
  high: Rational,
  { width, span, scope }: { readonly width: Rational; readonly span: Span; readonly scope: Scope },
): readonly Rational[] {
  const { numerator, denominator } = over(minus(high, low), width)
  const whole = numerator / denominator
  if (whole > BigInt(mostBins)) return tooManyBins(span, scope)
  const edges = Array.from({ length: Number(whole) + 1 }, (_, k) => plus(low, times(width, rational(BigInt(k)))))
  return whole * denominator === numerator ? edges : [...edges, high]
}

function limitsOf(range: ast.Range, value: Operand, scope: Scope): readonly [Rational, Rational] {
  const [low, high] = exactIn(boundsOf(range, scope), value, { scope, span: range.span })
  if (low === undefined || high === undefined) throw new Error('a range has two ends')
  if (compareRationals(low, high) < 0) return [low, high]
  const facts = { low: cut(scope, range.low.span), high: cut(scope, range.high.span) }
  return refuse(scope, 'S123', { span: range.span, facts })
}

function widthOf(step: ast.Expr, value: Operand, scope: Scope): Rational {
  const [width] = exactIn([operandOf(step, scope)], value, { scope, span: step.span })
  if (width !== undefined && width.numerator > 0n) return width
  const facts = { what: '`step`', wants: 'a width above zero', found: `\`${cut(scope, step.span)}\``, hint: null }
  return refuse(scope, 'S120', { span: step.span, facts })
}

/** Constants in the unit of the axis, exact. */
function exactIn(
  operands: readonly Operand[],
  value: Operand,
  { scope, span }: { readonly scope: Scope; readonly span: Span },
): readonly Rational[] {
  const purpose = (a: string, b: string): string => `put ${a} on an axis of ${b}`
  alike([value, ...operands], scope, { purpose, span })
  const unit = value.term.kind === 'constant' ? storageUnit(value.term.unit) : (unitOf(typeOfTerm(value.term)) ?? pure)
  return operands.map((operand) => {
    const { term, expr } = operand
    if (term.kind === 'constant') return inUnit(term, unit).value
    const facts = {
      what: 'An axis',
      wants: 'constant ends and widths',
      found: operandWords(operand, scope),
      hint: null,
    }
    return refuse(scope, 'S120', { span: expr.span, facts })
  })
}

/** The edges that `bins` lists; null where it is a number of bins. */
function edgesOf(bins: ast.Expr, value: Operand, scope: Scope): readonly Rational[] | null {
  const outside: Scope = { ...scope, place: { kind: 'nowhere' } }
  if (bins.kind !== 'list' && outside.context.value(bins, outside).kind !== 'list') return null
  const edges = exactIn(listOf(bins, outside), value, { scope, span: bins.span })
  const rising = edges.every((edge, at) => at === 0 || compareRationals(edges[at - 1] ?? edge, edge) < 0)
  if (rising && edges.length >= 2) return edges
  const why = rising ? 'Bins need two edges or more.' : 'Edges of bins rise, each one above the one before it.'
  return refuse(scope, 'S124', { span: bins.span, facts: { why } })
}

function countOf(bins: ast.Expr, scope: Scope): number {
  const operand = operandOf(bins, { ...scope, place: { kind: 'nowhere' } })
  const { term } = operand
  if (term.kind === 'constant' && isPure(unitOfOperand(operand) ?? pure)) {
    const { numerator, denominator } = inUnit(term, pure).value
    if (numerator > BigInt(mostBins) * denominator) return tooManyBins(bins.span, scope)
    if (denominator === 1n && numerator > 0n) return Number(numerator)
  }
  const facts = {
    what: '`bins`',
    wants: 'a whole number above zero, or a list of edges',
    found: `\`${cut(scope, bins.span)}\``,
    hint: null,
  }
  return refuse(scope, 'S120', { span: bins.span, facts })
}

export function tooManyBins(span: Span, scope: Scope): never {
  const why = `A histogram has ${mostBins.toLocaleString('en')} bins at most.`
  return refuse(scope, 'S124', { span, facts: { why } })
}
