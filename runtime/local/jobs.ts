import type { Part } from '../engine/index.ts'
import type { Slice } from '../engine/task.ts'
import type { Inspection, InspectRequest } from '../index/inspect.ts'
import type { TextMemory } from './texts.ts'

/** What the worker threads of the local backend do. */
export type LocalJobs = {
  readonly inspect: { readonly request: InspectRequest; readonly result: Inspection }
  readonly task: { readonly request: TaskRequest; readonly result: Part }
}

/** What every thread is given at its start. */
export interface WorkerShared {
  readonly texts: TextMemory
  /** As `Garbage` takes them. */
  readonly evicted: Int32Array
  readonly garbageBytes: number | null
}

/** One slice of a job; `work` and `datasets` are keys of shared values. */
export interface TaskRequest {
  readonly work: number
  readonly datasets: number
  readonly slice: Slice
}
