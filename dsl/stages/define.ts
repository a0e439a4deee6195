import type { Stream } from '../check/bound.ts'
import type * as ast from '../ir/ast.ts'
import type { Named, Plan } from '../ir/plan.ts'
import { refuse } from '../check/refusal.ts'
import type { Scope } from '../check/scope.ts'
import { after, frameOf, inRow } from '../check/stream.ts'
import type { Frame } from '../check/term.ts'
import { demandDistinct, made } from './columns.ts'
import { stream, type Verb } from './verb.ts'

export const define: Verb<'define'> = {
  name: 'define',
  doc: 'Adds columns; every expression sees the columns before it.',
  example: 'from events define r = hypot(x, y, z), costh = z / r',
  apply({ bindings }, input, scope) {
    demandDistinct(
      bindings.map(({ name }) => name),
      'stage',
      scope,
    )
    const defined = bindings.reduce<Stream>(
      (before, { name, value }) => withColumn(before, name, { value, scope }),
      input,
    )
    const columns = definedColumns(defined.plan, input.plan)
    return stream({ ...defined, plan: { op: 'define', input: input.plan, columns } })
  },
}

/** The stream with one more column, which the next expression sees. */
function withColumn(
  before: Stream,
  name: ast.Name,
  { value, scope }: { readonly value: ast.Expr; readonly scope: Scope },
): Stream {
  const frame = frameOf(before)
  demandNew(name, { frame, scope })
  const column = made(name, value, { frame, scope: inRow(scope, frame) })
  return after(before, { op: 'define', input: before.plan, columns: [column.value] }, column.isThere ? [name.text] : [])
}

/** The columns that a chain of definitions adds to a plan, as those of one stage. */
function definedColumns(plan: Plan, input: Plan): readonly Named[] {
  return plan === input || plan.op !== 'define' ? [] : [...definedColumns(plan.input, input), ...plan.columns]
}

/** A column is never redefined: what is written above it would read differently from what is written below. */
function demandNew(
  name: ast.Name,
  { frame: { schema, label }, scope }: { readonly frame: Frame; readonly scope: Scope },
): void {
  if (schema.roles.includes(name.text)) {
    refuse(scope, 'S135', { span: name.span, facts: { name: name.text, where: 'match' } })
  }
  if (schema.columns.some((column) => column.name === name.text)) {
    refuse(scope, 'S117', { span: name.span, facts: { name: name.text, of: label } })
  }
}
