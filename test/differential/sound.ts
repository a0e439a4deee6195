import { isDeepStrictEqual } from 'node:util'
import type { Expr, NumberInput, Plan, Window } from '../../dsl/ir/plan.ts'
import { mayBeMissing, schemaOf, typeOf } from '../../dsl/ir/schema.ts'
import type { Column } from '../../dsl/ir/types.ts'
import type { BackendQuery } from '../../runtime/ports/backend.ts'

/** The rows that an expression may read. */
interface Rows {
  readonly row: readonly Column[]
  readonly other?: readonly Column[]
}

/**
 * Whether a query that was made smaller still means something: it reads only columns that are there, of the types that it
 * says, and windows and stages of time stand on rows with a time.
 */
export function isSound(query: BackendQuery): boolean {
  switch (query.kind) {
    case 'table':
      return isSoundPlan(query.plan) && (query.windows ?? []).every(({ source }) => isTimed(source))
    case 'hist': {
      const rows = { row: schemaOf(query.plan).columns }
      const values = [...query.axes.map(({ value }) => value), ...(query.weight === null ? [] : [query.weight])]
      return (
        query.axes.length > 0 &&
        isSoundPlan(query.plan) &&
        values.every((value) => isSoundExpr(value, rows) && !mayBeMissing(value))
      )
    }
    case 'number': {
      if (!query.inputs.every(isSoundInput)) return false
      const row = query.inputs.map((input): Column => {
        if (input.kind === 'measure')
          return { name: input.name, type: input.measure.type, missing: input.measure.missing }
        return { name: input.name, type: { kind: 'number', repr: 'int64', unit: [] }, missing: false }
      })
      return isSoundExpr(query.value, { row })
    }
    case 'cutflow':
      return isSoundPlan(query.plan) && (query.by === null || hasSplit(query.plan, query.by.name))
    case 'describe':
    case 'explain':
      return isSoundPlan(query.plan)
  }
}

function isSoundInput(input: NumberInput): boolean {
  if (input.kind === 'livetime') return isTimed(input.plan)
  const { value, where } = input.measure
  const rows = { row: schemaOf(input.plan).columns }
  const isRead = [value, where].every((part) => part === null || part === undefined || isSoundExpr(part, rows))
  return isSoundPlan(input.plan) && isRead
}

/** Whether every stage up from the scan or union has the column that splits a cutflow. */
function hasSplit(plan: Plan, name: string): boolean {
  const { columns, key } = schemaOf(plan)
  if (!columns.some((column) => column.name === `${key ?? ''}${name}`)) return false
  return plan.op === 'scan' || plan.op === 'union' || hasSplit(plan.input, name)
}

function isTimed(plan: Plan): boolean {
  return isSoundPlan(plan) && schemaOf(plan).key !== null
}

function isSoundPlan(plan: Plan): boolean {
  if (plan.op === 'scan') return true
  if (plan.op === 'union') {
    return plan.inputs.every((input) => isSoundPlan(input) && plan.schema.columns.every((column) => has(input, column)))
  }
  const schema = schemaOf(plan.input)
  const rows: Rows = { row: schema.columns }
  const reads = (...exprs: readonly Expr[]): boolean => exprs.every((expr) => isSoundExpr(expr, rows))
  if (!isSoundPlan(plan.input)) return false
  switch (plan.op) {
    case 'filter':
      return reads(plan.where)
    case 'define':
      return plan.columns.every(({ value }, at) => {
        const before: Plan = { ...plan, columns: plan.columns.slice(0, at) }
        return isSoundExpr(value, { row: schemaOf(before).columns })
      })
    case 'select':
      return reads(...plan.columns.map(({ value }) => value)) && hasOwnColumns(plan)
    case 'veto': {
      const both = { ...rows, other: schemaOf(plan.source).columns }
      return schema.key !== null && isTimed(plan.source) && (plan.where === null || isSoundExpr(plan.where, both))
    }
    case 'match':
      return schema.key !== null && plan.roles.every((_, at) => isSoundRole(plan, at))
    case 'group':
      return (
        reads(...plan.keys.map(({ value }) => value), ...plan.measures.flatMap(({ value }) => value ?? [])) &&
        reads(...plan.measures.flatMap(({ where }) => where ?? [])) &&
        (plan.livetime === undefined || schema.key !== null)
      )
    case 'sort':
      return reads(plan.by)
    case 'shift':
    case 'burst':
      return schema.stream === 'events'
    case 'renumber':
      return plan.columns.every((name) => schema.columns.some((column) => column.name === name))
    case 'complete':
      return schema.key !== null && plan.windows.every(({ source }) => isTimed(source))
    case 'join': {
      const right = { row: schemaOf(plan.source).columns }
      return isSoundPlan(plan.source) && plan.keys.every((key) => reads(key.left) && isSoundExpr(key.right, right))
    }
    case 'during':
      return schema.key !== null && isSoundPlan(plan.spans.source)
    case 'take':
      return true
    case 'sample':
      return schema.references.length > 0
  }
}

function has(plan: Plan, { name, type }: Column): boolean {
  return schemaOf(plan).columns.some((column) => column.name === name && column.type.kind === type.kind)
}

/** The schema of a `select` stands beside its columns. */
function hasOwnColumns({ columns, schema }: Extract<Plan, { op: 'select' }>): boolean {
  return (
    columns.length === schema.columns.length &&
    columns.every(({ name, value }, at) => {
      const column = schema.columns[at]
      return (
        column?.name === name &&
        (column.missing || !mayBeMissing(value)) &&
        isDeepStrictEqual(column.type, typeOf(value))
      )
    })
  )
}

function isSoundRole(plan: Extract<Plan, { op: 'match' }>, at: number): boolean {
  const role = plan.roles[at]!
  const row = schemaOf({ ...plan, roles: plan.roles.slice(0, at) }).columns
  if (!isTimed(role.source) || !hasWindow(role.window, row)) return false
  return role.where === null || isSoundExpr(role.where, { row, other: schemaOf(role.source).columns })
}

function hasWindow(window: Window, row: readonly Column[]): boolean {
  const prefixes = window.kind === 'within' ? [window.reference] : [window.from, window.to]
  const names = new Set(row.map(({ name }) => name))
  return prefixes.every((prefix) => ['t', 'file', 'entry'].every((name) => names.has(`${prefix}${name}`)))
}

function isSoundExpr(expr: Expr, rows: Rows): boolean {
  switch (expr.kind) {
    case 'number':
    case 'bool':
    case 'text':
    case 'instant':
    case 'missing':
      return true
    case 'column': {
      if (expr.row === 'element') return true
      const found = (expr.row === 'row' ? rows.row : (rows.other ?? [])).find(({ name }) => name === expr.name)
      return found !== undefined && (expr.missing || !found.missing) && isDeepStrictEqual(found.type, expr.type)
    }
    case 'call': {
      const isHandled = expr.missing || ['coalesce', 'exists', 'and', 'or', 'not'].includes(expr.fn)
      return expr.args.every((arg) => isSoundExpr(arg, rows) && (isHandled || !mayBeMissing(arg)))
    }
    case 'aggregate': {
      const inner = { row: rows.row, other: schemaOf(expr.source).columns }
      const parts = [expr.value, expr.where].every((part) => part === null || isSoundExpr(part, inner))
      return parts && isTimed(expr.source) && hasWindow(expr.window, rows.row)
    }
    case 'reduce':
      return [expr.list, expr.value, expr.where].every((part) => part === null || isSoundExpr(part, rows))
    case 'element':
      return isSoundExpr(expr.list, rows)
    case 'total':
      return isSoundInput(expr.of)
  }
}
