import { type ResourceLimits, Worker } from 'node:worker_threads'
import { RuntimeError } from '../errors.ts'
import { type CancelWords, interrupted } from './cancel-words.ts'
import { type FromWorker, outOfMemory, receiveError, sendError, type ToWorker, type WorkerStart } from './messages.ts'
import type { Answer } from './serve.ts'

/** A job on its way: what is asked, and who waits for the answer. */
export interface Ticket {
  readonly run: number
  readonly job: string
  readonly request: unknown
  /** Keys of the shared values that the job reads. */
  readonly uses: readonly number[]
  readonly news: (news: unknown) => void
  /** Its failure is the job's failure. */
  readonly answer: (question: unknown) => Answer<unknown> | Promise<Answer<unknown>>
  resolve(result: unknown): void
  reject(error: unknown): void
}

export interface ThreadStart {
  readonly entry: URL
  readonly words: CancelWords
  readonly thread: number
  readonly shared: unknown
  readonly limits: ResourceLimits
}

export interface ThreadEvents {
  /** The thread can take a job. */
  readonly free: () => void
  /** The thread is gone; it has told its ticket. */
  readonly gone: () => void
}

/** One worker thread. It holds the process open only while it works. */
export class Thread {
  readonly #worker: Worker
  readonly #events: ThreadEvents
  readonly #has = new Set<number>()
  #ticket: Ticket | null = null
  #ending = false
  #failure: unknown

  constructor({ entry, words, thread, shared, limits }: ThreadStart, events: ThreadEvents) {
    this.#events = events
    this.#worker = new Worker(entry, {
      workerData: { words, thread, shared } satisfies WorkerStart,
      resourceLimits: limits,
    })
    this.#worker.on('message', (message: FromWorker) => this.#receive(message))
    this.#worker.on('error', (error) => (this.#failure = error))
    this.#worker.on('exit', (code) => this.#exit(code))
    // Last: whoever listens for messages keeps the process open again.
    this.#worker.unref()
  }

  get ticket(): Ticket | null {
    return this.#ticket
  }

  start(ticket: Ticket, shared: ReadonlyMap<number, unknown>): void {
    this.#ticket = ticket
    this.#worker.ref()
    for (const key of ticket.uses) {
      if (!this.#has.has(key)) this.#send({ kind: 'share', key, value: shared.get(key) })
      this.#has.add(key)
    }
    this.#send({ kind: 'job', run: ticket.run, job: ticket.job, request: ticket.request })
  }

  forget(key: number): void {
    if (this.#has.delete(key)) this.#send({ kind: 'forget', key })
  }

  /** Ends the thread, whatever it does; its job ends with R001. */
  async terminate(): Promise<void> {
    this.#ending = true
    this.#ticket?.reject(interrupted())
    await this.#worker.terminate()
  }

  #send(message: ToWorker, transfer: readonly ArrayBuffer[] = []): void {
    this.#worker.postMessage(message, transfer)
  }

  async #answer(ticket: Ticket, { number, question }: Extract<FromWorker, { kind: 'ask' }>): Promise<void> {
    try {
      const { result, transfer } = await ticket.answer(question)
      if (this.#ticket === ticket) this.#send({ kind: 'answer', question: number, answer: result }, transfer)
    } catch (error) {
      if (this.#ticket === ticket) this.#send({ kind: 'refusal', question: number, error: sendError(error) })
    }
  }

  #receive(message: FromWorker): void {
    const ticket = this.#ticket
    // What an ending thread had still sent must not free it again: it would get another job, or let the process go too soon.
    if (ticket === null || this.#ending) return
    if (message.kind === 'news') return ticket.news(message.news)
    if (message.kind === 'ask') {
      return void this.#answer(ticket, message)
    }
    this.#ticket = null
    this.#worker.unref()
    if (message.kind === 'done') ticket.resolve(message.result)
    else ticket.reject(receiveError(message.error))
    this.#events.free()
  }

  #exit(code: number): void {
    this.#ticket?.reject(this.#death(code))
    this.#ticket = null
    this.#events.gone()
  }

  #death(code: number): RuntimeError {
    const cause = this.#failure
    if (cause instanceof Error && 'code' in cause && cause.code === 'ERR_WORKER_OUT_OF_MEMORY')
      return outOfMemory(cause)
    const why = cause instanceof Error ? cause.message : `it left with exit code ${code}`
    return new RuntimeError('R003', `A worker died: ${why}.`, {
      cause,
      fix: 'Run the cell again; a new worker takes its place.',
    })
  }
}
