import type { Plan, Where } from '../../dsl/ir/plan.ts'
import { schemaOf } from '../../dsl/ir/schema.ts'
import type { BackendQuery, Note } from '../ports/backend.ts'
import type { Dataset } from '../ports/dataset.ts'
import { goodTimePlan } from './good-time.ts'
import { combined, livetimeOf, noSpans, spansOfRuns, type GoodSpans } from './intervals.ts'
import { ask, type Ask } from './job.ts'
import { mergeRows, type MergedRows } from './merge.ts'
import { mergeSharing } from './merge-events.ts'
import type { UnionPlan } from './plan-parts.ts'

type Datasets = ReadonlyMap<string, Dataset>

/** What must be counted for notes, and the notes that follow. */
export interface NotesPlan {
  readonly asks: readonly Ask<unknown>[]
  readonly value: (datasets: Datasets) => readonly Note[]
}

/** What is worth a line below a result: of each plan from the scan upwards; then what is peculiar to the result. */
export function notesPlan(query: BackendQuery): NotesPlan {
  if (query.kind === 'explain') return all([])
  const plans = query.kind === 'number' ? query.inputs.map(({ plan }) => plan) : [query.plan]
  const own = plans.flatMap(notesBelow)
  if (query.kind === 'number') {
    const timed = query.inputs.filter(({ kind }) => kind === 'livetime').map(({ plan }) => plan)
    return all([...own, { asks: [], value: () => timed.flatMap(partialVetoes) }])
  }
  return all(query.kind === 'table' ? [...own, ...sharedNotes(query.plan), timeNotes(query)] : own)
}

/** How many rows with NaN each `where` meets. */
export function nanNotes(wheres: readonly Where[]): NotesPlan {
  const counted = wheres.map(({ text, rows }) => ({ text, rows: countOf(rows) }))
  return {
    asks: counted.map(({ rows }) => rows),
    value: () =>
      counted.flatMap(({ text, rows }): readonly Note[] => {
        const { count } = rows.whole()
        return count === 0 ? [] : [{ kind: 'nan', where: text, rows: count }]
      }),
  }
}

/** The vetoes that leave the good time, since they ask something of the event. */
function partialVetoes(plan: Plan): readonly Note[] {
  if (plan.op === 'scan') return []
  if (plan.op === 'union') return plan.inputs.flatMap(partialVetoes)
  const notes = partialVetoes(plan.input)
  if (plan.op !== 'veto' || plan.where === null) return notes
  return [...notes, { kind: 'partialVeto', veto: plan.label ?? plan.text }]
}

function all(notes: readonly NotesPlan[]): NotesPlan {
  return {
    asks: notes.flatMap(({ asks }) => asks),
    value: (datasets) => notes.flatMap(({ value }) => value(datasets)),
  }
}

/** Of the joins and unions that the rows of a plan come through. */
function notesBelow(plan: Plan): readonly NotesPlan[] {
  if (plan.op === 'scan') return []
  if (plan.op === 'union') return [...plan.inputs.flatMap(notesBelow), overlapNotes(plan)]
  const below = notesBelow(plan.input)
  return plan.op === 'join' && plan.unmatched === 'drop' ? [...below, unmatchedNote(plan)] : below
}

function countOf(plan: Plan): Ask<MergedRows> {
  const sink = { kind: 'rows', columns: [], limit: 0 } as const
  return ask(plan, sink, mergeRows(sink))
}

function unmatchedNote(plan: Extract<Plan, { op: 'join' }>): NotesPlan {
  const [before, after] = [countOf(plan.input), countOf(plan)]
  return {
    asks: [before, after],
    value: () => {
      const rows = before.whole().count - after.whole().count
      return rows === 0 ? [] : [{ kind: 'unmatched', join: plan.name, rows }]
    },
  }
}

/** Of each input with what the inputs before it give. */
function overlapNotes({ inputs, good }: UnionPlan): NotesPlan {
  if (good !== 'runs') return all([])
  const times = inputs.map((input) => goodTimePlan(input))
  return {
    asks: times.flatMap((time) => time?.asks ?? []),
    value: (datasets) => {
      const [first, ...others] = times.map((time) => time?.value(datasets) ?? noSpans)
      let left = first
      return others.flatMap((right): readonly Note[] => {
        if (left === undefined) return []
        const fraction = overlap(left, right)
        left = combined(left, right, 'runs')
        return fraction < 0.9 ? [{ kind: 'overlap', fraction }] : []
      })
    },
  }
}

/** Intersection over the shorter one, in the runs that both have; 1 where there are none. */
function overlap(left: GoodSpans, right: GoodSpans): number {
  const [a, b] = [commonTime(left, right), commonTime(right, left)]
  const shorter = a < b ? a : b
  return shorter === 0n ? 1 : Number(livetimeOf(combined(left, right, 'both'))) / Number(shorter)
}

function commonTime(of: GoodSpans, other: GoodSpans): bigint {
  const runs = new Set(other.runs)
  return livetimeOf(spansOfRuns(of, (run) => runs.has(run)))
}

function sharedNotes(plan: Plan): readonly NotesPlan[] {
  const { stream, roles, references } = schemaOf(plan)
  if (stream !== 'match') return []
  const bound = roles.flatMap((role) => {
    const prefix = references.find((each) => each.startsWith(`${role}.`))
    return prefix === undefined ? [] : [{ role, prefix }]
  })
  const sink = { kind: 'events', references: bound.map(({ prefix }) => prefix), files: null } as const
  const sharing = ask(plan, sink, mergeSharing(sink))
  const value = (): readonly Note[] =>
    sharing.whole().flatMap(({ events, rows }, at): readonly Note[] => {
      return events === 0 ? [] : [{ kind: 'shared', role: bound[at]!.role, events, rows }]
    })
  return [{ asks: [sharing], value }]
}

/** What the windows of the rows look at outside of the good time, and how long that is. */
function timeNotes({ plan, windows }: Extract<BackendQuery, { kind: 'table' }>): NotesPlan {
  const whole = goodTimePlan(plan)
  if (whole === null) return all([])
  const edge = windows === undefined ? null : edgeOf({ op: 'complete', input: plan, windows })
  return {
    asks: [...whole.asks, ...(edge?.asks ?? [])],
    value: (datasets) => {
      const good = whole.value(datasets)
      const ns = livetimeOf(good)
      const time = { kind: 'livetime', ns: String(ns), approximate: good.approximate } as const
      return [...(edge?.value(datasets, ns) ?? []), time, ...partialVetoes(plan)]
    },
  }
}

function edgeOf(complete: Extract<Plan, { op: 'complete' }>) {
  const [before, after] = [countOf(complete.input), countOf(complete)]
  const left = goodTimePlan(complete)
  return {
    asks: [before, after, ...(left?.asks ?? [])],
    value: (datasets: Datasets, wholeNs: bigint): readonly Note[] => {
      const rows = before.whole().count - after.whole().count
      const ns = left === null ? 0n : wholeNs - livetimeOf(left.value(datasets))
      return rows === 0 && ns === 0n ? [] : [{ kind: 'edge', rows, ns: String(ns) }]
    },
  }
}
