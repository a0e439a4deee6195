/** The datasets that the plans within a plan, a query or a piece of work scan. */
export function scansOf(value: unknown, found = new Set<string>()): ReadonlySet<string> {
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return found
  if ('op' in value && value.op === 'scan' && 'dataset' in value && typeof value.dataset === 'string') {
    found.add(value.dataset)
    return found
  }
  for (const inner of value instanceof Map ? value.values() : Object.values(value)) scansOf(inner, found)
  return found
}
