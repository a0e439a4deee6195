import type * as ast from '../ir/ast.ts'
import type { CompareOperator } from '../ir/ast.ts'
import type { Span } from '../ir/span.ts'
import { isPure } from '../ir/units.ts'
import { alike, unitOfOperand } from './alike.ts'
import { settled } from './constant.ts'
import { isKnown } from './names.ts'
import { listTerm } from './lists.ts'
import { asTerm, presentOperand, termOf } from './operand.ts'
import { refuse } from './refusal.ts'
import { cut, type Scope, type Value, warn } from './scope.ts'
import { bool, callTerm, isWhole, type Term, typeOfTerm } from './term.ts'
import { conjunction } from './logic.ts'
import { type Operand, operandWords } from './wording.ts'

type Compare = Extract<ast.Expr, { kind: 'compare' }>

const functions: Readonly<Record<CompareOperator, string>> = {
  '==': 'equal',
  '!=': 'notEqual',
  '<': 'less',
  '<=': 'lessEqual',
  '>': 'greater',
  '>=': 'greaterEqual',
}

/** A chain such as `0.7 MeV < E < 12 MeV`: every neighbouring pair must hold. */
export function comparison(expr: Compare, scope: Scope): Term {
  const first = presentOperand(expr.first, scope, expr)
  const others = expr.rest.map((link) => {
    demandQuotes(link.value, first, scope)
    return { ...link, operand: presentOperand(link.value, scope, expr) }
  })
  const pairs = others.map((link, at) => {
    const left = others[at - 1]?.operand ?? first
    return compared(left, link.operand, { operator: link.operator, span: expr.span, scope })
  })
  return conjunction(pairs) ?? { kind: 'bool', value: true }
}

/** Refuses a bare word beside a text: `det == CD`. */
function demandQuotes(expr: ast.Expr, beside: Operand, scope: Scope): void {
  if (typeOfTerm(beside.term).kind !== 'text' || expr.kind !== 'name' || isKnown(expr.name, scope)) return
  refuse(scope, 'S144', { span: expr.span, facts: { name: expr.name.text, span: expr.span } })
}

interface Comparison {
  readonly operator: CompareOperator
  readonly span: Span
  readonly scope: Scope
}

const purpose = (left: string, right: string): string => `compare ${left} with ${right}`

function compared(left: Operand, right: Operand, { operator, span, scope }: Comparison): Term {
  const [a, b] = [typeOfTerm(left.term), typeOfTerm(right.term)]
  const isEquality = operator === '==' || operator === '!='
  if (a.kind !== b.kind || ((a.kind === 'bool' || a.kind === 'text') && !isEquality)) {
    const order = a.kind === b.kind ? `order ${operandWords(left, scope)} and ${operandWords(right, scope)}` : null
    const what = order ?? purpose(operandWords(left, scope), operandWords(right, scope))
    return refuse(scope, 'S137', { span, facts: { what } })
  }
  if (a.kind !== 'number') return callTerm(functions[operator], [left.term, right.term], bool)
  const { terms } = alike([left, right], scope, { purpose, span })
  if (isEquality) warnOfExactness([left, right], span, scope)
  return callTerm(
    functions[operator],
    terms.map((term) => settled(term, { scope, span })),
    bool,
  )
}

/** A measured value hardly ever equals a number exactly. */
function warnOfExactness(operands: readonly Operand[], span: Span, scope: Scope): void {
  const isMeasured = ({ term }: Operand): boolean => term.kind !== 'constant' && !isWhole(typeOfTerm(term))
  if (operands.some(isMeasured)) warn(scope, 'W002', { span, facts: { text: cut(scope, span) } })
}

/** `x in a .. b`, `x not in a ..< b`; numbers without a unit take that of the upper end. */
export function inRange(expr: Extract<ast.Expr, { kind: 'inRange' }>, scope: Scope): Term {
  const operands = [presentOperand(expr.value, scope, expr), ...boundsOf(expr.range, scope)]
  const terms = rangeTerms(operands, { expr, scope })
  demandOrder(terms, expr.range, scope)
  const found = callTerm(expr.range.open ? 'inRangeOpen' : 'inRange', terms, bool)
  return expr.negated ? callTerm('not', [found], bool) : found
}

function rangeTerms(
  operands: readonly Operand[],
  { expr, scope }: { readonly expr: ast.Expr; readonly scope: Scope },
): readonly Term[] {
  const [value, low, high] = operands
  if (value === undefined || low === undefined || high === undefined) throw new Error('a value and two bounds')
  const kinds = new Set(operands.map(({ term }) => typeOfTerm(term).kind))
  if (kinds.size === 1 && kinds.has('instant')) return operands.map(({ term }) => term)
  if (kinds.size !== 1 || !kinds.has('number')) {
    const other = typeOfTerm(low.term).kind === typeOfTerm(value.term).kind ? high : low
    const what = purpose(operandWords(value, scope), operandWords(other, scope))
    return refuse(scope, 'S137', { span: expr.span, facts: { what } })
  }
  const { terms } = alike(operands, scope, { purpose, span: expr.span })
  return terms.map((term) => settled(term, { scope, span: expr.span }))
}

