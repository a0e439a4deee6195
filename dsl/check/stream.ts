import type { Expr, Plan } from '../ir/plan.ts'
import { schemaOf } from '../ir/schema.ts'
import { position, type Span } from '../ir/span.ts'
import type { Column, Schema } from '../ir/types.ts'
import { dimensionOf } from '../ir/units.ts'
import type { Stream } from './bound.ts'
import { conjunction } from './logic.ts'
import { lower } from './lower.ts'
import { refuse } from './refusal.ts'
import type { Rows, Scope } from './scope.ts'
import { type Frame, type RowRef, type Term, unitOf } from './term.ts'

/** Where in which text something stands, for a message. */
export interface At {
  readonly scope: Scope
  readonly span: Span
}

/** The rows of a stream as an expression sees them; each frame is a row of its own. */
export function frameOf({ plan, present, label, files, optional }: Stream): Frame {
  return { schema: schemaOf(plan), present, label, files, optional }
}

export function rowOf(frame: Frame, prefix = ''): RowRef {
  return { kind: 'row', frame, prefix }
}

/** A scope whose bare columns are those of a row, and `this` is the row. */
export function inRow(scope: Scope, frame: Frame): Scope {
  return inRows(scope, { bare: frame, self: rowOf(frame), named: new Map(), shown: [] })
}

export function inRows(scope: Scope, rows: Rows): Scope {
  return { ...scope, place: { kind: 'row', rows } }
}

/** The roles of a match as rows by name. */
export function rolesOf(frame: Frame): ReadonlyMap<string, RowRef> {
  return new Map(frame.schema.roles.map((role) => [role, rowOf(frame, `${role}.`)]))
}

/** The same stream after a stage that keeps what is known of it. */
export function after(stream: Stream, plan: Plan, present: Iterable<string> = []): Stream {
  return { ...stream, plan, present: new Set([...stream.present, ...present]) }
}

/** A plan whose rows all meet conditions on them alone; such a filter is no line of a cutflow. */
export function filtered(
  plan: Plan,
  frame: Frame,
  { terms, at }: { readonly terms: readonly Term[]; readonly at: At },
): Plan {
  const condition = conjunction(terms)
  if (condition === null) return plan
  const where: Expr = lower(condition, { row: frame, other: null, ...at })
  return { op: 'filter', input: plan, where, label: null, text: null }
}

/**
 * Prefix of the columns that order a stream in time.
 *
 * Refuses a stream without order: S113 where a `sort` ended it, S121 for a table. `what` names what needs it.
 */
export function demandTime(stream: Stream, what: string, { scope, span }: At): string {
  const schema = schemaOf(stream.plan)
  if (schema.key !== null) return schema.key
  if (stream.sorted !== null) {
    const { by, origin } = stream.sorted
    const line = `line ${position(origin.text, stream.sorted.span.start).line}`
    const place = origin === scope.origin || origin.cell === null ? line : `${line} of cell ${origin.cell}`
    return refuse(scope, 'S113', { span, facts: { verb: what, place, by } })
  }
  const found = `\`${stream.label}\` is a table without time`
  return refuse(scope, 'S121', {
    span,
    facts: { what: `\`${what}\``, wants: 'events in time order', found, hint: timeHint(schema) },
  })
}

/** Refuses what is no stream of events: a table, or a match (S121). */
export function demandEvents(stream: Stream, verb: string, at: At): void {
  demandTime(stream, verb, at)
  const schema = schemaOf(stream.plan)
  if (schema.stream === 'events') return
  const facts = {
    what: `\`${verb}\``,
    wants: 'events',
    found: `\`${stream.label}\` is a match of ${schema.roles.map((role) => `\`${role}\``).join(' and ')}`,
    hint: `Put \`${verb}\` before \`match\`.`,
  }
  refuse(at.scope, 'S121', { span: at.span, facts })
}

/** Which column could be the time of a table, and how to say so. */
function timeHint({ columns }: Schema): string | null {
  const t = columns.find(({ name, type }) => name === 't' && type.kind === 'number')
  if (t !== undefined) return 'If its column `t` is the time in ns since 1970, say so after the path: `units t: ns`.'
  const other = columns.find(isTimeLike)
  return other === undefined
    ? null
    : `Its column \`${other.name}\` could be the time; it must be named \`t\`, with \`units t: ns\`.`
}

function isTimeLike({ name, type }: Column): boolean {
  if (type.kind === 'instant') return true
  const unit = type.kind === 'number' ? unitOf(type) : null
  return /time/i.test(name) || (unit !== null && Object.keys(dimensionOf(unit)).join() === 'time')
}
