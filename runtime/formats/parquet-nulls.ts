import type { FileMetaData } from 'hyparquet'
import type { StoredColumn } from './parquet-leaf.ts'
import { levelsOf } from './parquet-levels.ts'
import { type Chunk, ChunkPages, PageWindow } from './parquet-pages.ts'

type ChunkMetadata = NonNullable<FileMetaData['row_groups'][number]['columns'][number]['meta_data']>

/** How many entries a stored column has of each definition level. */
export class LevelCounts {
  readonly #counts: Float64Array

  constructor(counts: Float64Array) {
    this.#counts = counts
  }

  below(level: number): number {
    return this.between(0, level)
  }

  /** Entries of the levels [low, high). */
  between(low: number, high: number): number {
    return this.#counts.subarray(low, high).reduce((sum, count) => sum + count, 0)
  }
}

/** From the footer where it says it, else from the levels of the pages. */
export function countLevels(metadata: FileMetaData, column: StoredColumn): LevelCounts {
  const { present, index } = column.leaf
  const counts = new Float64Array(present + 1)
  if (present === 0) return new LevelCounts(counts)
  for (const [group, chunk] of column.chunks.entries()) {
    const stored = metadata.row_groups[group]!.columns[index]!.meta_data!
    if (!addFromFooter(counts, stored)) addFromPages(counts, column, chunk)
  }
  return new LevelCounts(counts)
}

function addFromFooter(counts: Float64Array, stored: ChunkMetadata): boolean {
  const histogram = stored.size_statistics?.definition_level_histogram
  if (histogram?.length === counts.length) {
    for (const [level, count] of histogram.entries()) counts[level]! += Number(count)
    return true
  }
  const nulls = stored.statistics?.null_count
  // Of nested columns this count includes empty lists: only "none" is certain.
  if (nulls === undefined || (counts.length > 2 && Number(nulls) > 0)) return false
  counts[0]! += Number(nulls)
  counts[counts.length - 1]! += Number(stored.num_values) - Number(nulls)
  return true
}

function addFromPages(counts: Float64Array, { file, leaf }: StoredColumn, chunk: Chunk): void {
  const pages = new ChunkPages(new PageWindow(file), chunk)
  for (let head = pages.next(); head !== undefined; head = pages.next()) {
    if (head.kind === 'dictionary') continue
    const levels = levelsOf(pages.open(head, leaf.repeated, true).definition, leaf.present, head.entries)
    if (levels === null) counts[leaf.present]! += head.entries
    else for (const level of levels) counts[level]! += 1
  }
}
