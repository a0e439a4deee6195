import type * as ast from '../ir/ast.ts'
import type { CutflowBy, Plan, Query } from '../ir/plan.ts'
import { schemaOf } from '../ir/schema.ts'
import type { Column } from '../ir/types.ts'
import type { Stream } from './bound.ts'
import { lower } from './lower.ts'
import { termOf } from './operand.ts'
import { refuse } from './refusal.ts'
import { cut, type Scope } from './scope.ts'
import { demandTime, frameOf, inRow } from './stream.ts'

/** The cutflow of a stream, split by a column of the rows that it starts from. */
export function cutflowQuery(
  { stream, name, by }: { readonly stream: Stream; readonly name: string; readonly by: ast.Expr | null },
  scope: Scope,
): Query {
  if (by === null) return { kind: 'cutflow', source: name, plan: stream.plan, by: null }
  demandTime(stream, 'cutflow … by', { scope, span: by.span })
  const base = baseOf(stream.plan)
  const column = columnBy(by, { ...stream, plan: base }, scope)
  const key = schemaOf(base).key ?? ''
  const value = { kind: 'column', row: 'row', ...column, name: column.name.slice(key.length) } as const
  const split: CutflowBy = { name: cut(scope, by.span), value }
  return { kind: 'cutflow', source: name, plan: keeping(stream.plan, column), by: split }
}

/** What a plan starts from, through its inputs. */
function baseOf(plan: Plan): Plan {
  return plan.op === 'scan' || plan.op === 'union' ? plan : baseOf(plan.input)
}

function columnBy(by: ast.Expr, base: Stream, scope: Scope): Column {
  const frame = frameOf(base)
  const value = lower(termOf(by, inRow(scope, frame)), { row: frame, other: null, scope, span: by.span })
  const found = value.kind === 'column' ? frame.schema.columns.find(({ name }) => name === value.name) : undefined
  if (found !== undefined && found.name.startsWith(frame.schema.key ?? '')) return found
  const facts = {
    what: '`cutflow … by`',
    wants: 'a column of the rows before all cuts, such as `run`',
    found: `\`${cut(scope, by.span)}\``,
    hint: null,
  }
  return refuse(scope, 'S120', { span: by.span, facts })
}

/** The plan with the column kept by every `select` on the way. */
function keeping(plan: Plan, column: Column): Plan {
  if (plan.op === 'scan' || plan.op === 'union') return plan
  const input = keeping(plan.input, column)
  if (plan.op !== 'select' || plan.schema.columns.some(({ name }) => name === column.name)) return { ...plan, input }
  const columns = [...plan.columns, { name: column.name, value: { kind: 'column', row: 'row', ...column } as const }]
  return { ...plan, input, columns, schema: { ...plan.schema, columns: [...plan.schema.columns, column] } }
}
