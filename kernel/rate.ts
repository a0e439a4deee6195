import type { Dataset } from '../runtime/ports/dataset.ts'

/** Rows of a dataset in each second from the first event of each of its files to the last; undefined for a table. */
export function rateOf(dataset: Dataset | undefined): number | undefined {
  const timed = (dataset?.files ?? []).filter(({ blocks }) => blocks.length > 0)
  const ns = timed.reduce(
    (sum, { blocks }) => sum + BigInt(blocks.at(-1)?.tLast ?? 0) - BigInt(blocks[0]?.tFirst ?? 0),
    0n,
  )
  const rows = timed.reduce((sum, file) => sum + file.rows, 0)
  return ns > 0n ? rows / (Number(ns) / 1e9) : undefined
}
