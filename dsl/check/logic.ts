import type * as ast from '../ir/ast.ts'
import { joined } from '../ir/joined.ts'
import { conditionOf } from './operand.ts'
import type { Fact, Place, Scope } from './scope.ts'
import { bool, callTerm, type ColumnTerm, type Term, valuesRead } from './term.ts'

type Binary = Extract<ast.Expr, { kind: 'binary' }>

/** `and`, `or`: the right side knows what the left one says about values that may be missing. */
export function connective(expr: Binary & { operator: 'and' | 'or' }, scope: Scope): Term {
  const left = conditionOf(expr.left, scope)
  const facts = expr.operator === 'and' ? factsOf(left) : factsAgainst(left)
  const right = conditionOf(expr.right, knowing(scope, facts))
  return callTerm(expr.operator, [left, right], bool)
}

export function negatedCondition(expr: Extract<ast.Expr, { kind: 'not' }>, scope: Scope): Term {
  return callTerm('not', [conditionOf(expr.operand, scope)], bool)
}

/** The columns that are there in every row for which a condition holds. */
export function factsOf(condition: Term): readonly Fact[] {
  if (condition.kind !== 'call') return []
  const [first] = condition.args
  switch (condition.fn) {
    case 'and':
      return condition.args.flatMap(factsOf)
    case 'not':
      return first === undefined ? [] : factsAgainst(first)
    case 'exists':
      return first === undefined ? [] : (valuesRead(first) ?? []).flatMap(factsOfColumn)
  }
  return []
}

/** A value of a joined record shows that there is a partner, and so every column that partners always have. */
function factsOfColumn({ frame, name }: ColumnTerm): readonly Fact[] {
  const record = frame.optional.find(({ prefix }) => name.startsWith(prefix))
  return [...new Set([name, ...(record?.always ?? [])])].map((each) => ({ frame, name: each }))
}

/** The columns that are there in every row for which a condition does not hold. */
function factsAgainst(condition: Term): readonly Fact[] {
  if (condition.kind !== 'call') return []
  if (condition.fn === 'or') return condition.args.flatMap(factsAgainst)
  const [first] = condition.args
  return condition.fn === 'not' && first !== undefined ? factsOf(first) : []
}

export function knowing(scope: Scope, facts: readonly Fact[]): Scope {
  if (facts.length === 0 || scope.place.kind === 'nowhere') return scope
  const rows = { ...scope.place.rows, shown: [...scope.place.rows.shown, ...facts] }
  const place: Place = { ...scope.place, rows }
  return { ...scope, place }
}

/** The terms of which a condition is the conjunction. */
export function conjunctsOf(condition: Term): readonly Term[] {
  return condition.kind === 'call' && condition.fn === 'and' ? condition.args.flatMap(conjunctsOf) : [condition]
}

export function conjunction(terms: readonly Term[]): Term | null {
  return joined(terms, (left, right) => callTerm('and', [left, right], bool)) ?? null
}
