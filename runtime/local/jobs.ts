import type { Part } from '../engine/index.ts'
import type { Slice } from '../engine/task.ts'
import type { Inspection, InspectRequest } from '../index/inspect.ts'

/** What the worker threads of the local backend do. */
export type LocalJobs = {
  readonly inspect: { readonly request: InspectRequest; readonly result: Inspection }
  readonly task: { readonly request: TaskRequest; readonly result: Part }
}

/** One slice of a job; `work` and `datasets` are keys of shared values. */
export interface TaskRequest {
  readonly work: number
  readonly datasets: number
  readonly slice: Slice
}
