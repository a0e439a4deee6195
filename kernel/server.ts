import { setTimeout as sleep } from 'node:timers/promises'
import { type Connection, channels } from './connection.ts'
import { codePointsTo, offsetOf } from './cursor.ts'
import { Execution } from './execution.ts'
import { faultOutcome } from './fault.ts'
import { History } from './history.ts'
import type { Interpreter } from './interpreter.ts'
import { Sliders } from './sliders.ts'
import { openSockets, type Sockets } from './sockets.ts'
import { type Header, type JsonObject, type Message, protocolVersion, Wire } from './wire.ts'

export interface ServerOptions {
  readonly connection: Connection
  readonly interpreter: Interpreter
  /** A line for whoever reads the log of the kernel. */
  readonly log: (line: string) => void
}

/** Requests that need the language. */
const helpAtCursor: ReadonlySet<string> = new Set(['complete_request', 'inspect_request', 'is_complete_request'])

/** How long a shutdown waits for the reply of the running cell. */
const farewellMs = 1000

/** A Jupyter kernel: the protocol on its sockets, around an interpreter. */
export class Server {
  readonly #options: ServerOptions
  readonly #wire: Wire
  readonly #history = new History()
  readonly #execution: Execution
  readonly #sliders: Sliders
  readonly #ended = Promise.withResolvers<void>()
  #sockets: Sockets | null = null
  #closing: Promise<void> | null = null
  #hasPublished = false

