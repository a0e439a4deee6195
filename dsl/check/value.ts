import type * as ast from '../ir/ast.ts'
import { negation, otherwise, power, product, sum } from './arithmetic.ts'
import { valueOfCall } from './call.ts'
import { comparison, exists, inRange, inSet, list } from './compare.ts'
import { literal } from './constant.ts'
import { instantOf } from './instant.ts'
import { elementOf } from './lists.ts'
import { connective, negatedCondition } from './logic.ts'
import { meaningOfFlow } from './meaning.ts'
import { valueOfPath } from './names.ts'
import { pathOf } from './path.ts'
import { refuse } from './refusal.ts'
import { cut, type Scope, type Value } from './scope.ts'
import type { Term } from './term.ts'

/** What an expression means: a value of a row, or a row, stream, list or vector. */
export function valueOf(expr: ast.Expr, scope: Scope): Value {
  switch (expr.kind) {
    case 'number':
      return literal({ digits: expr.digits, unit: null, power: 1, span: expr.span }, scope)
    case 'quantity':
      return literal(expr, scope)
    case 'string':
      return { kind: 'text', value: expr.value }
    case 'instant':
      return instantOf(expr, scope)
    case 'bool':
      return { kind: 'bool', value: expr.value }
    case 'this':
    case 'name':
    case 'member':
      return path(expr, scope)
    case 'call':
      return valueOfCall(expr, scope)
    case 'index':
      return element(expr, scope)
    case 'list':
      return { kind: 'list', items: list(expr, scope) }
    case 'negate':
      return negation(expr, scope)
    case 'not':
      return negatedCondition(expr, scope)
    case 'binary':
      return binary(expr, scope)
    case 'compare':
      return comparison(expr, scope)
    case 'inRange':
      return inRange(expr, scope)
    case 'inSet':
      return inSet(expr, scope)
    case 'exists':
      return exists(expr, scope)
    case 'pipelineValue':
      return {
        kind: 'meaning',
        meaning: meaningOfFlow(scope.context.pipeline(expr.pipeline, { ...scope, place: { kind: 'nowhere' } })),
      }
  }
}

function path(expr: ast.Expr, scope: Scope): Value {
  const found = pathOf(expr)
  if (found !== undefined) return valueOfPath(found, scope)
  const element = elementOf(expr, scope)
  if (element !== undefined) return element
  if (expr.kind === 'member') scope.context.value(expr.object, scope)
  const text = cut(scope, expr.span)
  return refuse(scope, 'S136', {
    span: expr.span,
    facts: { text, found: 'a member of a value', hint: 'Only a row has columns.' },
  })
}

function element(expr: Extract<ast.Expr, { kind: 'index' }>, scope: Scope): Term {
  const found = elementOf(expr, scope)
  if (found !== undefined) return found
  const text = cut(scope, expr.object.span)
  if (isPlainColumn(expr.object, scope)) {
    const whole = cut(scope, expr.span)
    return refuse(scope, 'S146', { span: expr.span, facts: { text: whole, written: text, span: expr.span } })
  }
  const facts = { what: 'An index', wants: 'a list column', found: `\`${text}\``, hint: null }
  return refuse(scope, 'S120', { span: expr.span, facts })
}

/** A column of the row that has one value in each. */
function isPlainColumn(expr: ast.Expr, { place }: Scope): boolean {
  const name = pathOf(expr)
    ?.parts.map(({ text }) => text)
    .join('.')
  if (place.kind === 'nowhere') return false
  return place.rows.bare.schema.columns.some((column) => column.name === name && column.type.kind !== 'list')
}

function binary(expr: Extract<ast.Expr, { kind: 'binary' }>, scope: Scope): Term {
  const { operator } = expr
  switch (operator) {
    case '+':
    case '-':
      return sum({ ...expr, operator }, scope)
    case '*':
    case '/':
      return product({ ...expr, operator }, scope)
    case '^':
      return power(expr, scope)
    case '??':
      return otherwise(expr, scope)
    case 'and':
    case 'or':
      return connective({ ...expr, operator }, scope)
  }
}
