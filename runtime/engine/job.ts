import type { Plan } from '../../dsl/ir/plan.ts'
import type { Dataset } from '../ports/dataset.ts'
import { basesOf, canHold, type Base } from './bases.ts'
import { heldBy } from './held-plan.ts'
import type { Identity } from './identity.ts'
import { isKept, Kept, keptShare, reservedFor, type Pass } from './kept.ts'
import { rowBytesOf, tooLarge } from './memory.ts'
import type { Merger } from './merge.ts'
import { demandsOf, scansOf } from './output-demands.ts'
import type { Held } from './portable.ts'
import { portableBytes } from './portable-rows.ts'
import { hullOf, type Reach } from './reach.ts'
import { blocksOf, rowSlices, timeSlices, type SlicePlan, type TimeBlock } from './slices.ts'
import { canLieIn, hullOfBounds, type TimeBounds } from './time-bounds.ts'
import type { EntriesSlice, Executor, Slice } from './task.ts'
import type { Output, OutputPart, Part, Sink, Work } from './work.ts'

/** How the engine works; no answer depends on it. */
export interface JobSettings {
  readonly signal: AbortSignal
  /** Expressions by their definitions instead of by generated code. */
  readonly interpreted: boolean
  /** How far from its rows an output looks. */
  readonly reachOf: (output: Output) => Reach
  /** Where to cut time; null lets memory and workers decide. */
  readonly cuts: readonly bigint[] | null
}

export interface JobContext {
  readonly executor: Executor<Work, Part>
  readonly settings: JobSettings
  readonly identity: Identity
  /** What earlier jobs left in memory. */
  readonly held: ReadonlyMap<string, Held>
  /** Told of each part. */
  readonly onPart: (part: Part) => void
}

/** An output together with what becomes of its parts. */
export interface Ask<Whole> {
  readonly output: Output
  readonly add: (part: OutputPart) => void
  readonly whole: () => Whole
}

export function ask<K extends Sink['kind'], Whole>(
  plan: Plan,
  sink: Extract<Sink, { kind: K }>,
  merger: Merger<Extract<OutputPart, { kind: K }>, Whole>,
): Ask<Whole> {
  const isOwn = (part: OutputPart): part is Extract<OutputPart, { kind: K }> => part.kind === sink.kind
  const add = (part: OutputPart): void => {
    if (!isOwn(part)) throw new Error(`a part of ${part.kind} for an output of ${sink.kind}`)
    merger.add(part)
  }
  return { output: { plan, sink }, add, whole: () => merger.whole() }
}

/**
 * Gives every output its parts. Outputs over streams share one pass; each table has its own. What is asked twice is
 * computed once.
 *
 * @param isEnough asked after each part: whether no more are needed
 */
export async function runAsks(
  asks: readonly Ask<unknown>[],
  context: JobContext,
  isEnough = (): boolean => false,
): Promise<void> {
  const passes = Map.groupBy(asks, ({ output }) => tableOf(output.plan))
  for (const [table, members] of passes) {
    const alike = [...Map.groupBy(members, ({ output }) => context.identity.of(output)).values()]
    const outputs = alike.flatMap(([first]) => first?.output ?? [])
    const pass = passOf(outputs, table, context)
    const kept = new Kept(pass, context.executor)
    for await (const part of partsOf(pass, context)) {
      kept.add(part)
      part.outputs.forEach((outputPart, at) => alike[at]?.forEach((member) => member.add(outputPart)))
      if (isEnough()) break
    }
  }
}

/** The parts of some outputs of one pass, in the order of the slices. */
export async function* runPass(
  outputs: readonly Output[],
  table: string | null,
  context: JobContext,
): AsyncGenerator<Part> {
  context.settings.signal.throwIfAborted()
  yield* partsOf(passOf(outputs, table, context), context)
}

function passOf(outputs: readonly Output[], table: string | null, context: JobContext): Pass {
  const work = workOf(outputs, table, context)
  return { work, ...slicesOf(work, context) }
}

async function* partsOf(pass: Pass, context: JobContext): AsyncGenerator<Part> {
  const { executor, settings } = context
  settings.signal.throwIfAborted()
  executor.reserve?.(reservedFor(pass, executor))
  const { work, slices } = pass
  if (slices.length === 0) return
  for await (const part of executor.run(work, slices, settings.signal)) {
    context.onPart(part)
    yield part
  }
}

