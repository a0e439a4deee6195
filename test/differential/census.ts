import type { Expr, Plan } from '../../dsl/ir/plan.ts'
import type { BackendQuery } from '../../runtime/ports/backend.ts'

/** How many cases held each operator, quantifier, aggregate, window form and function. */
export class Census {
  readonly #cases = new Map<string, number>()

  add(query: BackendQuery): void {
    const features = new Set<string>([`query ${query.kind}`])
    walk(query, features)
    for (const feature of features) this.#cases.set(feature, (this.#cases.get(feature) ?? 0) + 1)
  }

  of(feature: string): number {
    return this.#cases.get(feature) ?? 0
  }

  toString(): string {
    return [...this.#cases]
      .toSorted(([left], [right]) => (left < right ? -1 : 1))
      .map(([feature, cases]) => `${feature}: ${cases}`)
      .join(', ')
  }
}

export const operators = [
  'scan',
  'filter',
  'define',
  'select',
  'veto',
  'keep',
  'veto if',
  'keep if',
  'match',
  'group',
  'sort',
  'take',
]
export const quantifiers = ['each', 'first', 'last', 'nearest', 'without']
export const aggregates = ['count', 'sum', 'mean', 'min', 'max', 'std', 'median', 'first', 'last', 'any', 'all']
export const windows = ['after', 'before', 'any', 'between', 'interval']
export const queries = ['table', 'hist', 'number', 'cutflow', 'describe']

function walk(value: unknown, features: Set<string>): void {
  if (typeof value !== 'object' || value === null) return
  if ('op' in value) features.add(`operator ${operatorOf(value as Plan)}`)
  if ('quantifier' in value) features.add(`quantifier ${String(value.quantifier)}`)
  if ('low' in value && 'order' in value) features.add(`window ${String(value.order)}`)
  if ('from' in value && 'to' in value) features.add(`window ${String((value as { kind?: string }).kind)}`)
  if ('kind' in value && value.kind === 'aggregate')
    features.add(`aggregate in a window: ${String((value as Expr & { fn: string }).fn)}`)
  if ('kind' in value && value.kind === 'call') features.add(`function ${String((value as Expr & { fn: string }).fn)}`)
  if ('fn' in value && !('kind' in value)) features.add(`aggregate of rows: ${String(value.fn)}`)
  for (const part of Object.values(value)) walk(part, features)
}

function operatorOf(plan: Plan): string {
  if (plan.op !== 'veto') return plan.op
  return plan.where === null ? plan.mode : `${plan.mode} if`
}
