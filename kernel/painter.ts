import { Worker } from 'node:worker_threads'
import type { HistResult, Result } from '../runtime/ports/backend.ts'
import type { MimeBundle } from './interpreter.ts'

/** Draws histograms in a thread of its own, so that the sockets never wait for a picture. */
export class Painter {
  readonly #waiting = new Map<number, (parts: MimeBundle) => void>()
  #worker: Worker | null = null
  #asked = 0

  /** The pictures of a histogram by MIME type; none where it cannot be drawn. */
  paint(result: HistResult): Promise<MimeBundle> {
    const { promise, resolve } = Promise.withResolvers<MimeBundle>()
    const id = this.#asked++
    this.#waiting.set(id, resolve)
    this.#running().postMessage({ id, result })
    return promise
  }

  async close(): Promise<void> {
    const worker = this.#worker
    this.#worker = null
    await worker?.terminate()
    this.#giveUp()
  }

  #running(): Worker {
    if (this.#worker !== null) return this.#worker
    const worker = new Worker(new URL('./painter-worker.ts', import.meta.url), { stdout: true, stderr: true })
    worker.unref()
    worker.on('message', ({ id, parts }: { readonly id: number; readonly parts: MimeBundle }) =>
      this.#answer(id, parts),
    )
    worker.on('error', () => this.#lose(worker))
    this.#worker = worker
    return worker
  }

  #answer(id: number, parts: MimeBundle): void {
    this.#waiting.get(id)?.(parts)
    this.#waiting.delete(id)
  }

  /** A drawing that kills its thread is shown as text only; the next one starts a new thread. */
  #lose(worker: Worker): void {
    if (this.#worker === worker) this.#worker = null
    this.#giveUp()
  }

  #giveUp(): void {
    for (const resolve of this.#waiting.values()) resolve({})
    this.#waiting.clear()
  }
}

/** What a notebook shows of a result: text always, HTML where it helps, a histogram as pictures too. */
export async function drawnBundle(result: Result, painter: Painter): Promise<MimeBundle> {
  // The renderers stand on libraries that a kernel without a result need not load.
  const { plainBundle } = await import('./render/bundle.ts')
  const plain = plainBundle(result)
  return result.kind === 'hist' ? { ...plain, ...(await painter.paint(result)) } : plain
}
