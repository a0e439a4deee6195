import type { Expr, ListReduction, Plan } from '../../dsl/ir/plan.ts'
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
  'shift',
  'burst',
  'sample',
  'renumber',
  'union',
  'complete',
  'during',
  'join',
]
/** What plans hold besides. */
export const others = [
  'join drop',
  'join missing',
  'join error',
  'during keep rows',
  'during veto rows',
  'during keep goodTime',
  'during veto goodTime',
  'union runs',
  'union either',
  'union both',
  'list element',
  'missing literal',
  'list of the looked-at row',
  'list and other row',
  'measure where',
  'livetime in a group',
  'cutflow by',
  'edges',
  'number over a stream',
  'NaN in a where',
  'duration of a year',
  'weight',
  'time cut',
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
  addOthers(value, features)
  for (const part of Object.values(value)) walk(part, features)
}

function addOthers(value: object, features: Set<string>): void {
  const given = value as Readonly<Record<string, unknown>>
  if (given['op'] === 'join') features.add(`join ${String(given['unmatched'])}`)
  if (given['op'] === 'during') {
    const { kind } = given['spans'] as { readonly kind: string }
    features.add(`during ${String(given['mode'])} ${kind}`)
  }
  if (given['op'] === 'union') features.add(`union ${String(given['good'])}`)
  if (given['op'] === 'group' && given['livetime'] !== undefined) features.add('livetime in a group')
  if (given['op'] === 'filter' && isTimeCut(given['where'])) features.add('time cut')
  if (given['kind'] === 'element') features.add('list element')
  if (given['kind'] === 'missing') features.add('missing literal')
  if (given['kind'] === 'reduce') addReduction(value as ListReduction, features)
  if (!('kind' in value) && 'fn' in value && given['where'] !== undefined) features.add('measure where')
  if (given['kind'] === 'cutflow' && given['by'] !== null) features.add('cutflow by')
  if (given['kind'] === 'table' && given['windows'] !== undefined) features.add('edges')
  if (given['kind'] === 'hist' && given['weight'] !== null) features.add('weight')
  if (given['kind'] === 'total') features.add('number over a stream')
  if (given['wheres'] !== undefined) features.add('NaN in a where')
  if (given['kind'] === 'number' && given['value'] === 31_557_600e9) features.add('duration of a year')
}

/** A comparison of the time of a row with an instant that is written down. */
function isTimeCut(where: unknown): boolean {
  return /"args":\[\{"kind":"column","row":"row","name":"([a-z]\.)*t",[^[\]]*\},\{"kind":"instant"/.test(
    JSON.stringify(where),
  )
}

function addReduction({ fn, list, value, where }: ListReduction, features: Set<string>): void {
  features.add(`aggregate of a list: ${fn}`)
  const text = JSON.stringify([value, where])
  const isMixed = text.includes(`"row":"${list.row === 'row' ? 'other' : 'row'}"`)
  if (list.row === 'other') features.add('list of the looked-at row')
  if (isMixed) features.add('list and other row')
}

function operatorOf(plan: Plan): string {
  if (plan.op !== 'veto') return plan.op
  return plan.where === null ? plan.mode : `${plan.mode} if`
}
