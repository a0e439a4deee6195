import { exactFrame, baseColumn, masked, type Frame, type Tools } from './frame.ts'
import type { HeldDuring } from './held-plan.ts'
import { keyOf } from './plan-parts.ts'
import type { Held } from './portable.ts'
import { insideMask, type Spans } from './spans.ts'

/** The rows whose time lies in a held span, or in none. */
export function duringFrame(plan: HeldDuring, input: Frame, held: Held, tools: Tools): Frame {
  const key = `${keyOf(plan.input)}t`
  const frame = baseColumn(input, key) === undefined ? exactFrame(input, tools) : input
  const { values } = baseColumn(frame, key)!
  const [first, last] = [values[0], values.at(-1)]
  const none = { starts: new Float64Array(0), stops: new Float64Array(0), count: 0 }
  const spans =
    first === undefined || last === undefined ? none : spansNear(held, { first, last, base: tools.terms.base })
  return masked(frame, insideMask(values, spans), plan.mode)
}

/** The spans that may hold a time between two, both included: closed, from the base. */
function spansNear(
  { columns, rows }: Held,
  { first, last, base }: { readonly first: number; readonly last: number; readonly base: bigint },
): Spans {
  const [starts, stops] = [columns.get('start'), columns.get('stop')].map((column) => {
    if (column?.kind !== 'values' || !(column.values instanceof BigInt64Array)) throw new Error('spans have instants')
    return column.values
  })
  const [from, to] = [BigInt(first) + base, BigInt(last) + base]
  let begin = lowerBound(rows, (at) => stops![at]! > from)
  const near: [number[], number[]] = [[], []]
  for (; begin < rows && starts![begin]! <= to; begin++) {
    near[0].push(Number(starts![begin]! - base))
    near[1].push(Number(stops![begin]! - base - 1n))
  }
  return { starts: Float64Array.from(near[0]), stops: Float64Array.from(near[1]), count: near[0].length }
}

/** The first position for which it holds; once it holds, it holds for all that follow. */
function lowerBound(count: number, holds: (at: number) => boolean): number {
  let [low, high] = [0, count]
  while (low < high) {
    const middle = (low + high) >>> 1
    if (holds(middle)) high = middle
    else low = middle + 1
  }
  return low
}
