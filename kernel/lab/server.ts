import { type ChildProcess, spawn } from 'node:child_process'
import { readFileSync, rmSync } from 'node:fs'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

const pollMs = 100
/** How long Jupyter has to shut its kernels down before it is killed with all it has started. */
const graceMs = 10_000

export interface LabServerOptions {
  readonly python: string
  readonly args: readonly string[]
  readonly env: NodeJS.ProcessEnv
  readonly cwd: string
  /** Where it writes its address. */
  readonly runtime: string
}

/** A Jupyter server as a child in a process group of its own: Ctrl-C reaches us, and it is we who end it. */
export class LabServer {
  readonly #child: ChildProcess
  readonly #runtime: string
  /** Its exit status; null when a signal ended it. */
  readonly ended: Promise<number | null>

  constructor({ python, args, env, cwd, runtime }: LabServerOptions) {
    this.#runtime = runtime
    this.#child = spawn(python, args, { env, cwd, stdio: ['ignore', 'inherit', 'inherit'], detached: true })
    this.ended = new Promise((resolve, reject) => {
      this.#child.on('error', reject)
      this.#child.on('exit', resolve)
    })
  }

  /** The address it listens on, as `http://localhost:8888/`; null when it ends before. */
  async address(signal: AbortSignal): Promise<string | null> {
    for (;;) {
      const url = this.#writtenAddress()
      if (url !== null) return url
      const status = await Promise.race([this.ended, sleep(pollMs, 'waiting' as const, { signal })])
      if (status !== 'waiting') return null
    }
  }

  /** Ends it and what it has started. */
  async stop(): Promise<void> {
    this.#child.kill('SIGTERM')
    const ended = await Promise.race([this.ended.then(() => true), sleep(graceMs, false, { ref: false })])
    if (!ended && this.#child.pid !== undefined) process.kill(-this.#child.pid, 'SIGKILL')
    await this.ended
    for (const file of [this.#infoFile, this.#infoFile.replace(/\.json$/, '-open.html')]) rmSync(file, { force: true })
  }

  get #infoFile(): string {
    return path.join(this.#runtime, `jpserver-${this.#child.pid}.json`)
  }

  #writtenAddress(): string | null {
    try {
      const { url } = JSON.parse(readFileSync(this.#infoFile, 'utf8')) as { readonly url: string }
      return url
    } catch {
      // Not written, or not whole.
      return null
    }
  }
}
