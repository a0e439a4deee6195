import { readFileSync } from 'node:fs'

/** What the connection file says: where to listen and with which keys. */
export interface Connection {
  readonly transport: 'tcp' | 'ipc'
  readonly ip: string
  readonly ports: Readonly<Record<Channel, number>>
  /** Key of the message signatures; empty for none. Never printed. */
  readonly key: string
  readonly scheme: string
  /** CURVE keys (Z85) of the server side, where the connection is encrypted. */
  readonly curve: { readonly publicKey: string; readonly secretKey: string } | null
}

export type Channel = 'shell' | 'control' | 'stdin' | 'iopub' | 'hb'

export const channels: readonly Channel[] = ['shell', 'control', 'stdin', 'iopub', 'hb']

/** The connection file is not there or says nothing usable; the message names what, never a key. */
export class ConnectionError extends Error {
  override readonly name = 'ConnectionError'
}

/** @throws ConnectionError when the file cannot be read or lacks something */
export function readConnection(file: string): Connection {
  return connectionOf(parse(file), file)
}

function parse(file: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(readFileSync(file, 'utf8'))
    if (typeof value === 'object' && value !== null) return { ...value }
  } catch (cause) {
    // A parser's message would quote the file, and with it the key.
    const why = cause instanceof SyntaxError ? 'it is not JSON' : 'it cannot be read'
    throw new ConnectionError(`connection file ${file}: ${why}`)
  }
  throw new ConnectionError(`connection file ${file}: it is no JSON object`)
}

function connectionOf(values: Readonly<Record<string, unknown>>, file: string): Connection {
  const text = (key: string, otherwise: string): string => {
    const value = values[key] ?? otherwise
    if (typeof value === 'string') return value
    throw new ConnectionError(`connection file ${file}: \`${key}\` is no text`)
  }
  const port = (channel: Channel): number => {
    const value = values[`${channel}_port`]
    if (typeof value === 'number' && Number.isInteger(value) && value >= 0 && value < 65_536) return value
    throw new ConnectionError(`connection file ${file}: \`${channel}_port\` is no port`)
  }
  const transport = text('transport', 'tcp')
  if (transport !== 'tcp' && transport !== 'ipc')
    throw new ConnectionError(`connection file ${file}: transport ${transport}`)
  const [publicKey, secretKey] = [text('curve_publickey', ''), text('curve_secretkey', '')]
  return {
    transport,
    ip: text('ip', '127.0.0.1'),
    ports: {
      shell: port('shell'),
      control: port('control'),
      stdin: port('stdin'),
      iopub: port('iopub'),
      hb: port('hb'),
    },
    key: text('key', ''),
    scheme: text('signature_scheme', 'hmac-sha256'),
    curve: secretKey === '' ? null : { publicKey, secretKey },
  }
}
