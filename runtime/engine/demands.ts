import type { Expr, Measure, Plan, WindowAggregate } from '../../dsl/ir/plan.ts'
import { burstId, schemaOf } from '../../dsl/ir/schema.ts'
import type { Identity } from './identity.ts'
import { comparedColumns, lookingAt } from './looking.ts'
import { partsOf } from './expr-parts.ts'
import { heldBy } from './held-plan.ts'
import {
  boundBefore,
  keyOf,
  referencesOf,
  roleOf,
  sourceOf,
  type JoinPlan,
  type MatchPlan,
  type VetoPlan,
} from './plan-parts.ts'

/**
 * Which columns of which node are needed by what stands on it or looks at it: the least that scans must read and
 * operators must carry. Equal sub-plans are one node.
 */
export class Demands {
  readonly #identity: Identity
  readonly #columns = new Map<number, Set<string>>()
  readonly #bound = new Map<number, Set<string>>()
  /** Every node that is demanded, by its identity. */
  readonly plans = new Map<number, Plan>()

  constructor(identity: Identity) {
    this.#identity = identity
  }

  /** The columns of a plan that are needed, in no order. */
  of(plan: Plan): ReadonlySet<string> {
    return this.#columns.get(this.#identity.of(plan)) ?? new Set()
  }

  /** The columns, prefixed by role, that a match carries while it binds its roles. */
  boundOf(plan: MatchPlan): ReadonlySet<string> {
    return this.#bound.get(this.#identity.of(plan)) ?? new Set()
  }

  /** All columns of the plan's schema. */
  addAll(plan: Plan): void {
    this.add(
      plan,
      schemaOf(plan).columns.map(({ name }) => name),
    )
  }

  add(plan: Plan, names: readonly string[]): void {
    const id = this.#identity.of(plan)
    const known = this.#columns.get(id)
    const columns = known ?? new Set<string>()
    const added = names.filter((name) => !columns.has(name))
    if (known !== undefined && added.length === 0) return
    added.forEach((name) => columns.add(name))
    this.#columns.set(id, columns)
    this.plans.set(id, plan)
    if (known === undefined) this.#always(plan)
    this.#pass(plan, added)
  }

