import { collect } from './sinks.ts'
import type { Demands } from './demands.ts'
import { Evaluation, type ScannedRows } from './evaluation.ts'
import type { Tools } from './frame.ts'
import { heldRange, heldRows } from './from-portable.ts'
import { generatedKernels } from './codegen.ts'
import { Identity } from './identity.ts'
import { interpretedKernels } from './interpret.ts'
import { demandsOf, scansOf, type ScanColumns } from './output-demands.ts'
import { ownBase } from './own-base.ts'
import type { Slice, TaskInput } from './task.ts'
import { numbersOf, type Rows } from './vector.ts'
import type { Part, Work } from './work.ts'

/**
 * Runs one task: reads what the plans of the work need over the slice and its reach, each dataset once, evaluates them,
 * and gives the partial results of the rows whose anchor lies in the slice.
 *
 * @throws RuntimeError R001 when the input is cancelled, R004 when a value cannot be represented, D codes for files
 */
export async function runTask(work: Work, slice: Slice, given: TaskInput): Promise<Part> {
  const { identity, demands } = neededBy(work)
  const input = {
    ...given,
    read: given.read.bind(given),
    base: slice.kind !== 'time' ? (ownBase(work, demands) ?? given.base) : given.base,
  }
  const scanned = new Map<string, ScannedRows>()
  for (const [dataset, columns] of scansOf(demands))
    scanned.set(dataset, await scan(work, slice, input, { dataset, ...columns }))
  const tools = toolsOf(work, input, identity)
  const evaluation = new Evaluation(tools, demands, { scanned, held: work.held })
  const outputs = work.outputs.map((output) => collect(output, evaluation))
  return { outputs, metNan: tools.terms.metNan[0] === 1 }
}

interface Needs {
  readonly identity: Identity
  readonly demands: Demands
}

const needs = new WeakMap<Work, Needs>()

/** What the plans of a work need is the same for all of its tasks. */
function neededBy(work: Work): Needs {
  const known = needs.get(work)
  if (known !== undefined) return known
  const identity = new Identity()
  const found = { identity, demands: demandsOf(work.outputs, identity) }
  needs.set(work, found)
  return found
}

function toolsOf(work: Work, { base, texts, cancel }: TaskInput, identity: Identity): Tools {
  const terms = {
    base,
    identity,
    metNan: new Uint8Array(1),
    idOf: (text: string) => texts.idOf(text),
    textOf: (id: number) => texts.textOf(id),
  }
  return { kernels: work.interpreted ? interpretedKernels : generatedKernels, terms, cancel }
}

interface ScanRequest extends ScanColumns {
  readonly dataset: string
}

async function scan(work: Work, slice: Slice, input: TaskInput, request: ScanRequest): Promise<ScannedRows> {
  const { reach } = work
  const { dataset, key } = request
  if (slice.kind !== 'time' && dataset !== work.rowsOf) {
    const rows = await read(work, allTime, input, request)
    return whole(rows)
  }
  if (slice.kind !== 'time' || (reach.before === 0 && reach.after === 0)) {
    const rows = await read(work, slice, input, request)
    return whole(rows)
  }
  const time = `${key ?? ''}t`
  const from = shifted(slice.from, -reach.before)
  const to = shifted(slice.to, reach.after)
  const columns = [...new Set([...request.columns, time])]
  const rows = await read(work, { kind: 'time', from, to }, input, { ...request, columns })
  const times = numbersOf(rows, time).values
  const row = (instant: string, by: number): number => lowerBound(times, Number(BigInt(instant) - input.base) + by)
  return { rows, owned: (by) => [row(slice.from, by), row(slice.to, by)] }
}

function whole(rows: Rows): ScannedRows {
  return { rows, owned: () => [0, rows.rows] }
}

async function read(work: Work, slice: Slice, input: TaskInput, { dataset, columns }: ScanRequest): Promise<Rows> {
  input.cancel.throwIfAborted()
  const held = work.held.get(dataset)
  if (held === undefined) return input.read(dataset, slice, columns)
  if (slice.kind === 'entries') throw new Error('held rows are in no file')
  const range =
    slice.kind === 'rows' ? ([slice.start, slice.end] as const) : heldRange(held, BigInt(slice.from), BigInt(slice.to))
  return heldRows(held, range, columns, input)
}

const latest = 2n ** 63n - 1n
/** What windows about the rows of a table look at: these have no order in time. */
const allTime: Slice = { kind: 'time', from: String(-latest), to: String(latest) }

/** An instant later by some ns. */
function shifted(instant: string, by: number): string {
  if (!Number.isFinite(by)) return String(by < 0 ? -latest : latest)
  return String(BigInt(instant) + BigInt(by))
}

function lowerBound(sorted: ArrayLike<number>, target: number): number {
  let [low, high] = [0, sorted.length]
  while (low < high) {
    const middle = (low + high) >>> 1
    if (sorted[middle]! < target) low = middle + 1
    else high = middle
  }
  return low
}
