import { statSync } from 'node:fs'
import { join } from 'node:path'
import { RuntimeError } from '../errors.ts'
import type { Progress } from '../ports/backend.ts'
import type { Span } from '../ports/dataset.ts'
import type { Cancel } from '../ports/format.ts'
import { type BaseFile, holderOf, indexFilesIn, readBase } from './build-base.ts'
import { type BuildOrder, Journal, journalFolder } from './build-journal.ts'
import { lockFolder } from './build-lock.ts'
import { runRequests } from './build-merge-plan.ts'
import type { EventDataFile, Part, PartRequest } from './build-part.ts'
import type { BuildPlan } from './build-plan.ts'
import type { RunRequest } from './build-run.ts'
import type { Producer } from './document.ts'

export interface BuildRequest {
  /** Event-data files, absolute, sorted. */
  readonly files: readonly string[]
  readonly plan: BuildPlan
  /** The folder of the index. */
  readonly out: string
  /** `.parquet`, `.arrow`, `.h5`, `.root`. */
  readonly ending: string
  readonly append: boolean
  readonly resume: boolean
  /** A longer pause without an event ends a span of good time, where no run table states it. */
  readonly gapNs: number
  readonly runTable: readonly Span[] | null
  readonly producer: Producer
}

/** Who does the work: worker threads. */
export interface BuildWorkers {
  survey(path: string, tree: string | null): Promise<EventDataFile>
  part(request: PartRequest, read: (rows: number) => void): Promise<Part>
  run(request: RunRequest, wrote: (rows: number) => void): Promise<number>
}

export interface BuildOptions {
  readonly workers: BuildWorkers
  readonly cancel: Cancel
  /** `rows` of the step's `totalRows`; `bytes` of event data that are done with. */
  readonly progress: (step: BuildStep, progress: Progress) => void
}

export type BuildStep = 'reading' | 'writing'

export interface BuildResult {
  readonly runs: readonly BuiltRun[]
  readonly files: number
  readonly rows: number
  /** Of the event-data files that were read, and of the index files that were written. */
  readonly eventBytes: number
  readonly indexBytes: number
}

export interface BuiltRun {
  readonly run: number
  readonly name: string
  readonly rows: number
  readonly files: number
}

/**
 * Builds the index of event-data files: one file per run, sorted by (t, file, entry). Whatever ends it, the folder holds
 * the old index or the new one, and what is done so far; the same request with `resume` then gives the same bytes as an
 * undisturbed build.
 *
 * @throws RuntimeError D001 to D003 for the event data, D005 for a file that is in already, D007 when the folder is in use,
 * holds something else or is full, R001 when cancelled
 */
export async function buildIndex(request: BuildRequest, options: BuildOptions): Promise<BuildResult> {
  const journal = new Journal(request.out)
  using _ = leaving(journal)
  using _lock = lockFolder(journalFolder(request.out))
  const done = journal.committing<BuildResult>()
  if (done !== null) return await journal.commit(done)
  const known = journal.order()
  if (known !== null && !request.resume) throw unfinished(request.out)
  const { base, files } = await situation(request, options, known)
  if (files.length === 0) return { runs: [], files: 0, rows: 0, eventBytes: 0, indexBytes: 0 }
  const order = orderOf(request, files, base)
  if (known === null) await journal.begin(order)
  else refuseOther(known, order, request.out)
  const parts = await readParts(order, journal, options)
  const runs = await writeRuns(request, { order, parts, base }, journal, options)
  const indexBytes = runs.reduce((sum, { name }) => sum + statSync(journal.staged(name)).size, 0)
  const result: BuildResult = {
    runs,
    files: files.length,
    rows: runs.reduce((sum, { rows }) => sum + rows, 0),
    eventBytes: files.reduce((sum, { bytes }) => sum + bytes, 0),
    indexBytes,
  }
  return await journal.commit({ names: runs.map(({ name }) => name), result })
}

function leaving(journal: Journal): Disposable {
  return { [Symbol.dispose]: () => journal.leave() }
}

interface Situation {
  readonly base: readonly BaseFile[]
  readonly files: readonly EventDataFile[]
}

/** Surveys the event data and the index that is there. No files: all of them are in it, and nothing is left to do. */
async function situation(
  request: BuildRequest,
  { workers, cancel }: BuildOptions,
  known: BuildOrder | null,
): Promise<Situation> {
  const { out, plan, append, resume } = request
  const names = indexFilesIn(out)
  if (names.length > 0 && !append && !resume) throw occupied(out, names)
  const files = await Promise.all(request.files.map((path) => workers.survey(path, plan.tree)))
  refuseTwins(files)
  const base = await Promise.all(names.map((name) => readBase(out, name, plan, cancel)))
  if (known !== null || base.length === 0) return { base, files }
  const held = files.filter((file) => holderOf(file, base) !== undefined)
  if (resume && held.length === files.length) return { base, files: [] }
  if (!append) throw occupied(out, names)
  const [first] = held
  if (first !== undefined) throw alreadyIn(first, holderOf(first, base)?.path ?? out)
  const other = names.find((name) => !name.endsWith(request.ending))
  if (other !== undefined) throw otherFormat(join(out, other), request.ending)
  return { base, files }
}

