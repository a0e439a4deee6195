import type { Expr, Named, Plan, Role } from '../ir/plan.ts'

type Map = (plan: Plan) => Plan

/** A plan with other plans in the place of those it stands on: its inputs, and the streams that its stages look at. */
export function withSources(plan: Plan, map: Map): Plan {
  const expr = (of: Expr): Expr => exprWithSources(of, map)
  const maybe = (of: Expr | null): Expr | null => (of === null ? null : expr(of))
  const named = (columns: readonly Named[]): readonly Named[] =>
    columns.map(({ name, value }) => ({ name, value: expr(value) }))
  switch (plan.op) {
    case 'scan':
      return plan
    case 'union':
      return { ...plan, inputs: plan.inputs.map(map) }
    case 'filter':
      return { ...plan, input: map(plan.input), where: expr(plan.where) }
    case 'define':
    case 'select':
      return { ...plan, input: map(plan.input), columns: named(plan.columns) }
    case 'veto':
      return { ...plan, input: map(plan.input), source: map(plan.source), where: maybe(plan.where) }
    case 'match':
      return { ...plan, input: map(plan.input), roles: plan.roles.map((role) => roleWithSources(role, map)) }
    case 'group': {
      const measures = plan.measures.map((measure) => ({
        ...measure,
        value: maybe(measure.value),
        ...(measure.where === undefined ? {} : { where: expr(measure.where) }),
      }))
      return { ...plan, input: map(plan.input), keys: named(plan.keys), measures }
    }
    case 'sort':
      return { ...plan, input: map(plan.input), by: expr(plan.by) }
    case 'join':
      return { ...plan, input: map(plan.input), source: map(plan.source) }
    case 'during':
      return { ...plan, input: map(plan.input), spans: { ...plan.spans, source: map(plan.spans.source) } }
    case 'complete': {
      const windows = plan.windows.map((look) => ({ ...look, source: map(look.source) }))
      return { ...plan, input: map(plan.input), windows }
    }
    case 'take':
    case 'shift':
    case 'burst':
    case 'sample':
    case 'renumber':
      return { ...plan, input: map(plan.input) }
  }
}

function roleWithSources(role: Role, map: Map): Role {
  return { ...role, source: map(role.source), where: role.where === null ? null : exprWithSources(role.where, map) }
}

function exprWithSources(expr: Expr, map: Map): Expr {
  switch (expr.kind) {
    case 'aggregate':
      return { ...expr, source: map(expr.source) }
    case 'call':
      return { ...expr, args: expr.args.map((arg) => exprWithSources(arg, map)) }
    case 'total':
      return { ...expr, of: { ...expr.of, plan: map(expr.of.plan) } }
    case 'number':
    case 'bool':
    case 'text':
    case 'instant':
    case 'missing':
    case 'column':
    case 'reduce':
    case 'element':
      return expr
  }
}
