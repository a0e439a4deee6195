import { existsSync, mkdirSync, readFileSync, rmdirSync, rmSync } from 'node:fs'
import { rename } from 'node:fs/promises'
import { join } from 'node:path'
import { LocalSink, unwritable } from '../formats/sink.ts'
import type { EventDataFile, Part } from './build-part.ts'
import type { BuildPlan } from './build-plan.ts'
import type { Span } from '../ports/dataset.ts'
import { replaceFile } from './replace-file.ts'

/** What a build was asked to do, and what it found when it began. Equal orders give equal bytes. */
export interface BuildOrder {
  readonly plan: BuildPlan
  readonly files: readonly EventDataFile[]
  readonly ending: string
  readonly gapNs: number
  readonly runTable: readonly Span[] | null
  /** The index files that are there, by name. */
  readonly base: readonly { readonly name: string; readonly bytes: number }[]
}

/** The last step: staged files take their places. */
export interface Commit<Result> {
  readonly names: readonly string[]
  readonly result: Result
}

/**
 * What a build has done so far, as files in a folder of its own within the folder of the index. Each file appears whole
 * and is on the disk when it does; so a build can be ended at any moment and taken up again. The index itself changes in
 * the last step only.
 */
export class Journal {
  readonly folder: string
  readonly #index: string

  constructor(index: string) {
    this.#index = index
    this.folder = journalFolder(index)
  }

  order(): BuildOrder | null {
    return this.#read('order.json')
  }

  async begin(order: BuildOrder): Promise<void> {
    for (const name of ['parts', 'staged']) this.#makeFolder(name)
    await this.#write('order.json', order)
  }

  /** Beginning of the paths of a part's files. */
  partPrefix(number: number): string {
    return join(this.folder, 'parts', String(number).padStart(6, '0'))
  }

  part(number: number): Part | null {
    return this.#read(join('parts', `${String(number).padStart(6, '0')}.json`))
  }

  savePart(number: number, part: Part): Promise<void> {
    return this.#write(join('parts', `${String(number).padStart(6, '0')}.json`), part)
  }

  /** Where a file of the index waits for the last step. */
  staged(name: string): string {
    return join(this.folder, 'staged', name)
  }

  committing<Result>(): Commit<Result> | null {
    return this.#read('commit.json')
  }

  /** From here on the build is done, even if it is ended before the last file has its place. */
  async commit<Result>(commit: Commit<Result>): Promise<Result> {
    if (this.committing() === null) await this.#write('commit.json', commit)
    for (const name of commit.names) {
      if (existsSync(this.staged(name))) await this.#place(name)
    }
    for (const name of ['order.json', 'parts', 'staged', 'commit.json']) {
      rmSync(join(this.folder, name), { recursive: true, force: true })
    }
    return commit.result
  }

  /** Removes the folder when nothing is left in it. */
  leave(): void {
    try {
      rmdirSync(this.folder)
    } catch {
      // What is left is there for --resume, or belongs to the next build.
    }
  }

  async #place(name: string): Promise<void> {
    try {
      await rename(this.staged(name), join(this.#index, name))
    } catch (cause) {
      throw unwritable(join(this.#index, name), cause)
    }
  }

  #makeFolder(name: string): void {
    const folder = join(this.folder, name)
    try {
      mkdirSync(folder, { recursive: true })
    } catch (cause) {
      throw unwritable(folder, cause)
    }
  }

  #read<T>(name: string): T | null {
    const path = join(this.folder, name)
    return existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as T) : null
  }

  async #write(name: string, value: unknown): Promise<void> {
    await replaceFile(join(this.folder, name), async (temporary) => {
      const sink = new LocalSink(temporary)
      try {
        sink.write(Buffer.from(JSON.stringify(value)))
      } finally {
        sink.close()
      }
    })
  }
}

export function journalFolder(index: string): string {
  return join(index, '.sift-build')
}
