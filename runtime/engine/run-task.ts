import { collect } from './sinks.ts'
import type { Demands } from './demands.ts'
import { Evaluation, type ScannedRows } from './evaluation.ts'
import type { Tools } from './frame.ts'
import { heldRange, heldRows } from './from-portable.ts'
import { generatedKernels } from './codegen.ts'
import { Identity } from './identity.ts'
import { interpretedKernels } from './interpret.ts'
import { LateColumns, NotRead } from './late-columns.ts'
import { demandsOf, scansOf, type ScanColumns } from './output-demands.ts'
import { ownBase } from './own-base.ts'
import type { Slice, TaskInput } from './task.ts'
import { numbersOf } from './vector.ts'
import type { Output, OutputPart, Part, Work } from './work.ts'

/**
 * Runs one task: reads what the plans of the work need over the slice and its reach, each dataset once, evaluates them,
 * and gives the partial results of the rows whose anchor lies in the slice.
 *
 * @throws RuntimeError R001 when the input is cancelled, R004 when a value cannot be represented, D codes for files
 */
export async function runTask(work: Work, slice: Slice, given: TaskInput): Promise<Part> {
  const { identity, demands, early } = neededBy(work)
  const input = {
    ...given,
    read: given.read.bind(given),
    base: slice.kind !== 'time' ? (ownBase(work, demands) ?? given.base) : given.base,
  }
  const scanned = new Map<string, ScannedRows>()
  for (const [dataset, columns] of scansOf(demands))
    scanned.set(
      dataset,
      await scan(work, slice, input, { dataset, ...columns, early: early.get(dataset) ?? new Set() }),
    )
  const tools = toolsOf(work, input, identity)
  const evaluation = new Evaluation(tools, demands, { scanned, held: work.held })
  const outputs: OutputPart[] = []
  for (const output of work.outputs) outputs.push(await collected(output, evaluation))
  return { outputs, metNan: tools.terms.metNan[0] === 1 }
}

/** The part of an output; what it asks for on the way is read when it does. */
async function collected(output: Output, evaluation: Evaluation): Promise<OutputPart> {
  for (;;) {
    try {
      return collect(output, evaluation)
    } catch (error) {
      if (!(error instanceof NotRead)) throw error
      await error.load()
    }
  }
}

interface Needs {
  readonly identity: Identity
  readonly demands: Demands
  /** By dataset, what must be read to know which rows there are: all but what they are written down with. */
  readonly early: ReadonlyMap<string, ReadonlySet<string>>
}

const needs = new WeakMap<Work, Needs>()

/** What the plans of a work need is the same for all of its tasks. */
function neededBy(work: Work): Needs {
  const known = needs.get(work)
  if (known !== undefined) return known
  const identity = new Identity()
  const bare = scansOf(demandsOf(work.outputs.map(withoutColumns), identity))
  const early = new Map([...bare].map(([dataset, { columns }]) => [dataset, new Set(columns)]))
  const found = { identity, demands: demandsOf(work.outputs, identity), early }
  needs.set(work, found)
  return found
}

function withoutColumns({ plan, sink }: Output): Output {
  return { plan, sink: 'columns' in sink ? { ...sink, columns: [] } : sink }
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
  /** The columns that are read at once. */
  readonly early: ReadonlySet<string>
}

async function scan(work: Work, slice: Slice, input: TaskInput, request: ScanRequest): Promise<ScannedRows> {
  const { reach } = work
  const { dataset, key } = request
  if (slice.kind !== 'time' && dataset !== work.rowsOf) return whole(await read(work, allTime, input, request))
  if (slice.kind !== 'time' || (reach.before === 0 && reach.after === 0))
    return whole(await read(work, slice, input, request))
  const time = `${key ?? ''}t`
  const from = shifted(slice.from, -reach.before)
  const to = shifted(slice.to, reach.after)
  const columns = [...new Set([...request.columns, time])]
  const early = new Set([...request.early, time])
  const scanned = await read(work, { kind: 'time', from, to }, input, { ...request, columns, early })
  const times = numbersOf(scanned.rows, time).values
  const row = (instant: string, by: number): number => lowerBound(times, Number(BigInt(instant) - input.base) + by)
  return { ...scanned, owned: (by) => [row(slice.from, by), row(slice.to, by)] }
}

type ReadRows = Omit<ScannedRows, 'owned'>

function whole(read: ReadRows): ScannedRows {
  return { ...read, owned: () => [0, read.rows.rows] }
}

/** Rows with the columns that are wanted early; of rows in memory and of few in number with all. */
async function read(work: Work, slice: Slice, input: TaskInput, request: ScanRequest): Promise<ReadRows> {
  input.cancel.throwIfAborted()
  const { dataset, columns } = request
  const held = work.held.get(dataset)
  if (held === undefined) {
    const early = slice.kind === 'entries' ? columns : columns.filter((name) => request.early.has(name))
    const rows = await input.read(dataset, slice, early)
    const others = columns.filter((name) => !early.includes(name))
    return { rows, late: new LateColumns(others, rows.rows, (names, only) => input.read(dataset, slice, names, only)) }
  }
  if (slice.kind === 'entries') throw new Error('held rows are in no file')
  const range =
    slice.kind === 'rows' ? ([slice.start, slice.end] as const) : heldRange(held, BigInt(slice.from), BigInt(slice.to))
  return { rows: heldRows(held, range, columns, input), late: noColumns }
}

const noColumns = new LateColumns([], 0, () => Promise.reject(new Error('nothing is left to read')))

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
