import type * as ast from '../ir/ast.ts'
import type { Plan, Role } from '../ir/plan.ts'
import { schemaOf } from '../ir/schema.ts'
import type { Stream } from '../check/bound.ts'
import { conjunction, conjunctsOf, factsOf } from '../check/logic.ts'
import { lower } from '../check/lower.ts'
import { conditionOf } from '../check/operand.ts'
import { parted } from '../check/parted.ts'
import { refuse } from '../check/refusal.ts'
import type { Scope } from '../check/scope.ts'
import { streamOf } from '../check/source.ts'
import { after, demandTime, filtered, frameOf, inRows, rolesOf, rowOf } from '../check/stream.ts'
import type { Frame, RowRef, Term } from '../check/term.ts'
import { placedWindow, type WindowPlace } from '../check/window.ts'
import { demandAffordable } from '../check/window-size.ts'
import { alignedTo } from '../check/file-table.ts'
import { demandDistinct } from './columns.ts'
import { type CheckedClause, warnOfOverlap } from './overlap.ts'
import { stream, type Verb } from './verb.ts'

type MatchStage = Extract<ast.Stage, { kind: 'match' }>
type MatchPlan = Extract<Plan, { op: 'match' }>

export const match: Verb<'match'> = {
  name: 'match',
  doc: 'All combinations of an event with others in time windows about it; `without` demands that there is none.',
  example: `from events
  match prompt where E in 0.7 .. 12 MeV
    with delayed where E in 1.9 .. 2.5 MeV within 1 ms after prompt
    without other where E > 0.7 MeV within 1 ms before prompt`,
  apply(stage, input, scope) {
    demandDistinct([stage.name, ...stage.roles.map(({ name }) => name)], 'match', scope)
    const { checked: anchor, stream: anchors } = anchorOf(stage, input, scope)
    let plan: MatchPlan = {
      op: 'match',
      input: anchors.plan,
      anchor: stage.name.text,
      anchorText: stage.name.text,
      roles: [],
    }
    let present = prefixed(stage.name.text, anchors.present)
    let known = within(stage.name.text, anchors)
    const withs: CheckedClause[] = []
    for (const clause of stage.roles) {
      const { role, checked, shown, stream: bound } = roleOf(clause, { plan, present, known, input, scope })
      plan = { ...plan, roles: [...plan.roles, role] }
      if (role.quantifier === 'without') continue
      const own = within(role.name, bound)
      known = { files: own.files, optional: [...known.optional, ...own.optional] }
      withs.push(checked)
      present = new Set([...present, ...shown])
    }
    if (withs.length === stage.roles.length) for (const role of withs) warnOfOverlap(anchor, role, scope)
    return stream({ ...input, plan, present, sorted: null, files: known.files, optional: known.optional })
  },
}

/** The anchors: the stream of the clause, filtered by its condition, which is no line of its own in a cutflow. */
function anchorOf(stage: MatchStage, input: Stream, scope: Scope) {
  const stream = stage.source === null ? input : streamOf(stage.source, scope)
  demandTime(stream, 'match', {
    scope,
    span: stage.source?.span ?? { start: stage.span.start, end: stage.name.span.end },
  })
  const frame = frameOf(stream)
  const named = new Map([...rolesOf(frame), [stage.name.text, rowOf(frame)] as const])
  const inside = inRows(scope, { bare: frame, self: rowOf(frame), named, shown: [] })
  const alone = stage.condition === null ? [] : conjunctsOf(conditionOf(stage.condition, inside))
  const at = { scope, span: stage.condition?.span ?? stage.span }
  const checked: CheckedClause = { clause: stage, stream: stream.plan, alone, joint: [] }
  const plan = filtered(stream.plan, frame, { terms: alone, at })
  return { checked, stream: after(stream, plan, namesShown(alone, frame)) }
}

/** What is known of the rows of a match besides their columns. */
type Known = Pick<Stream, 'files' | 'optional'>

/** What is known of a stream whose rows are a role of a match. */
function within(role: string, { files, optional }: Known): Known {
  return {
    files,
    optional: optional.map((record) => ({
      ...record,
      prefix: `${role}.${record.prefix}`,
      always: record.always.map((name) => `${role}.${name}`),
    })),
  }
}

