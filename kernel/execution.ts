import { setTimeout as sleep } from 'node:timers/promises'
import { faultOutcome } from './fault.ts'
import type { History } from './history.ts'
import type { Evaluation, Interpreter, Outcome, Publisher } from './interpreter.ts'
import type { JsonObject, Message } from './wire.ts'

/** How the execution queue speaks: replies on shell, everything else on iopub. */
export interface ExecutionChannel {
  reply(request: Message, content: JsonObject): void
  publish(request: Message, type: string, content: JsonObject): void
}

interface Running {
  readonly request: Message
  readonly controller: AbortController
}

/** What a cell asked for beside its code. */
interface Wishes {
  readonly code: string
  readonly silent: boolean
  readonly storeHistory: boolean
  readonly stopOnError: boolean
  readonly userExpressions: JsonObject
}

const drainMs = 2

/** Runs `execute_request`s one after the other. Order of messages: busy, input, outputs, reply, idle. */
export class Execution {
  readonly #interpreter: Interpreter
  readonly #history: History
  readonly #channel: ExecutionChannel
  readonly #queue: Message[] = []
  #running: Running | null = null
  #ended: Promise<void> = Promise.resolve()
  #received = 0
  #count = 0

  constructor(interpreter: Interpreter, history: History, channel: ExecutionChannel) {
    this.#interpreter = interpreter
    this.#history = history
    this.#channel = channel
  }

  /** The request that runs, for those who must say that the kernel is still busy. */
  get running(): Message | null {
    return this.#running?.request ?? null
  }

  add(request: Message): void {
    this.#received++
    this.#queue.push(request)
    if (this.#running === null) this.#ended = this.#runQueue()
  }

  /** Stops the running cell; without one it does nothing, and can never hit the next cell. */
  interrupt(): void {
    this.#running?.controller.abort()
  }

  /** Aborts what waits and stops the running cell, for a shutdown; resolves when that one has had its reply. */
  end(): Promise<void> {
    for (const request of this.#queue.splice(0)) this.#abort(request)
    this.interrupt()
    return this.#ended
  }

  async #runQueue(): Promise<void> {
    for (let request = this.#queue.shift(); request !== undefined; request = this.#queue.shift()) {
      this.#running = { request, controller: new AbortController() }
      await this.#run(request, this.#running.controller.signal)
      this.#running = null
    }
  }

  async #run(request: Message, signal: AbortSignal): Promise<void> {
    const wishes = wishesOf(request.content)
    if (!wishes.silent && wishes.storeHistory) this.#count++
    const count = this.#count
    this.#channel.publish(request, 'status', { execution_state: 'busy' })
    if (!wishes.silent) this.#channel.publish(request, 'execute_input', { code: wishes.code, execution_count: count })
    if (!wishes.silent && wishes.storeHistory) this.#history.add(count, wishes.code)
    const publisher = new CellPublisher(request, this.#channel, { count, silent: wishes.silent })
    const outcome = await this.#interpreter
      .execute({ code: wishes.code, count }, publisher, signal)
      .catch((error: unknown) => faultOutcome(error))
    publisher.end()
    const answers = outcome.status === 'ok' ? await this.#answers(wishes, signal) : {}
    await this.#finish(request, { outcome, wishes, count, answers })
  }

  async #finish(
    request: Message,
    cell: { readonly outcome: Outcome; readonly wishes: Wishes; readonly count: number; readonly answers: JsonObject },
  ): Promise<void> {
    const { outcome, wishes, count, answers } = cell
    if (outcome.status === 'error' && !wishes.silent) this.#channel.publish(request, 'error', errorContent(outcome))
    const aborted = outcome.status === 'error' && wishes.stopOnError ? await this.#takeQueue() : []
    this.#channel.reply(request, {
      ...(outcome.status === 'ok' ? { status: 'ok' } : { status: 'error', ...errorContent(outcome) }),
      execution_count: count,
      payload: [],
      user_expressions: answers,
    })
    this.#channel.publish(request, 'status', { execution_state: 'idle' })
    for (const other of aborted) this.#abort(other)
  }

  /**
   * All that was sent before the client can know of the error. Messages still under way arrive within the wait; the reply
   * has not gone out, so that nothing sent after it is taken.
   */
  async #takeQueue(): Promise<readonly Message[]> {
    for (let before = -1; before !== this.#received;) {
      before = this.#received
      await sleep(drainMs)
    }
    return this.#queue.splice(0)
  }

  #abort(request: Message): void {
    const content = { status: 'aborted', execution_count: this.#count, payload: [], user_expressions: {} }
    this.#channel.publish(request, 'status', { execution_state: 'busy' })
    this.#channel.reply(request, content)
    this.#channel.publish(request, 'status', { execution_state: 'idle' })
  }

  async #answers({ userExpressions }: Wishes, signal: AbortSignal): Promise<JsonObject> {
    const answers: Record<string, JsonObject> = {}
    for (const [name, expression] of Object.entries(userExpressions)) {
      if (typeof expression !== 'string') continue
      const { data, ...outcome } = await this.#interpreter
        .evaluate(expression, signal)
        .catch((error: unknown): Evaluation => faultOutcome(error))
      answers[name] =
        outcome.status === 'ok'
          ? { status: 'ok', data: data ?? {}, metadata: {} }
          : { status: 'error', ...errorContent(outcome) }
    }
    return answers
  }
}

function errorContent({ name, value, traceback }: Extract<Outcome, { status: 'error' }>): JsonObject {
  return { ename: name, evalue: value, traceback }
}

function wishesOf(content: JsonObject): Wishes {
  const { code, silent, store_history: store, stop_on_error: stop, user_expressions: expressions } = content
  return {
    code: typeof code === 'string' ? code : '',
    silent: silent === true,
    storeHistory: store !== false,
    stopOnError: stop !== false,
    userExpressions:
      typeof expressions === 'object' && expressions !== null && !isArray(expressions) ? expressions : {},
  }
}

function isArray(value: object): value is readonly unknown[] {
  return Array.isArray(value)
}

/** What one cell shows; deaf once the cell has ended, and always when it is silent. */
class CellPublisher implements Publisher {
  readonly #request: Message
  readonly #channel: ExecutionChannel
  readonly #count: number
  #open: boolean

  constructor(
    request: Message,
    channel: ExecutionChannel,
    { count, silent }: { readonly count: number; readonly silent: boolean },
  ) {
    this.#request = request
    this.#channel = channel
    this.#count = count
    this.#open = !silent
  }

  stream(name: 'stdout' | 'stderr', text: string): void {
    if (this.#open) this.#channel.publish(this.#request, 'stream', { name, text })
  }

  display(data: JsonObject, { id, update = false }: { readonly id?: string; readonly update?: boolean } = {}): void {
    if (!this.#open) return
    const transient = id === undefined ? {} : { display_id: id }
    this.#channel.publish(this.#request, update ? 'update_display_data' : 'display_data', {
      data,
      metadata: {},
      transient,
    })
  }

  result(data: JsonObject): void {
    if (!this.#open) return
    this.#channel.publish(this.#request, 'execute_result', { data, metadata: {}, execution_count: this.#count })
  }

  end(): void {
    this.#open = false
  }
}
