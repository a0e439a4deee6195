/** Where a program of the kernel writes: the only way out for text. */
export interface Output {
  /** Results. Resolves when the text is taken; a reader that has gone away rejects with `OutputClosed`. */
  out(text: string): Promise<void>
  /** Notes for people. */
  err(text: string): void
  /** Whether notes go to a terminal, where a line can be rewritten. */
  readonly interactive: boolean
}

/** The reader of the results has gone away, as `head` does. */
export class OutputClosed extends Error {
  override readonly name = 'OutputClosed'
}
