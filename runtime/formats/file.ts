import { closeSync, fstatSync, openSync, readSync, statSync } from 'node:fs'
import { RuntimeError } from '../errors.ts'

/** One file open for reading at any position. Every failure is a RuntimeError that names the file. */
export class LocalFile {
  readonly path: string
  readonly size: number
  readonly #descriptor: number
  #open = true

  constructor(path: string, descriptor: number, size: number) {
    this.path = path
    this.size = size
    this.#descriptor = descriptor
  }

  /**
   * The bytes [position, position + length), in memory of their own that starts at a multiple of 8.
   *
   * @throws RuntimeError D002 when the file ends before, or the disk fails
   */
  read(position: number, length: number): Buffer {
    const bytes = Buffer.allocUnsafeSlow(Math.max(0, length))
    this.readInto(bytes, position)
    return bytes
  }

  /** Fills `target`, which is changed in place, with the bytes from `position` on. @throws as `read` does */
  readInto(target: Uint8Array, position: number): void {
    if (!this.#open) throw new Error(`${this.path} is read after it was closed`)
    if (!(position >= 0) || position + target.length > this.size) {
      throw truncated(this.path, this.size, `bytes ${position} to ${position + target.length} are needed`)
    }
    for (let done = 0; done < target.length;) {
      const count = this.#readSome(target, done, position + done)
      if (count === 0) throw truncated(this.path, position + done, 'it was cut while it was read')
      done += count
    }
  }

  /** The first bytes, at most `length` and all there are of a shorter file. */
  head(length: number): Buffer {
    return this.read(0, Math.min(length, this.size))
  }

  /** @throws RuntimeError D002 when the file has become shorter since it was opened */
  checkSize(): void {
    const { size } = fstatSync(this.#descriptor)
    if (size < this.size) throw truncated(this.path, size, 'it was cut while it was read')
  }

  close(): void {
    if (!this.#open) return
    this.#open = false
    closeSync(this.#descriptor)
  }

  #readSome(target: Uint8Array, done: number, position: number): number {
    try {
      return readSync(this.#descriptor, target, done, target.length - done, position)
    } catch (cause) {
      throw unreadable(this.path, cause)
    }
  }
}

/** @throws RuntimeError D001 when there is no such file, D002 when it is a folder or may not be read */
export function openLocalFile(path: string): LocalFile {
  try {
    if (statSync(path).isDirectory()) {
      throw new RuntimeError('D002', `\`${path}\` is a folder, not a file.`, { fix: `Name its files: \`${path}/*\`.` })
    }
    const descriptor = openSync(path, 'r')
    return new LocalFile(path, descriptor, fstatSync(descriptor).size)
  } catch (cause) {
    throw unreadable(path, cause)
  }
}

/** The file is shorter than its own bookkeeping says, or cannot mean anything. */
export function damaged(path: string, why: string, cause?: unknown): RuntimeError {
  return new RuntimeError('D002', `\`${path}\` is damaged: ${why}.`, {
    fix: 'Make or copy the file again.',
    ...(cause === undefined ? {} : { cause }),
  })
}

export function truncated(path: string, size: number, why: string): RuntimeError {
  return new RuntimeError('D002', `\`${path}\` is truncated at ${size} bytes: ${why}.`, {
    fix: 'Make or copy the file again.',
  })
}

/** What a decoder throws when bytes contradict their format; whoever knows the file's name makes a RuntimeError of it. */
export class Damage extends Error {
  override readonly name = 'Damage'
}

/** Something a file may rightly hold that a reader cannot give: an encoding, a compression. */
export class Unsupported extends Error {
  override readonly name = 'Unsupported'
}

/** A decoder's failure as the RuntimeError of a file; errors that say nothing about the file come back as they are. */
export function blame(path: string, error: unknown): unknown {
  if (error instanceof Unsupported) return new RuntimeError('D006', `\`${path}\`: ${error.message}.`, { cause: error })
  if (error instanceof Damage || error instanceof RangeError || isZlibError(error)) {
    return damaged(path, error.message, error)
  }
  return error
}

function isZlibError(error: unknown): error is Error {
  return (
    error instanceof Error &&
    /^(Z_|ZSTD_|ERR_BROTLI|ERR__ERROR_|ERR_BUFFER_TOO_LARGE|ERR_OUT_OF_RANGE)/.test(codeOf(error))
  )
}

function unreadable(path: string, cause: unknown): unknown {
  if (cause instanceof RuntimeError) return cause
  const code = codeOf(cause)
  if (code === '') return cause
  if (code === 'ENOENT' || code === 'ENOTDIR')
    return new RuntimeError('D001', `There is no file \`${path}\`.`, { cause })
  if (code === 'EACCES' || code === 'EPERM')
    return new RuntimeError('D002', `\`${path}\` may not be read: permission denied.`, { cause })
  return new RuntimeError('D002', `\`${path}\` cannot be read: ${code}.`, { cause })
}

function codeOf(error: unknown): string {
  const code: unknown = error instanceof Error && 'code' in error ? error.code : ''
  return typeof code === 'string' ? code : ''
}
