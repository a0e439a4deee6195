import type { Scalar } from '../../dsl/ir/types.ts'
import type { Cancel } from '../ports/format.ts'
import { inChunks } from './chunks.ts'
import type { Segments } from './segments.ts'
import type { NumberVector } from './vector.ts'

/** What a window aggregate looks at: its windows as ranges of the source, and the values of this. */
export interface Ranged {
  readonly segments: Segments
  readonly vector: NumberVector
  readonly type: Scalar
  /** 1 for the rows of the source that are members and have a value. */
  readonly present: Uint8Array
  /** How many rows look. */
  readonly rows: number
  readonly cancel: Cancel
}

/** How many rows of the source with a mark each window holds: differences of a running count. */
export function counts(marks: Uint8Array, { segments, rows, cancel }: Ranged): Float64Array {
  const running = new Uint32Array(marks.length + 1)
  inChunks(marks.length, cancel, (start, end) => {
    for (let j = start; j < end; j++) running[j + 1] = running[j]! + marks[j]!
  })
  const found = new Float64Array(rows)
  for (const { low, high } of segments) {
    inChunks(rows, cancel, (start, end) => {
      for (let i = start; i < end; i++) found[i]! += running[Math.max(low[i]!, high[i]!)]! - running[low[i]!]!
    })
  }
  return found
}
