import type { RecordBatch } from 'apache-arrow'
import type { Plan } from '../../dsl/ir/plan.ts'
import { schemaOf } from '../../dsl/ir/schema.ts'
import type { BackendQuery, Note, Result } from '../ports/backend.ts'
import { answeringOf, onePass, type Answering, type PassingQuery } from './answering.ts'
import { recordBatch } from './arrow.ts'
import { explained } from './explain.ts'
import { Holder } from './hold.ts'
import { runAsks, runPass, tableOf, type JobSettings } from './job.ts'
import { nanNotes, notesPlan, type NotesPlan } from './notes.ts'
import { reachOfOutput } from './reach-of-output.ts'
import type { Executor } from './task.ts'
import type { Part, Work } from './work.ts'

/** Most rows of a batch of `executeRows`. */
const batchRows = 262144

export interface ExecuteOptions extends Partial<JobSettings> {
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
export async function execute(
  query: BackendQuery,
  executor: Executor<Work, Part>,
  options: ExecuteOptions,
): Promise<Result> {
  const [result] = await executeAll([query], executor, options)
  if (result === undefined) throw new Error('a query has an answer')
  return result
}

/**
 * The answers to several queries, in their order: those over streams share one pass, and all share what is held in memory.
 *
 * @throws RuntimeError as `execute`, when any of them does
 */
export async function executeAll(
  queries: readonly BackendQuery[],
  executor: Executor<Work, Part>,
  options: ExecuteOptions,
): Promise<readonly Result[]> {
  const holder = holderOf(executor, options)
  const passing = queries.flatMap((query) => (query.kind === 'explain' ? [] : [query]))
  const answering = passing.map((query) => answeringOf(query, options.limit))
  const notes = passing.map(notesPlan)
  await answer([...answering, ...notes.map(asAnswering)], holder)
  const nan = holder.metNan ? await nanNotesOf(passing, executor, options) : []
  const results = new Map<BackendQuery, Result>(
    passing.map((query, at) => {
      const found = [...notes[at]!.value(executor.datasets), ...(nan[at] ?? [])]
      return [query, complete(answering[at]!.result(executor.datasets), query, found, executor)]
    }),
  )
  return queries.map((query) => (query.kind === 'explain' ? explained(query, holder) : results.get(query)!))
}

function complete(result: Result, query: PassingQuery, notes: readonly Note[], executor: Executor<Work, Part>): Result {
  const own = query.kind === 'table' || query.kind === 'hist' ? { rowsIn: rowsIn(query.plan, executor) } : {}
  return { ...result, ...own, ...(notes.length === 0 ? {} : { notes }) }
}

/** Rows of the files that the rows of a plan come from. */
function rowsIn(plan: Plan, executor: Executor<Work, Part>): number {
  if (plan.op === 'union') return plan.inputs.reduce((sum, input) => sum + rowsIn(input, executor), 0)
  if (plan.op !== 'scan') return rowsIn(plan.input, executor)
  return executor.datasets.get(plan.dataset)?.files.reduce((sum, { rows }) => sum + rows, 0) ?? 0
}

/**
 * What the `where` stages of each query met, in a pass of its own: the plan that was run may ask them of more rows than the
 * query as written does, so that it only tells when there is nothing to count.
 */
async function nanNotesOf(
  queries: readonly PassingQuery[],
  executor: Executor<Work, Part>,
  options: ExecuteOptions,
): Promise<readonly (readonly Note[])[]> {
  const counts = queries.map((query) => nanNotes('wheres' in query ? (query.wheres ?? []) : []))
  await answer(counts.map(asAnswering), holderOf(executor, options))
  return counts.map(({ value }) => value(executor.datasets))
}

/** Notes are asked for in the pass of the rest; what they say is told elsewhere. */
function asAnswering({ asks }: NotesPlan): Pick<Answering, 'first' | 'outputs' | 'asks'> {
  return onePass(asks, () => {
    throw new Error('notes are no result')
  })
}

/** Answers all that is asked, of plans that may hold sorts, takes and groups, in at most two passes over streams. */
async function answer(
  answering: readonly Pick<Answering, 'first' | 'outputs' | 'asks'>[],
  holder: Holder,
): Promise<void> {
  const first = answering.flatMap((each) => each.first)
  const outputs = answering.flatMap((each) => each.outputs)
  const resolved = await holder.resolve([...first.map(({ output }) => output), ...outputs])
  await runAsks(
    first.map((known, at) => ({ ...known, output: resolved[at]! })),
    holder,
  )
  let at = first.length
  const asks = answering.flatMap((each) => {
    const start = at
    at += each.outputs.length
    return each.asks(resolved.slice(start, at))
  })
  await runAsks(asks, holder)
}

/** All rows of a plan in their order, as the columns of `schemaOf(plan)`, in bounded memory: none of the batches is larger than 262,144 rows. */
export async function* executeRows(
  plan: Plan,
  executor: Executor<Work, Part>,
  options: Omit<ExecuteOptions, 'limit'>,
): AsyncGenerator<RecordBatch> {
  const holder = holderOf(executor, options)
  const { columns } = schemaOf(plan)
  const sink = { kind: 'rows', columns: columns.map(({ name }) => name), limit: null } as const
  const outputs = await holder.resolve([{ plan, sink }])
  for await (const part of runPass(outputs, tableOf(outputs[0]!.plan), holder)) {
    const [rows] = part.outputs
    if (rows?.kind !== 'rows') continue
    const batch = recordBatch(columns, rows.rows)
    for (let start = 0; start < rows.count; start += batchRows)
      yield batch.slice(start, Math.min(rows.count, start + batchRows))
  }
}

function holderOf(executor: Executor<Work, Part>, options: Omit<ExecuteOptions, 'limit'>): Holder {
  return new Holder(executor, { interpreted: false, reachOf: reachOfOutput, cuts: null, ...options })
}
