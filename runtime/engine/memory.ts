import { schemaOf } from '../../dsl/ir/schema.ts'
import { RuntimeError } from '../errors.ts'
import { rowWidth } from './column-width.ts'
import type { Identity } from './identity.ts'
import { demandsOf } from './output-demands.ts'
import type { Executor } from './task.ts'
import type { Output, Work } from './work.ts'

/** Indices and times of a task's rows. */
const ownBytes = 64
/** A mask and an index for each row that a stage looks at, and the columns of those that it lets through. */
const stageBytes = 12
/** A computed column. */
const definedBytes = 8
/** A part is made in a worker, waits for its turn, and is handed on. */
const partCopies = 3

/** What a row costs while a task works on it: its columns as read and once more as compacted, the task's own arrays, and what comes back. */
export function rowBytesOf({ outputs }: Pick<Work, 'outputs'>, { executor, identity }: Context): number {
  const demands = demandsOf(outputs, identity)
  const plans = [...demands.plans.values()]
  const widths = plans.map((plan) => {
    if (plan.op !== 'scan') return 0
    return rowWidth(plan.schema.columns, demands.of(plan), executor.datasets.get(plan.dataset))
  })
  const stages = plans.reduce(
    (sum, plan) => sum + (plan.op === 'define' ? definedBytes * plan.columns.length : stageBytes),
    0,
  )
  return 2 * Math.max(0, ...widths) + stages + ownBytes + outputs.reduce((sum, output) => sum + partBytesOf(output), 0)
}

interface Context {
  readonly executor: Pick<Executor<unknown, unknown>, 'datasets'>
  readonly identity: Identity
}

function partBytesOf({ plan, sink }: Output): number {
  if ((sink.kind !== 'rows' && sink.kind !== 'sorted') || sink.limit !== null) return 0
  return partCopies * rowWidth(schemaOf(plan).columns, new Set(sink.columns), undefined)
}

type Memory = Pick<Executor<unknown, unknown>, 'workers' | 'memoryBytes' | 'process'>

/** @param bytes what the rows need, besides the program  @param why with a verb, as "a sort holds 3 GB" */
export function tooLarge({ workers, memoryBytes, process }: Memory, bytes: number, why: string): RuntimeError {
  const threads = `${workers} ${workers === 1 ? 'worker' : 'workers'}`
  if (process === undefined) {
    return new RuntimeError(
      'R002',
      `this needs ${megabytes(bytes)} of memory with ${threads}, and may use ${megabytes(memoryBytes)}: ${why}`,
      { fix: otherwise },
    )
  }
  const { budgetBytes, baseBytes } = process
  const enough = enoughMB(baseBytes + bytes)
  return new RuntimeError(
    'R002',
    `this needs ${enough} MB of memory, and may use ${megabytes(budgetBytes)}: the program takes ${megabytes(baseBytes)} with ${threads}, and ${why}: ${megabytes(bytes)}`,
    {
      fix: `allow it: \`--memory ${enough}MB\`, or \`use local(memory: "${enough}m")\`; or take fewer threads; or ${otherwise}`,
    },
  )
}

const otherwise = 'select fewer columns or rows, or shorten the window'

/** Rounded so far up that another start of the program, which takes a little more or less, keeps to it too. */
function enoughMB(bytes: number): number {
  return Math.ceil((1.03 * bytes) / 1e7) * 10
}

function megabytes(bytes: number): string {
  return `${Math.ceil(Math.max(0, bytes) / 1e6)} MB`
}
