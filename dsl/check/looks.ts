import type { Expr, Look, Named, Plan, Role } from '../ir/plan.ts'
import { schemaOf } from '../ir/schema.ts'

/** The closed range [low, high] of times, ns, that something lies in relative to the time of a row. */
interface Range {
  readonly low: number
  readonly high: number
}

const now: Range = { low: 0, high: 0 }

/**
 * What the rows of a plan look at, relative to their time: the windows of its vetoes, bursts, roles and aggregates, and
 * those of the streams that it starts from or looks at, composed. Each look names the shortest plan that has the good
 * time meant; equal ones are given once, and none is inside another of the same stream.
 */
export function looksOf(plan: Plan): readonly Look[] {
  const looks = below(plan)
  const distinct = looks.filter((look, at) => at === looks.findIndex((other) => same(look, other)))
  return distinct.filter((look) => !distinct.some((other) => other !== look && isInside(look, other)))
}

function same(left: Look, right: Look): boolean {
  return left.low === right.low && left.high === right.high && isSame(left.source, right.source)
}

function isInside(look: Look, other: Look): boolean {
  return other.low <= look.low && look.high <= other.high && isSame(look.source, other.source)
}

function isSame(left: Plan, right: Plan): boolean {
  return left === right || textOf(left) === textOf(right)
}

/** A plan is compared with many others, and never changes. */
const texts = new WeakMap<Plan, string>()

function textOf(plan: Plan): string {
  const text = texts.get(plan) ?? JSON.stringify(plan)
  texts.set(plan, text)
  return text
}

function below(plan: Plan): readonly Look[] {
  switch (plan.op) {
    case 'scan':
      return []
    case 'union':
      return plan.inputs.flatMap(below)
    case 'filter':
      return [...below(plan.input), ...ofExpr(plan.where, rolesOf(plan.input))]
    case 'define':
    case 'select':
      return [...below(plan.input), ...ofColumns(plan.columns, rolesOf(plan.input))]
    case 'sort':
      return [...below(plan.input), ...ofExpr(plan.by, rolesOf(plan.input))]
    case 'veto': {
      const range = { low: 0 - plan.high, high: 0 - plan.low }
      return [...below(plan.input), ...at(range, plan.source), ...ofExpr(plan.where, rolesOf(plan.input))]
    }
    case 'burst':
      return [...below(plan.input), ...at({ low: 0 - plan.within, high: plan.within }, plan.input)]
    case 'shift':
      return below(plan.input).map((look) => moved(look, { low: 0 - plan.by, high: 0 - plan.by }))
    case 'match':
      return ofMatch(plan)
    case 'take':
    case 'sample':
    case 'renumber':
    case 'join':
    case 'during':
    case 'complete':
    case 'group':
      return below(plan.input)
  }
}

function ofColumns(columns: readonly Named[], ranges: Ranges): readonly Look[] {
  return columns.flatMap(({ value }) => ofExpr(value, ranges))
}

function rolesOf(plan: Plan): Ranges {
  return new Map(rolesWithin(plan))
}

/** A look at a stream in a range of times, and what that stream's own rows look at from there. */
function at(range: Range, source: Plan): readonly Look[] {
  return [{ ...range, source: bearer(source) }, ...below(source).map((look) => moved(look, range))]
}

function moved(look: Look, { low, high }: Range): Look {
  return { ...look, low: look.low + low, high: look.high + high }
}

/** The part of a plan that its good time is of. */
function bearer(plan: Plan): Plan {
  switch (plan.op) {
    case 'scan':
    case 'union':
    case 'shift':
    case 'complete':
    case 'during':
    case 'group':
    case 'sort':
      return plan
    case 'veto':
      return plan.where === null ? plan : bearer(plan.input)
    case 'filter':
    case 'define':
    case 'select':
    case 'take':
    case 'sample':
    case 'renumber':
    case 'join':
    case 'burst':
    case 'match':
      return bearer(plan.input)
  }
}

/** Where the roles of a match lie relative to its anchor; a prefix of columns is that of a role, or of one inside it. */
type Ranges = ReadonlyMap<string, Range>

function ofMatch(plan: Extract<Plan, { op: 'match' }>): readonly Look[] {
  const ranges = new Map<string, Range>(
    rolesWithin(plan.input).map(([prefix, range]) => [`${plan.anchor}.${prefix}`, range]),
  )
  const looks = [...below(plan.input)]
  for (const role of plan.roles) {
    const range = rangeOf(role.window, ranges)
    looks.push(...at(range, role.source), ...ofExpr(role.where, ranges))
    if (role.quantifier !== 'without') addRole(role, range, ranges)
  }
  return looks
}

function addRole({ name, source }: Role, range: Range, ranges: Map<string, Range>): void {
  for (const [prefix, inside] of rolesWithin(source)) {
    ranges.set(`${name}.${prefix}`, { low: range.low + inside.low, high: range.high + inside.high })
  }
}

/** The events of a row, by prefix, relative to its time: of a match its roles, of other rows the row itself. */
function rolesWithin(plan: Plan): readonly (readonly [string, Range])[] {
  const { references, key } = schemaOf(plan)
  const match = matchBelow(plan)
  if (match === undefined) return references.map((prefix) => [prefix, prefix === key ? now : unknown] as const)
  const ranges = new Map<string, Range>(
    rolesWithin(match.input).map(([prefix, range]) => [`${match.anchor}.${prefix}`, range]),
  )
  for (const role of match.roles) if (role.quantifier !== 'without') addRole(role, rangeOf(role.window, ranges), ranges)
  return [...ranges]
}

/** The roles of a saved match lie where the file has them: nothing is known of that but for the anchor. */
const unknown: Range = now

function matchBelow(plan: Plan): Extract<Plan, { op: 'match' }> | undefined {
  if (plan.op === 'match') return plan
  return plan.op === 'scan' || plan.op === 'union' || plan.op === 'select' ? undefined : matchBelow(plan.input)
}

function rangeOf(window: Role['window'], ranges: Ranges): Range {
  const of = (prefix: string): Range => ranges.get(prefix) ?? now
  switch (window.kind) {
    case 'within': {
      const reference = of(window.reference)
      return { low: reference.low + window.low, high: reference.high + window.high }
    }
    case 'between': {
      const [from, to] = [of(window.from), of(window.to)]
      return { low: Math.min(from.low, to.low), high: Math.max(from.high, to.high) }
    }
    case 'interval':
      return { low: of(window.from).low + window.fromOffset, high: of(window.to).high + window.toOffset }
  }
}

/** The windows of the aggregates in an expression, about the events of its row. */
function ofExpr(expr: Expr | null, ranges: Ranges): readonly Look[] {
  if (expr === null) return []
  switch (expr.kind) {
    case 'aggregate':
      return at(rangeOf(expr.window, ranges), expr.source)
    case 'call':
      return expr.args.flatMap((arg) => ofExpr(arg, ranges))
    case 'reduce':
      return [...ofExpr(expr.value, ranges), ...ofExpr(expr.where, ranges)]
    case 'number':
    case 'bool':
    case 'text':
    case 'instant':
    case 'missing':
    case 'column':
    case 'element':
    case 'total':
      return []
  }
}
