import { basename } from 'node:path'
import type { Span } from '../../runtime/ports/dataset.ts'
import { type EventTable, type IndexFacts, indexFacts } from '../../runtime/index/verify-index.ts'
import { formatBytes, formatCount, formatDuration, formatInstant, plural } from '../render/numbers.ts'
import type { TextColumn } from '../render/text-table.ts'
import { cancelBy, indexFiles } from './index-paths.ts'
import type { IndexReport } from './index-report.ts'

/** Says what an index holds: files with their runs, times, rows and live time; columns with types and units. */
export async function indexInfo(paths: readonly string[], signal: AbortSignal): Promise<IndexReport> {
  const cancel = cancelBy(signal)
  const events: EventTable = new Map()
  const indices: IndexFacts[] = []
  for (const path of await indexFiles(paths, cancel)) indices.push(await indexFacts(path, events, cancel))
  return { parts: partsOf(indices, events), json: jsonOf(indices), good: true }
}

function jsonOf(indices: readonly IndexFacts[]): IndexReport['json'] {
  const files = indices.map(({ path, bytes, rows, document, columns, runs }) => ({
    path,
    bytes,
    rows,
    runs: runs.map(({ run, rows: own, first, last }) => ({ run, rows: own, first: String(first), last: String(last) })),
    columns: Object.fromEntries(columns),
    files: document?.files ?? [],
    goodTime: document?.goodTime ?? null,
    approximate: document?.approximate ?? true,
    livetime: String(liveTime(document?.goodTime ?? [])),
    query: document?.query ?? null,
  }))
  return { kind: 'info', files }
}

function partsOf(indices: readonly IndexFacts[], events: EventTable): IndexReport['parts'] {
  const table: readonly TextColumn[] = [
    { header: ['index file'], cells: indices.map(({ path }) => basename(path)), align: 'left' },
    { header: ['runs'], cells: indices.map(({ runs }) => runsOf(runs)), align: 'left' },
    { header: ['rows'], cells: indices.map(({ rows }) => formatCount(rows)), align: 'right' },
    { header: ['size'], cells: indices.map(({ bytes }) => formatBytes(bytes)), align: 'right' },
    { header: ['first event'], cells: indices.map((index) => timeOf(index, 'first')), align: 'left' },
    { header: ['last event'], cells: indices.map((index) => timeOf(index, 'last')), align: 'left' },
    { header: ['live time'], cells: indices.map(liveText), align: 'right' },
  ]
  const [first] = indices
  const columns = [...(first?.columns ?? [])].map(([name, type]) => `${name} ${type}`)
  const entries = [...events.values()].reduce((sum, { row }) => sum + (row.entries ?? 0), 0)
  const bytes = [...events.values()].reduce((sum, { row }) => sum + (row.bytes ?? 0), 0)
  const data = `event data: ${plural(events.size, 'file')}, ${plural(entries, 'entry').replace(/entrys$/, 'entries')}, ${formatBytes(bytes)}`
  return [table, '', `columns: ${columns.join(', ')}`, data]
}

function runsOf(runs: IndexFacts['runs']): string {
  const numbers = runs.map(({ run }) => run).toSorted((left, right) => left - right)
  const [first, last] = [numbers[0], numbers.at(-1)]
  if (first === undefined || last === undefined) return ''
  return numbers.length === 1 ? String(first) : `${first}–${last} (${numbers.length})`
}

function timeOf({ runs }: IndexFacts, end: 'first' | 'last'): string {
  const times = runs.map((run) => run[end]).toSorted((left, right) => (left < right ? -1 : Number(left > right)))
  const time = end === 'first' ? times[0] : times.at(-1)
  return time === undefined ? '' : formatInstant(time)
}

/** Whole nanoseconds. */
function liveTime(spans: readonly Span[]): bigint {
  return spans.reduce((sum, { start, stop }) => sum + BigInt(stop) - BigInt(start), 0n)
}

function liveText({ document }: IndexFacts): string {
  const spans = document?.goodTime
  if (spans === null || spans === undefined) return ''
  return `${document?.approximate === true ? '≈ ' : ''}${formatDuration(Number(liveTime(spans)))}`
}
