import type { Expr, WindowAggregate } from '../../dsl/ir/plan.ts'
import type { Scalar } from '../../dsl/ir/types.ts'
import { blankVector, finished } from './blank-vector.ts'
import { inChunks } from './chunks.ts'
import type { Tools } from './frame.ts'
import { reads } from './expr-parts.ts'
import type { Ranges } from './kernels.ts'
import { otherColumn } from './lists.ts'
import type { Pairing } from './paired-rows.ts'
import { scalarOf } from './plan-parts.ts'
import { RangeLeast } from './range-least.ts'
import { counts, type Ranged } from './ranged.ts'
import { rangedStd, rangedSum } from './ranged-sum.ts'
import { rangesOf } from './ranges.ts'
import { segmentsOf } from './segments.ts'
import { numbers, type NumberVector } from './vector.ts'

/** Where windows hold so much less than the source, looking at their members costs less than at all of it. */
const sparse = 4

/**
 * A window aggregate whose condition and value are of the looked-at row alone: a constant number of steps for each row,
 * however many a window holds. Undefined where each pair matters, where windows hold few, and for values that one float64
 * does not hold.
 *
 * @param value of the members, over the columns of the other row
 * @throws RuntimeError R001 when it is cancelled, R004 when a sum of integers is not an int64
 */
export function rangedColumn(
  { fn, type }: WindowAggregate,
  value: Expr,
  pairing: Pairing,
  tools: Tools,
): NumberVector | undefined {
  const { looking, row, source, where } = pairing
  const { cancel, terms } = tools
  if (fn === 'median' || reads(value, 'row') || (where !== null && reads(where, 'row'))) return undefined
  const ranges = rangesOf(looking, row, source)
  if (membersIn(ranges) * sparse < source.rows) return undefined
  const segments = segmentsOf(pairing, ranges, cancel)
  if (segments === undefined) return undefined
  const vector = otherColumn(value, source, tools)
  const present = presence([vector, ...(where === null ? [] : [otherColumn(where, source, tools)])], source.rows)
  const ranged = { segments, vector, present, type: scalarOf(value), rows: row.rows, cancel }
  const marked = (truth: number): Float64Array => counts(marks(ranged, truth), ranged)
  switch (fn) {
    case 'count':
      return numbers(ranged.type.kind === 'bool' ? marked(1) : counts(present, ranged))
    case 'any':
      return numbers(Uint8Array.from(marked(1), (found) => Number(found > 0)))
    case 'all':
      return numbers(Uint8Array.from(marked(0), (found) => Number(found === 0)))
    case 'first':
    case 'last':
      return endValues(fn, ranged, type)
    case 'min':
      return leastValues(ranged, type, 1)
    case 'max':
      return leastValues(ranged, type, -1)
    case 'sum':
    case 'mean':
      return rangedSum(fn, ranged, type, terms)
    case 'std':
      return rangedStd(ranged, type)
  }
}

function membersIn({ low, high }: Ranges): number {
  let members = 0
  for (let i = 0; i < low.length; i++) members += Math.max(0, high[i]! - low[i]!)
  return members
}

/** Rows that have a value in the first column for which the condition in the second, if any, holds. */
function presence([vector, condition]: readonly NumberVector[], rows: number): Uint8Array {
  const present = vector?.valid?.slice(0, rows) ?? new Uint8Array(rows).fill(1)
  if (condition === undefined) return present
  const { values, valid } = condition
  for (let j = 0; j < rows; j++) present[j]! &= values[j]! & (valid === null ? 1 : valid[j]!)
  return present
}

/** The members whose value is this truth. */
function marks({ present, vector: { values } }: Ranged, truth: number): Uint8Array {
  const found = present.slice()
  for (let j = 0; j < found.length; j++) found[j]! &= Number(values[j] === truth)
  return found
}

/** The value of the first or last member, missing where there is none. */
function endValues(
  end: 'first' | 'last',
  { segments, vector, present, rows, cancel }: Ranged,
  type: Scalar,
): NumberVector {
  const members = end === 'first' ? nextMembers(present) : lastMembers(present)
  const result = blankVector(type, rows)
  const { values, residual } = vector
  const inOrder = end === 'first' ? segments : segments.toReversed()
  inChunks(rows, cancel, (start, stop) => {
    for (const { low, high } of inOrder) {
      for (let i = start; i < stop; i++) {
        if (low[i]! >= high[i]! || result.valid[i] === 1) continue
        const member = members[end === 'first' ? low[i]! : high[i]!]!
        if (member < low[i]! || member >= high[i]!) continue
        result.valid[i] = 1
        result.values[i] = values[member]!
        if (residual !== null) result.residual[i] = residual[member]!
      }
    }
  })
  return finished(result)
}

/** The first member at or after each row; as many as there are rows where there is none. */
function nextMembers(present: Uint8Array): Uint32Array {
  const next = new Uint32Array(present.length + 1).fill(present.length)
  for (let j = present.length - 1; j >= 0; j--) next[j] = present[j] === 1 ? j : next[j + 1]!
  return next
}

/** The last member before each row; as many as there are rows where there is none. */
function lastMembers(present: Uint8Array): Uint32Array {
  const last = new Uint32Array(present.length + 1).fill(present.length)
  for (let j = 0; j < present.length; j++) last[j + 1] = present[j] === 1 ? j : last[j]!
  return last
}

/** The least value, or the largest one (`sign` −1). Undefined for values that one float64 does not hold. */
function leastValues(ranged: Ranged, type: Scalar, sign: 1 | -1): NumberVector | undefined {
  const { segments, vector, present, rows, cancel } = ranged
  if (ranged.type.kind === 'text' || vector.residual !== null) return undefined
  const values = new Float64Array(present.length)
  values.set(vector.values.subarray(0, present.length))
  for (let j = 0; j < values.length; j++) values[j] = present[j] === 1 ? sign * values[j]! : Number.POSITIVE_INFINITY
  const least = new RangeLeast(values, cancel)
  const members = counts(present, ranged)
  const result = blankVector(type, rows)
  inChunks(rows, cancel, (start, end) => {
    for (let i = start; i < end; i++) {
      if (members[i] === 0) continue
      let found = Number.POSITIVE_INFINITY
      for (const { low, high } of segments) found = Math.min(found, least.of(low[i]!, high[i]!))
      result.valid[i] = 1
      result.values[i] = sign * found
    }
  })
  return finished(result)
}
