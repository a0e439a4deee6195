import type { Plan, Where } from '../../dsl/ir/plan.ts'
import { schemaOf } from '../../dsl/ir/schema.ts'
import type { BackendQuery, Note } from '../ports/backend.ts'
import type { GoodTime } from '../ports/dataset.ts'
import { settled } from './evaluate.ts'
import { combined, goodTimeOf } from './good-time.ts'
import { livetimeOf } from './interval.ts'
import { unmatchedRows } from './join.ts'
import { eventsOf } from './place.ts'
import type { NaiveData, RowsOf } from './row.ts'
import { rowsOver } from './rows.ts'

/** What is worth a line below the result of a query: for each of its plans from the scan upwards, the rest last. */
export function notesOf(written: BackendQuery, data: NaiveData): readonly Note[] {
  const query = settled(written, data)
  const rowsOf = rowsOver(data)
  const wheres = 'wheres' in query ? (query.wheres ?? []) : []
  return [...notesOfRows(query, data, rowsOf), ...wheres.flatMap((where) => nanNotes(where, rowsOf))]
}

/** The `where` met NaN in so many of the rows that come to it. */
function nanNotes({ text, rows }: Where, rowsOf: RowsOf): readonly Note[] {
  const count = rowsOf(rows).length
  return count === 0 ? [] : [{ kind: 'nan', where: text, rows: count }]
}

function notesOfRows(query: BackendQuery, data: NaiveData, rowsOf: RowsOf): readonly Note[] {
  if (query.kind === 'explain') return []
  const plans = query.kind === 'number' ? query.inputs.map(({ plan }) => plan) : [query.plan]
  const notes = plans.flatMap((plan) => below(plan, data, rowsOf))
  if (query.kind === 'number') {
    const timed = query.inputs.filter(({ kind }) => kind === 'livetime').map(({ plan }) => plan)
    return [...notes, ...timed.flatMap(partialVetoes)]
  }
  if (query.kind !== 'table') return notes
  const ofTime = [...edgeNotes(query, data, rowsOf), ...livetimeNotes(query.plan, data, rowsOf)]
  return [...notes, ...sharedNotes(query.plan, rowsOf), ...ofTime]
}

/** The joins and unions that the rows of a plan come through. */
function below(plan: Plan, data: NaiveData, rowsOf: RowsOf): readonly Note[] {
  if (plan.op === 'scan') return []
  if (plan.op === 'union') {
    return [...plan.inputs.flatMap((input) => below(input, data, rowsOf)), ...overlapNotes(plan, data, rowsOf)]
  }
  const notes = below(plan.input, data, rowsOf)
  if (plan.op !== 'join' || plan.unmatched !== 'drop') return notes
  const rows = unmatchedRows(plan, rowsOf)
  return rows === 0 ? notes : [...notes, { kind: 'unmatched', join: plan.name, rows }]
}

/** The vetoes that leave the good time, since they ask something of the event. */
function partialVetoes(plan: Plan): readonly Note[] {
  if (plan.op === 'scan') return []
  if (plan.op === 'union') return plan.inputs.flatMap(partialVetoes)
  const notes = partialVetoes(plan.input)
  if (plan.op !== 'veto' || plan.where === null) return notes
  return [...notes, { kind: 'partialVeto', veto: plan.label ?? plan.text }]
}

/** Of each input with what the inputs before it give. */
function overlapNotes(
  { inputs, good }: Extract<Plan, { op: 'union' }>,
  data: NaiveData,
  rowsOf: RowsOf,
): readonly Note[] {
  if (good !== 'runs') return []
  const times = inputs.map((input) => goodTimeOf(input, data, rowsOf) ?? { spans: [], approximate: false })
  return times.flatMap((right, at): readonly Note[] => {
    if (at === 0) return []
    const left = times.slice(0, at).reduce((before, next) => combined(before, next, 'runs'))
    const fraction = overlap(left, right)
    return fraction < 0.9 ? [{ kind: 'overlap', fraction }] : []
  })
}

/** Intersection over the shorter one, in the runs that both have; 1 where there are none. */
function overlap(left: GoodTime, right: GoodTime): number {
  const common = (of: GoodTime, other: GoodTime): bigint => {
    const runs = new Set(other.spans.map(({ run }) => run))
    return livetimeOf({ spans: of.spans.filter(({ run }) => runs.has(run)) })
  }
  const [a, b] = [common(left, right), common(right, left)]
  const shorter = a < b ? a : b
  return shorter === 0n ? 1 : Number(livetimeOf(combined(left, right, 'both'))) / Number(shorter)
}

function sharedNotes(plan: Plan, rowsOf: RowsOf): readonly Note[] {
  const { stream, roles, references } = schemaOf(plan)
  if (stream !== 'match') return []
  return roles.flatMap((role): readonly Note[] => {
    const prefix = references.find((each) => each.startsWith(`${role}.`))
    if (prefix === undefined) return []
    const counts = new Map<string, number>()
    for (const event of rowsOf(plan).flatMap((row) => eventsOf(row, [prefix]))) {
      counts.set(event, (counts.get(event) ?? 0) + 1)
    }
    const several = [...counts.values()].filter((count) => count > 1)
    return several.length === 0 ? [] : [{ kind: 'shared', role, events: several.length, rows: Math.max(...several) }]
  })
}

function livetimeNotes(plan: Plan, data: NaiveData, rowsOf: RowsOf): readonly Note[] {
  const good = goodTimeOf(plan, data, rowsOf)
  if (good === null) return []
  const ns = String(livetimeOf(good))
  return [{ kind: 'livetime', ns, approximate: good.approximate }, ...partialVetoes(plan)]
}

function edgeNotes(
  { plan, windows }: Extract<BackendQuery, { kind: 'table' }>,
  data: NaiveData,
  rowsOf: RowsOf,
): readonly Note[] {
  if (windows === undefined) return []
  const complete: Plan = { op: 'complete', input: plan, windows }
  const [whole, left] = [plan, complete].map((of) => goodTimeOf(of, data, rowsOf))
  const rows = rowsOf(plan).length - rowsOf(complete).length
  const ns = whole && left ? livetimeOf(whole) - livetimeOf(left) : 0n
  return rows === 0 && ns === 0n ? [] : [{ kind: 'edge', rows, ns: String(ns) }]
}
