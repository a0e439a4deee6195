import type * as ast from '../ir/ast.ts'
import type { AggregateName } from '../ir/types.ts'
import { aggregateType } from './aggregate-type.ts'
import type { Stream } from './bound.ts'
import { settled } from './constant.ts'
import { alignedTo } from './file-table.ts'
import { conjunction, conjunctsOf, factsOf, knowing } from './logic.ts'
import { lower } from './lower.ts'
import { conditionOf, termOf } from './operand.ts'
import { valueOfPath } from './names.ts'
import { parted } from './parted.ts'
import { reduction } from './reduction.ts'
import { refuse } from './refusal.ts'
import { cut, type Place, type Rows, type Scope } from './scope.ts'
import { streamOf } from './source.ts'
import { sourceOfExpr } from './source-of-expr.ts'
import { demandTime, filtered, frameOf, inRow, rolesOf, rowOf } from './stream.ts'
import { type Frame, type RowRef, type Term } from './term.ts'
import { placedWindow } from './window.ts'
import { demandAffordable } from './window-size.ts'

type Call = Extract<ast.Expr, { kind: 'call' }>

/** What an aggregate is of: rows of a stream, or a value of each of them. */
interface Aggregated {
  readonly source: ast.Source
  readonly value: ast.Expr | null
  readonly arg: ast.Arg
}

/** `sum(E of n where E > 2 MeV within 1 ms after this)`: over a group, the rows in a window, or a whole stream. */
export function aggregate(call: Call & { readonly fn: AggregateName }, scope: Scope): Term {
  const { place } = scope
  switch (place.kind) {
    case 'group':
      return measure(call, place, scope)
    case 'member':
      return reduction(call, place.rows, scope) ?? refuseInside(call, scope)
    case 'row':
      return reduction(call, place.rows, scope) ?? inWindow(call, place.rows, scope)
    case 'nowhere':
      return total(call, scope)
  }
}

function refuseInside(call: Call, scope: Scope): never {
  return refuse(scope, 'S134', {
    span: call.span,
    facts: {
      why: 'An aggregate cannot stand inside another one.',
      wayOut: `Define it as a column of its stream first: \`define n = ${cut(scope, call.span)}\`.`,
    },
  })
}

function measure(
  call: Call & { readonly fn: AggregateName },
  place: Extract<Place, { kind: 'group' }>,
  scope: Scope,
): Term {
  const { args, fn, span } = call
  const [arg] = args
  if (args.length > 1) return refuseCount(call, scope)
  if (arg === undefined) return place.measure({ fn, value: null, where: null, span })
  if (arg.window !== null) {
    const why = 'In a group an aggregate is over the rows of the group: it takes no window.'
    return refuse(scope, 'S124', { span: arg.window.span, facts: { why } })
  }
  const inside: Scope = { ...scope, place: { kind: 'member', rows: membersOf(arg, place.members, scope) } }
  const where = arg.where === null ? null : conditionOf(arg.where, inside)
  const known = knowing(inside, where === null ? [] : factsOf(where))
  const value = settled(termOf(arg.value, known), { scope, span })
  return place.measure({ fn, value, where, span: arg.span })
}

/** The rows of a group; `of n`: their role or record `n`, whose columns are then written bare. */
function membersOf({ of, value }: ast.Arg, members: Rows, scope: Scope): Rows {
  if (of === null) return members
  const path = of.kind === 'name' && of.args === null ? { parts: [of.name, ...of.members], span: of.span } : undefined
  const row = path && valueOfPath(path, { ...scope, place: { kind: 'member', rows: members } })
  if (row?.kind === 'row' && row.frame === members.bare) return { ...members, prefix: row.prefix }
  const text = cut(scope, of.span)
  const facts =
    row?.kind === 'jagged'
      ? {
          why: `\`${text}\` is a list in each row of the group.`,
          wayOut: `Reduce it in each row first: \`mean(sum(${cut(scope, value.span)} of ${text}))\`.`,
        }
      : {
          why: `In a group an aggregate is over the rows of the group, and \`${text}\` is no role of them.`,
          wayOut: 'Count another stream about each row first, by `define`, and aggregate that.',
        }
  return refuse(scope, 'S134', { span: of.span, facts })
}

function inWindow(call: Call & { readonly fn: AggregateName }, rows: Rows, scope: Scope): Term {
  const { source, value, arg } = aggregatedOf(call, scope)
  const named = streamOf(source, scope)
  if (arg.window === null) return refuseWithoutWindow(call, scope)
  demandTime(named, call.fn, { scope, span: source.span })
  const { window, about } = placedWindow(arg.window, { scope, rows, standard: null, what: `\`${call.fn}\`` })
  const stream = alignedTo(about.files, named)
  demandAffordable(window, stream, { scope, span: arg.window.span })
  const member = frameOf(stream)
  const inside = memberScope(source, member, { rows, scope })
  const { of, terms } = whatOf(call, { value, where: arg.where }, inside)
  const at = { scope, span: value?.span ?? call.span }
  const { alone, joint } = parted(terms, member)
  return {
    kind: 'aggregate',
    fn: call.fn,
    source: filtered(stream.plan, member, { terms: alone, at: { scope, span: arg.span } }),
    value: of,
    where: joint,
    member,
    about,
    window,
    ...aggregateType(call.fn, of, { at, mayBeEmpty: true }),
  }
}

