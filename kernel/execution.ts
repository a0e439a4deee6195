import { setTimeout as sleep } from 'node:timers/promises'
import type { Slider } from '../dsl/check/slider.ts'
import type { Move } from '../dsl/rebind.ts'
import { faultOutcome } from './fault.ts'
import type { History } from './history.ts'
import type { Evaluation, Interpreter, MimeBundle, Outcome, Parameter, Publisher } from './interpreter.ts'
import type { JsonObject, Message } from './wire.ts'

/** How the execution queue speaks: replies on shell, everything else on iopub. */
export interface ExecutionChannel {
  reply(request: Message, content: JsonObject): void
  publish(request: Message, type: string, content: JsonObject): void
  /** Shows a parameter with a range in a cell. */
  slider(request: Message, parameter: Parameter, data: MimeBundle): void
  /** A move has been carried out; null: the parameter has no slider any more. */
  slid(request: Message, move: Move, slider: Slider | null): void
  /** A move met a fault, which no reply can tell. */
  failed(error: unknown): void
}

/** What runs between other things: a cell, or the move of a slider. */
interface Task {
  readonly request: Message
  readonly move?: Move
}

interface Running {
  readonly task: Task
  readonly request: Message
  readonly controller: AbortController
  readonly publisher: CellPublisher
}

/** What a cell asked for beside its code. */
interface Wishes {
  readonly code: string
  /** The cell, as JupyterLab calls it. */
  readonly id: string | null
  /** The cells that are no longer there, as JupyterLab tells. */
  readonly deleted: readonly string[]
  readonly silent: boolean
  readonly storeHistory: boolean
  readonly stopOnError: boolean
  readonly userExpressions: JsonObject
}

const drainMs = 2

/**
 * Runs `execute_request`s and the moves of sliders one after the other. Order of messages: busy, input, outputs, reply, idle;
 * of a move, busy, updates of displays, idle.
 */
export class Execution {
  readonly #interpreter: Interpreter
  readonly #history: History
  readonly #channel: ExecutionChannel
  readonly #queue: Task[] = []
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
    this.#append({ request })
  }

  /** Of moves of one slider between two cells the last one counts: it ends what runs for one before it. */
  move(request: Message, move: Move): void {
    const cells = this.#queue.findLastIndex((task) => task.move === undefined) + 1
    const others = this.#queue.slice(cells).filter((task) => task.move?.name !== move.name)
    this.#queue.splice(cells, this.#queue.length - cells, ...others)
    if (cells === 0 && this.#running?.task.move?.name === move.name) {
      this.#running.publisher.end()
      this.#running.controller.abort()
    }
    this.#append({ request, move })
  }

  #append(task: Task): void {
    this.#queue.push(task)
    if (this.#running === null) this.#ended = this.#runQueue()
  }

  /** Stops the running cell; without one it does nothing, and can never hit the next cell. */
  interrupt(): void {
    this.#running?.controller.abort()
  }

  /** Aborts what waits and stops the running cell, for a shutdown; resolves when that one has had its reply. */
  end(): Promise<void> {
    for (const request of this.#takeCells()) this.#abort(request)
    this.#queue.length = 0
    this.interrupt()
    return this.#ended
  }

  async #runQueue(): Promise<void> {
    for (let task = this.#queue.shift(); task !== undefined; task = this.#queue.shift()) {
      const { request, move } = task
      const controller = new AbortController()
      const cell = wishesOf(request)
      if (move === undefined && !cell.silent && cell.storeHistory) this.#count++
      const publisher = new CellPublisher(request, this.#channel, {
        count: this.#count,
        silent: move === undefined && cell.silent,
      })
      this.#running = { task, request, controller, publisher }
      if (move === undefined) await this.#run(cell, this.#running)
      else await this.#slide(move, this.#running)
      this.#running = null
    }
  }

  async #run(wishes: Wishes, { request, publisher, controller: { signal } }: Running): Promise<void> {
    const count = this.#count
    this.#channel.publish(request, 'status', { execution_state: 'busy' })
    if (!wishes.silent) this.#channel.publish(request, 'execute_input', { code: wishes.code, execution_count: count })
    if (!wishes.silent && wishes.storeHistory) this.#history.add(count, wishes.code)
    const { code, id, deleted, silent } = wishes
    const cell = { code, count, deleted, isShown: !silent, ...(id === null ? {} : { id }) }
    const outcome = await this.#interpreter
      .execute(cell, publisher, signal)
      .catch((error: unknown) => faultOutcome(error))
    publisher.end()
    const answers = outcome.status === 'ok' ? await this.#answers(wishes, signal) : {}
    await this.#finish(request, { outcome, wishes, count, answers })
  }

  async #slide(move: Move, { request, publisher, controller: { signal } }: Running): Promise<void> {
    this.#channel.publish(request, 'status', { execution_state: 'busy' })
    try {
      this.#channel.slid(request, move, await this.#interpreter.slide(move, publisher, signal))
    } catch (error) {
      this.#channel.failed(error)
    }
    publisher.end()
    this.#channel.publish(request, 'status', { execution_state: 'idle' })
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

  /** The cells that wait; moves of sliders stay. */
  #takeCells(): readonly Message[] {
    const tasks = this.#queue.splice(0)
    this.#queue.push(...tasks.filter(({ move }) => move !== undefined))
    return tasks.flatMap(({ move, request }) => (move === undefined ? [request] : []))
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
    return this.#takeCells()
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

function wishesOf({ content, metadata }: Message): Wishes {
  const { code, silent, store_history: store, stop_on_error: stop, user_expressions: expressions } = content
  const { cellId: id, deletedCells: deleted } = metadata
  return {
    code: typeof code === 'string' ? code : '',
    id: typeof id === 'string' ? id : null,
    deleted: isArray(deleted) ? deleted.filter((each) => typeof each === 'string') : [],
    silent: silent === true,
    storeHistory: store !== false,
    stopOnError: stop !== false,
    userExpressions:
      typeof expressions === 'object' && expressions !== null && !isArray(expressions) ? expressions : {},
  }
}

function isArray(value: unknown): value is readonly unknown[] {
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

  slider(parameter: Parameter, data: MimeBundle): void {
    if (this.#open) this.#channel.slider(this.#request, parameter, data)
  }

  end(): void {
    this.#open = false
  }
}
