import type { EventDataFile, Part, PartRequest } from '../index/build-part.ts'
import type { RunRequest } from '../index/build-run.ts'

/** What worker threads do for an index: build it. */
export type IndexJobs = {
  readonly survey: {
    readonly request: { readonly path: string; readonly tree: string | null }
    readonly result: EventDataFile
  }
  readonly part: { readonly request: PartRequest; readonly result: Part }
  readonly run: { readonly request: RunRequest; readonly result: number }
}
