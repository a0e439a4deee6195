import type { Problem } from '../problem.ts'

/** The exit status that says what kind of problem ended a run. */
export function statusOf({ code }: Problem): number {
  if (code === 'R001') return 130
  if (code.startsWith('D')) return 3
  if (code.startsWith('R')) return 4
  return 1
}
