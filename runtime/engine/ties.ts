import { numbersOf, type NumberArray, type Rows } from './vector.ts'

/**
 * The order of rows that ascend in the time of their first reference: those of the same time by the file and entry of
 * each reference, of the later ones by their time first; null when they stand in it.
 */
export function tieOrder(rows: Rows, references: readonly string[]): Uint32Array | null {
  const [first] = references
  if (first === undefined) return null
  const times = numbersOf(rows, `${first}t`).values
  let keys: readonly NumberArray[] | null = null
  let order: Uint32Array | null = null
  for (let start = 0; start + 1 < rows.rows;) {
    let end = start + 1
    while (end < rows.rows && times[end] === times[start]) end++
    if (end - start > 1) {
      keys ??= keysOf(rows, references)
      order ??= Uint32Array.from(times, (_, row) => row)
      order.subarray(start, end).sort(comparison(keys))
    }
    start = end
  }
  return order
}

function keysOf(rows: Rows, references: readonly string[]): readonly NumberArray[] {
  return references.flatMap((prefix, at) =>
    [...(at === 0 ? [] : ['t']), 'file', 'entry'].map((name) => numbersOf(rows, `${prefix}${name}`).values),
  )
}

/** Rows with the same keys keep their order. */
function comparison(keys: readonly NumberArray[]): (left: number, right: number) => number {
  return (left, right) => {
    for (const values of keys) {
      const difference = values[left]! - values[right]!
      if (difference !== 0) return difference
    }
    return left - right
  }
}
