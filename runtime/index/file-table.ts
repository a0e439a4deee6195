import type { EventFile } from '../ports/dataset.ts'

/** Numbers event-data files densely in the order in which they are first named: one number per UUID, else per path. */
export class FileTable {
  readonly #files: EventFile[] = []
  readonly #byUuid = new Map<string, number>()
  readonly #byPath = new Map<string, number>()

  /** The number of a file, a new one when it is not known yet. A path with two UUIDs is two files. */
  numberOf(file: EventFile): number {
    const known =
      file.uuid === null ? this.#byPath.get(file.path) : (this.#byUuid.get(file.uuid) ?? this.#anonymous(file))
    const number = known ?? this.#files.push(file) - 1
    const entry = this.#files[number]
    if (entry !== undefined && entry.uuid === null && file.uuid !== null) this.#files[number] = file
    if (file.uuid !== null) this.#byUuid.set(file.uuid, number)
    if (!this.#byPath.has(file.path)) this.#byPath.set(file.path, number)
    return number
  }

  files(): readonly EventFile[] {
    return [...this.#files]
  }

  /** A file of the same path whose UUID nobody has told yet. */
  #anonymous({ path }: EventFile): number | undefined {
    const number = this.#byPath.get(path)
    return number !== undefined && this.#files[number]?.uuid === null ? number : undefined
  }
}
