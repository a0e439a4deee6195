import type { Span } from './span.ts'

/** A mistake in the query: found, located and explained without running anything. */
export interface Diagnostic {
  readonly severity: 'error' | 'warning'
  /** S001–S099 syntax, S101– names, kinds, units and types, W001– warnings. A code never changes its meaning. */
  readonly code: string
  readonly span: Span
  /** What is wrong, in words of physics. */
  readonly message: string
  readonly fix: Fix | null
}

/** A way out as text, and where it can be applied to the cell, as edits of it. */
export interface Fix {
  readonly text: string
  readonly edits: readonly Edit[]
}

export interface Edit {
  readonly span: Span
  readonly text: string
}

/** A mistake's place and the facts its message needs; the tables of messages turn it into a `Diagnostic`. */
export type MessageTable<Args> = {
  readonly [Code in keyof Args]: (args: Args[Code]) => { readonly message: string; readonly fix?: Fix }
}
