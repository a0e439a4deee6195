import { createHmac, randomUUID, timingSafeEqual } from 'node:crypto'

/** Version of the Jupyter message protocol that every header announces. */
export const protocolVersion = '5.5'

export interface Header {
  readonly msg_id: string
  readonly session: string
  readonly username: string
  readonly date: string
  readonly msg_type: string
  readonly version: string
}

export type Json = null | boolean | number | string | readonly Json[] | JsonObject
export interface JsonObject {
  readonly [key: string]: Json | undefined
}

/** One message as it came in, its signature verified. */
export interface Message {
  /** Where a reply goes: the routing frames before the delimiter. */
  readonly identities: readonly Buffer[]
  readonly header: Header
  readonly metadata: JsonObject
  readonly content: JsonObject
}

/** One message to send. */
export interface Outgoing {
  readonly type: string
  readonly content: JsonObject
  /** The request that it answers; absent for what nobody asked for. */
  readonly parent?: Header | undefined
  readonly identities?: readonly Buffer[]
  readonly metadata?: JsonObject
}

/** A message that is not one, or not from whoever holds the key. It is dropped and logged, never answered. */
export class WireError extends Error {
  override readonly name = 'WireError'
}

const delimiter = Buffer.from('<IDS|MSG>')
const signedFrames = 4
const rememberedSignatures = 65_536

/**
 * Messages to frames and back: `[identities…, <IDS|MSG>, signature, header, parent, metadata, content, buffers…]`, where the
 * signature is the hex HMAC of the four frames that follow it (jupyter_client, messaging.rst).
 */
export class Wire {
  readonly session = randomUUID()
  readonly #key: string
  readonly #digest: string
  readonly #seen = new Set<string>()
  #sent = 0

  /**
   * @param key empty: messages are not signed, as a connection file without a key asks
   * @param scheme `hmac-sha256` and its like
   * @throws WireError when the scheme is none that Node knows
   */
  constructor(key: string, scheme: string) {
    this.#key = key
    this.#digest = scheme.replace(/^hmac-/, '')
    this.#sign([])
  }

  /**
   * The message in the frames. Nothing is parsed before the signature is found right and new.
   *
   * @throws WireError when the frames are no message, or not signed with the key, or signed as one that came before
   */
  decode(frames: readonly Buffer[]): Message {
    const at = frames.findIndex((frame) => frame.equals(delimiter))
    const signed = frames.slice(at + 2, at + 2 + signedFrames)
    if (at < 0 || signed.length < signedFrames) throw new WireError('a message of too few frames')
    this.#verify(frames[at + 1] ?? Buffer.alloc(0), signed)
    const [header = {}, , metadata = {}, content = {}] = signed.map(parseObject)
    return { identities: frames.slice(0, at), header: headerOf(header), metadata, content }
  }

  encode({ type, content, parent, identities = [], metadata = {} }: Outgoing): Buffer[] {
    const parts = [this.#header(type), parent ?? {}, metadata, content].map((part) => Buffer.from(JSON.stringify(part)))
    return [...identities, delimiter, Buffer.from(this.#sign(parts)), ...parts]
  }

  #verify(signature: Buffer, signed: readonly Buffer[]): void {
    if (this.#key === '') return
    const expected = Buffer.from(this.#sign(signed))
    if (signature.length !== expected.length || !timingSafeEqual(signature, expected)) {
      throw new WireError('a message with a wrong signature')
    }
    const text = signature.toString('latin1')
    if (this.#seen.has(text)) throw new WireError('a message that has been sent before')
    this.#remember(text)
  }

  #remember(signature: string): void {
    this.#seen.add(signature)
    if (this.#seen.size <= rememberedSignatures) return
    const [oldest] = this.#seen
    if (oldest !== undefined) this.#seen.delete(oldest)
  }

  #sign(parts: readonly Buffer[]): string {
    if (this.#key === '') return ''
    try {
      const hmac = createHmac(this.#digest, this.#key)
      for (const part of parts) hmac.update(part)
      return hmac.digest('hex')
    } catch (cause) {
      throw new WireError(`unknown signature scheme hmac-${this.#digest}`, { cause })
    }
  }

  #header(type: string): Header {
    return {
      msg_id: `${this.session}_${this.#sent++}`,
      session: this.session,
      username: 'sift',
      date: new Date().toISOString(),
      msg_type: type,
      version: protocolVersion,
    }
  }
}

function parseObject(frame: Buffer): JsonObject {
  let value: unknown
  try {
    value = JSON.parse(frame.toString('utf8'))
  } catch (cause) {
    throw new WireError('a message whose parts are not JSON', { cause })
  }
  if (!isObject(value)) throw new WireError('a message whose parts are not JSON objects')
  return value
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function headerOf(header: JsonObject): Header {
  const { msg_id: id, msg_type: type } = header
  if (typeof id !== 'string' || typeof type !== 'string') throw new WireError('a message without type or id')
  const text = (key: string): string => (typeof header[key] === 'string' ? header[key] : '')
  // The header goes back as `parent_header` whole, with whatever else the client has put in.
  return {
    ...header,
    msg_id: id,
    msg_type: type,
    session: text('session'),
    username: text('username'),
    date: text('date'),
    version: text('version'),
  }
}
