import type { Ranges } from './kernels.ts'
import type { Cancel } from '../ports/format.ts'
import { searchSorted } from './codegen-loops.ts'
import { inChunks } from './chunks.ts'
import { hashTable } from './join-hash.ts'
import type { Keys } from './join-keys.ts'
import type { Exclusion } from './looking.ts'
import type { Pairing } from './paired-rows.ts'
import { noPartner, twoPartners } from './partners.ts'
import { positionColumn } from './plan-parts.ts'
import { numbersOf, type NumberArray, type Rows } from './vector.ts'

/** The members of each row's window as ranges of the source that do not overlap, in ascending order; some are empty. */
export type Segments = readonly Ranges[]

/**
 * The window about each row without the events that are bound in it. Undefined where such an event may be in many rows of
 * the source, which is so of the roles of a match.
 */
export function segmentsOf({ looking, row, source }: Pairing, ranges: Ranges, cancel: Cancel): Segments | undefined {
  const cuts: Ranges[] = []
  for (const exclusion of looking.exclusions) {
    const cut = cutOf(exclusion, looking.key, { row, source }, cancel)
    if (cut === undefined) return undefined
    cuts.push(cut)
  }
  return cuts.length === 0 ? [ranges] : withoutCuts(ranges, cuts)
}

interface Sides {
  readonly row: Rows
  readonly source: Rows
}

/** The rows of the source that are an event bound in each row. */
function cutOf(
  { row: own, other, byPosition }: Exclusion,
  key: string,
  sides: Sides,
  cancel: Cancel,
): Ranges | undefined {
  const { row, source } = sides
  if (byPosition && other === key) {
    const positions = numbersOf(source, `${other}${positionColumn}`).values
    const bound = numbersOf(row, `${own}${positionColumn}`).values
    return { low: searchSorted(positions, bound, 0, 'at or after'), high: searchSorted(positions, bound, 0, 'after') }
  }
  const names = byPosition ? [positionColumn] : ['file', 'entry']
  const keys = (rows: Rows, prefix: string): readonly Keys[] =>
    names.map((name) => wholeKeys(numbersOf(rows, `${prefix}${name}`).values, rows.rows))
  const find = hashTable(keys(source, other), source.rows, cancel)
  const found = new Int32Array(row.rows)
  const bound = keys(row, own)
  inChunks(row.rows, cancel, (start, end) => find(bound, start, end, found))
  return found.includes(twoPartners) ? undefined : oneRowCuts(found)
}

function oneRowCuts(found: Int32Array): Ranges {
  const [low, high] = [new Uint32Array(found.length), new Uint32Array(found.length)]
  for (let i = 0; i < found.length; i++) {
    low[i] = Math.max(0, found[i]!)
    high[i] = found[i] === noPartner ? 0 : found[i]! + 1
  }
  return { low, high }
}

function wholeKeys(values: NumberArray, rows: number): Keys {
  const high = new Float64Array(rows)
  high.set(values.subarray(0, rows))
  return { high, low: new Float64Array(rows), valid: new Uint8Array(rows).fill(1) }
}

/** What is left of ranges when some rows are cut out of each. */
function withoutCuts({ low, high }: Ranges, cuts: readonly Ranges[]): Segments {
  const rows = low.length
  const segments = Array.from({ length: cuts.length + 1 }, () => ({
    low: new Uint32Array(rows),
    high: new Uint32Array(rows),
  }))
  const order = cuts.map((_, at) => at)
  for (let i = 0; i < rows; i++) {
    if (order.length > 1) sortByStart(order, cuts, i)
    let from = low[i]!
    for (let k = 0; k < cuts.length; k++) {
      const cut = cuts[order[k]!]!
      segments[k]!.low[i] = from
      segments[k]!.high[i] = Math.max(from, Math.min(cut.low[i]!, high[i]!))
      from = Math.max(from, cut.high[i]!)
    }
    segments[cuts.length]!.low[i] = from
    segments[cuts.length]!.high[i] = Math.max(from, high[i]!)
  }
  return segments
}

/** In place, by insertion: there are two or three. */
function sortByStart(order: number[], cuts: readonly Ranges[], row: number): void {
  for (let k = 1; k < order.length; k++) {
    const moved = order[k]!
    let at = k
    for (; at > 0 && cuts[order[at - 1]!]!.low[row]! > cuts[moved]!.low[row]!; at--) order[at] = order[at - 1]!
    order[at] = moved
  }
}
