import type { Progress } from '../../runtime/ports/backend.ts'
import type { Output } from '../output.ts'
import { formatProgress, formatRead } from '../render/progress.ts'

/** How long a statement runs before its progress shows, and how often it is drawn anew. */
const quietMs = 300
const intervalMs = 100

/** One line on a terminal that is rewritten while a statement runs; elsewhere nothing. */
export interface ProgressLine {
  show(progress: Progress, elapsedMs: number): void
  /** Leaves one quiet line, if anything was shown. */
  finish(progress: Progress, elapsedMs: number): void
}

const clearLine = '\r\u001b[K'

export function progressLine(output: Output): ProgressLine {
  let drawnMs: number | null = null
  return {
    show(progress, elapsedMs) {
      if (!output.interactive || elapsedMs < (drawnMs === null ? quietMs : drawnMs + intervalMs)) return
      drawnMs = elapsedMs
      output.err(`${clearLine}${formatProgress(progress, elapsedMs)}`)
    },
    finish(progress, elapsedMs) {
      if (drawnMs !== null) output.err(`${clearLine}${formatRead(progress, elapsedMs)}\n`)
      drawnMs = null
    },
  }
}
