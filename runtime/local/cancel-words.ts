import { RuntimeError } from '../errors.ts'
import type { Cancel } from '../ports/format.ts'

/**
 * Memory that all threads see: run n is cancelled when word n mod `length` holds n. A worker deep in a loop, which no
 * message reaches, can read it.
 */
export type CancelWords = Int32Array<SharedArrayBuffer>

const length = 4096

export function makeCancelWords(): CancelWords {
  return new Int32Array(new SharedArrayBuffer(length * Int32Array.BYTES_PER_ELEMENT))
}

export function cancelRun(words: CancelWords, run: number): void {
  Atomics.store(words, run % words.length, run)
}

/** The question whether a run is cancelled, for whoever works for it. */
export function cancelOf(words: CancelWords, run: number): Cancel {
  const word = run % words.length
  const isAborted = (): boolean => Atomics.load(words, word) === run
  return {
    get aborted() {
      return isAborted()
    },
    throwIfAborted() {
      if (isAborted()) throw interrupted()
    },
  }
}

export function interrupted(): RuntimeError {
  return new RuntimeError('R001', 'Interrupted.')
}
