import type { Texts } from '../engine/task.ts'
import { RuntimeError } from '../errors.ts'

/** Texts that all threads know by the same number: the bytes one after the other, and where each ends. */
export interface TextMemory {
  /** Who holds the lock (0: nobody), the count of texts. */
  readonly head: Int32Array<SharedArrayBuffer>
  readonly ends: Uint32Array<SharedArrayBuffer>
  readonly bytes: Uint8Array<SharedArrayBuffer>
}

const [lock, count] = [0, 1]

/** Memory is taken as it is filled. */
const mostBytes = 1 << 28
const mostTexts = 1 << 23

export function makeTextMemory(limits: { readonly bytes?: number; readonly texts?: number } = {}): TextMemory {
  const { bytes = mostBytes, texts = mostTexts } = limits
  return {
    head: new Int32Array(new SharedArrayBuffer(8)),
    ends: new Uint32Array(new SharedArrayBuffer(4 * texts)),
    bytes: new Uint8Array(new SharedArrayBuffer(bytes)),
  }
}

/** Opens the lock that a thread which is gone may have left closed. What it had not finished does not count. */
export function releaseTexts({ head }: TextMemory, thread: number): void {
  Atomics.compareExchange(head, lock, thread, 0)
}

/** One thread's view of the texts. A text that it has met is looked up without the others. */
export class SharedTexts implements Texts {
  readonly #memory: TextMemory
  readonly #thread: number
  readonly #ids = new Map<string, number>()
  readonly #texts: string[] = []

  /** @param thread number of the thread, not 0 */
  constructor(memory: TextMemory, thread: number) {
    this.#memory = memory
    this.#thread = thread
  }

  /** @throws RuntimeError R002 when there are too many different texts */
  idOf(text: string): number {
    return this.#ids.get(text) ?? this.#enter(text)
  }

  textOf(id: number): string {
    if (id >= this.#texts.length) this.#learn()
    const text = this.#texts[id]
    if (text === undefined) throw new Error(`no text has the id ${id}`)
    return text
  }

  #enter(text: string): number {
    const { head } = this.#memory
    for (let holder = 0; (holder = Atomics.compareExchange(head, lock, 0, this.#thread)) !== 0;) {
      Atomics.wait(head, lock, holder, 10)
    }
    try {
      this.#learn()
      const id = this.#ids.get(text) ?? this.#append(text)
      this.#ids.set(text, id)
      return id
    } finally {
      Atomics.store(head, lock, 0)
      Atomics.notify(head, lock, 1)
    }
  }

  #append(text: string): number {
    const { head, ends, bytes } = this.#memory
    const id = this.#texts.length
    const start = ends[id - 1] ?? 0
    const encoded = encoder.encode(text)
    if (id === ends.length || start + encoded.length > bytes.length) {
      throw new RuntimeError('R002', `The columns of text hold more than ${id} different texts: more than are kept.`, {
        fix: 'Leave columns of text that are different in every row out with `select`.',
      })
    }
    bytes.set(encoded, start)
    ends[id] = start + encoded.length
    this.#texts.push(text)
    Atomics.store(head, count, id + 1)
    return id
  }

  /** Takes over what other threads have entered. */
  #learn(): void {
    const { head, ends, bytes } = this.#memory
    const known = Atomics.load(head, count)
    for (let id = this.#texts.length; id < known; id++) {
      // A decoder refuses shared memory: slice() copies.
      const text = decoder.decode(bytes.slice(ends[id - 1] ?? 0, ends[id]))
      this.#texts.push(text)
      this.#ids.set(text, id)
    }
  }
}

const encoder = new TextEncoder()
const decoder = new TextDecoder()
