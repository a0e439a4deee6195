import type * as ast from './ast.ts'

/** The expressions that an expression is made of. Those inside the arguments of a call are among them, streams are not. */
export function operandsOf(expr: ast.Expr): readonly ast.Expr[] {
  switch (expr.kind) {
    case 'number':
    case 'quantity':
    case 'string':
    case 'instant':
    case 'bool':
    case 'this':
    case 'name':
    case 'pipelineValue':
      return []
    case 'call':
      return expr.args.map(({ value }) => value)
    case 'member':
    case 'index':
      return [expr.object]
    case 'list':
      return expr.items
    case 'negate':
    case 'not':
      return [expr.operand]
    case 'binary':
      return [expr.left, expr.right]
    case 'compare':
      return [expr.first, ...expr.rest.map(({ value }) => value)]
    case 'inRange':
      return [expr.value, expr.range.low, expr.range.high]
    case 'inSet':
      return [expr.value, expr.set]
    case 'exists':
      return [expr.value]
  }
}
