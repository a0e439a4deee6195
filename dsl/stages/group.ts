import type { Measure, Plan } from '../ir/plan.ts'
import { typeOf } from '../ir/schema.ts'
import type { Column } from '../ir/types.ts'
import { aggregateType } from '../check/aggregate-type.ts'
import { lower } from '../check/lower.ts'
import { refuse } from '../check/refusal.ts'
import { cut, type Place, type Scope } from '../check/scope.ts'
import { frameOf, inRow, rowOf } from '../check/stream.ts'
import type { ColumnTerm, Frame, RowRef } from '../check/term.ts'
import { liveColumn, livetimeName, readsLivetime } from './group-livetime.ts'
import { columnOfNamed, demandDistinct, itemColumns, made, type Made } from './columns.ts'
import { stream, type Verb } from './verb.ts'

export const group: Verb<'group'> = {
  name: 'group',
  doc: 'One row for each distinct value of the keys, sorted by them, with aggregates of its rows.',
  example: 'from events group by run: n = count(), e_mean = mean(E)',
  apply({ keys, measures, span }, input, scope) {
    const label = cut(scope, { start: span.start, end: keys.at(-1)?.value.span.end ?? span.end })
    const frame = frameOf(input)
    const keyColumns = itemColumns(keys, { frame, scope: inRow(scope, frame) }, 'group')
    demandNoList(keyColumns, scope)
    demandDistinct(
      [...keyColumns, ...measures].map(({ name }) => name),
      'group',
      scope,
    )
    const grouped = groupedFrame(keyColumns, { label, files: input.files })
    const { place, found } = groupPlace(grouped, keyColumns, { frame, scope })
    const inside: Scope = { ...scope, place }
    const columns = measures.map(({ name, value }) => made(name, value, { frame: grouped, scope: inside }))
    const plan = groupPlan(input.plan, keyColumns, { columns, measures: found, grouped })
    return stream({ plan, label, present: new Set(), sorted: null, files: input.files, optional: [] })
  },
}

/** A group has one value of each key. */
function demandNoList(keys: readonly Made[], scope: Scope): void {
  const list = keys.find(({ value }) => typeOf(value.value).kind === 'list')
  if (list === undefined) return
  const { text, span } = list.name
  const facts = { what: 'A key of a group', wants: 'one value in each row', found: `a list (\`${text}\`)`, hint: null }
  refuse(scope, 'S120', { span, facts })
}

function groupedFrame(keys: readonly Made[], { label, files }: Pick<Frame, 'label' | 'files'>): Frame {
  const columns: readonly Column[] = keys.map(({ value }) => columnOfNamed(value))
  const schema = { stream: 'table', columns, key: null, references: [], roles: [] } as const
  return { schema, present: new Set(), label, files, optional: [] }
}

/** Where measures stand: every distinct aggregate becomes a column of the group, named `~1`, `~2`, … */
function groupPlace(
  grouped: Frame,
  keys: readonly Made[],
  { frame, scope }: { readonly frame: Frame; readonly scope: Scope },
): { readonly place: Place; readonly found: Measure[] } {
  const found: Measure[] = []
  const row: RowRef = rowOf(frame)
  const place: Place = {
    kind: 'group',
    rows: { bare: grouped, self: rowOf(grouped), named: new Map(), shown: [] },
    members: { bare: frame, self: row, named: new Map(), shown: [] },
    measure({ fn, value: term, where: condition, span }): ColumnTerm {
      const at = { row: frame, other: null, scope, span }
      const value = term === null ? null : lower(term, at)
      const where = condition === null ? {} : { where: lower(condition, at) }
      const of = aggregateType(fn, term, { at: { scope, span }, mayBeEmpty: condition !== null })
      const known = found.find((each) => isSame(each, { fn, value, ...where }))
      const measure = known ?? { name: `~${found.length + 1}`, fn, value, ...where, ...of }
      if (known === undefined) found.push(measure)
      return { kind: 'column', frame: grouped, name: measure.name, ...of, unhandled: of.missing }
    },
    livetime: (span) => liveColumn(keys, { span, grouped, frame, scope }),
  }
  return { place, found }
}

function isSame(left: Measure, right: Pick<Measure, 'fn' | 'value' | 'where'>): boolean {
  const identity = ({ fn, value, where }: typeof right): string => JSON.stringify([fn, value, where ?? null])
  return identity(left) === identity(right)
}

interface Measured {
  readonly columns: readonly Made[]
  readonly measures: readonly Measure[]
  readonly grouped: Frame
}

/** Measures that are aggregates are named at once; expressions of aggregates and keys are selected from them. */
function groupPlan(input: Plan, keys: readonly Made[], { columns, measures, grouped }: Measured): Plan {
  const keyed = keys.map(({ value }) => value)
  const named = columns.map((column) => measures.find(({ name }) => isMeasure(column, name, grouped)))
  const isPlain = named.length === measures.length && new Set(named).size === named.length && !named.includes(undefined)
  if (isPlain) {
    const renamed = named.flatMap((measure, at) => {
      const name = columns[at]?.name.text
      return measure === undefined || name === undefined ? [] : [{ ...measure, name }]
    })
    return { op: 'group', input, keys: keyed, measures: renamed }
  }
  const selected = [...keyed.map(({ name }) => keyColumn(name, grouped)), ...columns.map(({ value }) => value)]
  const schema = {
    stream: 'table',
    columns: selected.map(columnOfNamed),
    key: null,
    references: [],
    roles: [],
  } as const
  const live = columns.some(({ term }) => readsLivetime(term)) ? { livetime: livetimeName } : {}
  const group: Plan = { op: 'group', input, keys: keyed, measures, ...live }
  return { op: 'select', input: group, columns: selected, schema }
}

function isMeasure({ term }: Made, name: string, grouped: Frame): boolean {
  return term.kind === 'column' && term.frame === grouped && term.name === name
}

function keyColumn(name: string, { schema }: Frame) {
  const column = schema.columns.find((each) => each.name === name)
  if (column === undefined) throw new Error(`no key ${name}`)
  return { name, value: { kind: 'column', row: 'row', ...column } } as const
}
