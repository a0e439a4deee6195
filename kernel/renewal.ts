import type { NameUse } from '../dsl/check/bound.ts'
import type { Compiled } from '../dsl/compile.ts'
import { type Broken, type CheckAmong, namesOf, type Rebinding } from '../dsl/rebind.ts'
import type { Cell } from './cell.ts'
import type { CellOutput } from './cell-output.ts'
import { type Problem, problemOf } from './problem.ts'
import { aloneIn, type Standing } from './standing.ts'

/** An output in the place of the one before it. */
export interface Renewed {
  readonly slot: number
  readonly cell: Cell
  readonly output: CellOutput
}

export interface RenewRequest {
  readonly signal: AbortSignal
  /** How many rows of a table are shown. */
  readonly limit: number
  readonly renew: (renewed: Renewed) => void
}

/** What is to be run again, or shown at once. */
export type Renewal = { readonly standing: Standing } & (
  | { readonly kind: 'run'; readonly statement: Compiled }
  | { readonly kind: 'show'; readonly output: CellOutput; readonly cell: Cell }
)

/** What a slider changes of what is shown, in the order of the notebook's runs. */
export function renewalsOf(
  shown: readonly Standing[],
  rebinding: Rebinding,
  { parameter, check }: { readonly parameter: string; readonly check: CheckAmong },
): readonly Renewal[] {
  return shown.flatMap((standing): Renewal[] => {
    const uses = rebinding.uses(standing.uses)
    if (uses === standing.uses) return []
    const broken = standing.uses.map(rebinding.broken).find((each) => each !== undefined)
    if (broken !== undefined) return [brokenRenewal(standing, broken)]
    const { cell, query } = standing
    if (query === null) return uses.map((use) => ({ standing, kind: 'run', statement: definitionOf(standing, use) }))
    const { statements, diagnostics } = check(aloneIn(cell.text, standing.statement), {
      cell: cell.number,
      names: namesOf(uses),
    })
    const mistake = diagnostics.find(({ severity }) => severity === 'error')
    if (mistake !== undefined) return [problemRenewal(standing, problemOf(mistake), cell)]
    const statement = statements[query]
    if (statement === undefined) throw new Error('a statement that was run is checked to its end')
    return [isSave(statement) ? savedBefore(standing, statement, parameter) : { standing, kind: 'run', statement }]
  })
}

function definitionOf({ statement: span }: Standing, { name, bound }: NameUse): Compiled {
  return { kind: 'definition', name, type: bound.type, bound, span }
}

/** A mistake in the text of a definition, which may be of a cell before. */
function brokenRenewal(standing: Standing, { cell, text, diagnostic }: Broken): Renewal {
  const problem = { ...problemOf(diagnostic), edits: [] }
  return problemRenewal(standing, problem, { text, number: cell ?? standing.cell.number })
}

function problemRenewal(standing: Standing, problem: Problem, cell: Cell): Renewal {
  return { standing, kind: 'show', output: { kind: 'problem', problem }, cell }
}

type Saving = Extract<Compiled, { kind: 'query' }> & { readonly query: { readonly kind: 'save' } }

function isSave(statement: Compiled): statement is Saving {
  return statement.kind === 'query' && statement.query.kind === 'save'
}

/** A slider writes no file: it tells that what was written is of another value. */
function savedBefore(standing: Standing, { query }: Saving, parameter: string): Renewal {
  const { cell } = standing
  const name = 'path' in query && typeof query.path === 'string' ? query.path : 'the file'
  return { standing, kind: 'show', output: { kind: 'stale', name, madeIn: cell.number, older: [parameter] }, cell }
}
