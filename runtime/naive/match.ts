import type { Plan, Role } from '../../dsl/ir/plan.ts'
import { schemaOf } from '../../dsl/ir/schema.ts'
import { holds } from './expression.ts'
import { comparePlaces, eventsOf, keyOf, placeOf, shareEvent } from './place.ts'
import { prefixed, type Row, type RowsOf } from './row.ts'
import { distance, inWindow } from './window.ts'

/** A row of a match in the making, and the events bound in it. */
interface Bound {
  readonly row: Row
  readonly events: readonly string[]
}

/**
 * All combinations of an anchor with a candidate of each `with` role for which no `without` has a candidate (language.md
 * 6.4); by the order of the anchors, then of the candidates of each role as written.
 *
 * A candidate is a row of the role's stream that lies in the window, meets the condition and shares no event with what
 * is bound: for a `with` role by the anchor and the roles before it, for a `without` by the whole row.
 */
export function matchRows(plan: Extract<Plan, { op: 'match' }>, rowsOf: RowsOf): readonly Row[] {
  const { references } = schemaOf(plan.input)
  const anchors = rowsOf(plan.input).map((row): Bound => {
    return { row: prefixed(row, plan.anchor), events: eventsOf(row, references) }
  })
  const bound = plan.roles
    .filter((role) => role.quantifier !== 'without')
    .reduce((rows, role) => rows.flatMap((row) => bind(role, row, rowsOf)), anchors)
  return plan.roles
    .filter((role) => role.quantifier === 'without')
    .reduce((rows, role) => rows.filter((row) => candidates(role, row, rowsOf).length === 0), bound)
    .map(({ row }) => row)
}

function bind(role: Role, bound: Bound, rowsOf: RowsOf): Bound[] {
  const { references } = schemaOf(role.source)
  return chosen(role, bound, candidates(role, bound, rowsOf)).map((candidate) => ({
    row: new Map([...bound.row, ...prefixed(candidate, role.name)]),
    events: [...bound.events, ...eventsOf(candidate, references)],
  }))
}

function candidates(role: Role, bound: Bound, rowsOf: RowsOf): readonly Row[] {
  const { references } = schemaOf(role.source)
  const key = keyOf(role.source)
  return rowsOf(role.source)
    .filter((row) => inWindow(role.window, bound.row, placeOf(row, key)))
    .filter((row) => !shareEvent(eventsOf(row, references), bound.events))
    .filter((row) => holds(role.where, { row: bound.row, events: bound.events, other: row, rowsOf }))
}

/** What the quantifier takes of candidates that are in the order of their stream. */
function chosen(role: Role, bound: Bound, rows: readonly Row[]): readonly Row[] {
  switch (role.quantifier) {
    case 'each':
      return rows
    case 'first':
      return rows.slice(0, 1)
    case 'last':
      return rows.slice(-1)
    case 'nearest':
      return nearest(role, bound, rows)
    case 'without':
      throw new Error('a `without` binds nothing')
  }
}

/** The smallest |Δ|; of two at the same distance the earlier one. */
function nearest(role: Role, bound: Bound, rows: readonly Row[]): readonly Row[] {
  const key = keyOf(role.source)
  const placed = rows.map((row) => {
    const place = placeOf(row, key)
    return { row, place, distance: distance(role.window, bound.row, place) }
  })
  const sorted = placed.toSorted((left, right) => {
    if (left.distance !== right.distance) return left.distance < right.distance ? -1 : 1
    return comparePlaces(left.place, right.place)
  })
  return sorted.slice(0, 1).map(({ row }) => row)
}
