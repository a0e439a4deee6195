import type { Output } from '../output.ts'
import { OutputClosed } from '../output.ts'
import type { Problem } from '../problem.ts'
import { plural } from '../render/numbers.ts'
import type { Session } from '../session.ts'
import type { NotebookCell } from './notebook.ts'
import type { CellOptions } from './options.ts'
import { createPrinter, type Printer } from './printer.ts'
import { statusOf } from './status.ts'

export interface NotebookRequest {
  readonly session: Session
  readonly cells: readonly NotebookCell[]
  readonly options: CellOptions
  readonly output: Output
  readonly controller: AbortController
}

/** Runs the cells in turn and resolves to the exit status: that of the first cell that failed. */
export async function runNotebook(request: NotebookRequest): Promise<number> {
  const { session, options, controller } = request
  return printed(request, async (printer) => {
    let status = 0
    for (const cell of request.cells) {
      printer.begin(cell)
      const failure = await session.run(cell, {
        signal: controller.signal,
        limit: options.rows,
        emit: (output) => printer.emit(output, cell),
      })
      await printer.flushed()
      if (status === 0 && failure !== null) status = statusOf(failure)
      if (failure?.code === 'R001') return statusOf(failure)
      if (failure !== null && !options.keepGoing) return status
    }
    return status
  })
}

/** A name has no meaning since its definition has a mistake: that one is told where it stands. */
const consequence = 'S129'

/** Checks all cells, prints every problem, and resolves to the exit status: that of the first error. */
export async function checkNotebook(request: NotebookRequest): Promise<number> {
  const { session, cells, options, output, controller } = request
  return printed(request, async (printer) => {
    const errors: Problem[] = []
    for (const cell of cells) {
      const problems = (await session.check(cell, controller.signal)).filter(({ code }) => code !== consequence)
      for (const problem of problems) printer.emit({ kind: 'problem', problem }, cell)
      await printer.flushed()
      errors.push(...problems.filter(({ severity }) => severity === 'error'))
      if (controller.signal.aborted) break
    }
    const [first] = errors
    if (!options.json) output.err(`${plural(cells.length, 'cell')} checked, ${plural(errors.length, 'error')}\n`)
    return first === undefined ? 0 : statusOf(first)
  })
}

/** A reader who has seen enough, as `head`, ends the run without a word. */
async function printed(
  { output, options, controller }: NotebookRequest,
  work: (printer: Printer) => Promise<number>,
): Promise<number> {
  const onClosed = () => controller.abort()
  try {
    return await work(createPrinter(output, { json: options.json, time: options.time, onClosed }))
  } catch (error) {
    if (error instanceof OutputClosed) return 0
    throw error
  }
}
