import { readFileSync } from 'node:fs'
import { position, type Span } from '../../dsl/ir/span.ts'
import { splitCells } from '../../dsl/parse/cells.ts'

/** A cell of the command line, with what its places are told in. */
export interface NotebookCell {
  readonly text: string
  /** From 1 through all files and cells. */
  readonly number: number
  /** What stands after `#%%` in a file; '' without. */
  readonly title: string
  readonly origin: Origin
}

/** The text that lines and columns are counted in: a file, or the cell itself. */
export interface Origin {
  /** Null for a cell of the command line. */
  readonly file: string | null
  readonly text: string
  /** Where the cell begins in it. */
  readonly start: number
}

/** Line and column from 1 and length, in code points. */
export interface Place {
  readonly line: number
  readonly column: number
  readonly length: number
}

/** A query file that cannot be read. */
export class UnreadableFile extends Error {}

/** A query file that cannot be written. */
export class UnwritableFile extends Error {}

/** @throws UnreadableFile */
export function readNotebook(files: readonly string[], cells: readonly string[]): readonly NotebookCell[] {
  const inFiles = files.flatMap((file) => {
    const text = readQueryFile(file)
    return splitCells(text).map((cell) => ({
      text: cell.text,
      title: cell.title,
      origin: { file, text, start: cell.start },
    }))
  })
  const onLine = cells.map((text) => ({ text, title: '', origin: { file: null, text, start: 0 } }))
  return [...inFiles, ...onLine].map((cell, at) => ({ ...cell, number: at + 1 }))
}

export function placeOf(span: Span, { text, start }: Origin): Place {
  const { line, column } = position(text, start + span.start)
  return { line, column, length: [...text.slice(start + span.start, start + span.end)].length }
}

/** @throws UnreadableFile */
export function readQueryFile(file: string): string {
  try {
    return readFileSync(file, 'utf8').replace(/^\ufeff/, '')
  } catch (error) {
    throw new UnreadableFile(reasonOf(error as NodeJS.ErrnoException, file), { cause: error })
  }
}

function reasonOf({ code, message }: NodeJS.ErrnoException, file: string): string {
  if (code === 'ENOENT') return `there is no file ${file}`
  if (code === 'EISDIR') return `${file} is a folder, not a query file`
  if (code === 'EACCES') return `${file} may not be read`
  return `${file} cannot be read: ${message}`
}
