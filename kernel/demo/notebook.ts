import { readNotebook } from '../cli/notebook.ts'
import { createPrinter } from '../cli/printer.ts'
import { statusOf } from '../cli/status.ts'
import type { Result } from '../../runtime/ports/backend.ts'
import type { Output } from '../output.ts'
import type { TableResult } from '../render/table.ts'
import type { Session } from '../session.ts'

/** A cell of the demonstration failed; its problem has been printed. */
export class StatementFailed extends Error {
  readonly status: number

  constructor(status: number) {
    super('a statement of the demonstration failed')
    this.status = status
  }
}

export interface NotebookParts {
  readonly session: Session
  readonly output: Output
  readonly signal: AbortSignal
}

const shownRows = 20

/** Runs query files as the command line does, and keeps their numbers; runs further queries without showing them. */
export class Notebook {
  readonly #parts: NotebookParts
  readonly #numbers = new Map<string, number>()
  #cells = 0

  constructor(parts: NotebookParts) {
    this.#parts = parts
  }

  /** @throws StatementFailed */
  async runFile(path: string): Promise<void> {
    const { session, output, signal } = this.#parts
    const printer = createPrinter(output, { json: false, time: false, onClosed: () => {} })
    for (const cell of readNotebook([path], [])) {
      printer.begin(cell)
      const failure = await session.run(
        { text: cell.text, number: ++this.#cells },
        {
          signal,
          limit: shownRows,
          emit: (shown) => {
            if (shown.kind === 'result') this.#keep(shown.result)
            printer.emit(shown, cell)
          },
        },
      )
      await printer.flushed()
      if (failure !== null) throw new StatementFailed(statusOf(failure))
    }
  }

  /** A number that a file showed, by its text. */
  number(text: string): number {
    const value = this.#numbers.get(text)
    if (value === undefined) throw new Error(`no number ${text} was shown`)
    return value
  }

  /** All rows of the one table that a query gives. @throws StatementFailed */
  async table(query: string): Promise<TableResult> {
    const { session, output, signal } = this.#parts
    const results: Result[] = []
    const cell = { text: query, number: ++this.#cells }
    const failure = await session.run(cell, {
      signal,
      limit: Infinity,
      emit: (shown) => {
        if (shown.kind === 'result') results.push(shown.result)
      },
    })
    if (failure !== null) {
      output.err(`${query}: ${failure.message}\n`)
      throw new StatementFailed(statusOf(failure))
    }
    const [result] = results
    if (result?.kind !== 'table') throw new Error(`${query} gives no table`)
    return result
  }

  #keep(result: Result): void {
    if (result.kind === 'number' && result.value !== null) this.#numbers.set(result.text, Number(result.value))
  }
}
