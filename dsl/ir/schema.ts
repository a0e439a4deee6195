import type { Expr, Named, Plan } from './plan.ts'
import type { Column, Schema, Type } from './types.ts'

// Every stage asks for the rows before it: without this a long chain would be walked from its end at each step.
const known = new WeakMap<Plan, Schema>()

/** The rows that a plan gives: their columns in print order, what orders them, and the events they refer to. */
export function schemaOf(plan: Plan): Schema {
  const found = known.get(plan) ?? schemaFrom(plan)
  known.set(plan, found)
  return found
}

function schemaFrom(plan: Plan): Schema {
  switch (plan.op) {
    case 'scan':
    case 'select':
    case 'union':
      return plan.schema
    case 'filter':
    case 'veto':
    case 'during':
    case 'take':
    case 'shift':
    case 'sample':
    case 'renumber':
    case 'complete':
      return schemaOf(plan.input)
    case 'burst':
      return burstSchema(schemaOf(plan.input))
    case 'join':
      return joinSchema(plan)
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
          ...(plan.livetime === undefined ? [] : [{ name: plan.livetime, type: liveTime, missing: false }]),
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
    case 'missing':
    case 'column':
    case 'call':
    case 'aggregate':
    case 'reduce':
    case 'element':
    case 'total':
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
  switch (expr.kind) {
    case 'missing':
      return true
    case 'column':
    case 'call':
    case 'aggregate':
    case 'reduce':
    case 'element':
    case 'total':
      return expr.missing
    case 'number':
    case 'bool':
    case 'text':
    case 'instant':
      return false
  }
}

const liveTime: Type = { kind: 'number', repr: 'int64', unit: [{ name: 'ns', power: 1 }] }

function columnOf({ name, value }: Named): Column {
  return { name, type: typeOf(value), missing: mayBeMissing(value) }
}

/** The reference of the first event of a burst: `burst_id.file`, `burst_id.entry`. */
export const burstId = 'burst_id'

function burstSchema(schema: Schema): Schema {
  const parts = schema.columns.filter(({ name }) => name === 'file' || name === 'entry')
  return {
    ...schema,
    columns: [...schema.columns, ...parts.map((part) => ({ ...part, name: `${burstId}.${part.name}` }))],
  }
}

function joinSchema({ input, name, source, unmatched }: Extract<Plan, { op: 'join' }>): Schema {
  const schema = schemaOf(input)
  const joined = schemaOf(source).columns.map((column) => ({
    ...column,
    name: `${name}.${column.name}`,
    missing: column.missing || unmatched === 'missing',
  }))
  return { ...schema, columns: [...schema.columns, ...joined] }
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
