import type { Expr, JoinKey, Look, Named, Plan, Spans } from '../../dsl/ir/plan.ts'
import { mayBeMissing, schemaOf } from '../../dsl/ir/schema.ts'
import type { Column, Scalar, Schema, Type } from '../../dsl/ir/types.ts'
import { float64, int64 } from '../unit/naive/build.ts'
import { schemas } from './random-data.ts'
import { call, columnOf, randomExpr, scopeOf } from './random-expr.ts'
import type { Tape } from './tape.ts'

/** Makes a plan of a stream of events, or of any stream, of a depth. */
export interface Streams {
  readonly events: (depth: number) => Plan
  readonly any: (depth: number) => Plan
}

let names = 0

/** A stage of any stream, of events or of matches, that is neither a filter nor a veto. */
export function placedStage(tape: Tape, input: Plan, depth: number, streams: Streams): Plan {
  switch (tape.below(4)) {
    case 0:
      return sampled(tape, input)
    case 1:
      return { op: 'complete', input, windows: windowsOf(tape, depth, streams) }
    case 2:
      return during(tape, input, depth, streams)
    default:
      return joined(tape, input, depth, streams)
  }
}

/** A stage of a stream of events alone. */
export function eventStage(tape: Tape, input: Plan, depth: number, streams: Streams): Plan {
  switch (tape.below(4)) {
    case 0:
      return { op: 'shift', input, by: tape.of([2, -3, 1, 20]) }
    case 1:
      return hasBurst(input) ? input : { op: 'burst', input, atLeast: 1 + tape.below(4), within: tape.below(6) }
    case 2:
      return renumbered(tape, input)
    default:
      return united(tape, input, depth, streams)
  }
}

function hasBurst(input: Plan): boolean {
  return schemaOf(input).columns.some(({ name }) => name.startsWith('burst_id'))
}

export const identities = Array.from({ length: 24 }, (_, file) => `file ${file}`)

function sampled(tape: Tape, input: Plan): Plan {
  return { op: 'sample', input, fraction: tape.of([0.5, 0.8, 0.2, 1, 0]), files: identities }
}

export function windowsOf(tape: Tape, depth: number, streams: Streams): readonly Look[] {
  return Array.from({ length: 1 + tape.below(2) }, (): Look => {
    const [low, high] = tape.of([
      [0, 2],
      [-2, 0],
      [-1, 1],
      [2, 3],
    ] as const)
    return { low, high, source: streams.any(Math.min(depth - 1, 1)) }
  })
}

function during(tape: Tape, input: Plan, depth: number, streams: Streams): Plan {
  const mode = tape.of(['keep', 'veto'] as const)
  const table: Plan = { op: 'scan', dataset: 'spans', schema: schemas.get('spans')! }
  const spans: Spans = tape.once(2)
    ? { kind: 'goodTime', source: streams.any(Math.min(depth - 1, 1)) }
    : { kind: 'rows', source: tape.once(3) ? { op: 'take', input: table, count: 2 } : table }
  return { op: 'during', mode, input, spans, label: tape.of([null, 'good']), text: mode }
}

export function joined(tape: Tape, input: Plan, depth: number, streams: Streams): Plan {
  const name = `j${names++}`
  const unmatched = tape.of(['drop', 'missing', 'drop', 'missing', 'drop', 'missing', 'error'] as const)
  const { source, keys } = tape.once(2)
    ? (byEvent(tape, input, depth, streams) ?? byKey(tape, input))
    : byKey(tape, input)
  return { op: 'join', input, name, source, keys, unmatched }
}

interface Partners {
  readonly source: Plan
  readonly keys: readonly JoinKey[]
}

function byEvent(tape: Tape, input: Plan, depth: number, streams: Streams): Partners | undefined {
  const { references } = scopeOf(input)
  if (references.length === 0) return undefined
  const prefix = tape.of(references)
  const source = streams.events(Math.min(depth - 1, 1))
  const keys = ['file', 'entry'].map((name): JoinKey => ({
    left: bare(columnIn(input, `${prefix}${name}`)),
    right: bare(columnIn(source, name)),
  }))
  return { source, keys }
}

