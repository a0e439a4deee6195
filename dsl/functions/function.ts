/**
 * A value of the reference definitions: numbers as float64, instants as bigint ns, text, bool; undefined is missing.
 */
export type Value = number | bigint | string | boolean | undefined

/**
 * A function of the values of one row: its definition, slow and obvious, and the JavaScript that the engine generates.
 *
 * In generated code every operand is a side-effect-free JavaScript expression: numbers and durations are float64,
 * bools are 0 or 1, text is an interned integer, an instant is a float64 of ns relative to one base that all instants
 * share. `code` gives an expression of the same kind, without branches where it can. An operand that is not a plain
 * name or literal may be repeated only if the engine bound it to a name: it always does.
 */
export interface RowFunction {
  readonly name: string
  readonly doc: string
  /** Absent where the function is not called by its name, or has rules of its own (`dist`, `power`). */
  readonly signature?: Signature
  readonly reference: (...args: Value[]) => Value
  readonly code: (...args: string[]) => string
}

/** What a function takes and gives, in numbers of operands and dimensions. */
export interface Signature {
  /** Least and most operands. */
  readonly operands: readonly [number, number]
  /** `alike`: numbers of one dimension, any; `pure`: numbers without one; `angle`: angles, in rad when evaluated. */
  readonly takes: 'alike' | 'pure' | 'angle'
  /** `unit`: the operands' unit; `root`: its square root; `angle`: rad. */
  readonly gives: 'unit' | 'root' | 'pure' | 'angle' | 'bool'
  /** Whether whole numbers give a whole number. */
  readonly keepsWhole?: boolean
}
