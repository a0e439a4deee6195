import type { Evaluation } from './evaluation.ts'
import { settle } from './frame.ts'
import type { CutCounts, SectionCut } from './work.ts'

/**
 * Counts of the cuts of one section of a plan. Each cut is tested alone on all rows that enter the section: what passes
 * in sequence, alone, and with all others follows from which cuts a row fails.
 */
export function countCuts(cuts: readonly SectionCut[], evaluation: Evaluation): CutCounts {
  const masks = cuts.map((cut) => passing(cut, evaluation))
  const rows = masks[0]?.length ?? 0
  const reached = new Float64Array(cuts.length + 1)
  const [alone, only] = [new Float64Array(cuts.length), new Float64Array(cuts.length)]
  let passAll = 0
  for (let row = 0; row < rows; row++) {
    let first = cuts.length
    let failed = 0
    let last = 0
    for (let at = cuts.length - 1; at >= 0; at--) {
      if (masks[at]![row] === 1) alone[at]!++
      else {
        first = at
        if (cuts[at]!.isNamed) {
          failed++
          last = at
        }
      }
    }
    reached[first]!++
    if (failed === 0) passAll++
    else if (failed === 1) only[last]!++
  }
  return { sequential: sequentialOf(reached), alone, nMinus1: only.map((count) => count + passAll) }
}

/** `reached[k]` rows fail cut k first, the last entry none: so many pass each cut and all before it. */
function sequentialOf(reached: Float64Array): Float64Array {
  const sequential = new Float64Array(reached.length - 1)
  let passed = reached.at(-1) ?? 0
  for (let at = sequential.length - 1; at >= 0; at--) {
    sequential[at] = passed
    passed += reached[at]!
  }
  return sequential
}

function passing({ plan }: SectionCut, evaluation: Evaluation): Uint8Array {
  const frame = settle(evaluation.frame(plan, true), evaluation.tools)
  const mask = new Uint8Array(frame.base.rows)
  if (frame.selection === null) return mask.fill(1)
  for (const row of frame.selection) mask[row] = 1
  return mask
}
