import { laws } from '../../dsl/optimize/index.ts'
import type { Law } from '../../dsl/optimize/law.ts'
import { optimizedQuery } from '../../dsl/optimize/optimize.ts'
import type { BackendQuery } from '../../runtime/ports/backend.ts'

/** A query as some laws make it. */
export interface Variant {
  readonly query: BackendQuery
  /** The laws that have changed something. */
  readonly applied: readonly Law[]
}

/** A query by all laws, by one alone, and by all but one: of the laws that say something about it the next one in turn. */
export interface Variants {
  readonly written: Variant
  readonly all: Variant
  readonly alone: Variant
  readonly allButOne: Variant
}

export class LawRotation {
  readonly #turns = new Map<Law, number>()
  readonly #on = new Map<Law, number>()
  readonly #off = new Map<Law, number>()

  variants(query: BackendQuery): Variants {
    const written: Variant = { query, applied: [] }
    const all = variantBy(query, laws)
    const law = this.#next(all.applied)
    if (law === undefined) return { written, all: written, alone: written, allButOne: written }
    const others = laws.filter((each) => each !== law)
    return { written, all, alone: variantBy(query, [law]), allButOne: variantBy(query, others) }
  }

  /** Of the laws that apply to a query, the one that has had the fewest turns. */
  #next(applied: readonly Law[]): Law | undefined {
    const turns = (law: Law): number => this.#turns.get(law) ?? 0
    const [first] = applied.toSorted((left, right) => turns(left) - turns(right))
    if (first !== undefined) this.#turns.set(first, turns(first) + 1)
    return first
  }

  /** Counts a pair of query and stream: the laws that made one of its answers, and those left away in another. */
  count({ all }: Variants, used: readonly Variant[]): void {
    for (const law of all.applied) {
      if (used.some(({ applied }) => applied.includes(law))) this.#on.set(law, this.on(law) + 1)
      if (used.some(({ applied }) => !applied.includes(law))) this.#off.set(law, this.off(law) + 1)
    }
  }

  on(law: Law): number {
    return this.#on.get(law) ?? 0
  }

  off(law: Law): number {
    return this.#off.get(law) ?? 0
  }

  toString(): string {
    return laws.map((law) => `${law.name}: on ${this.on(law)}, off ${this.off(law)}`).join('; ')
  }
}

function variantBy(query: BackendQuery, allowed: readonly Law[]): Variant {
  const applied = new Set<Law>()
  const seen = allowed.map((law): Law => ({
    ...law,
    rewrite: (plan) => {
      const next = law.rewrite(plan)
      if (next !== null) applied.add(law)
      return next
    },
  }))
  return { query: optimizedQuery(query, seen) as BackendQuery, applied: [...applied] }
}
