import type { Plan } from '../ir/plan.ts'
import { schemaOf } from '../ir/schema.ts'
import { isA } from '../parse/lex.ts'
import * as t from '../parse/tokens.ts'
import { sourceAt } from './clause.ts'
import type { AssistContext } from './context.ts'
import type { Cursor } from './cursor.ts'
import type { RowColumn } from './rows.ts'

/** What a cutflow can be split by: the columns of the rows that its last source starts from. */
export function splitColumns({ text, tokens, above }: Cursor, context: AssistContext): readonly RowColumn[] {
  const opening = tokens.findLastIndex((token) => isA(token, t.word('cutflow'), t.Comma))
  const source = sourceAt(tokens, opening + 1)
  const plan = source && context.planOf(`${above}from ${text.slice(source.start, source.end)}`)
  if (plan === null || plan === undefined) return []
  const first = startOf(plan)
  return schemaOf(first).columns.map((column) => ({ ...column, of: { plan: first, name: column.name } }))
}

function startOf(plan: Plan): Plan {
  return plan.op === 'scan' || plan.op === 'union' ? plan : startOf(plan.input)
}
