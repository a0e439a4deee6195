import type { Plan } from '../ir/plan.ts'

/** A law of the plan algebra, applied in one direction to one node. */
export interface Law {
  readonly name: string
  /** What it says, as `explain` tells it. */
  readonly text: string
  /** The same rows and good time by another plan; null where the law does not apply to the node. */
  readonly rewrite: (plan: Plan) => Plan | null
}

export type Filter = Extract<Plan, { op: 'filter' }>
