import { basename, join } from 'node:path'
import { RuntimeError } from '../errors.ts'
import type { Span } from '../ports/dataset.ts'
import type { BaseFile } from './build-base.ts'
import { spansOfEvents, type Stretch } from './build-good-time.ts'
import type { BuildOrder } from './build-journal.ts'
import type { SortedRows } from './build-merge.ts'
import type { Chunk, EventDataFile, Part, RunRows } from './build-part.ts'
import type { RunRequest } from './build-run.ts'
import type { DocumentFile, Producer } from './document.ts'

interface Material {
  readonly order: BuildOrder
  readonly parts: readonly Part[]
  readonly base: readonly BaseFile[]
}

interface Place {
  readonly producer: Producer
  readonly out: string
  readonly staged: (name: string) => string
}

export interface PlannedRun {
  readonly run: number
  readonly name: string
  readonly rowCount: number
  readonly request: RunRequest
}

/** What the index file of each run is merged from, runs ascending. */
export function runRequests(material: Material, place: Place): readonly PlannedRun[] {
  const { parts, order } = material
  const runs = [...new Set(parts.flatMap((part) => part.chunks.flatMap((chunk) => chunk.runs.map(({ run }) => run))))]
  if (runs.length === 0) throw withoutEvents(order.files)
  runs.sort((left, right) => left - right)
  return runs.map((run) => plannedRun(run, run === runs[0], material, place))
}

function plannedRun(run: number, isFirst: boolean, material: Material, { producer, out, staged }: Place): PlannedRun {
  const { order, parts, base } = material
  const name = `run${run}${order.ending}`
  const old = base.find((file) => basename(file.name) === name)
  // A file without events is in the table of the first run, so that it is known.
  const members = parts.flatMap((part, number) => {
    const file = order.files[number]
    const belongs = rowsOf(part, run).length > 0 || (isFirst && part.chunks.length === 0)
    return belongs && file !== undefined ? [{ part, file }] : []
  })
  const firstId = Math.max(-1, ...(old?.document.files ?? []).map(({ id }) => id)) + 1
  const files = [
    ...(old?.document.files ?? []),
    ...members.map(({ part, file }, at) => tableRow(firstId + at, file, part, order.plan.tree)),
  ]
  const rows = [
    ...(old === undefined ? [] : [oldRows(old)]),
    ...members.flatMap(({ part }, at) => rowsOf(part, run).map((found) => sortedRows(found, firstId + at))),
  ]
  return {
    run,
    name,
    rowCount: rows.reduce((sum, { start, end }) => sum + end - start, 0),
    request: { path: staged(name), plan: order.plan, files, rows, producer, ...goodTimeOf(run, material, old, out) },
  }
}

interface Found {
  readonly chunk: Chunk
  readonly rows: RunRows
}

function rowsOf({ chunks }: Part, run: number): readonly Found[] {
  return chunks.flatMap((chunk) => chunk.runs.filter((rows) => rows.run === run).map((rows) => ({ chunk, rows })))
}

function sortedRows({ chunk, rows }: Found, file: number): SortedRows {
  return { path: chunk.path, start: rows.start, end: rows.end, tFirst: rows.tFirst, file }
}

function oldRows({ path, rows, tFirst }: BaseFile): SortedRows {
  return { path, start: 0, end: rows, tFirst, file: null }
}

function tableRow(
  id: number,
  { path, uuid, bytes, modifiedMs, entries }: EventDataFile,
  { tFirst, tLast }: Part,
  tree: string | null,
): DocumentFile {
  const modified = new Date(modifiedMs).toISOString()
  return { id, path, uuid, bytes, entries, modified, tFirst, tLast, ...(tree === null ? {} : { tree }) }
}

/** By the run table where there is one, else from the events. */
function goodTimeOf(
  run: number,
  { order, parts }: Material,
  old: BaseFile | undefined,
  out: string,
): Pick<RunRequest, 'goodTime' | 'approximate'> {
  if (order.runTable !== null) {
    const goodTime = order.runTable.filter((span) => span.run === run)
    if (goodTime.length > 0) return { goodTime: united(goodTime), approximate: false }
    throw new RuntimeError('D003', `The run table has no run ${run}, which events are of.`, {
      fix: 'Add a line for it, or leave out --runs: the good time then comes from the events, marked ≈.',
    })
  }
  const stated = old?.document.goodTime ?? []
  if (stated.length > 0 && old?.document.approximate === false) {
    throw new RuntimeError('D003', `The good time of run ${run} in \`${join(out, old.name)}\` came from a run table.`, {
      fix: 'Give the run table again: --runs.',
    })
  }
  const stretches = [
    ...stated.map(({ start, stop }): Stretch => [BigInt(start), BigInt(stop) - 1n]),
    ...parts.flatMap((part) => rowsOf(part, run)).flatMap(({ rows }) => rows.stretches.map(stretchOf)),
  ]
  return { goodTime: spansOfEvents(run, stretches, BigInt(order.gapNs)), approximate: true }
}

function stretchOf([first, last]: readonly [string, string]): Stretch {
  return [BigInt(first), BigInt(last)]
}

/** Sorted; lines that overlap or touch are one span. */
function united(spans: readonly Span[]): readonly Span[] {
  const found: { run: number; start: string; stop: string }[] = []
  const sorted = spans.toSorted((left, right) => (BigInt(left.start) < BigInt(right.start) ? -1 : 1))
  for (const span of sorted) {
    const open = found.at(-1)
    if (open === undefined || BigInt(open.stop) < BigInt(span.start)) found.push({ ...span })
    else if (BigInt(span.stop) > BigInt(open.stop)) open.stop = span.stop
  }
  return found
}

function withoutEvents(files: readonly EventDataFile[]): RuntimeError {
  return new RuntimeError(
    'D003',
    `There is no event in ${files.length === 1 ? `\`${files[0]?.path}\`` : `any of the ${files.length} files`}.`,
    {
      fix: 'Name files that have entries in the tree.',
    },
  )
}
