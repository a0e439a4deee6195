import type { Picks } from './build-gather-kernel.ts'

/** The rows of pieces of the given lengths, one piece after the other. */
export function inOrder(lengths: readonly number[]): Picks {
  const count = lengths.reduce((sum, length) => sum + length, 0)
  const piece = new Uint32Array(count)
  const row = new Uint32Array(count)
  let at = 0
  lengths.forEach((length, index) => {
    piece.fill(index, at, at + length)
    for (let k = 0; k < length; k++) row[at + k] = k
    at += length
  })
  return { piece, row, count }
}

/** Positions of the rows in the order of run, then time, then position; null when they stand in it. */
export function sortedRows(runs: ArrayLike<number>, times: BigInt64Array): Uint32Array | null {
  if (isSorted(runs, times)) return null
  const order = Uint32Array.from(times, (_, row) => row)
  return order.sort((left, right) => {
    const byRun = runs[left]! - runs[right]!
    if (byRun !== 0) return byRun
    const [a, b] = [times[left]!, times[right]!]
    return a < b ? -1 : a > b ? 1 : left - right
  })
}

function isSorted(runs: ArrayLike<number>, times: BigInt64Array): boolean {
  for (let row = 1; row < times.length; row++) {
    if (runs[row]! < runs[row - 1]!) return false
    if (runs[row] === runs[row - 1] && times[row]! < times[row - 1]!) return false
  }
  return true
}

/** One source of a merge: rows in the order of (t, file, entry). */
export interface Head {
  readonly times: BigInt64Array
  /** One number for all rows, or one for each. */
  readonly files: number | ArrayLike<number>
  readonly entries: BigInt64Array
}

/** Negative when row `i` of `left` comes before row `j` of `right`. */
export function compareRows(left: Head, i: number, right: Head, j: number): number {
  const [a, b] = [left.times[i]!, right.times[j]!]
  if (a !== b) return a < b ? -1 : 1
  const byFile = fileAt(left, i) - fileAt(right, j)
  if (byFile !== 0) return byFile
  const [p, q] = [left.entries[i]!, right.entries[j]!]
  return p < q ? -1 : p > q ? 1 : 0
}

function fileAt({ files }: Head, row: number): number {
  return typeof files === 'number' ? files : files[row]!
}

/** The first row from `start` on that does not come before row `j` of `limit`. */
export function rowsBefore(head: Head, start: number, limit: Head, j: number): number {
  let row = start
  while (row < head.times.length && compareRows(head, row, limit, j) < 0) row += 1
  return row
}
