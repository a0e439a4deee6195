import { chmodSync, realpathSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { format } from '../../dsl/assist/index.ts'
import { parse, splitCells } from '../../dsl/parse/parse.ts'
import type { Output } from '../output.ts'
import { plural } from '../render/numbers.ts'
import { placeOf, readQueryFile, UnwritableFile } from './notebook.ts'

export interface FormatOptions {
  readonly files: readonly string[]
  /** Names what is not in the one layout and writes nothing. */
  readonly isCheck: boolean
}

/**
 * Brings query files into the one layout, in place. A cell that does not parse stays as it is, and is told.
 *
 * @returns the exit status: 1 for a cell that does not parse, or, with `isCheck`, for a file in another layout
 * @throws UnreadableFile before anything is written
 * @throws UnwritableFile
 */
export function formatFiles({ files, isCheck }: FormatOptions, output: Output): number {
  const texts = [...new Set(files)].map((file) => ({ file, text: readQueryFile(file) }))
  const mistakes = texts.flatMap(({ file, text }) => mistakesIn(file, text))
  const changed = texts.flatMap(({ file, text }) => {
    const formatted = format(text)
    return formatted === text ? [] : [{ file, formatted }]
  })
  for (const { file, formatted } of changed) {
    if (!isCheck) replace(file, formatted)
    output.err(isCheck ? `${file} is not in the layout of sift fmt\n` : `${file} formatted\n`)
  }
  for (const mistake of mistakes) output.err(mistake)
  output.err(
    `${plural(texts.length, 'file')} read, ${plural(changed.length, 'file')} ${isCheck ? 'to format' : 'formatted'}\n`,
  )
  return mistakes.length > 0 || (isCheck && changed.length > 0) ? 1 : 0
}

/** The first mistake of each cell that stays as it is. */
function mistakesIn(file: string, text: string): readonly string[] {
  return splitCells(text).flatMap((cell) => {
    const [first] = parse(cell.text).diagnostics
    if (first === undefined) return []
    const { line, column } = placeOf(first.span, { file, text, start: cell.start })
    return [`${file}:${line}:${column}: ${first.code} ${first.message} The cell stays as it is.\n`]
  })
}

/** The old text or the new one stands in the file at any time; behind a link, in the file that it leads to. */
function replace(file: string, text: string): void {
  const target = realpathSync(file)
  const unfinished = `${target}.${process.pid}.part`
  try {
    writeFileSync(unfinished, text)
    chmodSync(unfinished, statSync(target).mode)
    renameSync(unfinished, target)
  } catch (error) {
    rmSync(unfinished, { force: true })
    throw new UnwritableFile(`${file} cannot be written: ${(error as Error).message}`, { cause: error })
  }
}