/** The parts of an output that reads no other dataset than this, of some of its rows. */
export async function* runEntries(
  output: Output,
  dataset: string,
  slices: readonly EntriesSlice[],
  context: JobContext,
): AsyncGenerator<Part> {
  const { executor, settings } = context
  settings.signal.throwIfAborted()
  if (slices.length > 0) yield* executor.run(workOf([output], dataset, context), slices, settings.signal)
}

function workOf(outputs: readonly Output[], table: string | null, context: JobContext): Work {
  const { settings } = context
  const demands = demandsOf(outputs, context.identity)
  const needed = new Set([
    ...scansOf(demands).keys(),
    ...[...demands.plans.values()].flatMap((plan) => heldBy(plan) ?? []),
  ])
  return {
    outputs,
    reach: hullOf(outputs.map((output) => settings.reachOf(output))),
    rowsOf: table,
    held: new Map([...context.held].filter(([key]) => needed.has(key))),
    interpreted: settings.interpreted,
  }
}

/** The table that a plan's rows come from; null when they come from a stream. */
export function tableOf(plan: Plan): string | null {
  const [base] = basesOf(plan)
  return base?.scan.schema.key === null ? base.scan.dataset : null
}

/** What outputs are cut into, or the memory that they would need, when that is more than there is. */
export function estimateSlices(
  outputs: readonly Output[],
  context: JobContext,
): { readonly slices: readonly Slice[] | null; readonly neededBytes: number | null } {
  const table = outputs[0] === undefined ? null : tableOf(outputs[0].plan)
  const work = workOf(outputs, table, context)
  const cut = cutSlices(work, context)
  return cut.kind === 'slices'
    ? { slices: withRows(cut.slices, work, context), neededBytes: null }
    : { slices: null, neededBytes: cut.neededBytes }
}

function slicesOf(work: Work, context: JobContext): Omit<Pass, 'work'> {
  const { settings } = context
  const { slices, bytes } = allowed(cutSlices(work, context), work, context)
  const cut = settings.cuts === null || work.rowsOf !== null ? slices : recut(slices, settings.cuts)
  return { slices: withRows(cut, work, context), bytes }
}

/** Without those that no row that is wanted can lie in: between spans that are kept, or files that can hold some. */
function withRows(slices: readonly Slice[], work: Work, context: JobContext): readonly Slice[] {
  if (work.rowsOf !== null) return slices
  const owned = stretchesOf(ownersOf(work, context))
  let at = 0
  return slices.filter((slice) => {
    if (slice.kind !== 'time') return true
    const [from, to] = [BigInt(slice.from), BigInt(slice.to)]
    while (at < owned.length && owned[at]!.last < from) at++
    const isOwned = at < owned.length && owned[at]!.first < to
    return isOwned && work.outputs.some(({ plan }) => canLieIn(plan, context.held, [from, to]))
  })
}

/** Closed, ns since 1970. */
export type TimeStretch = Pick<TimeBlock, 'first' | 'last'>

/** Where some stretches lie, in order and disjoint. */
export function stretchesOf(blocks: readonly TimeStretch[]): readonly TimeStretch[] {
  const found: TimeStretch[] = []
  for (const block of blocks.toSorted((left, right) => (left.first < right.first ? -1 : 1))) {
    const before = found.at(-1)
    if (before === undefined || before.last < block.first) found.push(block)
    else if (before.last < block.last) found[found.length - 1] = { ...before, last: block.last }
  }
  return found
}

function cutSlices(work: Work, context: JobContext): SlicePlan {
  const { executor } = context
  const rowBytes = rowBytesOf(work, context)
  const limits = {
    rowBytes,
    memoryBytes: executor.memoryBytes,
    heldBytes: heldBytes(context),
    ...(work.outputs.some(({ sink }) => isKept(sink)) ? { share: 1 - keptShare } : {}),
    workers: executor.workers,
  }
  if (work.rowsOf !== null) return rowSlices(rowsIn(work.rowsOf, context), limits)
  const owners = ownersOf(work, context)
  const read = [...scansOf(demandsOf(work.outputs, context.identity)).keys()].flatMap((key) => blocksIn(key, context))
  return timeSlices({ ...limits, owners, read, reach: work.reach })
}

