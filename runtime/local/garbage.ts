import { getHeapStatistics, setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import type { Cancel } from '../ports/format.ts'

/**
 * Buffers that a thread has dropped take memory until they are collected, and V8 collects when it thinks it worth while. This
 * collects when more than so many bytes have come since the last time.
 */
export class Garbage {
  readonly #mostBytes: number | null
  readonly #evicted: Int32Array
  readonly #collect: Collect
  #seen = 0
  #kept = 0
  #triedAt: number | null = null

  /** @param evicted counts how often columns that threads share were dropped, which no thread's heap tells of */
  constructor(mostBytes: number | null, evicted: Int32Array) {
    this.#mostBytes = mostBytes
    this.#evicted = evicted
    this.#collect = mostBytes === null ? () => {} : collector()
  }

  /** The same question, which is asked between batches, columns and chunks of rows: then this collects. */
  collecting(cancel: Cancel): Cancel {
    if (this.#mostBytes === null) return cancel
    const settle = (): void => this.settle()
    settle()
    return {
      get aborted() {
        settle()
        return cancel.aborted
      },
      throwIfAborted() {
        settle()
        cancel.throwIfAborted()
      },
    }
  }

  /** Collects if there may be enough to be had. */
  settle(): void {
    if (this.#mostBytes !== null) this.#settle(this.#mostBytes)
  }

  #settle(mostBytes: number): void {
    const evicted = Atomics.load(this.#evicted, 0)
    const bytes = getHeapStatistics().external_memory
    if (evicted !== this.#seen) {
      this.#seen = evicted
      this.#collectAll()
    } else if (bytes < this.#kept + mostBytes) this.#triedAt = null
    else if (this.#triedAt === null) {
      // What has just been dropped is found ten times faster than all; how much that gave back shows a little later.
      this.#triedAt = bytes
      this.#collect('minor')
    } else if (bytes > this.#triedAt + mostBytes / 4) this.#collectAll()
  }

  #collectAll(): void {
    this.#collect('major')
    this.#kept = getHeapStatistics().external_memory
    this.#triedAt = null
  }
}

type Collect = (type: 'minor' | 'major') => void

function collector(): Collect {
  setFlagsFromString('--expose-gc')
  const gc = runInNewContext('gc') as (options: { readonly type: 'minor' | 'major' }) => void
  return (type) => gc({ type })
}
