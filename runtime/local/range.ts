import type { Block, DataFile } from '../ports/dataset.ts'

/** Rows [start, end) of a file. */
export interface RowRange {
  readonly file: DataFile
  readonly start: number
  readonly end: number
  /** Of these rows only some, ascending. */
  readonly only?: readonly number[]
  /** The fields that are read of some lists of records, where the format can tell them apart; of others all. */
  readonly fields?: ReadonlyMap<string, readonly string[]>
}

/** Rows of a file that may lie in a slice of time; what is exact is known from the blocks. */
export interface TimeRange extends RowRange {
  /** All rows have first <= t <= last. */
  readonly first: bigint
  readonly last: bigint
  /** The blocks at whose ends the range must be narrowed by looking at the times; null where it is exact. */
  readonly startBlock: Block | null
  readonly endBlock: Block | null
  /** Whether two rows may have the same time. */
  readonly ties: boolean
}

/** The rows of a file in blocks that overlap [from, to); null when there are none. */
export function overlapping(file: DataFile, from: bigint, to: bigint): TimeRange | null {
  const begin = firstWhere(file.blocks, (block) => BigInt(block.tLast) >= from)
  const stop = firstWhere(file.blocks, (block) => BigInt(block.tFirst) >= to)
  const blocks = file.blocks.slice(begin, stop)
  const [startBlock, endBlock] = [blocks[0], blocks.at(-1)]
  if (startBlock === undefined || endBlock === undefined) return null
  const [first, last] = [BigInt(startBlock.tFirst), BigInt(endBlock.tLast)]
  return {
    file,
    start: startBlock.start,
    end: endBlock.end,
    first: first < from ? from : first,
    last: last < to ? last : to - 1n,
    startBlock: first < from ? startBlock : null,
    endBlock: last < to ? null : endBlock,
    ties: blocks.some((block) => block.ties !== false),
  }
}

/** Rows [start, end) of a table whose rows are numbered through its files. */
export function numbered(files: readonly DataFile[], start: number, end: number): readonly RowRange[] {
  const ranges: RowRange[] = []
  let before = 0
  for (const file of files) {
    const [low, high] = [Math.max(0, start - before), Math.min(file.rows, end - before)]
    if (low < high) ranges.push({ file, start: low, end: high })
    before += file.rows
  }
  return ranges
}

/** Ranges in groups, by time: those of a group overlap in time one with the next, those of two groups do not. */
export function clustered(ranges: readonly TimeRange[]): readonly (readonly TimeRange[])[] {
  const clusters: TimeRange[][] = []
  let last: bigint | undefined
  for (const range of ranges.toSorted((a, b) => (a.first < b.first ? -1 : a.first > b.first ? 1 : 0))) {
    if (last !== undefined && range.first <= last) clusters.at(-1)?.push(range)
    else clusters.push([range])
    if (last === undefined || range.last > last) last = range.last
  }
  return clusters
}

/**
 * Ranges that overlap, cut where another begins or ends: rows at times that one file alone has stand in order as they are,
 * and files of one run often overlap by a few rows only.
 */
export function divided(cluster: readonly TimeRange[]): readonly TimeRange[] {
  const edges = cluster.flatMap(({ first, last }) => [first, last + 1n]).toSorted((a, b) => (a < b ? -1 : 1))
  const pieces: { readonly from: bigint; to: bigint; readonly files: Set<DataFile> }[] = []
  for (const [at, to] of edges.entries()) {
    const from = edges[at - 1]
    if (from === undefined || from === to) continue
    const files = new Set(cluster.filter(({ first, last }) => first <= from && from <= last).map(({ file }) => file))
    const before = pieces.at(-1)
    if (before === undefined || before.files.size === 1 || files.size === 1) pieces.push({ from, to, files })
    else {
      before.to = to
      files.forEach((file) => before.files.add(file))
    }
  }
  return pieces.flatMap(({ from, to, files }) => [...files].flatMap((file) => overlapping(file, from, to) ?? []))
}

/** Position of the first block for which `holds`; once it holds, it holds for all that follow. */
function firstWhere(blocks: readonly Block[], holds: (block: Block) => boolean): number {
  let [low, high] = [0, blocks.length]
  while (low < high) {
    const middle = (low + high) >>> 1
    const block = blocks[middle]
    if (block !== undefined && holds(block)) high = middle
    else low = middle + 1
  }
  return low
}
