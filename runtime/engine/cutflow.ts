import type { Value } from '../../dsl/functions/function.ts'
import type { CutflowBy, Expr, Plan, Role } from '../../dsl/ir/plan.ts'
import { schemaOf } from '../../dsl/ir/schema.ts'
import type { CutflowRow } from '../ports/backend.ts'
import { ask, type Ask } from './job.ts'
import { mergeCuts, mergeGroups } from './merge.ts'
import { compareKeys } from './order.ts'
import { isWith, type MatchPlan } from './plan-parts.ts'
import type { SectionCut } from './work.ts'

/** What must be counted for a cutflow, and the lines that follow from the counts. */
export interface CutflowPlan {
  readonly asks: readonly Ask<unknown>[]
  readonly result: () => { readonly total: number; readonly rows: readonly CutflowRow[] }
}

/** A line without what follows from its neighbours. */
type Line = Omit<CutflowRow, 'efficiency' | 'error' | 'by'>

/** `lines` are those of one value of the split; all values are one where there is none. */
interface Lines {
  readonly asks: readonly Ask<unknown>[]
  readonly lines: (by: Value) => readonly Line[]
}

/** A number of rows, of each value of the split. */
interface Count {
  readonly ask: Ask<unknown>
  readonly values: () => readonly Value[]
  readonly of: (by: Value) => number
}

/**
 * The cuts of a plan from its scan or union upwards, as language.md 6.11 counts them: section by section, and match by
 * match; for each value of `by`, if it is given.
 */
export function cutflowPlan(plan: Plan, by: CutflowBy | null): CutflowPlan {
  const chain = chainOf(plan)
  const total = countOf(chain[0] ?? plan, by)
  const blocks = sectionsOf(chain).flatMap((section) => linesOf(section, by))
  const rowsOf = (value: Value): readonly CutflowRow[] => {
    const lines = blocks.flatMap((block) => block.lines(value))
    return lines.map((line, at) => withEfficiency(line, lines[at - 1]?.sequential ?? total.of(value)))
  }
  return {
    asks: [total.ask, ...blocks.flatMap(({ asks }) => asks)],
    result: () => {
      const values = total.values().toSorted(compareKeys)
      const sum = values.reduce<number>((rows, value) => rows + total.of(value), 0)
      if (by === null) return { total: sum, rows: rowsOf(undefined) }
      return {
        total: sum,
        rows: values.flatMap((value) => rowsOf(value).map((row) => ({ ...row, by: value ?? null }))),
      }
    },
  }
}

function countOf(plan: Plan, by: CutflowBy | null): Count {
  const keys = by === null ? [] : [{ name: by.name, value: splitIn(plan, by) }]
  const type = { kind: 'number', repr: 'int64', unit: [] } as const
  const measures = [{ name: 'rows', fn: 'count', value: null, type, missing: false } as const]
  const sink = { kind: 'group', keys, measures } as const
  const groups = ask(plan, sink, mergeGroups(sink))
  const find = (value: Value): readonly Value[] | undefined =>
    groups.whole().find((group) => by === null || compareKeys(group[0], value) === 0)
  return {
    ask: groups,
    values: () => groups.whole().map((group) => (by === null ? undefined : group[0])),
    of: (value) => Number(find(value)?.at(-1) ?? 0),
  }
}

/** The column of the split as the rows of a stage have it. */
function splitIn(plan: Plan, by: CutflowBy): Expr {
  return { ...by.value, name: `${schemaOf(plan).key ?? ''}${by.value.name}` }
}

function withEfficiency(line: Line, n: number): CutflowRow {
  if (n === 0 || n < line.sequential) return { ...line, efficiency: null, error: null }
  const efficiency = line.sequential / n
  return { ...line, efficiency, error: Math.sqrt((efficiency * (1 - efficiency)) / n) }
}

/** The plan and what it stands on, the scan or union first. */
function chainOf(plan: Plan): readonly Plan[] {
  return plan.op === 'scan' || plan.op === 'union' ? [plan] : [...chainOf(plan.input), plan]
}

/** The chain in pieces, each starting with a stage that changes what a row is. */
function sectionsOf(chain: readonly Plan[]): readonly (readonly Plan[])[] {
  const starts = chain.flatMap((stage, at) => (startsSection(stage) ? [at] : []))
  return starts.map((start, at) => chain.slice(start, starts[at + 1] ?? chain.length))
}

const changing: ReadonlySet<Plan['op']> = new Set(['scan', 'union', 'match', 'group', 'take', 'burst', 'sample'])

function startsSection(stage: Plan): boolean {
  return changing.has(stage.op) || (stage.op === 'join' && stage.unmatched !== 'missing')
}

function linesOf([first, ...stages]: readonly Plan[], by: CutflowBy | null): readonly Lines[] {
  if (first === undefined) return []
  return [...(first.op === 'match' ? [matchLines(first, by)] : []), cutLines(first, stages, by)]
}

