import type * as ast from '../ir/ast.ts'
import type { Named, Plan } from '../ir/plan.ts'
import { schemaOf } from '../ir/schema.ts'
import type { Span } from '../ir/span.ts'
import type { Column, Schema, Type } from '../ir/types.ts'
import type { Stream } from './bound.ts'
import { alignedTo } from './file-table.ts'
import { refuse } from './refusal.ts'
import { cut, type Scope } from './scope.ts'
import { sourceOfExpr } from './source-of-expr.ts'
import { demandEvents } from './stream.ts'
import { warnOfParts } from './union-time.ts'
import { type UnitedColumn, unitedColumn } from './united-column.ts'

type Good = Extract<Plan, { op: 'union' }>['good']

interface Call {
  readonly args: readonly ast.Arg[]
  readonly span: Span
}

/** `union(a, b)`: events merged by time, their columns matched by name, in the units of the first stream that has them. */
export function union(call: Call, scope: Scope, streamOf: (source: ast.Source, scope: Scope) => Stream): Stream {
  const good = goodOf(
    call.args.filter(({ label }) => label !== null),
    scope,
  )
  const sources = call.args.filter(({ label }) => label === null)
  if (sources.length < 2) {
    const facts = { call: 'union', expected: 'two streams or more', found: sources.length }
    return refuse(scope, 'S119', { span: call.span, facts })
  }
  const streams = aligned(sources.map((arg) => eventsOf(arg, scope, streamOf)))
  if (good === 'runs') warnOfParts(streams, call.span, scope)
  const names = [...new Set(streams.flatMap(({ plan }) => schemaOf(plan).columns.map(({ name }) => name)))]
  const columns = names.map((name) => unitedColumn(name, streams, { scope, span: call.span }))
  return unitedStream(streams, columns, { good, label: cut(scope, call.span) })
}

function eventsOf(arg: ast.Arg, scope: Scope, streamOf: (source: ast.Source, scope: Scope) => Stream): Stream {
  const source = arg.of === null && arg.where === null && arg.window === null ? sourceOfExpr(arg.value) : undefined
  if (source === undefined) {
    const facts = { what: '`union`', wants: 'streams', found: `\`${cut(scope, arg.span)}\``, hint: null }
    return refuse(scope, 'S120', { span: arg.span, facts })
  }
  const stream = streamOf(source, scope)
  demandEvents(stream, 'union', { scope, span: source.span })
  return stream
}

/** `good: either` unites the good time of the streams, `good: both` intersects it. */
function goodOf(args: readonly ast.Arg[], scope: Scope): Good {
  const [arg, second] = args
  if (arg === undefined) return 'runs'
  const { value } = arg
  const name = value.kind === 'name' ? value.name.text : ''
  if (arg.label?.text === 'good' && second === undefined && (name === 'either' || name === 'both')) return name
  const why = '`union` takes streams, and `good: either` or `good: both` for what is their good time.'
  return refuse(scope, 'S124', { span: (second ?? arg).span, facts: { why } })
}

/** All in the file table of the last, which has the files of every one. */
function aligned(streams: readonly Stream[]): readonly Stream[] {
  return streams.reduce<readonly Stream[]>(
    (known, stream) => [...known, alignedTo(known.at(-1)?.files ?? [], stream)],
    [],
  )
}

interface Of {
  readonly good: Good
  readonly label: string
}

function unitedStream(streams: readonly Stream[], columns: readonly UnitedColumn[], { good, label }: Of): Stream {
  const schema: Schema = {
    stream: 'events',
    columns: columns.map(({ column }) => column),
    key: '',
    references: [''],
    roles: [],
  }
  const inputs = streams.map((stream, at) =>
    inputPlan(
      stream,
      columns.map(({ values }, index) => named(values[at], columns[index])),
    ),
  )
  const isPresent = (name: string): boolean =>
    streams.every(
      ({ plan, present }) =>
        present.has(name) || schemaOf(plan).columns.some((column) => column.name === name && !column.missing),
    )
  return {
    plan: { op: 'union', inputs, good, schema },
    label,
    present: new Set(schema.columns.filter(({ missing, name }) => missing && isPresent(name)).map(({ name }) => name)),
    sorted: null,
    files: streams.at(-1)?.files ?? [],
    optional: [],
  }
}

function named(value: Named['value'] | undefined, united: UnitedColumn | undefined): Named {
  if (value === undefined || united === undefined) throw new Error('every stream gives every column')
  return { name: united.column.name, value }
}

/** The columns of the union; a stream that has just these is taken as it is. */
function inputPlan({ plan }: Stream, columns: readonly Named[]): Plan {
  const own = schemaOf(plan)
  const isItself =
    columns.length === own.columns.length &&
    columns.every(({ name, value }) => value.kind === 'column' && value.name === name)
  if (isItself) return plan
  const schema: Schema = { ...own, columns: columns.map(({ name, value }) => columnOf(name, value)) }
  return { op: 'select', input: plan, columns, schema }
}

function columnOf(name: string, value: Named['value']): Column {
  const type: Type = 'type' in value ? value.type : { kind: 'bool' }
  return { name, type, missing: 'missing' in value ? value.missing : value.kind === 'missing' }
}
