import type { Plan } from '../ir/plan.ts'
import { planLines } from '../ir/plan-text.ts'
import { optimize } from './optimize.ts'

/** A plan as it is written and, where laws apply, as it is run, with the laws in between. */
export function explanation(plan: Plan): string {
  const { plan: better, applied } = optimize(plan)
  const written = planLines(plan)
  if (applied.length === 0) return written.join('\n')
  const used = applied.map(({ text }) => `  ${text}`)
  return [...written, '', 'by the laws', ...used, '', 'it is run as', ...planLines(better)].join('\n')
}
