import { cancelRun, interrupted, makeCancelWords } from './cancel-words.ts'
import type { Jobs } from './messages.ts'
import { Run } from './run.ts'
import { Thread, type Ticket } from './thread.ts'

/** How long whoever is interrupted waits for workers to notice; then it is told all the same. */
const graceMs = 60

/** How long after a cancellation a worker may still be at it before another takes its place. */
const patienceMs = 2000

export interface PoolOptions {
  readonly threads: number
  /** The module that the threads run; it calls `serve`. */
  readonly entry: URL
  /** What a thread's JavaScript objects may take; columns lie outside of it. Node's own limit when absent. */
  readonly heapMB?: number
  /** What of it the youngest objects may take. */
  readonly youngMB?: number
  /** What every thread gets from the start: plain data and shared memory. */
  readonly shared?: unknown
  /** A thread is gone, whatever it was doing. */
  readonly onGone?: (thread: number) => void
}

/**
 * Worker threads that take jobs one at a time, first come, first served. A thread is started when all others have work,
 * and replaced when it dies or does not come back from a cancelled job.
 */
export class Pool<J extends Jobs> implements AsyncDisposable {
  readonly threads: number
  readonly #options: PoolOptions
  readonly #words = makeCancelWords()
  readonly #running = new Set<Thread>()
  readonly #queue: Ticket[] = []
  readonly #shared = new Map<number, unknown>()
  readonly #runs = new Set<Run<J>>()
  #lastRun = 0
  #lastKey = 0
  #lastThread = 0
  #closed = false

  constructor(options: PoolOptions) {
    this.threads = options.threads
    this.#options = options
  }

  /** Threads that have a job now. */
  get busy(): number {
    return [...this.#running].filter(({ ticket }) => ticket !== null).length
  }

  /** Opens a group of jobs that are cancelled together, by `signal` or when the run is disposed of. */
  begin(signal: AbortSignal): Run<J> {
    this.#lastRun = (this.#lastRun % 0x7ffffffe) + 1
    const run = new Run<J>(this.#lastRun, signal, {
      enqueue: (ticket) => this.#enqueue(ticket),
      cancel: (number) => this.#cancel(number),
      share: (value) => this.#share(value),
      forget: (key) => this.#forget(key),
      ended: () => this.#runs.delete(run),
    })
    this.#runs.add(run)
    return run
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed = true
    for (const run of this.#runs) run.cancel()
    await Promise.all([...this.#running].map((thread) => thread.terminate()))
  }

  #enqueue(ticket: Ticket): void {
    if (this.#closed) return ticket.reject(interrupted())
    this.#queue.push(ticket)
    this.#dispatch()
  }

  #dispatch(): void {
    while (this.#queue.length > 0) {
      const thread = this.#freeThread()
      if (thread === undefined) return
      const ticket = this.#queue.shift()
      if (ticket !== undefined) thread.start(ticket, this.#shared)
    }
    // Starting takes a while: whoever opens a file will soon have work for another.
    if (this.busy === this.#running.size && this.busy < this.threads) this.#newThread()
  }

  #freeThread(): Thread | undefined {
    for (const thread of this.#running) if (thread.ticket === null) return thread
    return this.#running.size < this.threads ? this.#newThread() : undefined
  }

  #newThread(): Thread {
    const { entry, heapMB, youngMB, shared = null, onGone } = this.#options
    const number = (this.#lastThread += 1)
    const limits = {
      ...(heapMB === undefined ? {} : { maxOldGenerationSizeMb: heapMB }),
      ...(youngMB === undefined ? {} : { maxYoungGenerationSizeMb: youngMB }),
    }
    const start = { entry, words: this.#words, thread: number, shared, limits }
    const thread = new Thread(start, {
      free: () => this.#dispatch(),
      gone: () => {
        this.#running.delete(thread)
        onGone?.(number)
        if (!this.#closed) this.#dispatch()
      },
    })
    this.#running.add(thread)
    return thread
  }

  #cancel(run: number): void {
    cancelRun(this.#words, run)
    const waiting = this.#queue.filter((ticket) => ticket.run === run)
    const others = this.#queue.filter((ticket) => ticket.run !== run)
    this.#queue.splice(0, this.#queue.length, ...others)
    for (const ticket of waiting) ticket.reject(interrupted())
    for (const thread of this.#running) if (thread.ticket?.run === run) watch(thread, thread.ticket)
  }

  #share(value: unknown): number {
    this.#lastKey += 1
    this.#shared.set(this.#lastKey, value)
    return this.#lastKey
  }

  #forget(key: number): void {
    this.#shared.delete(key)
    for (const thread of this.#running) thread.forget(key)
  }
}

/** Sees to it that a cancelled job ends: for the one who waits soon, for the thread in any case. */
function watch(thread: Thread, ticket: Ticket): void {
  setTimeout(() => ticket.reject(interrupted()), graceMs).unref()
  setTimeout(() => {
    if (thread.ticket === ticket) void thread.terminate()
  }, patienceMs).unref()
}
