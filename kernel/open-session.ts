import { compile } from '../dsl/compile.ts'
import { saveTo } from '../runtime/index/save.ts'
import { createLocalBackend } from '../runtime/local/backend.ts'
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
  const backend = createLocalBackend({
    ...(threads === null ? {} : { threads }),
    ...(memoryBytes === null ? {} : { memoryBytes }),
  })
  const now = () => performance.now()
  const save = saveTo(backend, folder, { version: projectVersion() })
  return {
    session: new Session({ backend, compile, save, folder, now }),
    [Symbol.asyncDispose]: () => backend[Symbol.asyncDispose](),
  }
}
