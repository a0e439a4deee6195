import type { Plan } from '../../dsl/ir/plan.ts'
import { schemaOf } from '../../dsl/ir/schema.ts'
import type { ExplainFacts, ReadFacts, Result } from '../ports/backend.ts'
import type { Block, Dataset } from '../ports/dataset.ts'
import { rowWidth } from './column-width.ts'
import { estimateSlices, stretchesOf, type JobContext, type TimeStretch } from './job.ts'
import { demandsOf, scansOf } from './output-demands.ts'
import { hasBreaker, isPlan } from './preparations.ts'
import { reachOf, type Reach } from './reach.ts'
import type { Slice } from './task.ts'
import type { Output } from './work.ts'

type Explain = Extract<Result, { kind: 'explain' }>

/** What would be read for all rows of a plan, told without reading anything. */
export function explained(query: Omit<Explain, 'facts'>, context: JobContext): Explain {
  const facts = factsOf(query.plan, context)
  return { ...query, text: [query.text, ...factLines(facts)].join('\n'), facts }
}

function factsOf(plan: Plan, context: JobContext): ExplainFacts {
  const columns = schemaOf(plan).columns.map(({ name }) => name)
  const output: Output = { plan, sink: { kind: 'rows', columns, limit: null } }
  const scans = scansOf(demandsOf([output], context.identity))
  const { before, after } = reachOf(plan)
  const { slices, neededBytes } = estimateSlices([output], context)
  const seen = slices === null ? null : stretchesOf(slices.flatMap((slice) => seenBy(slice, { before, after })))
  const reads = [...scans].flatMap(([key, { columns }]) => readFacts(context.executor.datasets.get(key), columns, seen))
  return {
    reach: { beforeNs: before, afterNs: after },
    slices: slices?.length ?? null,
    neededBytes,
    workers: context.executor.workers,
    reads,
    held: heldStages(plan),
  }
}

/** What a slice of time sees with its reach; of a table nothing is left out. */
function seenBy(slice: Slice, { before, after }: Reach): readonly TimeStretch[] {
  if (slice.kind !== 'time') return []
  return [{ first: BigInt(slice.from) - BigInt(before), last: BigInt(slice.to) - 1n + BigInt(after) }]
}

/** @param seen the times that are read, in order and disjoint; null for all */
function readFacts(
  dataset: Dataset | undefined,
  columns: readonly string[],
  seen: readonly TimeStretch[] | null,
): readonly ReadFacts[] {
  if (dataset === undefined) return []
  const { files, schema, path } = dataset
  const isRead = ({ tFirst, tLast }: Block): boolean =>
    seen === null || seen.some(({ first, last }) => first <= BigInt(tLast) && BigInt(tFirst) <= last)
  const read = files.map((file) =>
    file.blocks.length === 0 ? [{ start: 0, end: file.rows }] : file.blocks.filter(isRead),
  )
  const blocks = read.flat()
  const rows = blocks.reduce((sum, { start, end }) => sum + end - start, 0)
  const width = rowWidth(schema.columns, new Set(columns), dataset)
  const count = read.filter((own) => own.length > 0).length
  return [{ path, columns: columns.toSorted(), files: count, blocks: blocks.length, rows, bytes: rows * width }]
}

/** The stages that are evaluated first and held in memory, each once, the innermost first. */
function heldStages(plan: Plan): readonly string[] {
  const found = new Set<string>()
  const seen = new Set<object>()
  const visit = (value: unknown): void => {
    if (typeof value !== 'object' || value === null || seen.has(value) || !hasBreaker(value)) return
    seen.add(value)
    Object.values(value).forEach(visit)
    if (isPlan(value) && heldOps.has(value.op)) found.add(value.op === 'join' ? `join ${value.name}` : value.op)
  }
  visit(plan)
  return [...found]
}

const heldOps: ReadonlySet<Plan['op']> = new Set(['sort', 'take', 'group', 'join', 'burst', 'during', 'complete'])

function factLines({ reach, slices, neededBytes, workers, reads, held }: ExplainFacts): readonly string[] {
  const work =
    slices === null
      ? `needs ${size(neededBytes ?? 0)} of memory with ${workers} workers: more than it may use`
      : `${counted(slices, 'slice')} on ${counted(workers, 'worker')}`
  return [
    `reach: ${seconds(reach.beforeNs)} before, ${seconds(reach.afterNs)} after`,
    work,
    ...reads.map(
      ({ path, columns, files, blocks, rows, bytes }) =>
        `reads ${path}: ${columns.join(', ') || 'no columns'} of ${counted(rows, 'row')} in ${counted(blocks, 'block')} of ${counted(files, 'file')}, about ${size(bytes)}`,
    ),
    ...(held.length === 0 ? [] : [`held in memory: ${held.join(', ')}`]),
  ]
}

function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`
}

function seconds(ns: number): string {
  return `${ns / 1e9} s`
}

function size(bytes: number): string {
  return bytes < 1e6 ? `${Math.ceil(bytes / 1e3)} kB` : `${Math.ceil(bytes / 1e6)} MB`
}
