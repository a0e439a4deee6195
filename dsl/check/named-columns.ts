import type { Named, Plan, Query } from '../ir/plan.ts'
import { schemaOf } from '../ir/schema.ts'
import type { Column } from '../ir/types.ts'

/** A query in which joins with event data add only the columns that it names, and those that the join compares. */
export function withNamedColumns<Q extends Query>(query: Q): Q {
  if (!JSON.stringify(query).includes('"eventData":true')) return query
  return narrowed(query, [...columnNames(query)]) as Q
}

/** Query and plan are plain data: each join in it, wherever it stands, is found by walking all of it. */
function narrowed(value: unknown, names: readonly string[]): unknown {
  if (Array.isArray(value)) return value.map((item) => narrowed(item, names))
  if (typeof value !== 'object' || value === null) return value
  const found = Object.fromEntries(Object.entries(value).map(([key, item]) => [key, narrowed(item, names)]))
  return isEventJoin(found) ? withColumns(found, names) : found
}

type Join = Extract<Plan, { op: 'join' }>

function isEventJoin(value: object): value is Join {
  return 'op' in value && value.op === 'join' && 'eventData' in value
}

function withColumns(join: Join, names: readonly string[]): Join {
  const schema = schemaOf(join.source)
  const keys = new Set(join.keys.flatMap(({ right }) => [...columnNames(right)]))
  const isNamed = ({ name }: Column): boolean => {
    const path = `${join.name}.${name}`
    return keys.has(name) || names.some((each) => each === path || each.endsWith(`.${path}`))
  }
  const columns = schema.columns.filter(isNamed)
  const named = columns.map((column): Named => ({
    name: column.name,
    value: { kind: 'column', row: 'row', ...column },
  }))
  return { ...join, source: { op: 'select', input: join.source, columns: named, schema: { ...schema, columns } } }
}

function* columnNames(value: unknown): Generator<string> {
  if (typeof value !== 'object' || value === null) return
  if ('kind' in value && value.kind === 'column' && 'name' in value) yield String(value.name)
  for (const item of Object.values(value)) yield* columnNames(item)
}
