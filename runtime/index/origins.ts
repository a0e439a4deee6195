import type { Plan } from '../../dsl/ir/plan.ts'

/**
 * Which dataset the file numbers of each event reference of a plan's rows belong to: prefix of the reference (`''`,
 * `prompt.`) → key of the dataset.
 */
export function originsOf(plan: Plan): ReadonlyMap<string, string> {
  switch (plan.op) {
    case 'scan':
      return new Map(plan.schema.references.map((prefix) => [prefix, plan.dataset]))
    case 'filter':
    case 'define':
    case 'select':
    case 'veto':
    case 'sort':
    case 'take':
    case 'shift':
    case 'burst':
    case 'sample':
    case 'join':
    case 'complete':
    case 'during':
      return originsOf(plan.input)

    case 'match': {
      const roles = plan.roles.filter(({ quantifier }) => quantifier !== 'without')
      const bound = [{ name: plan.anchor, source: plan.input }, ...roles]
      return new Map(
        bound.flatMap(({ name, source }) =>
          [...originsOf(source)].map(([prefix, dataset]) => [`${name}.${prefix}`, dataset] as const),
        ),
      )
    }
    // Rows under other file numbers are of no one dataset: who saves them says which table they belong to.
    case 'renumber':
    case 'union':
    case 'group':
      return new Map()
  }
}
