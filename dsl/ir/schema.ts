import type { Expr, Named, Plan } from './plan.ts'
import type { Column, Schema, Type } from './types.ts'

/** The rows that a plan gives: their columns in print order, what orders them, and the events they refer to. */
export function schemaOf(plan: Plan): Schema {
  switch (plan.op) {
    case 'scan':
    case 'select':
      return plan.schema
    case 'filter':
    case 'veto':
    case 'take':
      return schemaOf(plan.input)
    case 'sort':
      return { ...schemaOf(plan.input), stream: 'table', key: null }
    case 'define': {
      const schema = schemaOf(plan.input)
      return { ...schema, columns: [...schema.columns, ...plan.columns.map(columnOf)] }
    }
    case 'match':
      return matchSchema(plan)
    case 'group':
      return {
        stream: 'table',
        columns: [
          ...plan.keys.map(columnOf),
          ...plan.measures.map(({ name, type, missing }) => ({ name, type, missing })),
        ],
        key: null,
        references: [],
        roles: [],
      }
  }
}

export function typeOf(expr: Expr): Type {
  switch (expr.kind) {
    case 'number':
    case 'column':
    case 'call':
    case 'aggregate':
      return expr.type
    case 'bool':
      return { kind: 'bool' }
    case 'text':
      return { kind: 'text' }
    case 'instant':
      return { kind: 'instant' }
  }
}

export function mayBeMissing(expr: Expr): boolean {
  return (expr.kind === 'column' || expr.kind === 'call' || expr.kind === 'aggregate') && expr.missing
}

function columnOf({ name, value }: Named): Column {
  return { name, type: typeOf(value), missing: mayBeMissing(value) }
}

function matchSchema(plan: Extract<Plan, { op: 'match' }>): Schema {
  const bound = [
    { name: plan.anchor, schema: schemaOf(plan.input) },
    ...plan.roles
      .filter((role) => role.quantifier !== 'without')
      .map((role) => ({ name: role.name, schema: schemaOf(role.source) })),
  ]
  return {
    stream: 'match',
    columns: bound.flatMap(({ name, schema }) =>
      schema.columns.map((column) => ({ ...column, name: `${name}.${column.name}` })),
    ),
    key: `${plan.anchor}.${bound[0]?.schema.key ?? ''}`,
    references: bound.flatMap(({ name, schema }) => schema.references.map((prefix) => `${name}.${prefix}`)),
    roles: bound.map(({ name }) => name),
  }
}
