import type * as ast from '../ir/ast.ts'
import type { Plan } from '../ir/plan.ts'
import { isPure, unitText } from '../ir/units.ts'
import { type Scope, warn } from '../check/scope.ts'
import { type Term, typeOfTerm, unitOf } from '../check/term.ts'

/** A clause that is checked: its conditions on the candidate alone, for the warning about overlaps. */
export interface CheckedClause {
  readonly clause: Pick<ast.Role, 'name' | 'source' | 'condition'>
  readonly stream: Plan
  readonly alone: readonly Term[]
  /** What else the clause asks. */
  readonly joint: readonly Term[]
}

/** A condition that one column lies in a closed range. */
interface Interval {
  readonly column: string
  readonly low: number
  readonly high: number
  readonly unit: string
}

/**
 * Warns (W001) where every candidate of a role meets the conditions of the anchor: of three such events in a row the
 * middle one is a partner in two pairs.
 */
export function warnOfOverlap(anchor: CheckedClause, role: CheckedClause, scope: Scope): void {
  if (anchor.stream !== role.stream || anchor.alone.length === 0) return
  const [outer, inner] = [anchor.alone.map(intervalOf), role.alone.map(intervalOf)]
  const contained = outer.map((wide) => inner.find((narrow) => isInside(narrow, wide)))
  const [wide, narrow] = [outer[0], contained[0]]
  if (contained.includes(undefined) || wide === undefined || narrow === undefined) return
  warn(scope, 'W001', {
    span: role.clause.name.span,
    facts: {
      role: role.clause.name.text,
      anchor: anchor.clause.name.text,
      outer: rangeText(wide),
      inner: rangeText(narrow),
    },
  })
}

function intervalOf(term: Term): Interval | undefined {
  if (term.kind !== 'call' || term.fn !== 'inRange') return undefined
  const [value, low, high] = term.args
  if (value?.kind !== 'column' || low?.kind !== 'number' || high?.kind !== 'number') return undefined
  const unit = unitOf(typeOfTerm(value))
  return {
    column: value.name,
    low: low.value,
    high: high.value,
    unit: unit === null || isPure(unit) ? '' : ` ${unitText(unit)}`,
  }
}

function isInside(narrow: Interval | undefined, wide: Interval | undefined): boolean {
  if (narrow === undefined || wide === undefined || narrow.column !== wide.column) return false
  return wide.low <= narrow.low && narrow.high <= wide.high
}

function rangeText({ low, high, unit }: Interval): string {
  return `${low}–${high}${unit}`
}
