import type { Column, Scalar } from '../../dsl/ir/types.ts'
import type { NumberArray } from '../engine/vector.ts'
import { arrayTypeOf } from './column-kernel.ts'

/**
 * One column of a dataset in memory that all threads share: the rows of all files, in the total order. Threads fill it
 * chunk by chunk, and read it without a copy.
 */
export interface ColumnMemory {
  /** Shape [rows], as in a `NumberVector`. */
  readonly values: NumberArray
  /** 1 where there is a value, shape [rows]; null when the column is never missing. */
  readonly valid: Uint8Array | null
  /** State of each chunk of rows, as in `chunkState`. */
  readonly chunks: Int32Array
  /** What the instants of each chunk count from. */
  readonly bases: BigInt64Array
}

/** What a thread asks for; the answer has one entry for each column, null where there is no room. */
export interface MemoryRequest {
  readonly dataset: string
  readonly rows: number
  readonly chunks: number
  readonly columns: readonly MemoryColumn[]
}

export interface MemoryColumn extends Pick<Column, 'name' | 'missing'> {
  readonly type: Scalar
}

/** Keeps columns under a limit of bytes; what was used longest ago goes first, but never what is in use. */
export class ColumnCache {
  #limitBytes: number
  readonly #onDrop: () => void
  /** In the order of their last use. */
  readonly #columns = new Map<string, { readonly memory: ColumnMemory; readonly bytes: number; users: number }>()
  #bytes = 0

  /** @param onDrop columns were let go, whose memory comes back when every thread has collected it */
  constructor(limitBytes: number, onDrop: () => void = () => {}) {
    this.#limitBytes = limitBytes
    this.#onDrop = onDrop
  }

  get bytes(): number {
    return this.#bytes
  }

  /** Forgets everything, and tells those who wait for a chunk not to. Who reads a column goes on with it. */
  clear(): void {
    if (this.#columns.size > 0) this.#onDrop()
    for (const { memory } of this.#columns.values()) abandon(memory.chunks)
    this.#columns.clear()
    this.#bytes = 0
  }

  /** Opens the cache for one job; what it uses stays until it is closed. */
  open(): CacheUse {
    const used = new Set<{ users: number }>()
    return {
      memories: (request) =>
        request.columns.map((column) => {
          const entry = this.#entryOf(request, column)
          if (entry === null) return null
          if (!used.has(entry)) entry.users += 1
          used.add(entry)
          return entry.memory
        }),
      [Symbol.dispose]: () => {
        for (const entry of used) entry.users -= 1
        used.clear()
      },
    }
  }

  #entryOf(request: MemoryRequest, column: MemoryColumn) {
    const key = JSON.stringify([request.dataset, column.name, column.type, column.missing])
    const known = this.#columns.get(key)
    if (known !== undefined) {
      this.#columns.delete(key)
      this.#columns.set(key, known)
      return known
    }
    const bytes = bytesOf(request, column)
    if (!this.#makeRoom(bytes)) return null
    const entry = { memory: allocate(request, column), bytes, users: 0 }
    this.#columns.set(key, entry)
    this.#bytes += bytes
    return entry
  }

  /** Keeps less, or more, from now on. */
  limit(bytes: number): void {
    this.#limitBytes = bytes
    this.#drop(0)
  }

  #makeRoom(bytes: number): boolean {
    const inUse = [...this.#columns.values()].filter(({ users }) => users > 0)
    if (inUse.reduce((sum, entry) => sum + entry.bytes, bytes) > this.#limitBytes) return false
    this.#drop(bytes)
    return true
  }

  /** Lets go what is idle until there is room for so many bytes. */
  #drop(bytes: number): void {
    for (const [key, entry] of this.#columns) {
      if (this.#bytes + bytes <= this.#limitBytes) return
      if (entry.users > 0) continue
      this.#columns.delete(key)
      this.#bytes -= entry.bytes
      this.#onDrop()
    }
  }
}

/** States of a chunk. A column with a refused chunk is not read from memory. */
export const chunkState = { empty: 0, filling: 1, filled: 2, refused: 3 } as const

function abandon(chunks: Int32Array): void {
  for (let chunk = 0; chunk < chunks.length; chunk++) {
    Atomics.compareExchange(chunks, chunk, chunkState.filling, chunkState.refused)
    Atomics.notify(chunks, chunk)
  }
}

export interface CacheUse extends Disposable {
  memories(request: MemoryRequest): readonly (ColumnMemory | null)[]
}

function bytesOf({ rows, chunks }: MemoryRequest, { type, missing }: MemoryColumn): number {
  return rows * (arrayTypeOf(type).BYTES_PER_ELEMENT + Number(missing)) + 12 * chunks
}

function allocate({ rows, chunks }: MemoryRequest, { type, missing }: MemoryColumn): ColumnMemory {
  const array = arrayTypeOf(type)
  return {
    values: new array(new SharedArrayBuffer(rows * array.BYTES_PER_ELEMENT)),
    valid: missing ? new Uint8Array(new SharedArrayBuffer(rows)) : null,
    chunks: new Int32Array(new SharedArrayBuffer(4 * chunks)),
    bases: new BigInt64Array(new SharedArrayBuffer(8 * chunks)),
  }
}
