import type { Names } from '../../../dsl/check/bound.ts'
import type { Catalog, Need } from '../../../dsl/check/scope.ts'
import { compile, type Compilation } from '../../../dsl/compile.ts'
import type { Diagnostic } from '../../../dsl/ir/diagnostic.ts'
import type { Plan, Query } from '../../../dsl/ir/plan.ts'
import type { Column, NumberRepr, Scalar, Schema } from '../../../dsl/ir/types.ts'
import { parseUnit } from '../../../dsl/ir/units.ts'

export function number(repr: NumberRepr, unit: string | null): Scalar {
  const parsed = unit === null ? null : parseUnit(unit)
  if (parsed === undefined) throw new Error(`no unit ${unit}`)
  return { kind: 'number', repr, unit: parsed }
}

export function column(name: string, type: Column['type'], missing = false): Column {
  return { name, type, missing }
}

/** The columns of an event index, `chi` without a unit, `hits` with many values, `score` that may be missing. */
export const columns: readonly Column[] = [
  column('t', { kind: 'instant' }),
  column('file', number('uint32', null)),
  column('entry', number('int64', null)),
  column('run', number('int32', null)),
  column('det', { kind: 'text' }),
  column('E', number('float64', 'MeV')),
  column('x', number('float32', 'mm')),
  column('y', number('float32', 'mm')),
  column('z', number('float32', 'mm')),
  column('qtot', number('float32', 'pe')),
  column('nhit', number('int32', null)),
  column('stdt', number('float32', 'ns')),
  column('chi', number('float64', null)),
  column('score', number('float64', ''), true),
  column('hits', {
    kind: 'list',
    element: {
      kind: 'record',
      fields: [column('charge', number('float32', 'pe')), column('time', number('float32', 'ns'))],
    },
  }),
]

export const events: Schema = { stream: 'events', columns, key: '', references: [''], roles: [] }

const table: Schema = {
  stream: 'table',
  columns: [column('t', number('int64', null)), column('E', number('float64', null)), column('name', { kind: 'text' })],
  key: null,
  references: [],
  roles: [],
}

/** A table with a time that is not named `t`. */
const untimed: Schema = {
  ...table,
  columns: [column('number', number('int64', null)), column('trigger', number('float64', 'ns'))],
}

/** Every path is an event index with its path as key; a path with `table` in it is a table without time. */
export const catalog: Catalog = {
  dataset: ({ path, timeDeclared }: Need) =>
    path === 'untimed'
      ? { key: path, schema: untimed }
      : path.includes('table') && !timeDeclared
        ? { key: path, schema: table }
        : { key: path, schema: events },
}

/** Names as the cells before give them. */
const opening = `events = from "ev"
  define r = hypot(x, y, z)
muons = from "ev" where qtot > 3e4 pe
plain = from "table"`

export function check(
  text: string,
  { before = opening, cell = 2 }: { readonly before?: string; readonly cell?: number } = {},
): Compilation {
  const names: Names = new Map()
  const first = compile(before, { cell: 1, names, catalog })
  if (first.diagnostics.length > 0) throw new Error(first.diagnostics.map(({ message }) => message).join('\n'))
  return compile(text, { cell, names: first.names, catalog })
}

/** The one query of a cell without a mistake. */
export function query(text: string): Query {
  const { statements, diagnostics } = check(text)
  const [error] = diagnostics.filter(({ severity }) => severity === 'error')
  if (error !== undefined) throw new Error(`${error.code}: ${error.message}`)
  const [statement] = statements.flatMap((each) => (each.kind === 'query' ? [each.query] : []))
  if (statement === undefined) throw new Error('no query')
  return statement
}

/** The plan of the one pipeline of a cell. */
export function plan(text: string): Plan {
  const found = query(text)
  if (found.kind === 'number') throw new Error('a number has no plan')
  return found.plan
}

/** The one diagnostic of a cell. */
export function problem(text: string): Diagnostic {
  const { diagnostics } = check(text)
  const [first, ...others] = diagnostics
  if (first === undefined || others.length > 0) {
    throw new Error(`${diagnostics.length} diagnostics: ${diagnostics.map(({ message }) => message).join(' | ')}`)
  }
  return first
}

/** The message of the one diagnostic, after its code. */
export function told(text: string): string {
  const { code, message } = problem(text)
  return `${code} ${message}`
}

/** A cell with the fix of its one diagnostic applied. */
export function mended(text: string): string {
  const edits = problem(text).fix?.edits ?? []
  return edits
    .toSorted((left, right) => right.span.start - left.span.start)
    .reduce((result, { span, text: by }) => result.slice(0, span.start) + by + result.slice(span.end), text)
}
