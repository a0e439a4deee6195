import { statSync } from 'node:fs'
import { RuntimeError } from '../errors.ts'
import { openEventData } from '../index/event-data.ts'
import type { DataFile } from '../ports/dataset.ts'
import type { Source } from '../ports/format.ts'

/** So many files stay open between tasks. */
const keptOpen = 32

/** The files that a worker has open. A file is opened once however many tasks read it. */
export class OpenSources {
  readonly #sources = new Map<string, Promise<Source>>()
  readonly #open: typeof openEventData

  constructor(open = openEventData) {
    this.#open = open
  }

  /** @throws RuntimeError D001 when the file is gone, D002 when it was changed since the dataset was opened */
  get(file: DataFile): Promise<Source> {
    const key = JSON.stringify([file.path, file.tree, file.bytes, file.modifiedMs])
    const known = this.#sources.get(key)
    const source = known ?? this.#openUnchanged(file)
    // What was used last stands last.
    this.#sources.delete(key)
    this.#sources.set(key, source)
    if (known === undefined) source.catch(() => this.#sources.delete(key))
    return source
  }

  /** Closes all but the files used last. Only between tasks. */
  async trim(): Promise<void> {
    for (const [key, source] of [...this.#sources].slice(0, -keptOpen)) {
      this.#sources.delete(key)
      await (await source)[Symbol.asyncDispose]()
    }
  }

  async #openUnchanged(file: DataFile): Promise<Source> {
    const status = statSync(file.path, { throwIfNoEntry: false })
    if (status !== undefined && (status.size !== file.bytes || status.mtimeMs !== file.modifiedMs)) {
      throw new RuntimeError('D002', `\`${file.path}\` was changed since it was opened.`, {
        fix: 'Run the cell that names it again.',
      })
    }
    return this.#open(file.path, file.tree)
  }
}
