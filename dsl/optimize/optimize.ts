import type { Plan, Query } from '../ir/plan.ts'
import { schemaOf } from '../ir/schema.ts'
import { laws } from './index.ts'
import type { Law } from './law.ts'
import { withSources } from './sources.ts'

/** A plan of the same rows, and the laws that led to it, each once, in the order of their first use. */
export interface Optimized {
  readonly plan: Plan
  readonly applied: readonly Law[]
}

/**
 * Applies laws to a plan and to every stream that it looks at, from the scans upwards, until none applies.
 *
 * @throws Error when a law changes what the rows are, which is a bug
 */
export function optimize(plan: Plan, use: readonly Law[] = laws): Optimized {
  const applied = new Set<Law>()
  const result = rewritten(plan, (node) => {
    for (const law of use) {
      const next = law.rewrite(node)
      if (next === null) continue
      demandSameRows(node, next, law)
      applied.add(law)
      return next
    }
    return null
  })
  return { plan: result, applied: [...applied] }
}

function rewritten(plan: Plan, step: (node: Plan) => Plan | null): Plan {
  const node = withSources(plan, (source) => rewritten(source, step))
  const next = step(node)
  return next === null ? node : rewritten(next, step)
}

function demandSameRows(before: Plan, after: Plan, { name }: Law): void {
  const [left, right] = [before, after].map((plan) => JSON.stringify(schemaOf(plan)))
  if (left !== right) throw new Error(`the law \`${name}\` changes the schema from ${left} to ${right}`)
}

/** A query by a better plan. A cutflow counts the cuts as they are written, so its plan stays. */
export function optimizedQuery(query: Query, use: readonly Law[] = laws): Query {
  switch (query.kind) {
    case 'table':
    case 'hist':
    case 'save':
    case 'handOver':
      return { ...query, plan: optimize(query.plan, use).plan }
    case 'number':
      return { ...query, inputs: query.inputs.map((input) => ({ ...input, plan: optimize(input.plan, use).plan })) }
    case 'cutflow':
    case 'describe':
    case 'explain':
      return query
  }
}
