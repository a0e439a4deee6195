import type { Diagnostic, Edit } from '../dsl/ir/diagnostic.ts'
import type { Span } from '../dsl/ir/span.ts'
import type { RuntimeError } from '../runtime/errors.ts'

/** A mistake of the query or a failure of the world, as a cell shows it. */
export interface Problem {
  readonly severity: 'error' | 'warning'
  readonly code: string
  readonly message: string
  /** Place in the cell's text; null for a fault without a place in it. */
  readonly span: Span | null
  readonly fix: string | null
  /** The fix as edits of the cell, where it can be applied by a click. */
  readonly edits: readonly Edit[]
}

export function problemOf(diagnostic: Diagnostic): Problem {
  const { severity, code, message, span, fix } = diagnostic
  return { severity, code, message, span, fix: fix?.text ?? null, edits: fix?.edits ?? [] }
}

export function failureOf(error: RuntimeError, span: Span | null): Problem {
  return { severity: 'error', code: error.code, message: error.message, span, fix: error.fix, edits: [] }
}
