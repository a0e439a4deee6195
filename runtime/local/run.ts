import { interrupted } from './cancel-words.ts'
import type { Jobs } from './messages.ts'
import type { Ticket } from './thread.ts'

/** What a run needs of its pool. */
export interface RunPool {
  enqueue(ticket: Ticket): void
  cancel(run: number): void
  share(value: unknown): number
  forget(key: number): void
  ended(): void
}

export interface SubmitOptions {
  readonly uses?: readonly number[]
  readonly news?: (news: unknown) => void
  /** Answers what the job asks while it runs. */
  readonly answer?: Ticket['answer']
}

/** Jobs that are cancelled together. Disposing of a run cancels what is left of it and waits until its workers are idle. */
export class Run<J extends Jobs> implements AsyncDisposable {
  readonly #number: number
  readonly #signal: AbortSignal
  readonly #pool: RunPool
  readonly #open = new Set<Promise<unknown>>()
  readonly #keys: number[] = []
  #cancelled = false
  readonly #onAbort = (): void => this.cancel()

  constructor(number: number, signal: AbortSignal, pool: RunPool) {
    this.#number = number
    this.#signal = signal
    this.#pool = pool
    if (signal.aborted) this.cancel()
    else signal.addEventListener('abort', this.#onAbort)
  }

  /** A value that many jobs read: it goes to each worker once. */
  share(value: unknown): number {
    const key = this.#pool.share(value)
    this.#keys.push(key)
    return key
  }

  /** @throws RuntimeError R001 when the run is cancelled, R003 when the worker dies, and what the job throws */
  submit<K extends keyof J & string>(
    job: K,
    request: J[K]['request'],
    options: SubmitOptions = {},
  ): Promise<J[K]['result']> {
    const { promise, resolve, reject } = Promise.withResolvers<unknown>()
    const { uses = [], news = () => {}, answer = () => ({ result: null }) } = options
    this.#open.add(promise)
    const close = (): void => void this.#open.delete(promise)
    // Whoever stops waiting after the first failure need not hear of the others.
    promise.then(close, close)
    if (this.#cancelled) reject(interrupted())
    else this.#pool.enqueue({ run: this.#number, job, request, uses, news, answer, resolve, reject })
    return promise
  }

  cancel(): void {
    if (this.#cancelled) return
    this.#cancelled = true
    this.#pool.cancel(this.#number)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#signal.removeEventListener('abort', this.#onAbort)
    this.cancel()
    await Promise.allSettled(this.#open)
    for (const key of this.#keys) this.#pool.forget(key)
    this.#pool.ended()
  }
}
