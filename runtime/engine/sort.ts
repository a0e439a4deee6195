import { compareText } from './order.ts'

/** The keys of rows: numbers or bigints, with what float64 does not hold in `residual`; or texts. */
export interface SortKeys {
  readonly values: ArrayLike<number> | ArrayLike<bigint>
  readonly residual: Float64Array | null
  readonly valid: Uint8Array | null
  /** The text of row i; null when the keys are no texts. */
  readonly textOf: ((row: number) => string) | null
}

/** Rows in the order of their keys, stable; NaN, then missing come last in either direction. */
export function sortedOrder(keys: SortKeys, rows: number, descending: boolean): Uint32Array {
  const { values, valid } = keys
  const [ordinary, nans, missing] = [new Uint32Array(rows), [] as number[], [] as number[]]
  let count = 0
  for (let row = 0; row < rows; row++) {
    if (valid?.[row] === 0) missing.push(row)
    else if (Number.isNaN(values[row])) nans.push(row)
    else ordinary[count++] = row
  }
  const compare = comparison(keys)
  const sorted = ordinary.subarray(0, count).sort(descending ? (left, right) => compare(right, left) : compare)
  const order = new Uint32Array(rows)
  order.set(sorted)
  order.set(nans, count)
  order.set(missing, count + nans.length)
  return order
}

function comparison({ values, residual, textOf }: SortKeys): (left: number, right: number) => number {
  if (textOf !== null) return (left, right) => compareText(textOf(left), textOf(right))
  return (left, right) => {
    const [a, b] = [values[left]!, values[right]!]
    if (a < b) return -1
    if (a > b) return 1
    return residual === null ? 0 : residual[left]! - residual[right]!
  }
}
