import type { Plan, Window } from '../../dsl/ir/plan.ts'
import { identityOf, keyOf, positionColumn, referencesOf, type Reference } from './plan-parts.ts'

/**
 * How rows look at a source through a window: what is compared, and by which columns. Positions stand for `(file, entry)`
 * where both sides come from one dataset, which saves reading them.
 */
export interface Looking {
  readonly window: Window
  /** Prefix of the columns that order the source. */
  readonly key: string
  /** Whether the places of all references of the window are compared with those of the source by position. */
  readonly byPosition: boolean
  /** Pairs of references that must not be the same event. */
  readonly exclusions: readonly Exclusion[]
}

export interface Exclusion {
  readonly row: string
  readonly other: string
  readonly byPosition: boolean
}

/** @param bound the event references of the row */
export function lookingAt(window: Window, bound: readonly Reference[], source: Plan): Looking {
  const key = keyOf(source)
  const identity = identityOf(source, key)
  const identities = windowReferences(window).map((prefix) => bound.find((known) => known.prefix === prefix)?.identity)
  const byPosition = identity !== undefined && identities.every((known) => known === identity)
  return { window, key, byPosition, exclusions: exclusionsOf(window, key, bound, referencesOf(source)) }
}

/** Within one dataset a strict order to a reference excludes its event already; elsewhere the event may have another time. */
function exclusionsOf(
  window: Window,
  key: string,
  bound: readonly Reference[],
  others: readonly Reference[],
): readonly Exclusion[] {
  const ordered = isOrdered(window) ? windowReferences(window) : []
  return bound.flatMap((row) =>
    others.flatMap((other) => {
      const byPosition = row.identity !== undefined && row.identity === other.identity
      if (byPosition && other.prefix === key && ordered.includes(row.prefix)) return []
      return [{ row: row.prefix, other: other.prefix, byPosition }]
    }),
  )
}

/** Prefixes of the references that a window is about. */
function windowReferences(window: Window): readonly string[] {
  return window.kind === 'within' ? [window.reference] : [window.from, window.to]
}

/** Whether the window compares places in the total order, not times alone. */
function isOrdered(window: Window): boolean {
  return window.kind === 'between' || (window.kind === 'within' && window.order !== 'any')
}

/** The columns that are compared, of the row and of the source. */
export function comparedColumns(looking: Looking): {
  readonly row: readonly string[]
  readonly other: readonly string[]
} {
  const place = isOrdered(looking.window) ? placeColumns(looking.byPosition) : []
  const references = windowReferences(looking.window)
  return {
    row: [
      ...references.flatMap((prefix) => ['t', ...place].map((name) => `${prefix}${name}`)),
      ...looking.exclusions.flatMap(({ row, byPosition }) => placeColumns(byPosition).map((name) => `${row}${name}`)),
    ],
    other: [
      ...['t', ...place].map((name) => `${looking.key}${name}`),
      ...looking.exclusions.flatMap(({ other, byPosition }) =>
        placeColumns(byPosition).map((name) => `${other}${name}`),
      ),
    ],
  }
}

function placeColumns(byPosition: boolean): readonly string[] {
  return byPosition ? [positionColumn] : ['file', 'entry']
}
