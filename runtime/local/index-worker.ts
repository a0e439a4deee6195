import { buildPart, surveyFile } from '../index/build-part.ts'
import { buildRun } from '../index/build-run.ts'
import type { IndexJobs } from './index-jobs.ts'
import { buildArithmetic as arithmetic } from './build-arithmetic.ts'
import { serve } from './serve.ts'

serve<IndexJobs>({
  survey: async ({ path, tree }) => ({ result: await surveyFile(path, tree) }),
  part: async (request, { cancel, tell }) => ({ result: await buildPart(request, { arithmetic, cancel, read: tell }) }),
  run: async (request, { cancel, tell }) => ({ result: await buildRun(request, { cancel, wrote: tell }) }),
})