interface Clauses {
  /** The match with the clauses above. */
  readonly plan: MatchPlan
  /** Its columns that may be missing and are known to be there. */
  readonly present: ReadonlySet<string>
  readonly known: Known
  /** The pipeline's own stream, before the match. */
  readonly input: Stream
  readonly scope: Scope
}

interface CheckedRole {
  /** The stream of the clause, its file numbers in the table of the match. */
  readonly stream: Stream
  readonly role: Role
  readonly checked: CheckedClause
  /** What its conditions show to be there, as columns of the match. */
  readonly shown: ReadonlySet<string>
}

function roleOf(clause: ast.Role, { plan, present, known, input, scope }: Clauses): CheckedRole {
  const stream = alignedTo(known.files, clause.source === null ? input : streamOf(clause.source, scope))
  demandTime(stream, 'match', { scope, span: clause.source?.span ?? clause.name.span })
  const bound: Frame = { schema: schemaOf(plan), present, label: input.label, ...known }
  const candidate = frameOf(stream)
  const { alone, joint } = parted(conditionsOf(clause, { bound, candidate, scope }), candidate)
  const at = { scope, span: clause.condition?.span ?? clause.span }
  const where = conjunction(joint)
  const window = windowOf(clause, bound, { plan, scope })
  demandAffordable(window, stream, { scope, span: clause.window?.span ?? clause.span })
  const role: Role = {
    name: clause.name.text,
    quantifier: clause.quantifier,
    source: filtered(stream.plan, candidate, { terms: alone, at }),
    where: where === null ? null : lower(where, { row: bound, other: candidate, ...at }),
    window,
    text: clause.name.text,
  }
  const own = prefixed(role.name, [...stream.present, ...namesShown([...alone, ...joint], candidate)])
  const shown = new Set([...own, ...namesShown(joint, bound)])
  return { role, checked: { clause, stream: stream.plan, alone, joint }, shown, stream }
}

/** The columns of a row that conditions show to be there. */
function namesShown(terms: readonly Term[], frame: Frame): readonly string[] {
  return terms.flatMap(factsOf).flatMap((fact) => (fact.frame === frame ? [fact.name] : []))
}

function prefixed(role: string, columns: Iterable<string>): ReadonlySet<string> {
  return new Set([...columns].map((column) => `${role}.${column}`))
}

/** Bare columns are the candidate's; the roles above it are named. */
function conditionsOf(
  { condition, name }: ast.Role,
  { bound, candidate, scope }: { readonly bound: Frame; readonly candidate: Frame; readonly scope: Scope },
): readonly Term[] {
  if (condition === null) return []
  const named = new Map<string, RowRef>([...rolesOf(bound), [name.text, rowOf(candidate)]])
  const inside = inRows(scope, { bare: candidate, self: rowOf(candidate), named, shown: [] })
  return conjunctsOf(conditionOf(condition, inside))
}

function windowOf(
  clause: ast.Role,
  bound: Frame,
  { plan, scope }: { readonly plan: MatchPlan; readonly scope: Scope },
): Role['window'] {
  const previous = plan.roles.findLast(({ quantifier }) => quantifier !== 'without')?.name ?? plan.anchor
  if (clause.window === null) {
    const at = clause.span.end
    return refuse(scope, 'S107', { span: clause.name.span, facts: { role: clause.name.text, reference: previous, at } })
  }
  const place: WindowPlace = {
    scope,
    rows: { bare: bound, self: null, named: rolesOf(bound), shown: [] },
    standard: { frame: bound, prefix: prefixOf(previous, bound) },
    what: `The role \`${clause.name.text}\``,
  }
  const { window } = placedWindow(clause.window, place)
  if (clause.quantifier === 'nearest' && window.kind !== 'within') {
    const why = '`nearest` compares distances in time from one row, and this window is between two.'
    refuse(scope, 'S134', {
      span: clause.window.span,
      facts: { why, wayOut: 'Give it a `within` window, or write `first` or `last`.' },
    })
  }
  return window
}

function prefixOf(role: string, { schema }: Frame): string {
  const prefix = schema.references.find((each) => each.startsWith(`${role}.`))
  if (prefix === undefined) throw new Error(`the role ${role} has no event`)
  return prefix
}
