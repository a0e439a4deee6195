import { setImmediate } from 'node:timers/promises'
import type { Cancel } from '../ports/format.ts'

/** How long a reader keeps the thread before it lets other events in, an interrupt among them. */
const turnMs = 8

/** Keeps a long read interruptible: readers call `step` once per page, basket or 16,384 rows. */
export class Pace {
  readonly #cancel: Cancel
  #since = performance.now()

  constructor(cancel: Cancel) {
    this.#cancel = cancel
  }

  /** @throws the reason of the cancellation */
  async step(): Promise<void> {
    this.#cancel.throwIfAborted()
    if (performance.now() - this.#since < turnMs) return
    await setImmediate()
    this.#since = performance.now()
    this.#cancel.throwIfAborted()
  }

  /** For loops that cannot wait: asks without letting other events in. */
  check(): void {
    this.#cancel.throwIfAborted()
  }
}
