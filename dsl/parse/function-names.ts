import { rowFunctions } from '../functions/index.ts'
import type { AggregateName } from '../ir/types.ts'

const aggregates: ReadonlySet<string> = new Set<AggregateName>([
  ...(['count', 'sum', 'mean', 'min', 'max', 'std', 'median', 'first', 'last', 'any', 'all'] as const),
])

export function isAggregate(name: string): boolean {
  return aggregates.has(name)
}

/** A name of the language that is called: it is hardly a misspelled word. */
export function isFunction(name: string): boolean {
  return isAggregate(name) || rowFunctions.get(name)?.signature !== undefined
}