  constructor(options: ServerOptions) {
    this.#options = options
    this.#wire = new Wire(options.connection.key, options.connection.scheme)
    this.#execution = new Execution(options.interpreter, this.#history, {
      reply: (request, content) => this.#reply('shell', request, content),
      publish: (request, type, content) => this.#publish(type, content, request.header),
      slider: (request, parameter, data) => this.#sliders.show(request, parameter, data),
      slid: (request, move, slider) => this.#sliders.settle(request, move, slider),
      failed: (error) => this.#options.log(textOf(error)),
    })
    this.#sliders = new Sliders({
      publish: (request, type, content, metadata) => this.#publish(type, content, request.header, metadata),
      moved: (request, move) => this.#execution.move(request, move),
    })
  }

  /** Binds the sockets and receives from then on. @throws when an address cannot be bound */
  async start(): Promise<void> {
    const receive = (channel: 'shell' | 'control') => (frames: readonly Buffer[]) => {
      this.#handle(channel, this.#wire.decode(frames))
    }
    this.#sockets = await openSockets(this.#options.connection, {
      shell: receive('shell'),
      control: receive('control'),
      // Nothing is ever asked of the user, so that no answer is expected.
      stdin: (frames) => void this.#wire.decode(frames),
      subscribed: (topic) => this.#welcome(topic),
      failed: (channel, error) => this.#options.log(`${channel}: ${textOf(error)}`),
    })
  }

  /** Resolves when the kernel has been told to end, and everything is sent and closed. */
  get ended(): Promise<void> {
    return this.#ended.promise
  }

  interrupt(): void {
    this.#execution.interrupt()
  }

  /** Ends the running cell, sends what is queued and closes. */
  close(): Promise<void> {
    return (this.#closing ??= this.#close())
  }

  async #close(): Promise<void> {
    await Promise.race([this.#execution.end(), sleep(farewellMs)])
    await this.#options.interpreter.close().catch((error: unknown) => this.#options.log(textOf(error)))
    await this.#sockets?.flush()
    this.#sockets?.close()
    this.#ended.resolve()
  }

  #handle(channel: 'shell' | 'control', request: Message): void {
    if (request.header.msg_type === 'execute_request') {
      this.#execution.add(request)
      return
    }
    this.#publish('status', { execution_state: 'busy' }, request.header)
    if (helpAtCursor.has(request.header.msg_type)) void this.#answerPrepared(channel, request)
    else this.#answerWhole(channel, request)
  }

  async #answerPrepared(channel: 'shell' | 'control', request: Message): Promise<void> {
    // What cannot be loaded fails in the answer, which says so.
    await this.#options.interpreter.prepare().catch((error: unknown) => this.#options.log(textOf(error)))
    this.#answerWhole(channel, request)
  }

  /** The reply, or that there is a fault, and the idle behind it. */
  #answerWhole(channel: 'shell' | 'control', request: Message): void {
    try {
      this.#answer(channel, request)
    } catch (error) {
      const { name, value, traceback } = faultOutcome(error)
      this.#reply(channel, request, { status: 'error', ename: name, evalue: value, traceback })
      this.#options.log(traceback.join('\n'))
    }
    this.#publish('status', { execution_state: 'idle' }, request.header)
    const { running } = this.#execution
    // A client takes the last state for the kernel's: while a cell runs that must stay busy.
    if (running !== null) this.#publish('status', { execution_state: 'busy' }, running.header)
  }

  #answer(channel: 'shell' | 'control', request: Message): void {
    switch (request.header.msg_type) {
      case 'shutdown_request':
        return this.#shutdown(channel, request)
      case 'comm_open':
        return this.#sliders.opened(request)
      case 'comm_msg':
        return this.#sliders.told(request)
      case 'comm_close':
        return this.#sliders.closed(request)
    }
    const content = this.#contentOf(request)
    if (content === undefined)
      return this.#options.log(`${channel}: no answer to ${request.header.msg_type.slice(0, 100)}`)
    return this.#reply(channel, request, content)
  }

  #contentOf(request: Message): JsonObject | undefined {
    const { header, content } = request
    switch (header.msg_type) {
      case 'kernel_info_request':
        return this.#kernelInfo()
      case 'complete_request':
        return this.#complete(content)
      case 'inspect_request':
        return this.#inspect(content)
      case 'is_complete_request':
        return { ...this.#options.interpreter.isComplete(codeOf(content)) }
      case 'history_request':
        return this.#history.reply(content)
      case 'comm_info_request':
        return { status: 'ok', comms: this.#sliders.info(request) }
      case 'interrupt_request':
        this.interrupt()
        return { status: 'ok' }
      case 'connect_request': {
        const { ports } = this.#options.connection
        return { status: 'ok', ...Object.fromEntries(channels.map((channel) => [`${channel}_port`, ports[channel]])) }
      }
    }
    return undefined
  }

  #kernelInfo(): JsonObject {
    const { info } = this.#options.interpreter
    return {
      status: 'ok',
      protocol_version: protocolVersion,
      implementation: 'sift',
      implementation_version: info.implementationVersion,
      language_info: info.language,
      banner: info.banner,
      help_links: info.helpLinks.map((link) => ({ ...link })),
      supported_features: [],
      debugger: false,
    }
  }

  #complete(content: JsonObject): JsonObject {
    const code = codeOf(content)
    const { start, end, items } = this.#options.interpreter.complete(code, cursorOf(content, code))
    const [from, to] = [codePointsTo(code, start), codePointsTo(code, end)]
    return {
      status: 'ok',
      matches: items.map(({ text }) => text),
      cursor_start: from,
      cursor_end: to,
      metadata: { _jupyter_types_experimental: items.map(({ text, type }) => ({ text, type, start: from, end: to })) },
    }
  }

  #inspect(content: JsonObject): JsonObject {
    const code = codeOf(content)
    const data = this.#options.interpreter.inspect(code, cursorOf(content, code))
    return { status: 'ok', found: data !== null, data: data ?? {}, metadata: {} }
  }

  #shutdown(channel: 'shell' | 'control', request: Message): void {
    const content = { status: 'ok', restart: request.content['restart'] === true }
    this.#reply(channel, request, content)
    this.#publish('shutdown_reply', content, request.header)
    // After the idle that closes this request.
    setImmediate(() => void this.close())
  }

  #welcome(topic: Buffer): void {
    const identities = topic.length === 0 ? [] : [topic]
    const frames = this.#wire.encode({ type: 'iopub_welcome', content: { subscription: topic.toString() }, identities })
    this.#sockets?.send('iopub', frames)
    // Nobody heard it before; said at the start it could overtake the welcome.
    if (!this.#hasPublished) this.#publish('status', { execution_state: 'starting' })
  }

  #reply(channel: 'shell' | 'control', request: Message, content: JsonObject): void {
    const type = request.header.msg_type.replace(/_request$/, '_reply')
    const { identities, header: parent } = request
    this.#sockets?.send(channel, this.#wire.encode({ type, content, parent, identities }))
  }

  #publish(type: string, content: JsonObject, parent?: Header, metadata: JsonObject = {}): void {
    this.#hasPublished = true
    this.#sockets?.send('iopub', this.#wire.encode({ type, content, parent, metadata }))
  }
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

function codeOf(content: JsonObject): string {
  return typeof content['code'] === 'string' ? content['code'] : ''
}

function cursorOf(content: JsonObject, code: string): number {
  const position = content['cursor_pos']
  return typeof position === 'number' && position >= 0 ? offsetOf(code, position) : code.length
}
