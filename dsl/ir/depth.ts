import type { Query } from './plan.ts'

/**
 * How deep a query is nested: stages on stages, expressions in expressions. Plans share their parts, so each is looked at once.
 *
 * @throws RangeError when it is nested so deeply that the stack does not suffice to find out
 */
export function depthOf(query: Query): number {
  const known = new Map<object, number>()
  const depth = (value: unknown): number => {
    if (typeof value !== 'object' || value === null) return 0
    const found =
      known.get(value) ?? level(value) + partsOf(value).reduce<number>((most, part) => Math.max(most, depth(part)), 0)
    known.set(value, found)
    return found
  }
  return depth(query)
}

function level(value: object): number {
  return 'op' in value || 'fn' in value ? 1 : 0
}

/** Schemas and types are of no depth, and large. */
function partsOf(value: object): readonly unknown[] {
  return Object.entries(value).flatMap(([key, part]) => (key === 'schema' || key === 'type' ? [] : [part]))
}
