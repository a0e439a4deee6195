import type { Stream } from '../check/bound.ts'
import type * as ast from '../ir/ast.ts'
import { refuse } from '../check/refusal.ts'
import type { Scope } from '../check/scope.ts'
import { after, frameOf, inRow } from '../check/stream.ts'
import type { Frame } from '../check/term.ts'
import { demandDistinct, made } from './columns.ts'
import { stream, type Verb } from './verb.ts'

export const define: Verb<'define'> = {
  name: 'define',
  doc: 'Adds columns; every expression sees the columns before the stage.',
  example: 'from events define r = hypot(x, y, z), costh = z / r',
  apply({ bindings }, input, scope) {
    const frame = frameOf(input)
    for (const { name } of bindings) demandNew(name, { frame, input, scope })
    demandDistinct(
      bindings.map(({ name }) => name),
      'stage',
      scope,
    )
    const inside = inRow(scope, frame)
    const columns = bindings.map(({ name, value }) => made(name, value, { frame, scope: inside }))
    const plan = { op: 'define', input: input.plan, columns: columns.map(({ value }) => value) } as const
    return stream(
      after(
        input,
        plan,
        columns.filter(({ isThere }) => isThere).map(({ name }) => name.text),
      ),
    )
  },
}

interface Before {
  readonly frame: Frame
  readonly input: Stream
  readonly scope: Scope
}

/** A column is never redefined: what is written above it would read differently from what is written below. */
function demandNew(name: ast.Name, { frame: { schema }, input, scope }: Before): void {
  if (schema.roles.includes(name.text)) {
    refuse(scope, 'S135', { span: name.span, facts: { name: name.text, where: 'match' } })
  }
  if (schema.columns.some((column) => column.name === name.text)) {
    refuse(scope, 'S117', { span: name.span, facts: { name: name.text, of: input.label } })
  }
}
