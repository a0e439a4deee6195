import type { Window } from '../../dsl/ir/plan.ts'
import type { Looking } from './looking.ts'
import { searchSorted, type Side } from './codegen-loops.ts'
import { positionColumn } from './plan-parts.ts'
import type { Ranges } from './kernels.ts'
import { numbersOf, type NumberArray, type Rows } from './vector.ts'

/**
 * The rows of a source that lie in the window about each row: one contiguous range, since the source is in the total
 * order. Two pointers: each search starts where the one before ended, which for references in order of time never goes
 * back. Events bound in the row are not taken out.
 */
export function rangesOf(looking: Looking, row: Rows, source: Rows): Ranges {
  const { window } = looking
  switch (window.kind) {
    case 'within':
      return withinRanges(window, looking, row, source)
    case 'between':
      return betweenRanges(window, looking, row, source)
    case 'interval': {
      const t = timesOf(source, looking.key)
      return {
        low: searchSorted(t, timesOf(row, window.from), window.fromOffset, 'at or after'),
        high: searchSorted(t, timesOf(row, window.to), window.toOffset, 'after'),
      }
    }
  }
}

function withinRanges(window: Extract<Window, { kind: 'within' }>, looking: Looking, row: Rows, source: Rows): Ranges {
  const t = timesOf(source, looking.key)
  const reference = timesOf(row, window.reference)
  const byTime = {
    low: () => searchSorted(t, reference, window.low, 'at or after'),
    high: () => searchSorted(t, reference, window.high, 'after'),
  }
  const byPlace = (side: Side): Uint32Array =>
    walkPlaces(placesOf(source, looking.key, looking), placesOf(row, window.reference, looking), side)
  switch (window.order) {
    case 'any':
      return { low: byTime.low(), high: byTime.high() }
    // A bound beyond the reference's own time implies the order; the other one is implied by it.
    case 'after':
      return { low: window.low > 0 ? byTime.low() : byPlace('after'), high: byTime.high() }
    case 'before':
      return { low: byTime.low(), high: window.high < 0 ? byTime.high() : byPlace('at or after') }
  }
}

function betweenRanges(
  window: Extract<Window, { kind: 'between' }>,
  looking: Looking,
  row: Rows,
  source: Rows,
): Ranges {
  const [from, to] = [placesOf(row, window.from, looking), placesOf(row, window.to, looking)]
  const places = placesOf(source, looking.key, looking)
  const [earlier, later] = inOrder(from, to, row.rows)
  return { low: walkPlaces(places, earlier, 'after'), high: walkPlaces(places, later, 'at or after') }
}

/** A place in the total order: a position where both sides are of one dataset, else `t`, `file` and `entry`. */
interface Places {
  readonly t: NumberArray
  readonly position: NumberArray | null
  readonly file: NumberArray
  readonly entry: NumberArray
}

function placesOf(rows: Rows, prefix: string, { byPosition }: Looking): Places {
  const values = (name: string): NumberArray => numbersOf(rows, `${prefix}${name}`).values
  const t = values('t')
  if (byPosition) return { t, position: values(positionColumn), file: t, entry: t }
  return { t, position: null, file: values('file'), entry: values('entry') }
}

function timesOf(rows: Rows, prefix: string): NumberArray {
  return numbersOf(rows, `${prefix}t`).values
}

function walkPlaces(source: Places, references: Places, side: Side): Uint32Array {
  if (source.position !== null && references.position !== null)
    return searchSorted(source.position, references.position, 0, side)
  const out = new Uint32Array(references.t.length)
  const count = source.t.length
  const limit = side === 'after' ? 0 : -1
  let at = 0
  for (let i = 0; i < out.length; i++) {
    while (at < count && comparePlaces(source, at, references, i) <= limit) at++
    while (at > 0 && comparePlaces(source, at - 1, references, i) > limit) at--
    out[i] = at
  }
  return out
}

/** Negative, zero or positive, as the place of row `a` is before, at or after that of row `b`. */
function comparePlaces(left: Places, a: number, right: Places, b: number): number {
  if (left.t[a] !== right.t[b]) return left.t[a]! < right.t[b]! ? -1 : 1
  if (left.file[a] !== right.file[b]) return left.file[a]! < right.file[b]! ? -1 : 1
  return left.entry[a] === right.entry[b] ? 0 : left.entry[a]! < right.entry[b]! ? -1 : 1
}

/** The earlier and the later of two places in each row. */
function inOrder(from: Places, to: Places, rows: number): readonly [Places, Places] {
  const isForward = new Uint8Array(rows)
  for (let i = 0; i < rows; i++) {
    const forward = from.position === null ? comparePlaces(from, i, to, i) <= 0 : from.position[i]! <= to.position![i]!
    isForward[i] = forward ? 1 : 0
  }
  const pick = (name: 't' | 'file' | 'entry', wanted: number): Float64Array => {
    return Float64Array.from({ length: rows }, (_, i) => (isForward[i] === wanted ? from : to)[name][i]!)
  }
  const place = (wanted: number): Places => ({
    t: pick('t', wanted),
    position: from.position === null ? null : pickPosition(from, to, isForward, wanted),
    file: pick('file', wanted),
    entry: pick('entry', wanted),
  })
  return [place(1), place(0)]
}

function pickPosition(from: Places, to: Places, isForward: Uint8Array, wanted: number): Float64Array {
  return Float64Array.from(isForward, (forward, i) => (forward === wanted ? from : to).position![i]!)
}
