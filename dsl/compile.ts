import type { Names } from './check/bound.ts'
import type { Catalog, Need } from './check/scope.ts'
import type { Diagnostic } from './ir/diagnostic.ts'
import type { Query } from './ir/plan.ts'
import type { Span } from './ir/span.ts'

/** A checked statement: a definition, or what it asks of a backend. */
export type Compiled = { readonly span: Span } & (
  | { readonly kind: 'definition'; readonly name: string; readonly type: string }
  | { readonly kind: 'query'; readonly query: Query }
)

/** What a cell means. */
export interface Compilation {
  /** The statements without a mistake, in their order. */
  readonly statements: readonly Compiled[]
  /** The names of the notebook after the cell. */
  readonly names: Names
  /** At most one error for each statement, and warnings; by place. */
  readonly diagnostics: readonly Diagnostic[]
  /** Datasets to open before the cell can be checked to its end: the caller opens them and compiles again. */
  readonly needs: readonly Need[]
}

export interface CompileOptions {
  /** Number of the cell, for messages; null outside a notebook. */
  readonly cell: number | null
  readonly names: Names
  readonly catalog: Catalog
}

export type Compile = (text: string, options: CompileOptions) => Compilation
