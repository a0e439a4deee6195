import type { FileMetaData } from 'hyparquet'
import type { GroupRange } from '../ports/format.ts'
import type { Leaf } from './parquet-schema.ts'

/** The footer's smallest and largest values of a numeric column, a group each; undefined when it has none at all. */
export function rangesOf(metadata: FileMetaData, leaf: Leaf): readonly (GroupRange | undefined)[] | undefined {
  const { kind } = leaf
  if (kind.kind !== 'number') return undefined
  const scale = BigInt(kind.scale)
  const ranges = metadata.row_groups.map((group) => {
    const statistics = group.columns[leaf.index]?.meta_data?.statistics
    // The old fields compare all numbers as signed ones.
    const signed = !kind.name.startsWith('u')
    const min = bound(statistics?.min_value ?? (signed ? statistics?.min : undefined), scale)
    const max = bound(statistics?.max_value ?? (signed ? statistics?.max : undefined), scale)
    return min === undefined || max === undefined ? undefined : { min, max }
  })
  return ranges.every((range) => range === undefined) ? undefined : ranges
}

/** NaN is no bound: writers that put it there did not compare. */
function bound(value: unknown, scale: bigint): number | bigint | undefined {
  if (typeof value === 'bigint') return value * scale
  return typeof value === 'number' && !Number.isNaN(value) ? value : undefined
}
