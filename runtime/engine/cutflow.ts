import type { Plan, Role } from '../../dsl/ir/plan.ts'
import type { CutflowRow } from '../ports/backend.ts'
import { ask, type Ask } from './job.ts'
import { mergeCuts, mergeRows, type MergedRows } from './merge.ts'
import { isWith, type MatchPlan } from './plan-parts.ts'
import type { CutCounts, SectionCut } from './work.ts'

/** What must be counted for a cutflow, and the lines that follow from the counts. */
export interface CutflowPlan {
  readonly asks: readonly Ask<unknown>[]
  readonly result: () => { readonly total: number; readonly rows: readonly CutflowRow[] }
}

/** A line without what follows from its neighbours. */
type Line = Omit<CutflowRow, 'efficiency' | 'error'>

interface Lines {
  readonly asks: readonly Ask<unknown>[]
  readonly lines: () => readonly Line[]
}

/** The cuts of a plan from its scan upwards, as language.md 6.11 counts them: section by section, and match by match. */
export function cutflowPlan(plan: Plan): CutflowPlan {
  const chain = chainOf(plan)
  const total = askCount(chain[0] ?? plan)
  const blocks = sectionsOf(chain).flatMap(linesOf)
  return {
    asks: [total, ...blocks.flatMap(({ asks }) => asks)],
    result: () => {
      const lines = blocks.flatMap((block) => block.lines())
      const { count } = total.whole()
      return { total: count, rows: lines.map((line, at) => withEfficiency(line, lines[at - 1]?.sequential ?? count)) }
    },
  }
}

function askCount(plan: Plan): Ask<MergedRows> {
  const sink = { kind: 'rows', columns: [], limit: 0 } as const
  return ask(plan, sink, mergeRows(sink))
}

function withEfficiency(line: Line, n: number): CutflowRow {
  if (n === 0 || n < line.sequential) return { ...line, efficiency: null, error: null }
  const efficiency = line.sequential / n
  return { ...line, efficiency, error: Math.sqrt((efficiency * (1 - efficiency)) / n) }
}

/** The plan and what it stands on, the scan first. */
function chainOf(plan: Plan): readonly Plan[] {
  return plan.op === 'scan' ? [plan] : [...chainOf(plan.input), plan]
}

/** The chain in pieces, each starting with a stage that changes what a row is. */
function sectionsOf(chain: readonly Plan[]): readonly (readonly Plan[])[] {
  const starts = chain.flatMap(({ op }, at) =>
    op === 'scan' || op === 'match' || op === 'group' || op === 'take' ? [at] : [],
  )
  return starts.map((start, at) => chain.slice(start, starts[at + 1] ?? chain.length))
}

function linesOf([first, ...stages]: readonly Plan[]): readonly Lines[] {
  if (first === undefined) return []
  return [...(first.op === 'match' ? [matchLines(first)] : []), cutLines(first, stages)]
}

function cutLines(first: Plan, stages: readonly Plan[]): Lines {
  const cuts = sectionCuts(first, stages)
  if (cuts.length === 0) return { asks: [], lines: () => [] }
  const sink = { kind: 'cuts', cuts: cuts.map(({ cut }) => cut) } as const
  const counts = ask(first, sink, mergeCuts(sink))
  return {
    asks: [counts],
    lines: () => cuts.flatMap(({ name }, at) => (name === null ? [] : [cutLine(name, counts.whole(), at)])),
  }
}

function cutLine(cut: string, { sequential, alone, nMinus1 }: CutCounts, at: number): Line {
  return { cut, sequential: sequential[at]!, alone: alone[at]!, nMinus1: nMinus1[at]! }
}

/** Every filter and veto of a section on the section's rows, with its definitions but none of its other cuts. */
function sectionCuts(
  first: Plan,
  stages: readonly Plan[],
): readonly { readonly name: string | null; readonly cut: SectionCut }[] {
  let input = first
  return stages.flatMap((stage) => {
    if (stage.op === 'filter' || stage.op === 'veto') {
      const name = stage.op === 'filter' && stage.text === null ? null : (stage.label ?? stage.text)
      return [{ name, cut: { plan: { ...stage, input }, isNamed: name !== null } }]
    }
    // The order of rows changes no count.
    if (stage.op === 'define' || stage.op === 'select') input = { ...stage, input }
    return []
  })
}

function matchLines(match: MatchPlan): Lines {
  const anchors = askCount(match.input)
  const count = (roles: readonly Role[]): Ask<MergedRows> => askCount({ ...match, roles })
  const counts = match.roles.map((role, at) => ({
    role,
    sequential: count(match.roles.slice(0, at + 1)),
    alone: isWith(role) ? null : count(match.roles.filter((other) => isWith(other) || other === role)),
    nMinus1: isWith(role) ? null : count(match.roles.filter((other) => other !== role)),
  }))
  return {
    asks: [
      anchors,
      ...counts.flatMap(({ sequential, alone, nMinus1 }) =>
        [sequential, alone, nMinus1].filter((known) => known !== null),
      ),
    ],
    lines: () => [
      { cut: match.anchorText, sequential: anchors.whole().count, alone: null, nMinus1: null },
      ...counts.map(({ role, sequential, alone, nMinus1 }) => ({
        cut: role.text,
        sequential: sequential.whole().count,
        alone: alone?.whole().count ?? null,
        nMinus1: nMinus1?.whole().count ?? null,
      })),
    ],
  }
}
