import type { DocumentFile } from './document.ts'

/** Entries beyond this cannot be held: 2^32 of them, in 512 MB of bits. */
const mostEntries = 2 ** 32

/** An event-data file as the index files that have been checked so far know it. */
export class EventRows {
  readonly row: DocumentFile
  /** The index file that named it first. */
  readonly index: string
  /** Where it lies. */
  readonly path: string
  /** Distinct rows that refer to it. */
  rows = 0
  lastEntry = -1
  /** Every entry should have a row. */
  complete: boolean
  #seen = new Uint8Array(0)

  constructor(
    row: DocumentFile,
    { index, path, complete }: { readonly index: string; readonly path: string; readonly complete: boolean },
  ) {
    this.row = row
    this.index = index
    this.path = path
    this.complete = complete
    this.#seen = new Uint8Array(Math.ceil((row.entries ?? 0) / 8))
  }

  /** False when a row has referred to the entry before. */
  add(entry: number): boolean {
    if (entry > this.lastEntry) this.lastEntry = entry
    if (entry < 0 || entry >= mostEntries) return true
    const at = Math.floor(entry / 8)
    if (at >= this.#seen.length) this.#grow(at + 1)
    const bit = 1 << (entry % 8)
    if ((this.#seen[at]! & bit) !== 0) return false
    this.#seen[at]! |= bit
    this.rows += 1
    return true
  }

  #grow(length: number): void {
    const larger = new Uint8Array(Math.max(length, 2 * this.#seen.length))
    larger.set(this.#seen)
    this.#seen = larger
  }
}

/** The first row that is earlier than the row before it; -1 when there is none. */
export function firstDescent(times: BigInt64Array, before: bigint): number {
  let last = before
  for (let row = 0; row < times.length; row++) {
    if (times[row]! < last) return row
    last = times[row]!
  }
  return -1
}
