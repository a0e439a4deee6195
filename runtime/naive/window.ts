import type { Window } from '../../dsl/ir/plan.ts'
import { comparePlaces, placeOf, type Place } from './place.ts'
import type { Row } from './row.ts'

/** Whether `x` lies in the window about the references of `row` (language.md 6.3), events bound in the row aside. */
export function inWindow(window: Window, row: Row, x: Place): boolean {
  switch (window.kind) {
    case 'within': {
      const reference = placeOf(row, window.reference)
      return inTime(x.t, reference.t, window) && inOrder(window.order, comparePlaces(x, reference))
    }
    case 'between': {
      const [from, to] = [placeOf(row, window.from), placeOf(row, window.to)]
      const [earlier, later] = comparePlaces(from, to) <= 0 ? [from, to] : [to, from]
      return comparePlaces(earlier, x) < 0 && comparePlaces(x, later) < 0
    }
    case 'interval': {
      const start = placeOf(row, window.from).t + BigInt(window.fromOffset)
      const stop = placeOf(row, window.to).t + BigInt(window.toOffset)
      return start <= x.t && x.t <= stop
    }
  }
}

/** Whether `t` lies in the closed `[reference + low, reference + high]`. */
export function inTime(
  t: bigint,
  reference: bigint,
  { low, high }: { readonly low: number; readonly high: number },
): boolean {
  return reference + BigInt(low) <= t && t <= reference + BigInt(high)
}

/** How far a candidate is from the reference of its window, ns: what `nearest` compares. */
export function distance(window: Window, row: Row, x: Place): bigint {
  if (window.kind !== 'within') throw new Error('`nearest` needs a `within` window')
  const delta = x.t - placeOf(row, window.reference).t
  return delta < 0n ? -delta : delta
}

/** `comparison` is negative when x comes before the reference. */
function inOrder(order: 'after' | 'before' | 'any', comparison: number): boolean {
  switch (order) {
    case 'after':
      return comparison > 0
    case 'before':
      return comparison < 0
    case 'any':
      return true
  }
}
