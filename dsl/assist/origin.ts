import type { Named, Plan } from '../ir/plan.ts'
import type { Type } from '../ir/types.ts'

/** Where the values of a column come from: files, as they are, or a stage that makes them. */
export type Origin =
  | { readonly kind: 'files'; readonly columns: readonly FileColumn[] }
  | { readonly kind: 'made'; readonly by: Plan }

export interface FileColumn {
  readonly dataset: string
  readonly name: string
  readonly type: Type
}

/** Where a column of a plan's rows comes from; undefined where the plan has no such column. */
export function originOf(plan: Plan, name: string): Origin | undefined {
  switch (plan.op) {
    case 'scan': {
      const type = plan.schema.columns.find((column) => column.name === name)?.type
      return type && { kind: 'files', columns: [{ dataset: plan.dataset, name, type }] }
    }
    case 'filter':
    case 'veto':
    case 'during':
    case 'take':
    case 'sample':
    case 'complete':
    case 'sort':
      return originOf(plan.input, name)
    case 'shift':
      return name === 't' ? { kind: 'made', by: plan } : originOf(plan.input, name)
    case 'renumber':
      return plan.columns.includes(name) ? { kind: 'made', by: plan } : originOf(plan.input, name)
    case 'burst':
      return name.startsWith('burst_id.') ? { kind: 'made', by: plan } : originOf(plan.input, name)
    case 'define':
      return originOfNamed(plan, plan.columns, name) ?? originOf(plan.input, name)
    case 'select':
      return originOfNamed(plan, plan.columns, name)
    case 'group':
      return originOfNamed(plan, plan.keys, name) ?? { kind: 'made', by: plan }
    case 'join':
      return name.startsWith(`${plan.name}.`)
        ? originOf(plan.source, name.slice(plan.name.length + 1))
        : originOf(plan.input, name)
    case 'match':
      return originInMatch(plan, name)
    case 'union':
      return originInUnion(plan, name)
  }
}

/** The name of another column is that column. What is missing in all rows comes from nowhere. */
function originOfNamed(
  plan: Extract<Plan, { op: 'define' | 'select' | 'group' }>,
  columns: readonly Named[],
  name: string,
): Origin | undefined {
  const at = columns.findLastIndex((column) => column.name === name)
  const value = columns[at]?.value
  if (value === undefined || value.kind === 'missing') return undefined
  if (value.kind !== 'column' || value.row !== 'row') return { kind: 'made', by: plan }
  const before = plan.op === 'define' ? originOfNamed(plan, columns.slice(0, at), value.name) : undefined
  return before ?? originOf(plan.input, value.name)
}

function originInMatch(plan: Extract<Plan, { op: 'match' }>, name: string): Origin | undefined {
  const [role = ''] = name.split('.')
  const column = name.slice(role.length + 1)
  if (role === plan.anchor) return originOf(plan.input, column)
  const source = plan.roles.find((each) => each.name === role && each.quantifier !== 'without')?.source
  return source && originOf(source, column)
}

/** Of files where it is so in every stream that has the column. */
function originInUnion(plan: Extract<Plan, { op: 'union' }>, name: string): Origin | undefined {
  const origins = plan.inputs.flatMap((input) => originOf(input, name) ?? [])
  const columns = origins.flatMap((origin) => (origin.kind === 'files' ? origin.columns : []))
  if (origins.length === 0) return undefined
  return origins.every(({ kind }) => kind === 'files') ? { kind: 'files', columns } : { kind: 'made', by: plan }
}
