import type { Statement } from '../ir/ast.ts'
import { lex } from '../parse/lex.ts'
import { halt } from '../parse/mistake.ts'
import { parse } from '../parse/parse.ts'
import { splitStatements } from '../parse/statements.ts'
import { levelsAt } from './clause.ts'

/** Whether a text can be run as it stands, in Jupyter's words; `indent` is for the line that is to follow. */
export type Completeness =
  | { readonly status: 'complete' }
  | { readonly status: 'incomplete'; readonly indent: string }
  | { readonly status: 'invalid' }

/** A text is incomplete when what is missing can still be written behind it. */
export function isComplete(text: string): Completeness {
  const { cell, diagnostics } = parse(text)
  const last = splitStatements(lex(text).tokens).at(-1) ?? []
  const [mistake] = diagnostics
  if (mistake === undefined) {
    const statement = cell.statements.at(-1)
    return statement !== undefined && endsInRole(statement)
      ? { status: 'incomplete', indent: '         ' }
      : { status: 'complete' }
  }
  const isLast = diagnostics.length === 1 && mistake.span.start >= (last[0]?.startOffset ?? 0)
  if (!isLast || halt(text, last).at < last.length) return { status: 'invalid' }
  const [level] = levelsAt(last)
  const isMatch = level?.pipeline?.verb === 'match'
  return { status: 'incomplete', indent: isMatch ? '    ' : '  ' }
}

/** A role whose window is still to come parses, but means nothing yet. */
function endsInRole(statement: Statement): boolean {
  const pipeline =
    statement.kind === 'pipeline'
      ? statement.pipeline
      : statement.kind === 'definition' && statement.value.kind === 'pipeline'
        ? statement.value
        : undefined
  const stage = pipeline?.stages.at(-1)
  const role = stage?.kind === 'match' ? stage.roles.at(-1) : undefined
  return role?.window === null
}
