import type { Dataset, Entity, File, Metadata } from 'h5wasm/node'
import { Damage, type LocalFile, truncated, Unsupported } from './file.ts'

type Library = typeof import('h5wasm/node')

/** What h5wasm's module offers and its types leave out. */
interface ErrorHandling {
  activate_throwing_error_handler(): number
}

/** An HDF5 file open through h5wasm, which reads real paths and runs in this thread. */
export class Hdf5File {
  readonly path: string
  readonly #local: LocalFile
  readonly #library: Library
  readonly #file: File

  constructor(local: LocalFile, library: Library, file: File) {
    this.path = local.path
    this.#local = local
    this.#library = library
    this.#file = file
  }

  /** Names in a group, in alphabetical order. */
  keys(group: string): string[] {
    const entity = this.entity(group)
    return entity instanceof this.#library.Group ? entity.keys() : []
  }

  entity(path: string): Entity | null {
    return this.#guarded(() => (path === '/' ? this.#file : this.#file.get(path)))
  }

  /** The dataset at a path, or undefined when there is something else. */
  dataset(path: string): Dataset | undefined {
    const entity = this.entity(path)
    return entity instanceof this.#library.Dataset ? entity : undefined
  }

  isGroup(path: string): boolean {
    return this.entity(path) instanceof this.#library.Group
  }

  /** A text attribute of the object at `path`; undefined when there is none or it is no text. */
  attribute(path: string, name: string): string | undefined {
    return this.#guarded(() => {
      const entity = this.entity(path)
      if (!(entity instanceof this.#library.Dataset) && !(entity instanceof this.#library.Group)) return undefined
      if (!this.#library.Module.get_attribute_names(this.#file.file_id, entity.path).includes(name)) return undefined
      return textOf(entity.get_attribute(name, false))
    })
  }

  /** The one text that a dataset without dimensions holds. */
  scalarText(dataset: Dataset): string | undefined {
    return this.#guarded(() => textOf(dataset.value))
  }

  /** The stored bytes of rows [start, end), little-endian and unpacked; each row has `stride` elements of `metadata.size` bytes. */
  readRows(path: string, metadata: Metadata, start: number, end: number): Uint8Array<ArrayBuffer> {
    return this.#withRows(path, metadata, start, end, (heap, from, to) => heap.slice(from, to))
  }

  /**
   * Texts of variable length, of rows [start, end).
   *
   * @param take called with each row's UTF-8 bytes, `bytes` [from, to), in row order
   */
  readTexts(path: string, metadata: Metadata, start: number, end: number, take: TakeText): void {
    this.#withRows(path, metadata, start, end, (heap, from, to) => {
      const pointers = new Uint32Array(heap.buffer, from, (to - from) >> 2)
      // The library stands for an empty text with no memory at all where nothing was ever written.
      for (const pointer of pointers) take(heap, pointer, pointer === 0 ? 0 : heap.indexOf(0, pointer))
    })
  }

  close(): void {
    this.#file.close()
    this.#local.close()
  }

  #guarded<T>(work: () => T): T {
    return guarded(this.#local, work)
  }

  #withRows<T>(path: string, metadata: Metadata, start: number, end: number, use: UseRows<T>): T {
    const { Module: module } = this.#library
    const shape = metadata.shape ?? []
    const count = [end - start, ...shape.slice(1)]
    const bytes = count.reduce((product, extent) => product * extent, metadata.size)
    if (bytes > module.MAXIMUM_MEMORY / 2) throw new Unsupported(`\`${path}\` would need ${bytes} bytes at once`)
    const pointer = module._malloc(Math.max(1, bytes))
    if (pointer === 0) throw new Unsupported(`there is no memory for the ${bytes} bytes of \`${path}\``)
    const counts = count.map(BigInt)
    try {
      module.HEAPU8.fill(0, pointer, pointer + (metadata.vlen ? bytes : 0))
      this.#guarded(() => {
        const offset = [BigInt(start), ...shape.slice(1).map(() => 0n)]
        const strides = shape.map(() => 1n)
        return module.get_dataset_data(this.#file.file_id, path, counts, offset, strides, BigInt(pointer))
      })
      // Beyond the end of the file the library reads zeros.
      this.#local.checkSize()
      try {
        // Reading may have grown the memory: what HEAPU8 was before is then detached.
        return use(module.HEAPU8, pointer, pointer + bytes)
      } finally {
        if (metadata.vlen) module.reclaim_vlen_memory_count(this.#file.file_id, path, '', BigInt(pointer), counts)
      }
    } finally {
      module._free(pointer)
    }
  }
}

export type TakeText = (bytes: Uint8Array, from: number, to: number) => void

type UseRows<T> = (heap: Uint8Array, from: number, to: number) => T

/**
 * @param local the same file; it is closed with the result
 * @throws RuntimeError D002, Damage
 */
export async function openHdf5File(local: LocalFile): Promise<Hdf5File> {
  // Some megabytes of WebAssembly: loaded when the first HDF5 file is opened.
  const library = await import('h5wasm/node')
  const module = await library.ready
  // Without it, failures are printed to stderr and a file that cannot be opened has a negative id.
  ;(module as typeof module & ErrorHandling).activate_throwing_error_handler()
  const file = guarded(local, () => new library.File(local.path, 'r'))
  if (file.file_id < 0n) throw new Damage('the HDF5 library cannot open it')
  return new Hdf5File(local, library, file)
}

/** Runs the library, and makes errors of ours of what it throws. */
function guarded<T>(local: LocalFile, work: () => T): T {
  try {
    return work()
  } catch (error) {
    throw explained(local, error)
  }
}

function explained(local: LocalFile, error: unknown): unknown {
  if (error instanceof Damage || error instanceof Unsupported) return error
  const text = error instanceof Error ? error.message : String(error)
  const filter = /required filter '([^']*)' is not registered/.exec(text)?.[1]
  if (filter !== undefined) return new Unsupported(`it is compressed by \`${filter}\`, which the HDF5 library lacks`)
  if (text.includes('truncated file')) return truncated(local.path, local.size, 'its HDF5 superblock names a later end')
  return new Damage(`the HDF5 library reports: ${causeIn(text)}`, { cause: error })
}

/** The last line of an HDF5 error stack says what went wrong first. */
function causeIn(text: string): string {
  const lines = [...text.matchAll(/^ *#\d+: .*? in \w+\(\): (.*)$/gm)]
  return lines.at(-1)?.[1] ?? text.trim().split('\n')[0] ?? 'nothing'
}

function textOf(value: unknown): string | undefined {
  if (typeof value === 'string') return value
  return Array.isArray(value) && value.length === 1 && typeof value[0] === 'string' ? value[0] : undefined
}
