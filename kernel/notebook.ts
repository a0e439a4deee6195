import type { Slider } from '../dsl/check/slider.ts'
import type { Move } from '../dsl/rebind.ts'
import { CellDisplay } from './cell-display.ts'
import { faultOutcome } from './fault.ts'
import type {
  CellRequest,
  Completeness,
  Completion,
  Evaluation,
  Interpreter,
  LanguageInfo,
  MimeBundle,
  Outcome,
  Publisher,
} from './interpreter.ts'
import type { OpenSession } from './open-session.ts'
import { Painter } from './painter.ts'
import type { Problem } from './problem.ts'
import { type ProblemPlace, problemText } from './render/problem.ts'
import type { Session } from './session.ts'
import { SlideDisplay } from './slide-display.ts'

/** How many rows of a table a notebook shows. */
const shownRows = 20

/** Help at the cursor, as the language's assistance gives it for the names of a notebook. */
export interface Assistance {
  complete(code: string, offset: number, session: Session): Completion
  inspect(code: string, offset: number, session: Session): MimeBundle | null
  isComplete(code: string): Completeness
}

export interface NotebookParts {
  readonly info: LanguageInfo
  readonly opened: OpenSession
  readonly assistance: Assistance
}

/** Sift as an interpreter of notebook cells. */
export function notebookInterpreter({ info, opened, assistance }: NotebookParts): Interpreter {
  const { session } = opened
  const painter = new Painter()
  let displays = 0
  const nextId = () => `sift-${process.pid}-${displays++}`
  return {
    info,
    prepare: () => Promise.resolve(),
    execute: (cell, publisher, signal) => execute(cell, { session, painter, nextId, publisher, signal }),
    complete: (code, offset) => assistance.complete(code, offset, session),
    slide: (move, publisher, signal) => slide(move, { session, painter, nextId, publisher, signal }),
    inspect: (code, offset) => assistance.inspect(code, offset, session),
    isComplete: (code) => assistance.isComplete(code),
    evaluate: (expression, signal) => evaluate(expression, { session, painter, nextId, signal }),
    close: async () => {
      await painter.close()
      await opened[Symbol.asyncDispose]()
    },
  }
}

interface Surroundings {
  readonly session: Session
  readonly painter: Painter
  readonly nextId: () => string
  readonly signal: AbortSignal
}

async function execute(
  { code, count, id, deleted, isShown }: CellRequest,
  { session, painter, nextId, publisher, signal }: Surroundings & { readonly publisher: Publisher },
): Promise<Outcome> {
  const place: ProblemPlace = { label: `cell ${count}`, text: code, start: 0, hasCompletion: true }
  const display = new CellDisplay(publisher, { place, painter, nextId })
  try {
    const emit = display.emit.bind(display)
    session.forget(deleted)
    const cell = { text: code, number: count, ...(id === undefined ? {} : { id }) }
    const failure = await session.run(cell, { signal, limit: shownRows, emit, isKept: isShown })
    await display.shown()
    return failure === null ? { status: 'ok' } : failed(failure, place)
  } catch (error) {
    await display.shown()
    return faultOutcome(error)
  }
}

async function slide(
  move: Move,
  { session, painter, publisher, signal }: Surroundings & { readonly publisher: Publisher },
): Promise<Slider | null> {
  const display = new SlideDisplay(publisher, painter)
  const renew = display.renew.bind(display)
  try {
    await session.slide(move, { signal, limit: shownRows, renew })
  } finally {
    await display.shown()
  }
  return session.sliderOf(move.name)
}

/** An expression beside a cell is shown as `show` would; it binds nothing. */
async function evaluate(expression: string, surroundings: Surroundings): Promise<Evaluation> {
  let data: MimeBundle = {}
  const show = (bundle: MimeBundle): void => void (data = bundle)
  const publisher: Publisher = { stream: () => {}, display: show, result: show, slider: () => {} }
  // A definition begins in the first column: indented, none can begin in the expression.
  const code = `show ${expression.replaceAll('\n', '\n  ')}`
  const outcome = await execute({ code, count: 0, deleted: [], isShown: false }, { ...surroundings, publisher })
  return outcome.status === 'ok' ? { ...outcome, data } : outcome
}

function failed(problem: Problem, place: ProblemPlace): Outcome {
  const text = problemText(problem, place)
  return { status: 'error', name: problem.code, value: problem.message, traceback: text.split('\n') }
}
