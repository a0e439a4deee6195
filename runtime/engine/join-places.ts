import type { Cancel } from '../ports/format.ts'
import { inChunks } from './chunks.ts'
import type { Keys } from './join-keys.ts'
import { noPartner, twoPartners, type FindPartners } from './partners.ts'

/** The whole numbers [low, low + count) of one key column; a step of one is a step of `stride` in the table. */
interface Axis {
  readonly low: number
  readonly count: number
  readonly stride: number
}

/** So much larger than the rows a table may be. */
const [mostPerRow, smallTable] = [4, 65536] as const

/** Finds rows by a table of all keys there may be; undefined where the keys are not whole numbers, or too far apart. */
export function placeTable(keys: readonly Keys[], rows: number, cancel: Cancel): FindPartners | undefined {
  const axes: Axis[] = []
  let size = 1
  for (const column of keys) {
    const range = rangeOf(column, rows)
    if (range === undefined) return undefined
    axes.push({ ...range, stride: size })
    size *= range.count
    if (size > mostPerRow * rows + smallTable) return undefined
  }
  const table = new Int32Array(size).fill(noPartner)
  const places = new Int32Array(rows)
  inChunks(rows, cancel, (start, end) => {
    placesOf(keys, axes, places.subarray(start, end), start)
    putRows(places, start, end, table)
  })
  return (left, start, end, partners) => {
    placesOf(left, axes, partners.subarray(start, end), start)
    for (let row = start; row < end; row++) {
      const place = partners[row]!
      partners[row] = place < 0 ? noPartner : table[place]!
    }
  }
}

function rangeOf({ high, low, valid }: Keys, rows: number): Pick<Axis, 'low' | 'count'> | undefined {
  let [least, most, whole] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 1]
  for (let row = 0; row < rows; row++) {
    if (valid[row] === 0) continue
    const value = high[row]!
    least = value < least ? value : least
    most = value > most ? value : most
    whole &= Number(Math.floor(value) === value) & Number(low[row] === 0)
  }
  if (least > most) return { low: 0, count: 0 }
  return whole === 1 && most - least < Number.MAX_SAFE_INTEGER ? { low: least, count: most - least + 1 } : undefined
}

/** The places of the rows from `first` on; −1 where a key is none of the table's. */
function placesOf(keys: readonly Keys[], axes: readonly Axis[], places: Int32Array, first: number): void {
  places.fill(0)
  for (let at = 0; at < axes.length; at++) addPlaces(keys[at]!, axes[at]!, places, first)
}

function addPlaces({ high, low, valid }: Keys, axis: Axis, places: Int32Array, first: number): void {
  const { low: least, count, stride } = axis
  for (let i = 0; i < places.length; i++) {
    const value = high[first + i]!
    const step = value - least
    const isInside = step >= 0 && step < count && Math.floor(value) === value && low[first + i] === 0
    places[i] = isInside && valid[first + i] === 1 && places[i]! >= 0 ? places[i]! + step * stride : -1
  }
}

function putRows(places: Int32Array, start: number, end: number, table: Int32Array): void {
  for (let row = start; row < end; row++) {
    const place = places[row]!
    if (place >= 0) table[place] = table[place] === noPartner ? row : twoPartners
  }
}
