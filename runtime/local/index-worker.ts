import { ExactSum } from '../engine/exact-sum.ts'
import { rowEvaluator } from '../engine/interpret.ts'
import { buildPart, surveyFile } from '../index/build-part.ts'
import type { Arithmetic } from '../index/build-plan.ts'
import { buildRun } from '../index/build-run.ts'
import type { IndexJobs } from './index-jobs.ts'
import { serve } from './serve.ts'

const arithmetic: Arithmetic = { evaluator: rowEvaluator, sum: () => new ExactSum() }

serve<IndexJobs>({
  survey: async ({ path, tree }) => ({ result: await surveyFile(path, tree) }),
  part: async (request, { cancel, tell }) => ({ result: await buildPart(request, { arithmetic, cancel, read: tell }) }),
  run: async (request, { cancel, tell }) => ({ result: await buildRun(request, { cancel, wrote: tell }) }),
})
