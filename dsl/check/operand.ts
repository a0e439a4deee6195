import type * as ast from '../ir/ast.ts'
import { refuse } from './refusal.ts'
import { cut, type Scope, type Value } from './scope.ts'
import { bool, isUnhandled, type Term, typeOfTerm, valuesRead } from './term.ts'
import { type Operand, typeWord } from './wording.ts'

/** The value of an expression as one value of a row; a role, a stream, a list and a jagged column are refused. */
export function termOf(expr: ast.Expr, scope: Scope, condition?: ast.Expr): Term {
  const value = scope.context.value(expr, scope)
  return value.kind === 'jagged' ? refuseJagged(expr, scope, condition) : asTerm(value, expr, scope)
}

/** A column of many values is first reduced to one. `condition` is the comparison that it stands in. */
function refuseJagged(expr: ast.Expr, scope: Scope, condition?: ast.Expr): never {
  const column = cut(scope, expr.span)
  const at = column.lastIndexOf('.')
  const [list, field] = at < 0 ? [column, 'x'] : [column.slice(0, at), column.slice(at + 1)]
  const test = condition === undefined ? `${field} > …` : cut(scope, condition.span).replace(column, field)
  return refuse(scope, 'S112', { span: expr.span, facts: { column, list, field, test } })
}

export function asTerm(value: Value, expr: ast.Expr, scope: Scope): Term {
  const text = cut(scope, expr.span)
  const is = (found: string, hint: string | null = null): never =>
    refuse(scope, 'S136', { span: expr.span, facts: { text, found, hint } })
  switch (value.kind) {
    case 'row':
      return is('a whole row', `Name a column of it: \`${text}.t\`.`)
    case 'vector':
      return is('a vector', 'Take its length: `norm(…)`.')
    case 'list':
      return is('a list')
    case 'jagged':
      return refuseJagged(expr, scope)
    case 'meaning':
      return is(
        meaningWord(value.meaning.kind),
        value.meaning.kind === 'stream' ? `Count its rows: \`count(${text})\`.` : null,
      )
    case 'constant':
    case 'number':
    case 'bool':
    case 'text':
    case 'instant':
    case 'column':
    case 'call':
    case 'aggregate':
    case 'reduce':
    case 'element':
    case 'total':
      return value
  }
}

/** What a name that is no value means, with its article. */
export function meaningWord(kind: 'stream' | 'hist' | 'value' | 'list' | 'fn' | 'broken'): string {
  switch (kind) {
    case 'stream':
      return 'a stream'
    case 'hist':
      return 'a histogram'
    case 'value':
      return 'a value'
    case 'list':
      return 'a list'
    case 'fn':
      return 'a function'
    case 'broken':
      return 'a name without meaning'
  }
}

/** An operand of a computation: a function of a missing value is missing. */
export function operandOf(expr: ast.Expr, scope: Scope): Operand {
  return { term: termOf(expr, scope), expr }
}

/**
 * One value, and one that is there. `condition` is the comparison that it stands in. A number that is shown needs no
 * handling: what is computed of a missing one is shown as missing.
 */
export function presentOperand(expr: ast.Expr, scope: Scope, condition?: ast.Expr): Operand {
  const operand = { term: termOf(expr, scope, condition), expr }
  if (scope.place.kind !== 'nowhere' && isUnhandled(operand.term)) refuseMissing(operand, scope, condition)
  return operand
}

/** A value that may be missing is first asked whether it exists, or given a value for the rows that lack it. */
function refuseMissing({ term, expr }: Operand, scope: Scope, condition?: ast.Expr): never {
  const what = cut(scope, expr.span)
  const isTested = condition !== undefined && valuesRead(term) !== null
  const asked = recordOf(term) ?? what
  return refuse(scope, 'S111', {
    span: expr.span,
    facts: {
      what,
      why: reasonOf(term),
      test: isTested
        ? {
            text: `${asked} exists and ${cut(scope, condition.span)}`,
            added: `${asked} exists and `,
            at: condition.span.start,
          }
        : null,
    },
  })
}

/** The joined record that a value is of, where all that may lack is the partner. */
function recordOf(term: Term): string | undefined {
  const [column] = valuesRead(term) ?? []
  const record = column?.frame.optional.find(({ prefix }) => column.name.startsWith(prefix))
  return column !== undefined && record?.always.includes(column.name) === true ? record.prefix.slice(0, -1) : undefined
}

function reasonOf(term: Term): string {
  if (term.kind === 'aggregate') return 'finds no row in some windows'
  if (isTotal(term)) return 'is of a stream that may have no rows'
  if (term.kind === 'element') return 'lies behind the end of the list in some rows'
  const [column] = valuesRead(term) ?? []
  const record = column?.frame.optional.find(({ prefix }) => column.name.startsWith(prefix))
  if (record !== undefined) return `comes from \`join optional\` (${record.place})`
  return term.kind === 'reduce' ? 'is of nothing in some rows' : 'has no value in some rows'
}

function isTotal(term: Term): boolean {
  return term.kind === 'total' || (term.kind === 'call' && term.args.some(isTotal))
}

/** A condition: true or false in every row. */
export function conditionOf(expr: ast.Expr, scope: Scope): Term {
  const operand = presentOperand(expr, scope, expr)
  const type = typeOfTerm(operand.term)
  if (type.kind === bool.kind) return operand.term
  return refuse(scope, 'S116', { span: expr.span, facts: { found: typeWord(type) } })
}
