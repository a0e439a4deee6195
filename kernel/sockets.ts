import { rmSync } from 'node:fs'
import { Router, XPublisher } from 'zeromq'
import { type Channel, channels, type Connection } from './connection.ts'

/** The five sockets of a kernel. They carry frames and know nothing of what these say. */
export interface Sockets {
  /** Queues frames for sending; order within a channel is kept. */
  send(channel: Exclude<Channel, 'hb'>, frames: readonly Buffer[]): void
  /** Resolves when all queued frames are handed over. */
  flush(): Promise<void>
  /** Closes all sockets, with up to a second for what is still on its way. */
  close(): void
}

export interface Receivers {
  readonly shell: (frames: readonly Buffer[]) => void
  readonly control: (frames: readonly Buffer[]) => void
  readonly stdin: (frames: readonly Buffer[]) => void
  /** Somebody subscribes to iopub; empty for all topics. */
  readonly subscribed: (topic: Buffer) => void
  /** A receiver or a send failed; the socket goes on. */
  readonly failed: (channel: Channel, error: unknown) => void
}

const unlimited = { sendHighWaterMark: 0, receiveHighWaterMark: 0, linger: 1000 }
const allMessages = 'allSubs'
const subscribe = 1

/**
 * Binds the sockets and receives from then on.
 *
 * @throws when an address cannot be bound
 */
export async function openSockets(connection: Connection, receivers: Receivers): Promise<Sockets> {
  const security =
    connection.curve === null
      ? {}
      : { curveServer: true, curvePublicKey: connection.curve.publicKey, curveSecretKey: connection.curve.secretKey }
  const router = () => new Router({ ...unlimited, ...security, handover: true })
  const sockets = {
    shell: router(),
    control: router(),
    stdin: router(),
    iopub: new XPublisher({ ...unlimited, ...security }),
    hb: new Router({ ...security, linger: 0 }),
  }
  // Every subscriber is announced, the second of one topic too: each is owed its own welcome.
  sockets.iopub.verbosity = allMessages
  await Promise.all(channels.map((channel) => sockets[channel].bind(addressOf(connection, channel))))
  const failed = (channel: Channel) => (error: unknown) => receivers.failed(channel, error)
  for (const channel of ['shell', 'control', 'stdin'] as const) {
    void receive(sockets[channel], receivers[channel], failed(channel))
  }
  void receive(sockets.iopub, (frames) => welcome(frames, receivers), failed('iopub'))
  const heart = new SendQueue(sockets.hb, failed('hb'))
  void receive(sockets.hb, (frames) => heart.send(frames), failed('hb'))
  const queues = {
    shell: new SendQueue(sockets.shell, failed('shell')),
    control: new SendQueue(sockets.control, failed('control')),
    stdin: new SendQueue(sockets.stdin, failed('stdin')),
    iopub: new SendQueue(sockets.iopub, failed('iopub')),
  }
  return {
    send: (channel, frames) => queues[channel].send(frames),
    flush: async () => void (await Promise.all(Object.values(queues).map((queue) => queue.flush()))),
    close: () => {
      for (const channel of channels) sockets[channel].close()
      if (connection.transport === 'ipc')
        for (const channel of channels) rmSync(ipcPath(connection, channel), { force: true })
    },
  }
}

function welcome([frame]: readonly Buffer[], receivers: Receivers): void {
  if (frame?.[0] === subscribe) receivers.subscribed(frame.subarray(1))
}

function addressOf(connection: Connection, channel: Channel): string {
  if (connection.transport === 'ipc') return `ipc://${ipcPath(connection, channel)}`
  return `tcp://${connection.ip}:${connection.ports[channel]}`
}

function ipcPath({ ip, ports }: Connection, channel: Channel): string {
  return `${ip}-${ports[channel]}`
}

/** Hands on what comes in, until the socket is closed. A receiver that throws loses its message, not the channel. */
async function receive(
  socket: AsyncIterable<Buffer[]>,
  receiver: (frames: readonly Buffer[]) => void,
  failed: (error: unknown) => void,
): Promise<void> {
  for await (const frames of socket) {
    try {
      receiver(frames)
    } catch (error) {
      failed(error)
    }
  }
}

/** Sends one after the other: a socket of zeromq refuses a second send while one is under way. */
class SendQueue {
  readonly #socket: { send(frames: Buffer[]): Promise<void> }
  readonly #failed: (error: unknown) => void
  #last: Promise<void> = Promise.resolve()

  constructor(socket: { send(frames: Buffer[]): Promise<void> }, failed: (error: unknown) => void) {
    this.#socket = socket
    this.#failed = failed
  }

  send(frames: readonly Buffer[]): void {
    this.#last = this.#last.then(() => this.#socket.send([...frames])).catch(this.#failed)
  }

  flush(): Promise<void> {
    return this.#last
  }
}
