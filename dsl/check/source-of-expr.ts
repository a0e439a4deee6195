import type * as ast from '../ir/ast.ts'

/** An expression that stands for a stream, as an argument of a macro or an aggregate does. */
export function sourceOfExpr(expr: ast.Expr): ast.Source | undefined {
  const { span } = expr
  switch (expr.kind) {
    case 'string':
      return { kind: 'path', path: expr.value, span }
    case 'name':
      return { kind: 'name', name: expr.name, args: null, members: [], span }
    case 'call':
      return { kind: 'name', name: expr.name, args: expr.args, members: [], span }
    case 'pipelineValue':
      return { kind: 'pipeline', pipeline: expr.pipeline, span }
    case 'member': {
      const object = sourceOfExpr(expr.object)
      return object?.kind === 'name' ? { ...object, members: [...object.members, expr.name], span } : undefined
    }
    case 'number':
    case 'quantity':
    case 'instant':
    case 'bool':
    case 'this':
    case 'index':
    case 'list':
    case 'negate':
    case 'not':
    case 'binary':
    case 'compare':
    case 'inRange':
    case 'inSet':
    case 'exists':
      return undefined
  }
}
