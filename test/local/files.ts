import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** A column of a file to be written; int64 beyond 2^53 as decimal strings. */
export interface ColumnSpec {
  readonly name: string
  /** Of pyarrow (`int64`, `list<float32>`), in HDF5 and ROOT of numpy. */
  readonly type: string
  readonly values: readonly (number | string | boolean | null | readonly number[])[]
  readonly unit?: string
  /** pyarrow's default is true, whether or not there is a null. */
  readonly nullable?: boolean
}

export interface FileSpec {
  /** The format is that of the ending. */
  readonly path: string
  readonly columns: readonly ColumnSpec[]
  /** Text of the `sift` document. */
  readonly document?: string
  /** Rows of a record batch or row group. */
  readonly group?: number
  readonly trees?: readonly string[]
}

const python = fileURLToPath(new URL('../../.venv/bin/python', import.meta.url))
const writer = fileURLToPath(new URL('write_files.py', import.meta.url))

/** Writes files with pyarrow, h5py and uproot. */
export function writeFiles(files: readonly FileSpec[]): void {
  execFileSync(python, [writer], { input: JSON.stringify(files), stdio: ['pipe', 'inherit', 'inherit'] })
}

/** Runs a Python program and gives what it prints. */
export function runPython(program: string, ...args: readonly string[]): string {
  return execFileSync(python, ['-c', program, ...args], { encoding: 'utf8' })
}

/** Runs a Python program of the tests and gives what it prints. */
export function runScript(path: string, ...args: readonly string[]): string {
  return execFileSync(python, [path, ...args], { encoding: 'utf8', maxBuffer: 1 << 28 })
}

/** A folder of its own for a test, removed with `await using` or `using`. */
export function temporaryFolder(): Disposable & { readonly path: string; file(name: string): string } {
  const path = mkdtempSync(join(tmpdir(), 'sift-'))
  return {
    path,
    file: (name) => join(path, name),
    [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }),
  }
}