/** In an aggregate bare columns are the member's, `this` is the row around it; the stream's name is the member. */
function memberScope(
  source: ast.Source,
  member: Frame,
  { rows, scope }: { readonly rows: Rows; readonly scope: Scope },
): Scope {
  const named = new Map<string, RowRef>([...rolesOf(rows.bare), ...rows.named])
  if (source.kind === 'name' && source.args === null) named.set(source.name.text, rowOf(member))
  const inside: Rows = { bare: member, self: rows.self, named, shown: rows.shown }
  return { ...scope, place: { kind: 'member', rows: inside } }
}

/** A number over all rows of a stream. */
function total(call: Call & { readonly fn: AggregateName }, scope: Scope): Term {
  const { source, value, arg } = aggregatedOf(call, scope)
  if (arg.window !== null) {
    const why = 'Here is no row that a window could be about: a number over a whole stream takes no window.'
    return refuse(scope, 'S124', { span: arg.window.span, facts: { why } })
  }
  const stream = streamOf(source, scope)
  const { plan, of, frame } = wholeStream(stream, call, { value, where: arg.where, scope })
  const at = { scope, span: value?.span ?? call.span }
  const lowered = of === null ? null : lower(of, { row: frame, other: null, ...at })
  return {
    kind: 'total',
    total: { kind: 'measure', plan, fn: call.fn, value: lowered },
    ...aggregateType(call.fn, of, { at, mayBeEmpty: true }),
  }
}

interface What {
  readonly value: ast.Expr | null
  readonly where: ast.Expr | null
}

/**
 * The value that is aggregated, and the conditions on its rows. `all(events where c …)` asks whether c holds for every
 * row: the rows for which it does not are what it looks for.
 */
function whatOf(
  { fn }: { readonly fn: AggregateName },
  { value, where }: What,
  scope: Scope,
): { readonly of: Term | null; readonly terms: readonly Term[] } {
  const terms = where === null ? [] : conjunctsOf(conditionOf(where, scope))
  if (value === null) return fn === 'all' ? { of: conjunction(terms), terms: [] } : { of: null, terms }
  const known = knowing(scope, terms.flatMap(factsOf))
  return { of: settled(termOf(value, known), { scope, span: value.span }), terms }
}

function wholeStream(
  stream: Stream,
  call: { readonly fn: AggregateName },
  { value, where, scope }: { readonly value: ast.Expr | null; readonly where: ast.Expr | null; readonly scope: Scope },
) {
  const frame = frameOf(stream)
  const { of, terms } = whatOf(call, { value, where }, inRow(scope, frame))
  const plan = where === null ? stream.plan : filtered(stream.plan, frame, { terms, at: { scope, span: where.span } })
  return { plan, of, frame }
}

/** The parts of an aggregate's argument. */
function aggregatedOf(call: Call, scope: Scope): Aggregated {
  const [arg] = call.args
  if (arg === undefined || call.args.length > 1) return refuseCount(call, scope)
  if (arg.of !== null) return { source: arg.of, value: arg.value, arg }
  const source = sourceOfExpr(arg.value)
  if (source === undefined || isColumn(arg, scope)) return refuseColumn(call, scope)
  return { source, value: null, arg }
}

/** Whether an argument without a window is a value of the row, and no stream. */
function isColumn({ value, window }: ast.Arg, { place, names, parameters }: Scope): boolean {
  if (place.kind === 'nowhere' || window !== null) return false
  if (value.kind === 'member') return true
  if (value.kind !== 'name') return value.kind === 'call' && names.get(value.name.text)?.meaning.kind !== 'fn'
  if (parameters.has(value.name.text)) return false
  return columnNames(place.rows.bare).has(value.name.text)
}

function refuseColumn(call: Call, scope: Scope): never {
  const text = cut(scope, call.args[0]?.value.span ?? call.span)
  return refuse(scope, 'S134', {
    span: call.span,
    facts: {
      why: `\`${call.name.text}\` takes many rows, and \`${text}\` is no stream.`,
      wayOut: `Name one: \`${call.name.text}(${text} of events${scope.place.kind === 'nowhere' ? '' : ' within 1 s before this'})\`.`,
    },
  })
}

function refuseWithoutWindow(call: Call, scope: Scope): never {
  const at = call.span.end - 1
  const text = cut(scope, { start: call.span.start, end: at })
  return refuse(scope, 'S110', { span: call.span, facts: { call: `${text} within 1 s before this)`, at } })
}

function refuseCount(call: Call, scope: Scope): never {
  const expected = 'one argument, such as `events where E > 1 MeV`'
  return refuse(scope, 'S119', { span: call.span, facts: { call: call.name.text, expected, found: call.args.length } })
}

function columnNames({ schema }: Frame): ReadonlySet<string> {
  return new Set(schema.columns.map(({ name }) => name))
}
