import type { Bound, Names } from './bound.ts'

/** A name that still stands on what other names meant before. */
export interface Stale {
  readonly name: string
  /** The cell that made it. */
  readonly madeIn: number
  /** The names that mean something else now, in the order of the notebook. */
  readonly older: readonly string[]
}

/**
 * The names of a notebook that stand, directly or through others, on an older meaning of one of those just defined.
 *
 * A definition that says the same as before, of names that mean the same as before, makes nothing stale.
 */
export function staleNames(names: Names, defined: ReadonlySet<string>): readonly Stale[] {
  const isSame = sameness()
  const reached = new Map<Bound, ReadonlySet<string>>()
  /** What a meaning stands on that is older than what the name means now. */
  const olderIn = (bound: Bound, own: string): ReadonlySet<string> => {
    const known = reached.get(bound)
    if (known !== undefined) return known
    const older = new Set<string>()
    for (const use of bound.uses) {
      const now = names.get(use.name)
      // `events = from events where …` stands on an older `events` by intent.
      if (use.name === own) continue
      if (defined.has(use.name) && now !== undefined && !isSame(use.bound, now)) older.add(use.name)
      for (const name of olderIn(use.bound, use.name)) if (name !== own) older.add(name)
    }
    reached.set(bound, older)
    return older
  }
  return [...names].flatMap(([name, bound]) => {
    const older = olderIn(bound, name)
    if (older.size === 0 || bound.cell === null) return []
    return [{ name, madeIn: bound.cell, older: [...names.keys()].filter((each) => older.has(each)) }]
  })
}

/** Whether two meanings are made by the same text from names that mean the same; each pair is compared once. */
function sameness(): (left: Bound, right: Bound) => boolean {
  const known = new Map<Bound, Map<Bound, boolean>>()
  const isSame = (left: Bound, right: Bound): boolean => {
    if (left === right) return true
    const found = known.get(left)?.get(right)
    if (found !== undefined) return found
    const result =
      left.meaning.kind !== 'broken' &&
      isEqual(left.history, right.history) &&
      left.uses.length === right.uses.length &&
      left.uses.every(({ bound }, at) => {
        const other = right.uses[at]
        return other !== undefined && isSame(bound, other.bound)
      })
    known.set(left, (known.get(left) ?? new Map<Bound, boolean>()).set(right, result))
    return result
  }
  return isSame
}

function isEqual(left: readonly string[], right: readonly string[]): boolean {
  return left.length === right.length && left.every((text, at) => text === right[at])
}
