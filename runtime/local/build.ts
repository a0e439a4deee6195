import { availableParallelism } from 'node:os'
import { buildIndex, type BuildOptions, type BuildRequest, type BuildResult } from '../index/build.ts'
import { interrupted } from './cancel-words.ts'
import type { IndexJobs } from './index-jobs.ts'
import { Pool } from './pool.ts'

export interface LocalBuildOptions {
  /** Worker threads; as many as the machine has cores when null. */
  readonly threads: number | null
  readonly signal: AbortSignal
  readonly progress: BuildOptions['progress']
}

/** Builds an index in worker threads of this process. @throws as `buildIndex` does */
export async function buildLocally(
  request: BuildRequest,
  { threads, signal, progress }: LocalBuildOptions,
): Promise<BuildResult> {
  await using pool = new Pool<IndexJobs>({
    threads: threads ?? availableParallelism(),
    entry: new URL('./index-worker.ts', import.meta.url),
  })
  await using run = pool.begin(signal)
  const cancel = {
    get aborted() {
      return signal.aborted
    },
    throwIfAborted() {
      if (signal.aborted) throw interrupted()
    },
  }
  const counting = (tell: (rows: number) => void) => (news: unknown) => tell(Number(news))
  return await buildIndex(request, {
    cancel,
    progress,
    workers: {
      survey: (path, tree) => run.submit('survey', { path, tree }),
      part: (part, read) => run.submit('part', part, { news: counting(read) }),
      run: (merged, wrote) => run.submit('run', merged, { news: counting(wrote) }),
    },
  })
}
