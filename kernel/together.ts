import type { Compiled } from '../dsl/compile.ts'
import { scansOf } from '../runtime/index/scans.ts'
import type { BackendQuery } from '../runtime/ports/backend.ts'

/** A statement whose query can be answered together with others. */
export type Shareable = Extract<Compiled, { kind: 'query' }> & { readonly query: BackendQuery }

/**
 * The statements from `start` on that are run together: queries that read files which the first one reads too, with the
 * definitions between them. Fewer than two queries are no group; then it is empty.
 */
export function togetherFrom(statements: readonly Compiled[], start: number): readonly Compiled[] {
  const first = statements[start]
  if (first === undefined || !isShareable(first)) return []
  const read = scansOf(first.query)
  const belongs = (statement: Compiled): boolean =>
    isShareable(statement)
      ? [...scansOf(statement.query)].some((key) => read.has(key))
      : statement.kind === 'definition' && statement.use === undefined
  const following = statements.slice(start)
  const end = following.findIndex((statement) => !belongs(statement))
  const group = end < 0 ? following : following.slice(0, end)
  return group.filter(isShareable).length < 2 ? [] : group
}

export function isShareable(statement: Compiled): statement is Shareable {
  if (statement.kind !== 'query') return false
  const { kind } = statement.query
  return kind !== 'save' && kind !== 'handOver' && kind !== 'explain'
}