/** What earlier jobs left in memory takes. */
export function heldBytes({ held }: Pick<JobContext, 'held'>): number {
  return [...held.values()].reduce((sum, rows) => sum + portableBytes(rows), 0)
}

/** The blocks of the files that can hold rows that are wanted, as far as their times can. */
function ownersOf({ outputs }: Work, context: JobContext): readonly TimeBlock[] {
  const plans = outputs.map(({ plan }) => plan)
  const bounds = hullOfBounds(plans, context.held)
  const bases = plans
    .flatMap((plan) => basesOf(plan))
    .map(({ scan, by, tests }) => ({
      key: scan.dataset,
      by: BigInt(by),
      tests,
      id: JSON.stringify([scan.dataset, by, tests]),
    }))
  const distinct = new Map(bases.map((base) => [base.id, base]))
  return [...distinct.values()]
    .flatMap(({ key, by, tests }) => moved(blocksIn(key, context, tests), by))
    .flatMap((block) => clipped(block, bounds))
}

function moved(blocks: readonly TimeBlock[], by: bigint): readonly TimeBlock[] {
  return blocks.map(({ first, last, rows }) => ({ first: first + by, last: last + by, rows }))
}

/** The part of a block that may hold rows that are wanted, its rows taken to be spread evenly. */
function clipped({ first, last, rows }: TimeBlock, bounds: TimeBounds): readonly TimeBlock[] {
  const from = bounds.first === null || bounds.first < first ? first : bounds.first
  const to = bounds.last === null || bounds.last > last ? last : bounds.last
  if (from > to) return []
  const share = Number(to - from + 1n) / Number(last - first + 1n)
  return [{ first: from, last: to, rows: Math.min(rows, Math.ceil(rows * share)) }]
}

/** The same stretch of time, cut elsewhere. */
function recut(slices: readonly Slice[], cuts: readonly bigint[]): readonly Slice[] {
  const [first, last] = [slices[0], slices.at(-1)]
  if (first?.kind !== 'time' || last?.kind !== 'time') return slices
  const inside = cuts
    .filter((cut) => cut > BigInt(first.from) && cut < BigInt(last.to))
    .toSorted((a, b) => (a < b ? -1 : 1))
  const edges = [...new Set([first.from, ...inside.map(String), last.to])]
  return edges.slice(1).map((to, at): Slice => ({ kind: 'time', from: edges[at]!, to }))
}

function allowed(plan: SlicePlan, { reach }: Work, { executor }: JobContext): Omit<Pass, 'work'> {
  if (plan.kind === 'slices') return plan
  const seconds = (reach.before + reach.after) / 1e9
  const why =
    plan.reachRows === 0
      ? 'the smallest slices of its rows do not fit'
      : `its windows need ${seconds} s of data around each slice, up to ${Math.round(plan.reachRows)} rows`
  throw tooLarge(executor, plan.neededBytes, why)
}

function datasetOf(key: string, { executor }: JobContext): Dataset {
  const dataset = executor.datasets.get(key)
  if (dataset === undefined) throw new Error(`no dataset ${key}`)
  return dataset
}

function rowsIn(key: string, context: JobContext): number {
  return context.held.get(key)?.rows ?? datasetOf(key, context).files.reduce((sum, { rows }) => sum + rows, 0)
}

const heldBlockRows = 16384

function blocksIn(key: string, context: JobContext, tests: Base['tests'] = []): readonly TimeBlock[] {
  const held = context.held.get(key)
  if (held === undefined) return blocksOf(datasetOf(key, context).files.filter((file) => canHold(file, tests)))
  const times = held.columns.get(`${held.key ?? ''}t`)
  if (times?.kind !== 'values' || !(times.values instanceof BigInt64Array)) throw new Error('held rows without time')
  const { values } = times
  return Array.from({ length: Math.ceil(held.rows / heldBlockRows) }, (_, k) => {
    const [start, end] = [k * heldBlockRows, Math.min(held.rows, (k + 1) * heldBlockRows)]
    return { first: values[start]!, last: values[end - 1]!, rows: end - start }
  })
}
