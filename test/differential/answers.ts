import type { Plan } from '../../dsl/ir/plan.ts'
import { execute, type ExecuteOptions } from '../../runtime/engine/index.ts'
import { RuntimeError } from '../../runtime/errors.ts'
import { evaluate } from '../../runtime/naive/evaluate.ts'
import { notesOf } from '../../runtime/naive/notes.ts'
import type { BackendQuery } from '../../runtime/ports/backend.ts'
import { memoryExecutor, type MemoryDataset } from '../support/memory-executor.ts'
import { plainNaive, plainResult } from '../support/plain-result.ts'

export type Data = ReadonlyMap<string, MemoryDataset>

/** How an answer is found; none of it may matter. */
export type Way = Pick<ExecuteOptions, 'interpreted' | 'reachOf'> & {
  readonly cuts: readonly bigint[]
  readonly workers: number
}

/** An answer to a query, or the code by which the data refuse it. */
export type Answer = { readonly result: unknown; readonly notes: unknown } | string

/** Rows of a table that come back. */
const limit = 6
const signal = new AbortController().signal

export function engineAnswer(query: BackendQuery, data: Data, { workers, ...ways }: Way): Promise<Answer> {
  return outcome(async () => {
    const executor = memoryExecutor(data, { workers })
    const { notes = [], ...result } = await execute(query, executor, { limit, signal, ...ways })
    return { result: plainResult(result), notes }
  })
}

export function definition(query: BackendQuery, data: Data): Promise<Answer> {
  return outcome(() => ({ result: plainNaive(evaluate(query, data), limit), notes: notesOf(query, data) }))
}

/** What the data do not allow is refused by both. */
async function outcome(answer: () => Answer | Promise<Answer>): Promise<Answer> {
  try {
    return await answer()
  } catch (error) {
    if (error instanceof RuntimeError && refusals.includes(error.code)) return error.code
    throw error
  }
}

const refusals: readonly string[] = ['R004', 'D005', 'D009']

/**
 * Whether a refusal that one side alone gives is one that some part of the query meets when it is evaluated for itself,
 * needed or not, of every row. The engine leaves out what no answer needs, and finds out beforehand what the definition
 * may never come to; a law may drop the rows that meet it, or ask rows that would have been dropped.
 */
export async function isRefusalOfPart(answer: Answer, query: BackendQuery, data: Data): Promise<boolean> {
  if (typeof answer !== 'string') return true
  return (await allRefusals(unconditional(query), data, await allRefusals(query, data))).has(answer)
}

/** The same without the conditions of measures and aggregates. */
function unconditional(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return value.map(unconditional)
  const parts = Object.entries(value).map(([name, part]) => [name, unconditional(part)] as const)
  const own: Readonly<Record<string, unknown>> = Object.fromEntries(parts)
  if (!('fn' in own) || !('where' in own)) return own
  const { where: _, ...rest } = own
  return 'kind' in own ? { ...rest, where: null } : rest
}

/**
 * Plans that ask what a plan may be spared: a join that meets a row without partner, and one with two, may be refused for
 * either; rows that are not compared are not asked for what they are sorted by.
 */
function alike(plan: Plan): readonly Plan[] {
  if (plan.op === 'join' && plan.unmatched === 'error') return [plan, { ...plan, unmatched: 'drop' }]
  if (plan.op !== 'sort') return [plan]
  return [plan, { op: 'define', input: plan.input, columns: [{ name: '\0by', value: plan.by }] }]
}

async function allRefusals(value: unknown, data: Data, found = new Set<unknown>()): Promise<Set<unknown>> {
  if (typeof value !== 'object' || value === null) return found
  if ('op' in value) {
    for (const plan of alike(value as Plan)) {
      const part = await definition({ kind: 'table', plan }, data)
      if (typeof part === 'string') found.add(part)
    }
  }
  for (const part of Object.values(value)) await allRefusals(part, data, found)
  return found
}
