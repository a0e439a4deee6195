import type { Plan } from '../../dsl/ir/plan.ts'
import type { BurstPlan, DuringPlan, JoinPlan } from './plan-parts.ts'

/**
 * Nodes as tasks see them: what they need to know whole, for want of any reach, was found before and is held in memory
 * under the key `held`.
 *
 * Of a join: the rows of its source, with its right keys as columns `keyColumn(0)`, …. Of a burst: all bursts as `start`
 * and `stop` (first and last instant) with the `file` and `entry` of their first events, in order of time. Of a during
 * (and of a complete, which becomes one): its spans as `start` and `stop`, half-open, sorted and disjoint.
 */
export type HeldJoin = JoinPlan &
  HeldNode & {
    /** Where the events of the rows are, by file number: only for the message that one of them is not there. */
    readonly paths: readonly (readonly [number, string])[]
  }
export type HeldBurst = BurstPlan & HeldNode
export type HeldDuring = DuringPlan & HeldNode

interface HeldNode {
  readonly held: string
}

export function isHeldJoin(plan: Plan): plan is HeldJoin {
  return plan.op === 'join' && heldBy(plan) !== undefined
}

export function isHeldBurst(plan: Plan): plan is HeldBurst {
  return plan.op === 'burst' && heldBy(plan) !== undefined
}

export function isHeldDuring(plan: Plan): plan is HeldDuring {
  return plan.op === 'during' && heldBy(plan) !== undefined
}

export function keyColumn(at: number): string {
  return `\0key${at}`
}

/** What a node holds; undefined for a node that needs nothing, or not yet. */
export function heldBy(plan: Plan): string | undefined {
  return 'held' in plan && typeof plan.held === 'string' ? plan.held : undefined
}