/** The ends of a range, the lower one with the unit of the upper one where it is a number without any. */
export function boundsOf({ low, high }: Pick<ast.Range, 'low' | 'high'>, scope: Scope): readonly [Operand, Operand] {
  const last = presentOperand(high, scope)
  return [withUnitOf(last, presentOperand(low, scope)), last]
}

/** A number written without a unit, in the unit of another operand that has one. */
function withUnitOf(last: Operand, operand: Operand): Operand {
  const unit = unitOfOperand(last)
  const { term, expr } = operand
  if (unit === null || isPure(unit) || term.kind !== 'constant' || !isPure(term.unit) || !isLiteral(expr))
    return operand
  return { term: { ...term, unit, whole: true }, expr }
}

function isLiteral(expr: ast.Expr): boolean {
  return expr.kind === 'number' || (expr.kind === 'negate' && isLiteral(expr.operand))
}

/** Refuses a range whose ends are known and the wrong way round. */
function demandOrder([, low, high]: readonly Term[], range: ast.Range, scope: Scope): void {
  const isEmpty =
    (low?.kind === 'number' && high?.kind === 'number' && low.value > high.value) ||
    (low?.kind === 'instant' && high?.kind === 'instant' && low.ns > high.ns)
  if (!isEmpty) return
  const facts = { low: cut(scope, range.low.span), high: cut(scope, range.high.span) }
  refuse(scope, 'S123', { span: range.span, facts })
}

/** `x in [1, 2]`, `x not in names`. */
export function inSet(expr: Extract<ast.Expr, { kind: 'inSet' }>, scope: Scope): Term {
  const value = presentOperand(expr.value, scope, expr)
  if (expr.set.kind === 'list') for (const item of expr.set.items) demandQuotes(item, value, scope)
  const items = listOf(expr.set, scope)
  const kind = typeOfTerm(value.term).kind
  const other = items.find(({ term }) => typeOfTerm(term).kind !== kind)
  if (other !== undefined) {
    const what = purpose(operandWords(value, scope), operandWords(other, scope))
    return refuse(scope, 'S137', { span: other.expr.span, facts: { what } })
  }
  const terms =
    kind === 'number'
      ? alike([value, ...items], scope, { purpose, span: expr.span }).terms
      : [value, ...items].map(({ term }) => term)
  const settledTerms = terms.map((term) => settled(term, { scope, span: expr.span }))
  const found = callTerm('oneOf', settledTerms, bool)
  return expr.negated ? callTerm('not', [found], bool) : found
}

/** The values of a list, written here or bound to a name; numbers without a unit take that of the last one. */
export function listOf(expr: ast.Expr, scope: Scope): readonly Operand[] {
  const value = scope.context.value(expr, scope)
  if (value.kind === 'list') {
    const exprs = expr.kind === 'list' ? expr.items : []
    return value.items.map((term, at) => ({ term, expr: exprs[at] ?? expr }))
  }
  const term = asTerm(value, expr, scope)
  return refuse(scope, 'S120', {
    span: expr.span,
    facts: {
      what: '`in`',
      wants: 'a range `a .. b` or a list `[a, b]`',
      found: operandWords({ term, expr }, scope),
      hint: null,
    },
  })
}

/** A list as written. */
export function list(expr: Extract<ast.Expr, { kind: 'list' }>, scope: Scope): readonly Term[] {
  const operands = expr.items.map((item) => presentOperand(item, scope))
  const last = operands.at(-1)
  return last === undefined ? [] : operands.map((operand) => withUnitOf(last, operand).term)
}

/** Whether a value is there; of a record that `join optional` added, whether the row has a partner. */
export function exists(expr: Extract<ast.Expr, { kind: 'exists' }>, scope: Scope): Term {
  const value = scope.context.value(expr.value, scope)
  return callTerm('exists', [witnessOf(value) ?? termOf(expr.value, scope)], bool)
}

/** The column that every partner has a value in, or the list itself. */
function witnessOf(value: Value): Term | undefined {
  if (value.kind === 'jagged') return listTerm(value.list)
  if (value.kind !== 'row') return undefined
  const { frame, prefix } = value
  const name = frame.optional.find((record) => record.prefix === prefix)?.always[0]
  const column = frame.schema.columns.find((each) => each.name === name)
  if (column === undefined || column.type.kind === 'list') return undefined
  return { kind: 'column', frame, name: column.name, type: column.type, missing: column.missing, unhandled: false }
}
