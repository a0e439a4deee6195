import type { Plan, Query } from './plan.ts'

/** How large a query or a plan is: stages and expressions. */
export interface Extent {
  /** On top of each other. */
  readonly depth: number
  /** In all, each counted as often as it is used: what walks a plan walks that. */
  readonly size: number
}

// Plans share their parts and never change.
const known = new WeakMap<object, Extent>()
const none: Extent = { depth: 0, size: 0 }

/** @throws RangeError when it is nested so deeply that the stack does not suffice to find out */
export function extentOf(whole: Query | Plan): Extent {
  return extent(whole)
}

function extent(value: unknown): Extent {
  if (typeof value !== 'object' || value === null) return none
  const found = known.get(value) ?? extentOfParts(value)
  known.set(value, found)
  return found
}

/** What describes a plan: schemas and types, and parts of the plan itself. */
const besides: ReadonlySet<string> = new Set(['schema', 'type', 'windows', 'wheres'])

function extentOfParts(value: object): Extent {
  const own = 'op' in value || 'fn' in value ? 1 : 0
  let [depth, size] = [0, 0]
  for (const [key, part] of Object.entries(value)) {
    if (besides.has(key)) continue
    const found = extent(part)
    depth = Math.max(depth, found.depth)
    size += found.size
  }
  return { depth: own + depth, size: own + size }
}
