import type { Expr, Plan, WindowAggregate } from '../../dsl/ir/plan.ts'
import { schemaOf, typeOf } from '../../dsl/ir/schema.ts'
import type { Scalar, Type } from '../../dsl/ir/types.ts'
import { derivedIn } from './expr-parts.ts'

export type MatchPlan = Extract<Plan, { op: 'match' }>
export type VetoPlan = Extract<Plan, { op: 'veto' }>
export type JoinPlan = Extract<Plan, { op: 'join' }>
export type BurstPlan = Extract<Plan, { op: 'burst' }>
export type DuringPlan = Extract<Plan, { op: 'during' }>
export type UnionPlan = Extract<Plan, { op: 'union' }>

/** Name of the column that holds a row's position among the rows that a task read of its dataset. */
export const positionColumn = '\0row'
export const positionType: Type = { kind: 'number', repr: 'uint32', unit: [] }

/** The window aggregates of expressions, those inside of another before it. */
export function aggregatesIn(expressions: readonly (Expr | null)[]): readonly WindowAggregate[] {
  return derivedIn(expressions).filter((derived) => derived.kind === 'aggregate')
}

/** Prefix of the columns that order the rows of a plan. @throws for a table: a bug of the planner */
export function keyOf(plan: Plan): string {
  const { key } = schemaOf(plan)
  if (key === null) throw new Error('a table has no order in time')
  return key
}

/**
 * The dataset whose rows are the events that a reference of a plan's rows means, when a position among them says the
 * same as `(file, entry)`: an events dataset holds each event once. Undefined otherwise.
 */
export function identityOf(plan: Plan, prefix: string): string | undefined {
  switch (plan.op) {
    case 'scan':
      return plan.schema.stream === 'events' && prefix === '' ? plan.dataset : undefined
    case 'filter':
    case 'define':
    case 'veto':
    case 'during':
    case 'complete':
    case 'sample':
    case 'burst':
    case 'join':
      return identityOf(plan.input, prefix)
    case 'select':
      return ['t', 'file', 'entry'].every((name) => isKept(plan, `${prefix}${name}`))
        ? identityOf(plan.input, prefix)
        : undefined
    case 'match': {
      const [name, rest] = roleOf(plan, prefix)
      return identityOf(sourceOf(plan, name), rest)
    }
    // Positions say nothing of another time axis, or under other file numbers.
    case 'shift':
    case 'renumber':
    case 'union':
    case 'sort':
    case 'take':
    case 'group':
      return undefined
  }
}

function isKept(plan: Extract<Plan, { op: 'select' }>, name: string): boolean {
  const value = plan.columns.find((column) => column.name === name)?.value
  return value?.kind === 'column' && value.name === name
}

/** Splits a column or prefix of a match into its role and what is left of it. */
export function roleOf(plan: MatchPlan, name: string): readonly [string, string] {
  const roles = [plan.anchor, ...plan.roles.filter(isWith).map((role) => role.name)]
  const role = roles.filter((known) => name.startsWith(`${known}.`)).toSorted((a, b) => b.length - a.length)[0]
  if (role === undefined) throw new Error(`no role of the match has a column ${name}`)
  return [role, name.slice(role.length + 1)]
}

/** The plan whose rows a role is bound to. */
export function sourceOf(plan: MatchPlan, role: string): Plan {
  if (role === plan.anchor) return plan.input
  const found = plan.roles.find((known) => known.name === role && isWith(known))
  if (found === undefined) throw new Error(`no role ${role}`)
  return found.source
}

export function isWith(role: MatchPlan['roles'][number]): boolean {
  return role.quantifier !== 'without'
}

/** An event reference of a row: the prefix of its columns, and the dataset whose positions stand for it. */
export interface Reference {
  readonly prefix: string
  readonly identity: string | undefined
}

export function referencesOf(plan: Plan): readonly Reference[] {
  return schemaOf(plan).references.map((prefix) => ({ prefix, identity: identityOf(plan, prefix) }))
}

/** The references bound in a row of a match before `role` looks for candidates: a `without` sees all of them. */
export function boundBefore(plan: MatchPlan, role: MatchPlan['roles'][number]): readonly Reference[] {
  const earlier = isWith(role) ? plan.roles.slice(0, plan.roles.indexOf(role)) : plan.roles
  const names = [plan.anchor, ...earlier.filter(isWith).map(({ name }) => name)]
  return names.flatMap((name) =>
    referencesOf(sourceOf(plan, name)).map(({ prefix, identity }) => ({ prefix: `${name}.${prefix}`, identity })),
  )
}

/** Type of an expression that is no list. @throws for a list: a bug of the checker */
export function scalarOf(expr: Expr): Scalar {
  const type = typeOf(expr)
  if (type.kind === 'list') throw new Error('a list stands where a value is needed')
  return type
}
