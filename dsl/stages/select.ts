import type { Plan } from '../ir/plan.ts'
import type { Schema } from '../ir/types.ts'
import { frameOf, inRow } from '../check/stream.ts'
import type { Frame } from '../check/term.ts'
import { columnOfNamed, itemColumns, type Made } from './columns.ts'
import { stream, type Verb } from './verb.ts'

export const select: Verb<'select'> = {
  name: 'select',
  doc: 'Keeps these columns only; rows that keep `t`, `file` and `entry` are still events.',
  example: 'from events select t, file, entry, E, r = hypot(x, y, z)',
  apply({ items }, input, scope) {
    const frame = frameOf(input)
    const columns = itemColumns(items, { frame, scope: inRow(scope, frame) }, 'stage')
    const schema = selectSchema(columns, frame)
    const plan: Plan = { op: 'select', input: input.plan, columns: columns.map(({ value }) => value), schema }
    const present = new Set(columns.filter(({ isThere }) => isThere).map(({ name }) => name.text))
    return stream({ ...input, plan, present })
  },
}

function selectSchema(columns: readonly Made[], frame: Frame): Schema {
  const isEvents = ['t', 'file', 'entry'].every((part) => columns.some((column) => isOwn(column, part, frame)))
  return {
    stream: isEvents ? 'events' : 'table',
    columns: columns.map(({ value }) => columnOfNamed(value)),
    key: isEvents ? '' : null,
    references: isEvents ? [''] : [],
    roles: [],
  }
}

/** Whether a column is the time, file or entry that places the row. */
function isOwn({ name, term }: Made, part: string, { schema: { key } }: Frame): boolean {
  return name.text === part && key !== null && term.kind === 'column' && term.name === `${key}${part}`
}
