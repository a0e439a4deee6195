import type { Region } from './parquet-pages.ts'
import { decodeHybrid, isOneRun } from './parquet-rle.ts'

/** The levels of a page, one byte an entry; null when all are `highest`, as they are in a nullable column without nulls. */
export function levelsOf(region: Region, highest: number, entries: number): Uint8Array | null {
  if (highest === 0 || isOneRun(region.bytes, region.start, region.end, highest, entries)) return null
  const levels = new Uint8Array(entries)
  decodeHybrid(region.bytes, region.start, region.end, 32 - Math.clz32(highest), levels)
  return levels
}

/** One byte an entry: 1 where the level is `level` or higher. Null when all are. */
export function atLeast(levels: Uint8Array | null, level: number): Uint8Array | null {
  if (levels === null) return null
  const mask = new Uint8Array(levels.length)
  let missing = 0
  for (let i = 0; i < levels.length; i++) {
    const there = Number(levels[i]! >= level)
    mask[i] = there
    missing += 1 - there
  }
  return missing === 0 ? null : mask
}

export function countOnes(mask: Uint8Array | null, length: number): number {
  if (mask === null) return length
  let ones = 0
  for (let i = 0; i < length; i++) ones += mask[i]!
  return ones
}

/** Puts values, `width` bytes each, where the mask is 1, and zeros elsewhere. */
export function spread(values: Uint8Array, mask: Uint8Array, width: number): Uint8Array {
  const output = new Uint8Array(mask.length * width)
  let from = 0
  for (let i = 0; i < mask.length; i++) {
    if (mask[i] === 0) continue
    for (let byte = 0; byte < width; byte++) output[i * width + byte] = values[from + byte]!
    from += width
  }
  return output
}
