import { closeSync, openSync, writeSync } from 'node:fs'
import { RuntimeError } from '../errors.ts'

/** A new file that is written from its beginning to its end. Every failure is a RuntimeError D007 that names it. */
export class LocalSink {
  readonly path: string
  readonly #descriptor: number
  #open = true

  /** An existing file is overwritten. */
  constructor(path: string) {
    this.path = path
    try {
      this.#descriptor = openSync(path, 'w')
    } catch (cause) {
      throw unwritable(path, cause)
    }
  }

  write(bytes: Uint8Array): void {
    try {
      for (let done = 0; done < bytes.length;) done += writeSync(this.#descriptor, bytes, done, bytes.length - done)
    } catch (cause) {
      throw unwritable(this.path, cause)
    }
  }

  close(): void {
    if (!this.#open) return
    this.#open = false
    closeSync(this.#descriptor)
  }
}

const reasons: ReadonlyMap<unknown, string> = new Map([
  ['ENOENT', 'its folder does not exist'],
  ['ENOTDIR', 'what should be its folder is a file'],
  ['EISDIR', 'it is a folder'],
  ['EACCES', 'permission denied'],
  ['EPERM', 'permission denied'],
  ['EROFS', 'the disk is read-only'],
  ['ENOSPC', 'the disk is full'],
  ['EDQUOT', 'your quota is used up'],
])

/** A failed write as a RuntimeError D007; errors of other kinds come back as they are. */
export function unwritable(path: string, cause: unknown): unknown {
  const code: unknown = cause instanceof Error && 'code' in cause ? cause.code : undefined
  if (typeof code !== 'string') return cause
  return new RuntimeError('D007', `\`${path}\` cannot be written: ${reasons.get(code) ?? code}.`, { cause })
}
