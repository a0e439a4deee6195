import { emptyValues, type NumberName, type NumberValues } from './column.ts'
import type { Pace } from './pace.ts'

/** Rows that are read from the library at once: fewer are slower, more keep an interrupt waiting. */
const pieceRows = 131_072

/** A dataset as a window sees it. */
export interface Stored {
  /** What `read` gives. */
  readonly values: NumberName
  readonly rows: number
  /** Values per row. */
  readonly width: number
  /** Rows that are packed together; 1 when nothing is. */
  readonly chunkRows: number
  /** The values of rows [start, end), in memory of their own. */
  read(start: number, end: number): NumberValues
}

/**
 * The rows of one dataset that are unpacked at present.
 *
 * The library forgets an unpacked chunk after each call. So whole chunks are asked for, and what the last read
 * left over is kept: in one ascending pass no chunk is unpacked twice.
 */
export class Window {
  readonly #stored: Stored
  #start = 0
  #end = 0
  #values: NumberValues

  constructor(stored: Stored) {
    this.#stored = stored
    this.#values = emptyValues(stored.values, 0)
  }

  /** The values of rows [start, end), shape [(end − start) × width]. Later reads leave them as they are. */
  read(start: number, end: number, pace: Pace): NumberValues {
    if (start < this.#start || end > this.#end) this.#move(start, end, pace)
    return this.#part(start, end)
  }

  /** Forgets everything, so that all that follows is read anew. */
  clear(): void {
    this.#start = 0
    this.#end = 0
  }

  #part(start: number, end: number): NumberValues {
    const { width } = this.#stored
    return this.#values.subarray((start - this.#start) * width, (end - this.#start) * width)
  }

  #move(start: number, end: number, pace: Pace): void {
    const { chunkRows, rows } = this.#stored
    const overlaps = start >= this.#start && start < this.#end
    const first = overlaps ? start : start - (start % chunkRows)
    const last = Math.min(rows, Math.ceil(end / chunkRows) * chunkRows)
    const parts = overlaps ? [this.#part(start, this.#end)] : []
    const step = Math.max(1, Math.round(pieceRows / chunkRows)) * chunkRows
    for (let at = overlaps ? this.#end : first; at < last;) {
      pace.check()
      const next = Math.min(last, at - (at % chunkRows) + step)
      parts.push(this.#stored.read(at, next))
      at = next
    }
    this.#values = joined(this.#stored.values, parts)
    this.#start = first
    this.#end = last
  }
}

function joined(name: NumberName, parts: readonly NumberValues[]): NumberValues {
  const [only] = parts
  if (only !== undefined && parts.length === 1) return only
  const values = emptyValues(
    name,
    parts.reduce((sum, part) => sum + part.length, 0),
  )
  let at = 0
  for (const part of parts) {
    // All are arrays of the type that `name` names, which TypeScript cannot follow.
    ;(values as Float64Array).set(part as Float64Array, at)
    at += part.length
  }
  return values
}