type Cut = SectionCut['plan']

function isCut(stage: Plan): stage is Cut {
  return stage.op === 'filter' || stage.op === 'veto' || stage.op === 'during'
}

/** How the cutflow names a cut; null for a filter that is not one of it. */
function nameOf(cut: Cut): string | null {
  return cut.op === 'filter' && cut.text === null ? null : (cut.label ?? cut.text)
}

/** Stages that leave each row of the section in its place, so that what a cut does to it can be told row by row. */
const inPlace: ReadonlySet<Plan['op']> = new Set(['filter', 'veto', 'during', 'define', 'select', 'sort', 'join'])

function cutLines(first: Plan, stages: readonly Plan[], by: CutflowBy | null): Lines {
  if (!stages.some(isCut)) return { asks: [], lines: () => [] }
  return stages.every(({ op }) => inPlace.has(op)) ? markedLines(first, stages, by) : countedLines(first, stages, by)
}

function markedLines(first: Plan, stages: readonly Plan[], by: CutflowBy | null): Lines {
  const cuts = sectionCuts(first, stages)
  const sink = { kind: 'cuts', cuts, by: by === null ? null : splitIn(first, by) } as const
  const counts = ask(first, sink, mergeCuts(sink))
  return {
    asks: [counts],
    lines: (value) => {
      const found = counts.whole().find((known) => compareKeys(known.by, value) === 0)
      return cuts.flatMap(({ plan }, at): readonly Line[] => {
        const cut = nameOf(plan)
        const of = (numbers: Float64Array | undefined): number => numbers?.[at] ?? 0
        if (cut === null) return []
        return [{ cut, sequential: of(found?.sequential), alone: of(found?.alone), nMinus1: of(found?.nMinus1) }]
      })
    },
  }
}

/** Every cut of a section on the section's rows, with its definitions but none of its other cuts. */
function sectionCuts(first: Plan, stages: readonly Plan[]): readonly SectionCut[] {
  let input = first
  return stages.flatMap((stage) => {
    if (isCut(stage)) return [{ plan: { ...stage, input }, isNamed: nameOf(stage) !== null }]
    // The order of rows changes no count.
    if (stage.op !== 'sort') input = withInput(stage, input)
    return []
  })
}

/** Each number by a count of its own: the stages without the cuts that are left out. */
function countedLines(first: Plan, stages: readonly Plan[], by: CutflowBy | null): Lines {
  const count = (isKept: (cut: Cut) => boolean): Count => {
    const kept = stages.filter((stage) => !isCut(stage) || isKept(stage))
    return countOf(
      kept.reduce((input, stage) => withInput(stage, input), first),
      by,
    )
  }
  const cuts = stages.filter(isCut).flatMap((stage) => {
    const cut = nameOf(stage)
    if (cut === null) return []
    const counts = {
      sequential: countOf(stage, by),
      alone: count((other) => other === stage),
      nMinus1: count((other) => other !== stage && nameOf(other) !== null),
    }
    return [{ cut, ...counts }]
  })
  return {
    asks: cuts.flatMap(({ sequential, alone, nMinus1 }) => [sequential.ask, alone.ask, nMinus1.ask]),
    lines: (value) =>
      cuts.map(({ cut, sequential, alone, nMinus1 }) => ({
        cut,
        sequential: sequential.of(value),
        alone: alone.of(value),
        nMinus1: nMinus1.of(value),
      })),
  }
}

function withInput(stage: Plan, input: Plan): Plan {
  return stage.op === 'scan' || stage.op === 'union' ? stage : { ...stage, input }
}

function matchLines(match: MatchPlan, by: CutflowBy | null): Lines {
  const anchors = countOf(match.input, by)
  const count = (roles: readonly Role[]): Count => countOf({ ...match, roles }, by)
  const counts = match.roles.map((role, at) => ({
    role,
    sequential: count(match.roles.slice(0, at + 1)),
    alone: isWith(role) ? null : count(match.roles.filter((other) => isWith(other) || other === role)),
    nMinus1: isWith(role) ? null : count(match.roles.filter((other) => other !== role)),
  }))
  return {
    asks: [
      anchors.ask,
      ...counts.flatMap(({ sequential, alone, nMinus1 }) =>
        [sequential, alone, nMinus1].flatMap((known) => known?.ask ?? []),
      ),
    ],
    lines: (value) => [
      { cut: match.anchorText, sequential: anchors.of(value), alone: null, nMinus1: null },
      ...counts.map(({ role, sequential, alone, nMinus1 }) => ({
        cut: role.text,
        sequential: sequential.of(value),
        alone: alone?.of(value) ?? null,
        nMinus1: nMinus1?.of(value) ?? null,
      })),
    ],
  }
}
