import { burstId } from '../../dsl/ir/schema.ts'
import { searchSorted } from './codegen-loops.ts'
import { GrowingIndices } from './growing.ts'
import { besides, pickRows } from './lazy-rows.ts'
import type { Held, PortableArray } from './portable.ts'
import { numbers, numbersOf, type NumberArray, type Rows } from './vector.ts'
import type { BurstsPart } from './work.ts'

/**
 * The bursts that begin among the owned rows of a stream. A window begins at every event; it is one of a burst when it
 * holds enough of all rows. Windows whose first events follow one another within its length share an event.
 *
 * @param base what times count from, ns since 1970
 */
export function burstsAmong(
  owned: Rows,
  all: Rows,
  { atLeast, within }: { readonly atLeast: number; readonly within: number },
  base: bigint,
): BurstsPart {
  const times = numbersOf(owned, 't').values
  const every = numbersOf(all, 't').values
  const low = searchSorted(every, times, 0, 'at or after')
  const high = searchSorted(every, times, within, 'after')
  const firsts = new GrowingIndices()
  const lasts: number[] = []
  for (let row = 0; row < owned.rows; row++) {
    if (high[row]! - low[row]! < atLeast) continue
    const isNew = lasts.length === 0 || times[row]! > lasts.at(-1)! + within
    if (isNew) firsts.push(row)
    lasts[isNew ? lasts.length : lasts.length - 1] = times[row]!
  }
  const rows = firsts.take()
  const at = (name: string): Float64Array => Float64Array.from(rows, (row) => numbersOf(owned, name).values[row]!)
  return {
    kind: 'bursts',
    firsts: BigInt64Array.from(rows, (row) => base + BigInt(times[row]!)),
    lasts: BigInt64Array.from(lasts, (last) => base + BigInt(last)),
    files: at('file'),
    entries: at('entry'),
  }
}

/** The rows that lie in a burst, with its reference. */
export function burstRows(rows: Rows, held: Held, base: bigint): Rows {
  const { found, bursts } = inBursts(
    numbersOf(rows, 't').values,
    timesOf(held, 'start', base),
    timesOf(held, 'stop', base),
  )
  const id = ['file', 'entry'].map((name) => {
    const column = numbersIn(held, name)
    return [`${burstId}.${name}`, numbers(Float64Array.from(bursts, (burst) => Number(column[burst])))] as const
  })
  return besides(pickRows(rows, found), { rows: found.length, columns: new Map(id) })
}

/** Rows that lie in one of the disjoint closed spans, and in which. All ascend. */
function inBursts(
  times: NumberArray,
  starts: Float64Array,
  stops: Float64Array,
): { readonly found: Uint32Array; readonly bursts: Uint32Array } {
  const [found, bursts] = [new GrowingIndices(), new GrowingIndices()]
  let burst = 0
  for (let row = 0; row < times.length; row++) {
    const t = times[row]!
    while (burst < stops.length && stops[burst]! < t) burst++
    if (burst === stops.length) break
    if (starts[burst]! > t) continue
    found.push(row)
    bursts.push(burst)
  }
  return { found: found.take(), bursts: bursts.take() }
}

function numbersIn({ columns }: Held, name: string): PortableArray {
  const column = columns.get(name)
  if (column?.kind !== 'values') throw new Error(`no column ${name} is held`)
  return column.values
}

/** Held instants from the base; those too far away to be exact only need to stay beyond all that is near. */
function timesOf(held: Held, name: string, base: bigint): Float64Array {
  const values = numbersIn(held, name)
  if (!(values instanceof BigInt64Array)) throw new Error(`${name} is no instant`)
  return Float64Array.from(values, (value) => Number(value - base))
}
