import type { Plan } from '../../dsl/ir/plan.ts'
import { duringIntervals, goodTimePlan } from './good-time.ts'
import { isTotal, totalPlan } from './totals.ts'
import type { Output } from './work.ts'

/** What has no reach, and is held in memory as rows that plans scan. */
export type Breaker = Extract<Plan, { op: 'sort' | 'take' | 'group' }>

export function isPlan(value: unknown): value is Plan {
  return typeof value === 'object' && value !== null && 'op' in value
}

const beforehand: ReadonlySet<Plan['op']> = new Set([
  'sort',
  'take',
  'group',
  'join',
  'burst',
  'during',
  'complete',
  'union',
])

const known = new WeakMap<object, boolean>()

/** Whether something in plain data must be found before tasks can run. */
export function hasBreaker(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false
  const isFirst = (isPlan(value) && beforehand.has(value.op)) || isTotal(value)
  const found = known.get(value) ?? (isFirst || Object.values(value).some(hasBreaker))
  known.set(value, found)
  return found
}

/** The outputs that are asked for before the given ones: what their plans hold in memory depends on these columns too. */
export function preparations(outputs: readonly Output[]): readonly Output[] {
  const found: Output[] = []
  const seen = new Set<object>()
  const visit = (value: unknown): void => {
    if (typeof value !== 'object' || value === null || seen.has(value) || !hasBreaker(value)) return
    seen.add(value)
    if (isPlan(value)) found.push(...preparationsOf(value))
    if (isTotal(value)) found.push(...totalPlan(value.of).asks.map(({ output }) => output))
    Object.values(value).forEach(visit)
  }
  visit(outputs)
  return found
}

function preparationsOf(plan: Plan): readonly Output[] {
  switch (plan.op) {
    case 'during':
      return duringIntervals(plan).asks.map(({ output }) => output)
    case 'complete':
      return goodTimePlan(plan)?.asks.map(({ output }) => output) ?? []
    case 'group':
      return plan.livetime === undefined ? [] : (goodTimePlan(plan.input)?.asks.map(({ output }) => output) ?? [])
    case 'burst':
      return [{ plan: plan.input, sink: { kind: 'bursts', atLeast: plan.atLeast, within: plan.within } }]
    case 'union':
      return [{ plan, sink: { kind: 'events', references: [''], files: null } }]
    case 'scan':
    case 'filter':
    case 'define':
    case 'select':
    case 'veto':
    case 'match':
    case 'sort':
    case 'take':
    case 'shift':
    case 'sample':
    case 'renumber':
    case 'join':
      return []
  }
}
