import type { RecordBatch } from 'apache-arrow'
import type { Plan } from '../../dsl/ir/plan.ts'
import type { BackendQuery, Result } from '../ports/backend.ts'
import type { Executor } from './task.ts'
import type { Part, Work } from './work.ts'

export interface ExecuteOptions {
  readonly signal: AbortSignal
  /** Most rows of a table that come back; all are counted. */
  readonly limit: number
}

/**
 * The answer to a query.
 *
 * @throws RuntimeError R001 when `signal` aborts, R002 before anything starts when the plan cannot keep to the memory,
 * R004 when a value cannot be represented, D codes for files
 */
export function execute(query: BackendQuery, executor: Executor<Work, Part>, options: ExecuteOptions): Promise<Result> {
  throw new Error(`not yet: ${query.kind} ${executor.workers} ${options.limit}`)
}

/** All rows of a plan in their order, as the columns of `schemaOf(plan)`, in bounded memory. */
export async function* executeRows(
  plan: Plan,
  executor: Executor<Work, Part>,
  options: Pick<ExecuteOptions, 'signal'>,
): AsyncGenerator<RecordBatch> {
  throw new Error(`not yet: ${plan.op} ${executor.workers} ${options.signal.aborted}`)
}
