import type { Named, Plan, Query } from '../ir/plan.ts'
import { schemaOf } from '../ir/schema.ts'
import type { Column } from '../ir/types.ts'

/** A query in which joins with event data add only the columns that it names, and those that the join compares. */
export function withNamedColumns<Q extends Query>(query: Q): Q {
  const parts = [...partsOf(query)]
  if (!parts.some(isEventJoin)) return query
  const names = parts.flatMap(columnName)
  const known = new Map<object, unknown>()
  /** Query and plan are plain data: each join in it, wherever it stands, is found by walking all of it. */
  const narrowed = (value: unknown): unknown => {
    if (typeof value !== 'object' || value === null) return value
    const found = known.get(value) ?? narrowedOnce(value)
    known.set(value, found)
    return found
  }
  const narrowedOnce = (value: object): unknown => {
    if (Array.isArray(value)) return value.map(narrowed)
    const found = Object.fromEntries(
      Object.entries(value).map(([key, item]) => [key, isDescription(key) ? item : narrowed(item)]),
    )
    return isEventJoin(found) ? withColumns(found, names) : found
  }
  return narrowed(query) as Q
}

type Join = Extract<Plan, { op: 'join' }>

function isEventJoin(value: object): value is Join {
  return 'op' in value && value.op === 'join' && 'eventData' in value
}

function withColumns(join: Join, names: readonly string[]): Join {
  const schema = schemaOf(join.source)
  const keys = new Set(join.keys.flatMap(({ right }) => [...partsOf(right)].flatMap(columnName)))
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

function columnName(part: object): readonly string[] {
  return 'kind' in part && part.kind === 'column' && 'name' in part ? [String(part.name)] : []
}

/** Everything that a value is made of, each once: streams are shared by those that use them. */
function* partsOf(value: unknown, seen: Set<object> = new Set()): Generator<object> {
  if (typeof value !== 'object' || value === null || seen.has(value)) return
  seen.add(value)
  yield value
  for (const [key, item] of Object.entries(value)) if (!isDescription(key)) yield* partsOf(item, seen)
}

/** Schemas and types are large, and have no joins and no columns that are read. */
function isDescription(key: string): boolean {
  return key === 'schema' || key === 'type'
}
