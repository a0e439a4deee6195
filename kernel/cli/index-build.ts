import { realpathSync } from 'node:fs'
import { resolve } from 'node:path'
import type { Type } from '../../dsl/ir/types.ts'
import type { BuildPlan } from '../../runtime/index/build-plan.ts'
import type { BuildRequest, BuildResult, BuildStep } from '../../runtime/index/build.ts'
import { openEventData } from '../../runtime/index/event-data.ts'
import { findFiles } from '../../runtime/index/find.ts'
import { layoutOf } from '../../runtime/index/layout.ts'
import { placeOf } from '../../runtime/index/place.ts'
import { readRunTable } from '../../runtime/index/run-table.ts'
import { buildLocally } from '../../runtime/local/build.ts'
import type { Cancel } from '../../runtime/ports/format.ts'
import { formatBytes, formatCount, formatElapsed, plural } from '../render/numbers.ts'
import type { TextColumn } from '../render/text-table.ts'
import { typeName, unitOfType } from '../render/value.ts'
import { projectVersion } from '../version.ts'
import { readColumnsFile } from './index-columns.ts'
import type { IndexBuildOptions } from './index-options.ts'
import { buildPlanOf } from './index-plan.ts'
import type { IndexProgress, IndexReport } from './index-report.ts'

const endings = { parquet: '.parquet', arrow: '.arrow', hdf5: '.h5', root: '.root' } as const

/**
 * Builds an index and says what was built.
 *
 * @throws RuntimeError as `buildIndex`, ColumnsMistake
 */
export async function indexBuild(
  options: IndexBuildOptions,
  progress: IndexProgress,
  signal: AbortSignal,
): Promise<IndexReport> {
  const started = performance.now()
  const request = await requestOf(options, signal)
  if (options.dryRun) return intention(request)
  let step: { readonly name: BuildStep; readonly startMs: number } = { name: 'reading', startMs: started }
  const result = await buildLocally(request, {
    threads: options.threads,
    signal,
    progress: (name, read) => {
      if (name !== step.name) step = { name, startMs: performance.now() }
      const elapsedMs = performance.now() - step.startMs
      if (read.rows < read.totalRows) progress.show(read, elapsedMs)
      else progress.finish(read, elapsedMs)
    },
  })
  return reportOf(result, request, performance.now() - started)
}

async function requestOf(options: IndexBuildOptions, signal: AbortSignal): Promise<BuildRequest> {
  const folder = process.cwd()
  const cancel: Cancel = {
    get aborted() {
      return signal.aborted
    },
    throwIfAborted: () => signal.throwIfAborted(),
  }
  const columns = readColumnsFile(options.columns)
  const places = options.from.map((from) => placeOf(from, folder))
  const found = await Promise.all(places.map((place) => findFiles(place, cancel)))
  const files = [...new Set(found.flat())].toSorted()
  const tree = options.tree ?? places.find((place) => place.tree !== null)?.tree ?? columns.tree
  return {
    files,
    plan: buildPlanOf(columns, await eventData(files[0] ?? '', tree), tree),
    out: resolved(resolve(folder, options.out)),
    ending: endings[options.format],
    append: options.append,
    resume: options.resume,
    gapNs: options.gapNs,
    runTable: options.runs === null ? null : readRunTable(options.runs),
    producer: { version: projectVersion() },
  }
}

/** The folder itself where it is there: two names of one folder have one lock. */
function resolved(folder: string): string {
  try {
    return realpathSync(folder)
  } catch {
    return folder
  }
}

/** The columns of the first file; the others are held against them when they are read. */
async function eventData(path: string, tree: string | null) {
  await using source = await openEventData(path, tree)
  const { fields } = source.schema
  const isTime = fields.some(({ name }) => name === 't')
  return { schema: layoutOf({ path, fields, document: null, timeDeclared: isTime }).schema, fields }
}

async function intention({ files, plan, out, ending }: BuildRequest): Promise<IndexReport> {
  let [entries, bytes] = [0, 0]
  const { surveyFile } = await import('../../runtime/index/build-part.ts')
  for (const path of files) {
    const survey = await surveyFile(path, plan.tree)
    entries += survey.entries
    bytes += survey.bytes
  }
  const columns = columnsOf(plan)
  const head = `${plural(files.length, 'file')}, ${plural(entries, 'event')}, ${formatBytes(bytes)} of event data`
  const reads = `reads ${plan.reads.map(({ name }) => name).join(', ')}`
  const table: readonly TextColumn[] = [
    { header: ['column'], cells: columns.map(({ name }) => name), align: 'left' },
    { header: ['type'], cells: columns.map(({ type }) => type), align: 'left' },
    { header: ['unit'], cells: columns.map(({ unit }) => unit ?? ''), align: 'left' },
  ]
  return {
    parts: [head, reads, `would write one ${ending} file per run to ${out}`, '', table],
    json: { kind: 'dry-run', files, entries, bytes, out, columns },
    good: true,
  }
}

function columnsOf({ columns }: BuildPlan) {
  const reference = [
    { name: 'file', type: 'uint32', unit: null },
    { name: 'entry', type: 'int64', unit: null },
  ]
  return [
    ...columns.map(({ column: { name, type } }) => ({ name, type: typeText(type), unit: unitOfType(type) })),
    ...reference,
  ]
}

function typeText(type: Type): string {
  return typeName(type)
}

function reportOf(result: BuildResult, { out }: BuildRequest, elapsedMs: number): IndexReport {
  const { runs, files, rows, eventBytes, indexBytes } = result
  const json = { kind: 'index', out, ...result, ms: Math.round(elapsedMs) }
  if (runs.length === 0)
    return { parts: [`${out} has all of these files already: nothing is left to do`], json, good: true }
  const table: readonly TextColumn[] = [
    { header: ['run'], cells: runs.map(({ run }) => String(run)), align: 'right' },
    { header: ['rows'], cells: runs.map((run) => formatCount(run.rows)), align: 'right' },
    { header: ['files'], cells: runs.map((run) => formatCount(run.files)), align: 'right' },
    { header: ['index file'], cells: runs.map(({ name }) => name), align: 'left' },
  ]
  const share = eventBytes === 0 ? '' : ` (${((100 * indexBytes) / eventBytes).toPrecision(2)} % of the event data)`
  const rate = `${formatCount(Math.round((1000 * rows) / elapsedMs))} rows/s, ${formatBytes((1000 * eventBytes) / elapsedMs)}/s of event data`
  const tail = `${plural(rows, 'row')} of ${plural(files, 'file')} in ${formatBytes(indexBytes)}${share}, ${formatElapsed(elapsedMs)}: ${rate}`
  return { parts: [table, '', tail], json, good: true }
}
