import type { Expr, Plan } from '../../dsl/ir/plan.ts'
import { cellAt } from './cell.ts'
import type { Evaluation } from './evaluation.ts'
import { materialise, settle } from './frame.ts'
import { referencesOf, scalarOf } from './plan-parts.ts'
import { numbersOf } from './vector.ts'
import type { CutCounts, SectionCut } from './work.ts'

interface Section {
  readonly cuts: readonly SectionCut[]
  readonly by: Expr | null
}

/** Which rows count together: the number of each row's group, and what the groups are called. */
interface Parting {
  readonly groupOf: Int32Array | null
  readonly names: readonly CutCounts['by'][]
}

/**
 * Counts of the cuts of one section of a plan, for each value of `by`. Each cut is tested alone on all rows that enter the
 * section: what passes in sequence, alone, and with all others follows from which cuts a row fails.
 *
 * @param plan the stage that gives the section's rows
 */
export function countCuts(plan: Plan, { cuts, by }: Section, evaluation: Evaluation): readonly CutCounts[] {
  const masks = cuts.map((cut) => passing(cut, evaluation))
  const rows = masks[0]?.length ?? 0
  const { groupOf, names } = partingOf(plan, by, evaluation)
  const tallies = names.map(() => new Tally(cuts))
  for (let row = 0; row < rows; row++) tallies[groupOf === null ? 0 : groupOf[row]!]!.add(masks, row)
  return tallies.map((tally, group) => ({ by: names[group], ...tally.counts() }))
}

function partingOf(plan: Plan, by: Expr | null, evaluation: Evaluation): Parting {
  if (by === null) return { groupOf: null, names: [undefined] }
  const { frame, bound } = evaluation.bind(evaluation.frame(plan, 0), [by], referencesOf(plan))
  const rows = materialise({ ...frame, columns: new Map([['by', bound[0]!]]) }, evaluation.tools)
  const vector = numbersOf(rows, 'by')
  const groups = new Map<CutCounts['by'], number>()
  const groupOf = new Int32Array(rows.rows)
  for (let row = 0; row < rows.rows; row++) {
    const value = cellAt(vector, row, scalarOf(by), evaluation.tools.terms)
    const name = value === 0 ? 0 : value
    const group = groups.get(name) ?? groups.size
    groups.set(name, group)
    groupOf[row] = group
  }
  return { groupOf, names: [...groups.keys()] }
}

/** How far rows come: `reached[k]` fail cut k first, the last entry none. */
class Tally {
  readonly #isNamed: readonly boolean[]
  readonly #reached: Float64Array
  readonly #alone: Float64Array
  readonly #only: Float64Array
  #passAll = 0

  constructor(cuts: readonly SectionCut[]) {
    this.#isNamed = cuts.map(({ isNamed }) => isNamed)
    this.#reached = new Float64Array(cuts.length + 1)
    this.#alone = new Float64Array(cuts.length)
    this.#only = new Float64Array(cuts.length)
  }

  /** @param masks for each cut, 1 for the rows that pass it */
  add(masks: readonly Uint8Array[], row: number): void {
    let [first, failed, last] = [masks.length, 0, 0]
    for (let at = masks.length - 1; at >= 0; at--) {
      if (masks[at]![row] === 1) this.#alone[at]!++
      else {
        first = at
        if (this.#isNamed[at] === true) {
          failed++
          last = at
        }
      }
    }
    this.#reached[first]!++
    if (failed === 0) this.#passAll++
    else if (failed === 1) this.#only[last]!++
  }

  counts(): Omit<CutCounts, 'by'> {
    const sequential = new Float64Array(this.#alone.length)
    let passed = this.#reached.at(-1) ?? 0
    for (let at = sequential.length - 1; at >= 0; at--) {
      sequential[at] = passed
      passed += this.#reached[at]!
    }
    return { sequential, alone: this.#alone, nMinus1: this.#only.map((count) => count + this.#passAll) }
  }
}

function passing({ plan }: SectionCut, evaluation: Evaluation): Uint8Array {
  const frame = settle(evaluation.frame(plan, 0), evaluation.tools)
  const mask = new Uint8Array(frame.base.rows)
  if (frame.selection === null) return mask.fill(1)
  for (const row of frame.selection) mask[row] = 1
  return mask
}
