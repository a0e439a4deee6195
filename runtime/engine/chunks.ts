import type { Cancel } from '../ports/format.ts'
import { chunkRows } from './kernels.ts'

/** Runs a loop over the rows [0, rows) chunk by chunk, and asks for cancellation before each one. */
export function inChunks(rows: number, cancel: Cancel, loop: (start: number, end: number) => void): void {
  for (let start = 0; start < rows; start += chunkRows) {
    cancel.throwIfAborted()
    loop(start, Math.min(rows, start + chunkRows))
  }
}
