import type { Slider } from '../dsl/check/slider.ts'
import type { Move } from '../dsl/rebind.ts'
import type { JsonObject } from './wire.ts'

/** What the protocol asks of a language: it never sees a socket. */
export interface Interpreter {
  readonly info: LanguageInfo
  /** Runs a cell. A failure is its outcome; it rejects for a bug alone. `signal` aborts on an interrupt. */
  execute(cell: CellRequest, publisher: Publisher, signal: AbortSignal): Promise<Outcome>
  /**
   * Gives a parameter another value and runs again what stands on it, which updates its displays.
   *
   * @returns its slider as it is then; null for a name without one
   */
  slide(move: Move, publisher: Publisher, signal: AbortSignal): Promise<Slider | null>
  /** Resolves when help at the cursor can be given. */
  prepare(): Promise<void>
  /** Answered at once, also while a cell runs, once prepared. Offsets are in UTF-16 units. */
  complete(code: string, offset: number): Completion
  inspect(code: string, offset: number): MimeBundle | null
  isComplete(code: string): Completeness
  /** The value of an expression beside a cell, as text. */
  evaluate(expression: string, signal: AbortSignal): Promise<Evaluation>
  close(): Promise<void>
}

export interface LanguageInfo {
  readonly banner: string
  readonly implementationVersion: string
  readonly language: JsonObject
  readonly helpLinks: readonly { readonly text: string; readonly url: string }[]
}

export interface CellRequest {
  readonly code: string
  /** The `In [n]` of the cell. */
  readonly count: number
  /** What the front end calls the cell, the same in each of its runs; absent where it does not say. */
  readonly id?: string
  /** Those of cells that the notebook has no longer. */
  readonly deleted: readonly string[]
  /** Whether what it shows can be seen, and so be shown again. */
  readonly isShown: boolean
}

/** Text by MIME type; JSON types hold values. */
export type MimeBundle = Readonly<Record<string, string | JsonObject>>

/** Where a cell shows what it has. Display identifiers are the interpreter's own. */
export interface Publisher {
  stream(name: 'stdout' | 'stderr', text: string): void
  display(data: MimeBundle, options?: { readonly id?: string; readonly update?: boolean }): void
  /** What the cell itself amounts to, its `Out [n]`. */
  result(data: MimeBundle): void
  /** A slider, or `data` where the front end draws none. */
  slider(parameter: Parameter, data: MimeBundle): void
}

/** A parameter with a range. */
export interface Parameter {
  readonly name: string
  readonly slider: Slider
}

/** A failing cell is told once, by the protocol, as its `error`. */
export type Outcome =
  | { readonly status: 'ok' }
  | { readonly status: 'error'; readonly name: string; readonly value: string; readonly traceback: readonly string[] }

export type Evaluation = Outcome & { readonly data?: MimeBundle }

export interface Completion {
  readonly start: number
  readonly end: number
  readonly items: readonly { readonly text: string; readonly type: string }[]
}

export type Completeness =
  | { readonly status: 'complete' | 'invalid' | 'unknown' }
  | { readonly status: 'incomplete'; readonly indent: string }
