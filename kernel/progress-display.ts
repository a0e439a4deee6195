import type { Progress } from '../runtime/ports/backend.ts'
import type { MimeBundle, Publisher } from './interpreter.ts'
import { htmlQuiet } from './render/html.ts'
import { formatElapsed } from './render/numbers.ts'
import { formatProgress, formatRead } from './render/progress.ts'

/** A statement that takes longer than this shows its progress. */
const patienceMs = 300
/** At most ten messages a second: the server drops what comes faster than a thousand. */
const betweenMs = 100
/** How often it is told anew when nothing comes: a statement can compute long on rows that it has read. */
const tickMs = 500

export interface ProgressDisplayOptions {
  /** A display identifier that no other display of this kernel has. */
  readonly nextId: () => string
  /** Whether what comes before it in the cell is shown. */
  readonly isNext: () => boolean
}

/** The display of the statement at work: one that is updated, and ends as a quiet line. */
export class ProgressDisplay {
  readonly #publisher: Pick<Publisher, 'display'>
  readonly #options: ProgressDisplayOptions
  #shown: { readonly id: string; atMs: number } | null = null
  #latest: { readonly progress: Progress; readonly startMs: number } | null = null
  #timer: NodeJS.Timeout | null = null

  constructor(publisher: Pick<Publisher, 'display'>, options: ProgressDisplayOptions) {
    this.#publisher = publisher
    this.#options = options
  }

  tell(progress: Progress, elapsedMs: number): void {
    this.#latest = { progress, startMs: performance.now() - elapsedMs }
    this.#timer ??= setInterval(() => this.#show(), tickMs)
    this.#show()
  }

  end(progress: Progress, elapsedMs: number): void {
    const text = formatRead(progress, elapsedMs)
    const line = { 'text/plain': text, 'text/html': htmlQuiet(text) }
    if (this.#shown !== null) this.#publisher.display(line, { id: this.#shown.id, update: true })
    this.stop()
  }

  /** Nothing more is told of the statement; what is shown stays as it is. */
  stop(): void {
    if (this.#timer !== null) clearInterval(this.#timer)
    this.#timer = this.#latest = this.#shown = null
  }

  #show(): void {
    if (this.#latest === null) return
    const { progress, startMs } = this.#latest
    const now = performance.now()
    const bundle = progressBundle(progress, now - startMs)
    if (this.#shown === null) {
      if (now - startMs < patienceMs || !this.#options.isNext()) return
      this.#shown = { id: this.#options.nextId(), atMs: now }
      this.#publisher.display(bundle, { id: this.#shown.id })
    } else if (now - this.#shown.atMs >= betweenMs) {
      this.#shown.atMs = now
      this.#publisher.display(bundle, { id: this.#shown.id, update: true })
    }
  }
}

function progressBundle(progress: Progress, elapsedMs: number): MimeBundle {
  const { rows, totalRows } = progress
  const working = rows < totalRows ? '' : `, at work for ${formatElapsed(elapsedMs)}`
  const text = `${formatProgress(progress, elapsedMs)}${working}`
  const bar = `<progress value="${Math.min(rows, totalRows)}" max="${Math.max(1, totalRows)}"></progress> `
  // As high as the line at its end, so that nothing below moves.
  return { 'text/plain': text, 'text/html': htmlQuiet(text, bar) }
}