/** By one or two columns of a table that has each value once, mostly. */
function byKey(tape: Tape, input: Plan): Partners {
  const dataset = tape.once(8) ? 'table' : 'keys'
  const source: Plan = { op: 'scan', dataset, schema: schemas.get(dataset)! }
  const keys = Array.from({ length: tape.once(4) ? 2 : 1 }, (): JoinKey => {
    const kind = tape.of(['number', 'text', 'number', 'instant'] as const)
    const right = columnOf(tape, kind, scopeOf(source))!
    const scope = scopeOf(input)
    const left = tape.once(4)
      ? randomExpr(tape, kind, scope, 2)
      : (columnOf(tape, kind, scope) ?? randomExpr(tape, kind, scope, 1))
    return { left, right }
  })
  return { source, keys }
}

function columnIn(plan: Plan, name: string): Column {
  const column = schemaOf(plan).columns.find((known) => known.name === name)
  if (column === undefined) throw new Error(`no column ${name}`)
  return column
}

function bare(column: Column): Expr {
  return { kind: 'column', row: 'row', ...column }
}

function renumbered(tape: Tape, input: Plan): Plan {
  return renumberedBy(input, tape.of([[1, 0], [4, 5], [9, 3], [0, 1], [], [7]]))
}

function renumberedBy(input: Plan, files: readonly number[]): Plan {
  const columns = schemaOf(input)
    .columns.map(({ name }) => name)
    .filter((name) => name === 'file' || name.endsWith('.file'))
  return { op: 'renumber', input, columns, files }
}

/** With a stream whose events are others, mostly. Each column of the first is found in the second, or is missing there. */
function united(tape: Tape, input: Plan, depth: number, streams: Streams): Plan {
  const plain = streams.events(Math.min(depth - 1, 1))
  const other = tape.once(10) ? plain : renumberedBy(plain, [10 + 2 * tape.below(2), 20])
  const aligned = schemaOf(input).columns.map((column) => alignedColumn(tape, column, schemaOf(other)))
  const columns = aligned.map(({ column }) => column)
  const first = selected(
    input,
    schemaOf(input).columns.map((column) => ({ name: column.name, value: bare(column) })),
  )
  const second = selected(
    other,
    aligned.map(({ column, value }) => ({ name: column.name, value })),
  )
  const inputs = tape.once(3) ? [second, first] : [first, second]
  const good = tape.of(['runs', 'either', 'both'] as const)
  return { op: 'union', inputs, good, schema: { ...eventsSchema, columns } }
}

const eventsSchema: Schema = { stream: 'events', columns: [], key: '', references: [''], roles: [] }

function selected(input: Plan, columns: readonly Named[]): Plan {
  const types = columns.map(({ name, value }): Column => {
    return { name, type: (value as Extract<Expr, { type: Type }>).type, missing: mayBeMissing(value) }
  })
  return { op: 'select', input, columns, schema: { ...eventsSchema, columns: types } }
}

function alignedColumn(
  tape: Tape,
  column: Column,
  { columns }: Schema,
): { readonly column: Column; readonly value: Expr } {
  const { name, type } = column
  const isPlace = name === 't' || name === 'file' || name === 'entry' || name === 'run'
  const alike = columns.filter((known) => isAlike(known.type, type))
  const own = alike.find((known) => known.name === name)
  const chosen = isPlace || !tape.once(3) ? own : alike.length > 0 ? tape.of(alike) : undefined
  if (chosen === undefined) {
    return { column: { ...column, missing: true }, value: { kind: 'missing', type } }
  }
  const value = tape.once(6) && type.kind === 'number' && !isPlace ? negated(chosen) : bare(chosen)
  const own64 = value.kind === 'call' ? float64 : chosen.type
  return { column: { name, type: widened(type, own64), missing: column.missing || mayBeMissing(value) }, value }
}

function negated(column: Column): Expr {
  return call('negate', float64, [bare(column)])
}

function isAlike(left: Type, right: Type): boolean {
  if (left.kind === 'list' || right.kind === 'list') return JSON.stringify(left) === JSON.stringify(right)
  return left.kind === right.kind
}

function widened(left: Type, right: Type): Type {
  if (left.kind !== 'number' || right.kind !== 'number' || left.repr === right.repr) return left
  const reprs = [left.repr, right.repr]
  return reprs.some((repr) => repr.startsWith('float')) ? float64 : (int64 satisfies Scalar)
}
