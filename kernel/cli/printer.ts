import type { CellOutput } from '../cell-output.ts'
import type { Output } from '../output.ts'
import type { Problem } from '../problem.ts'
import { formatElapsed, plural } from '../render/numbers.ts'
import { problemText } from '../render/problem.ts'
import { resultText } from '../render/result.ts'
import { staleText } from '../render/stale.ts'
import { jsonLine } from './json.ts'
import type { NotebookCell } from './notebook.ts'
import { progressLine } from './progress.ts'

/** Prints what cells show: results to stdout in their order, notes for people to stderr. */
export interface Printer {
  begin(cell: NotebookCell): void
  emit(output: CellOutput, cell: NotebookCell): void
  /** Resolves when all is written. @throws OutputClosed when the reader has gone away */
  flushed(): Promise<void>
}

export interface PrinterOptions {
  readonly json: boolean
  readonly time: boolean
  /** Called once when nothing more can be written. */
  readonly onClosed: () => void
}

export function createPrinter(output: Output, options: PrinterOptions): Printer {
  let isOpen = true
  const queue = createQueue(output, () => {
    if (isOpen) options.onClosed()
    isOpen = false
  })
  const progress = progressLine(output)
  const show = options.json
    ? (shown: CellOutput, cell: NotebookCell) => queue.add(jsonLine(shown, cell, options))
    : (shown: CellOutput, cell: NotebookCell) => printText(shown, cell, { ...options, queue })
  return {
    begin(cell) {
      if (!options.json && cell.title !== '') queue.add([`#%% ${cell.title}\n`])
    },
    emit(shown, cell) {
      if (!isOpen) return
      if (shown.kind === 'progress') progress.show(shown.progress, shown.elapsedMs)
      else if (shown.kind === 'finished') progress.finish(shown.progress, shown.elapsedMs)
      else show(shown, cell)
    },
    flushed: () => queue.flushed(),
  }
}

interface Queue {
  add(pieces: Iterable<string>): void
  /** A text for stderr, in its turn: on a terminal it stands below the results that came before it. */
  note(text: string): void
  flushed(): Promise<void>
}

/** Writes one piece after the other, so that what is made bit by bit never stands in memory as a whole. */
function createQueue(output: Output, onClosed: () => void): Queue {
  let last = Promise.resolve()
  const writeAll = async (pieces: Iterable<string>) => {
    for (const piece of pieces) await output.out(piece)
  }
  const queue = (write: () => void | Promise<void>): void => {
    last = last.then(write)
    last.catch(onClosed)
  }
  return {
    add: (pieces) => queue(() => writeAll(pieces)),
    note: (text) => queue(() => output.err(text)),
    flushed: () => last,
  }
}

interface TextTarget {
  readonly queue: Queue
  readonly time: boolean
}

function printText(shown: CellOutput, cell: NotebookCell, { queue, time }: TextTarget): void {
  switch (shown.kind) {
    case 'result':
      return queue.add([`${resultText(shown.result)}\n${shown.result.kind === 'number' ? '' : '\n'}`])
    case 'definition':
      return queue.add([`${shown.name} : ${shown.type}\n`])
    case 'saved':
      return queue.add([`${shown.path}: ${plural(shown.rows, 'row')} saved\n`])
    case 'stale':
      return queue.note(`${staleText(shown)}\n`)
    case 'problem':
      return queue.note(`${cellProblemText(shown.problem, cell)}\n\n`)
    case 'timing':
      return time ? queue.note(`cell ${cell.number}: ${formatElapsed(shown.ms)}\n`) : undefined
    case 'progress':
    case 'finished':
      return undefined
  }
}

function cellProblemText(problem: Problem, { number, origin }: NotebookCell): string {
  return problemText(problem, { ...origin, label: origin.file ?? `cell ${number}` })
}
