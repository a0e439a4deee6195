import type { Slice, TaskInput } from './task.ts'
import type { Part, Work } from './work.ts'

/**
 * Runs one task: reads what the plans of the work need over the slice and its reach, evaluates them, and gives the
 * partial results of the rows whose anchor lies in the slice.
 *
 * @throws RuntimeError R001 when the input is cancelled, R004 when a value cannot be represented, D codes for files
 */
export function runTask(work: Work, slice: Slice, input: TaskInput): Promise<Part> {
  throw new Error(`not yet: ${work.outputs.length} ${slice.kind} ${input.base}`)
}
