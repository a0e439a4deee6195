import type { NumberArray } from '../engine/vector.ts'

/** Two rows of a dataset with the same time and the same references. */
export interface Twin {
  readonly row: number
  readonly other: number
}

/**
 * Numbers of the rows of several runs by time; rows of the same time by their numbers.
 *
 * @param times shape [rows], the runs one after the other, each ascending
 * @param starts where each run begins, ascending, the first 0
 */
export function mergeRuns(times: NumberArray, starts: readonly number[]): Uint32Array {
  const rows = times.length
  let source = new Uint32Array(rows)
  for (let row = 0; row < rows; row++) source[row] = row
  let target = new Uint32Array(starts.length > 1 ? rows : 0)
  let runs = [...starts, rows]
  while (runs.length > 2) {
    const merged = [0]
    for (let run = 0; run + 1 < runs.length; run += 2) {
      const end = runs[run + 2] ?? runs[run + 1]!
      mergeTwo(times, source, target, runs[run]!, runs[run + 1]!, end)
      merged.push(end)
    }
    ;[source, target] = [target, source]
    runs = merged
  }
  return source
}

/** Merges the rows source[start, middle) and source[middle, end) to target[start, end). */
function mergeTwo(
  times: NumberArray,
  source: Uint32Array,
  target: Uint32Array,
  start: number,
  middle: number,
  end: number,
): void {
  let [left, right, at] = [start, middle, start]
  while (left < middle && right < end) {
    const takeRight = times[source[right]!]! < times[source[left]!]!
    target[at++] = takeRight ? source[right++]! : source[left++]!
  }
  target.set(source.subarray(left, middle), at)
  target.set(source.subarray(right, end), at + middle - left)
}

export function hasTies(times: NumberArray, indices: Uint32Array): boolean {
  for (let at = 1; at < indices.length; at++) {
    if (times[indices[at]!] === times[indices[at - 1]!]) return true
  }
  return false
}

/** Whether the rows stand in their order as they are. */
export function isIdentity(indices: Uint32Array): boolean {
  for (let at = 0; at < indices.length; at++) if (indices[at] !== at) return false
  return true
}

/**
 * Puts rows of the same time in order, in place.
 *
 * @param keys what decides, the first key first; each of shape [rows]
 * @returns two rows that are equal in all keys, if any are
 */
export function orderTies(times: NumberArray, keys: readonly NumberArray[], indices: Uint32Array): Twin | null {
  let twin: Twin | null = null
  for (let start = 0; start < indices.length;) {
    const time = times[indices[start]!]!
    let end = start + 1
    while (end < indices.length && times[indices[end]!] === time) end++
    if (end - start > 1) {
      const group = indices.subarray(start, end)
      group.sort((left, right) => compareRows(keys, left, right) || left - right)
      twin ??= twinIn(group, keys)
    }
    start = end
  }
  return twin
}

function twinIn(group: Uint32Array, keys: readonly NumberArray[]): Twin | null {
  for (let at = 1; at < group.length; at++) {
    const [other, row] = [group[at - 1]!, group[at]!]
    if (compareRows(keys, other, row) === 0) return { row, other }
  }
  return null
}

function compareRows(keys: readonly NumberArray[], left: number, right: number): number {
  for (const key of keys) {
    const difference = key[left]! - key[right]!
    if (difference !== 0) return difference
  }
  return 0
}