function orderOf(
  { plan, ending, gapNs, runTable }: BuildRequest,
  files: readonly EventDataFile[],
  base: readonly BaseFile[],
): BuildOrder {
  return { plan, files, ending, gapNs, runTable, base: base.map(({ name, bytes }) => ({ name, bytes })) }
}

async function readParts(
  { files, plan, gapNs }: BuildOrder,
  journal: Journal,
  { workers, progress }: BuildOptions,
): Promise<readonly Part[]> {
  const totalRows = files.reduce((sum, { entries }) => sum + entries, 0)
  let [rows, bytes] = [0, 0]
  const add = (more: number): void => progress('reading', { rows: (rows += more), totalRows, bytes })
  return Promise.all(
    files.map(async (file, number) => {
      const known = journal.part(number)
      const part = known ?? (await workers.part({ file, plan, prefix: journal.partPrefix(number), gapNs }, add))
      if (known === null) await journal.savePart(number, part)
      bytes += file.bytes
      add(known === null ? 0 : file.entries)
      return part
    }),
  )
}

interface Material {
  readonly order: BuildOrder
  readonly parts: readonly Part[]
  readonly base: readonly BaseFile[]
}

async function writeRuns(
  { producer, out }: BuildRequest,
  material: Material,
  journal: Journal,
  { workers, progress }: BuildOptions,
): Promise<readonly BuiltRun[]> {
  const requests = runRequests(material, { producer, out, staged: (name) => journal.staged(name) })
  const totalRows = requests.reduce((sum, { rowCount }) => sum + rowCount, 0)
  let rows = 0
  const add = (more: number): void => progress('writing', { rows: (rows += more), totalRows, bytes: 0 })
  return Promise.all(
    requests.map(async ({ run, name, rowCount, request }) => {
      const isThere = statSync(request.path, { throwIfNoEntry: false }) !== undefined
      if (isThere) add(rowCount)
      else await workers.run(request, add)
      return { run, name, rows: rowCount, files: request.files.length }
    }),
  )
}

function refuseTwins(files: readonly EventDataFile[]): void {
  const seen = new Map<string, string>()
  for (const { uuid, path } of files) {
    const other = uuid === null ? undefined : seen.get(uuid)
    if (other !== undefined) {
      throw new RuntimeError('D005', `\`${path}\` is a copy of \`${other}\`: both have the UUID ${uuid}.`, {
        fix: 'Give one of them: each event would count twice.',
      })
    }
    if (uuid !== null) seen.set(uuid, path)
  }
}

function alreadyIn({ path, uuid }: EventDataFile, index: string): RuntimeError {
  return new RuntimeError('D005', `\`${path}\` is already in \`${index}\`${uuid === null ? '' : `, UUID ${uuid}`}.`, {
    fix: 'Leave it out of --from: its events would count twice.',
  })
}

function occupied(out: string, names: readonly string[]): RuntimeError {
  return new RuntimeError(
    'D007',
    `\`${out}\` holds an index already: ${names.length} files, such as \`${names[0]}\`.`,
    {
      fix: 'Add to it with --append, or build into another folder.',
    },
  )
}

function otherFormat(path: string, ending: string): RuntimeError {
  return new RuntimeError('D007', `\`${path}\` is of another format than \`${ending}\`.`, {
    fix: 'Add in the format that the index was begun in: --format.',
  })
}

function unfinished(out: string): RuntimeError {
  return new RuntimeError('D007', `\`${out}\` holds a build that was not finished.`, {
    fix: `Give the same command with --resume to finish it, or remove \`${journalFolder(out)}\` to begin anew.`,
  })
}

function refuseOther(known: BuildOrder, order: BuildOrder, out: string): void {
  const keys = ['files', 'plan', 'ending', 'gapNs', 'runTable', 'base'] as const
  const other = keys.find((key) => JSON.stringify(known[key]) !== JSON.stringify(order[key]))
  if (other === undefined) return
  const what = {
    files: 'the event-data files were others, or have changed since',
    plan: 'the tree or the columns were others',
    ending: `the format was \`${known.ending}\``,
    gapNs: `--gap was ${known.gapNs} ns`,
    runTable: 'the run table was another',
    base: 'the index files beside it have changed since',
  }[other]
  throw new RuntimeError('D007', `The build in \`${out}\` cannot be resumed with this command: ${what}.`, {
    fix: `Give the command that began it, or remove \`${journalFolder(out)}\` to begin anew.`,
  })
}
