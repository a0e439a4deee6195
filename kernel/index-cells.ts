import type { Interpreter } from './interpreter.ts'

const begin = /^%sift(?=\s|$)/

/**
 * The same interpreter, which also takes cells of lines `%sift index …`: the commands of the command line, run in this
 * process. No shell reads them; `"…"` and `'…'` hold what has blanks, and a line that ends in a backslash goes on.
 */
export function withIndexCells(interpreter: Interpreter): Interpreter {
  let displays = 0
  const nextId = (): string => `sift-index-${process.pid}-${displays++}`
  return {
    ...interpreter,
    execute: async (cell, publisher, signal) => {
      if (!isIndexCell(cell.code)) return interpreter.execute(cell, publisher, signal)
      const { runIndexCell } = await import('./index-cell.ts')
      return runIndexCell(linesOf(cell.code), { publisher, signal, nextId })
    },
    complete: (code, offset) =>
      isIndexCell(code) ? { start: offset, end: offset, items: [] } : interpreter.complete(code, offset),
    inspect: (code, offset) => (isIndexCell(code) ? null : interpreter.inspect(code, offset)),
    isComplete: (code) => {
      if (!isIndexCell(code)) return interpreter.isComplete(code)
      return code.trimEnd().endsWith('\\') ? { status: 'incomplete', indent: '  ' } : { status: 'complete' }
    },
  }
}

function isIndexCell(code: string): boolean {
  return begin.test(linesOf(code)[0] ?? '')
}

/** Lines that say something, those that a backslash splits joined. */
function linesOf(code: string): readonly string[] {
  const lines = code.replaceAll(/\\[^\S\n]*\n/g, ' ').split('\n')
  return lines.map((line) => line.trim()).filter((line) => line !== '' && !line.startsWith('#'))
}