  /** The columns of the row and of what its windows look at that an expression needs. */
  addExpr(plan: Plan, expr: Expr): void {
    this.#expr(expr, {
      row: (name) => this.add(plan, [name]),
      aggregate: (aggregate) => {
        const columns = comparedColumns(lookingAt(aggregate.window, referencesOf(plan), aggregate.source))
        this.add(plan, columns.row)
        this.add(aggregate.source, columns.other)
      },
    })
  }

  addMeasure(plan: Plan, { value, where }: Pick<Measure, 'value' | 'where'>): void {
    for (const expr of [value, where ?? null]) if (expr !== null) this.addExpr(plan, expr)
  }

  /** What a node needs whatever is wanted of it. */
  #always(plan: Plan): void {
    switch (plan.op) {
      case 'scan':
      case 'define':
      case 'select':
      case 'take':
      case 'shift':
        return
      case 'complete':
      case 'during':
      case 'burst':
        return this.add(plan.input, [`${keyOf(plan.input)}t`])
      case 'sample':
        return this.add(plan.input, eventColumns(schemaOf(plan.input).references.slice(0, 1)))
      case 'renumber':
        return this.add(plan.input, placeColumns(plan.input))
      case 'union':
        return plan.inputs.forEach((input) => this.add(input, placeColumns(input)))
      case 'join':
        return this.#join(plan)
      case 'filter':
        return this.addExpr(plan.input, plan.where)
      case 'sort':
        return this.addExpr(plan.input, plan.by)
      case 'veto':
        return this.#veto(plan)
      case 'match':
        return this.#match(plan)
      case 'group':
        plan.keys.forEach(({ value }) => this.addExpr(plan.input, value))
        plan.measures.forEach((measure) => this.addMeasure(plan.input, measure))
        return this.add(plan.input, [])
    }
  }

  /** Where wanted columns come from. */
  #pass(plan: Plan, names: readonly string[]): void {
    switch (plan.op) {
      case 'scan':
      case 'group':
        return
      case 'filter':
      case 'veto':
      case 'sort':
      case 'take':
      case 'shift':
      case 'sample':
      case 'renumber':
      case 'complete':
      case 'during':
        return this.add(plan.input, names)
      case 'burst':
        return this.add(
          plan.input,
          names.filter((name) => !name.startsWith(`${burstId}.`)),
        )
      case 'union':
        return plan.inputs.forEach((input) => this.add(input, names))
      case 'join':
        return this.#passJoined(plan, names)
      case 'define':
      case 'select':
        return this.#passNamed(plan, names)
      case 'match':
        this.add(plan.input, [])
        plan.roles.forEach((role) => this.add(role.source, []))
        return names.forEach((name) => this.#needBound(plan, name))
    }
  }

  #passNamed(plan: Extract<Plan, { op: 'define' | 'select' }>, names: readonly string[]): void {
    const defined = new Map(plan.columns.map(({ name, value }) => [name, value]))
    this.add(
      plan.input,
      names.filter((name) => !defined.has(name)),
    )
    const within = (name: string): void => {
      const value = plan.op === 'define' ? defined.get(name) : undefined
      if (value === undefined) this.add(plan.input, [name])
      else this.#defined(plan.input, value, within)
    }
    for (const name of names) {
      const value = defined.get(name)
      if (value !== undefined) this.#defined(plan.input, value, within)
    }
  }

  /** A value of a `define` sees the columns that are defined before it. */
  #defined(input: Plan, value: Expr, column: (name: string) => void): void {
    this.#expr(value, {
      row: column,
      aggregate: (aggregate) => {
        const columns = comparedColumns(lookingAt(aggregate.window, referencesOf(input), aggregate.source))
        this.add(input, columns.row)
        this.add(aggregate.source, columns.other)
      },
    })
  }

  #join(plan: JoinPlan): void {
    this.add(plan.input, plan.unmatched === 'error' ? eventColumns(schemaOf(plan.input).references.slice(0, 1)) : [])
    plan.keys.forEach(({ left }) => this.addExpr(plan.input, left))
    if (heldBy(plan) !== undefined) return
    this.add(plan.source, [])
    plan.keys.forEach(({ right }) => this.addExpr(plan.source, right))
  }

  #passJoined(plan: JoinPlan, names: readonly string[]): void {
    const joined = new Set(schemaOf(plan.source).columns.map(({ name }) => `${plan.name}.${name}`))
    this.add(
      plan.input,
      names.filter((name) => !joined.has(name)),
    )
    if (heldBy(plan) !== undefined) return
    const own = names.filter((name) => joined.has(name)).map((name) => name.slice(plan.name.length + 1))
    this.add(plan.source, own)
  }

  #veto(plan: VetoPlan): void {
    this.add(plan.input, [`${keyOf(plan.input)}t`])
    this.add(plan.source, [`${keyOf(plan.source)}t`])
    if (plan.where !== null) {
      this.addExpr(plan.input, plan.where)
      this.#others(plan.where, plan.source)
    }
  }

  #match(plan: MatchPlan): void {
    this.#bound.set(this.#identity.of(plan), new Set())
    for (const role of plan.roles) {
      const columns = comparedColumns(lookingAt(role.window, boundBefore(plan, role), role.source))
      columns.row.forEach((name) => this.#needBound(plan, name))
      this.add(role.source, columns.other)
      if (role.where === null) continue
      this.#others(role.where, role.source)
      this.#expr(role.where, {
        row: (name) => this.#needBound(plan, name),
        aggregate: (aggregate) => {
          const seen = comparedColumns(lookingAt(aggregate.window, boundBefore(plan, role), aggregate.source))
          seen.row.forEach((name) => this.#needBound(plan, name))
          this.add(aggregate.source, seen.other)
        },
      })
    }
  }

  #needBound(plan: MatchPlan, name: string): void {
    this.#bound.get(this.#identity.of(plan))?.add(name)
    const [role, column] = roleOf(plan, name)
    this.add(sourceOf(plan, role), [column])
  }

  #expr(
    expr: Expr,
    needs: { readonly row: (name: string) => void; readonly aggregate: (aggregate: WindowAggregate) => void },
    seen = new Set<Expr>(),
  ): void {
    if (seen.has(expr)) return
    seen.add(expr)
    if (expr.kind === 'column' && expr.row === 'row') needs.row(expr.name)
    if (expr.kind === 'aggregate') needs.aggregate(expr)
    for (const part of partsOf(expr)) {
      if (expr.kind === 'aggregate') this.#others(part, expr.source)
      this.#expr(part, needs, seen)
    }
  }

  /** The columns of the looked-at row; those of a nested aggregate's members are its own. */
  #others(expr: Expr, source: Plan): void {
    if (expr.kind === 'column' && expr.row === 'other') this.add(source, [expr.name])
    if (expr.kind !== 'aggregate') partsOf(expr).forEach((part) => this.#others(part, source))
  }
}

/** What tells an event, of some references. */
function eventColumns(references: readonly string[]): readonly string[] {
  return references.flatMap((prefix) => [`${prefix}file`, `${prefix}entry`])
}

/** What the rows of a stream are ordered by; nothing for a table. */
function placeColumns(plan: Plan): readonly string[] {
  const { key, references } = schemaOf(plan)
  return key === null ? [] : [...references.map((prefix) => `${prefix}t`), ...eventColumns(references)]
}
