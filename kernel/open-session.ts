import { compile } from '../dsl/compile.ts'
import { ConfigurableBackend } from '../runtime/local/configurable.ts'
import type { Save } from './answers.ts'
import { Session } from './session.ts'
import { projectVersion } from './version.ts'

export interface SessionOptions {
  /** Null: what suits the machine. */
  readonly threads: number | null
  readonly memoryBytes: number | null
}

export interface OpenSession extends AsyncDisposable {
  readonly session: Session
}

/** A session on this machine's worker threads, with paths relative to the working directory. */
export function openSession({ threads, memoryBytes }: SessionOptions): OpenSession {
  const folder = process.cwd()
  const backend = new ConfigurableBackend({
    ...(threads === null ? {} : { threads }),
    ...(memoryBytes === null ? {} : { memoryBytes }),
  })
  const now = () => performance.now()
  const save: Save = async (query, request) => {
    // The writers of the formats are loaded by those who save.
    const { saveTo } = await import('../runtime/index/save.ts')
    const { threadWriterFor } = await import('../runtime/local/saver.ts')
    return saveTo(backend, folder, threadWriterFor, { version: projectVersion() })(query, request)
  }
  return {
    session: new Session({ backend, compile, save, folder, now, configure: (options) => backend.configure(options) }),
    [Symbol.asyncDispose]: () => backend[Symbol.asyncDispose](),
  }
}
