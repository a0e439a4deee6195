import type { Expr, Plan, Window } from '../../dsl/ir/plan.ts'
import { schemaOf } from '../../dsl/ir/schema.ts'
import { heldBy } from './held-plan.ts'
import { aggregatesIn, isWith, type MatchPlan } from './plan-parts.ts'

/** How far from a row's own time its value may depend on others, ns: it sees [t − before, t + after]. */
export interface Reach {
  readonly before: number
  readonly after: number
}

/** Time relative to the row's own, ns: closed, low <= high. */
interface Hull {
  readonly low: number
  readonly high: number
}

const here: Hull = { low: 0, high: 0 }

/** Reach of a plan: the hull of its windows, each composed with the reach of what it looks at (language.md 9.3). */
export function reachOf(plan: Plan): Reach {
  const { low, high } = new Composer().plan(plan)
  return { before: 0 - low, after: high }
}

export function hullOf(reaches: readonly Reach[]): Reach {
  return {
    before: Math.max(0, ...reaches.map(({ before }) => before)),
    after: Math.max(0, ...reaches.map(({ after }) => after)),
  }
}

/** Each node is composed once, however often the plan holds it. */
class Composer {
  readonly #plans = new Map<Plan, Hull>()

  plan(plan: Plan): Hull {
    const known = this.#plans.get(plan)
    if (known !== undefined) return known
    const hull = this.#compose(plan)
    this.#plans.set(plan, hull)
    return hull
  }

  #compose(plan: Plan): Hull {
    switch (plan.op) {
      case 'scan':
        return here
      case 'filter':
        return this.#aggregates(plan.input, [plan.where])
      case 'define':
      case 'select':
        return this.#aggregates(
          plan.input,
          plan.columns.map(({ value }) => value),
        )
      case 'shift':
        return join([sum(this.plan(plan.input), { low: -plan.by, high: -plan.by })])
      case 'burst':
        return heldBy(plan) === undefined
          ? sum(this.plan(plan.input), { low: -plan.within, high: plan.within })
          : this.plan(plan.input)
      case 'union':
        return join(plan.inputs.map((input) => this.plan(input)))
      case 'join':
        return this.#aggregates(
          plan.input,
          plan.keys.map(({ left }) => left),
        )
      case 'veto': {
        const seen = sum({ low: -plan.high, high: -plan.low }, this.plan(plan.source))
        return join([this.#aggregates(plan.input, [plan.where]), seen])
      }
      case 'match':
        return this.#match(plan)
      case 'group':
        return this.#aggregates(plan.input, [
          ...plan.keys.map(({ value }) => value),
          ...plan.measures.flatMap(({ value, where = null }) => [value, where]),
        ])
      case 'sort':
        return this.#aggregates(plan.input, [plan.by])
      case 'take':
      case 'sample':
      case 'renumber':
      case 'complete':
      case 'during':
        return this.plan(plan.input)
    }
  }

  #aggregates(input: Plan, expressions: readonly (Expr | null)[]): Hull {
    const offsets = offsetsOf(input)
    const windows = aggregatesIn(expressions).map(({ window, source }) =>
      sum(seenBy(window, offsets), this.plan(source)),
    )
    return join([this.plan(input), ...windows])
  }

  #match(plan: MatchPlan): Hull {
    const offsets = offsetsOf(plan)
    const roles = plan.roles.flatMap((role) => {
      const nested = aggregatesIn([role.where]).map(({ window, source }) =>
        sum(seenBy(window, offsets), this.plan(source)),
      )
      return [sum(seenBy(role.window, offsets), this.plan(role.source)), ...nested]
    })
    return join([this.plan(plan.input), ...roles])
  }
}

/** Reach of an expression over the rows of a plan, the plan's own included. */
export function reachOfExpr(plan: Plan, expr: Expr): Reach {
  return reachOf({ op: 'filter', input: plan, where: expr, label: null, text: null })
}

/** When the events that a row refers to may lie, relative to the row's own time, by the prefix of the reference. */
function offsetsOf(plan: Plan): ReadonlyMap<string, Hull> {
  switch (plan.op) {
    case 'scan':
      return new Map(plan.schema.references.map((prefix) => [prefix, prefix === plan.schema.key ? here : anywhere]))
    case 'filter':
    case 'define':
    case 'veto':
    case 'take':
    case 'sort':
    case 'shift':
    case 'burst':
    case 'sample':
    case 'renumber':
    case 'complete':
    case 'during':
    case 'join':
      return offsetsOf(plan.input)
    case 'union':
      return new Map([['', here]])
    case 'select': {
      const { key, references } = schemaOf(plan)
      const offsets = offsetsOf(plan.input)
      return new Map(references.map((prefix) => [prefix, offsets.get(prefix) ?? (prefix === key ? here : anywhere)]))
    }
    case 'match':
      return matchOffsets(plan)
    case 'group':
      return new Map()
  }
}

/** A reference of a stored match: nothing says how far it is from the anchor. */
const anywhere: Hull = { low: -Infinity, high: Infinity }

function matchOffsets(plan: MatchPlan): ReadonlyMap<string, Hull> {
  const offsets = new Map([...offsetsOf(plan.input)].map(([prefix, hull]) => [`${plan.anchor}.${prefix}`, hull]))
  for (const role of plan.roles.filter(isWith)) {
    const bound = seenBy(role.window, offsets)
    for (const [prefix, hull] of offsetsOf(role.source)) offsets.set(`${role.name}.${prefix}`, sum(bound, hull))
  }
  return offsets
}

/** Where the rows in a window may lie, relative to the row's own time. */
function seenBy(window: Window, offsets: ReadonlyMap<string, Hull>): Hull {
  const of = (prefix: string): Hull => offsets.get(prefix) ?? here
  switch (window.kind) {
    case 'within':
      return sum({ low: window.low, high: window.high }, of(window.reference))
    case 'between':
      return join([of(window.from), of(window.to)])
    case 'interval': {
      const [from, to] = [of(window.from), of(window.to)]
      return { low: from.low + window.fromOffset, high: to.high + window.toOffset }
    }
  }
}

function sum(left: Hull, right: Hull): Hull {
  return { low: left.low + right.low, high: left.high + right.high }
}

/** The hull always holds the row itself. */
function join(hulls: readonly Hull[]): Hull {
  return { low: Math.min(0, ...hulls.map(({ low }) => low)), high: Math.max(0, ...hulls.map(({ high }) => high)) }
}
