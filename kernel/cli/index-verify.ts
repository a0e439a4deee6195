import { relative } from 'node:path'
import type { Finding } from '../../runtime/index/verify-finding.ts'
import { type Verification, verifyIndex } from '../../runtime/index/verify.ts'
import { plural } from '../render/numbers.ts'
import { cancelBy, indexFiles, unfinishedIn } from './index-paths.ts'
import type { IndexProgress, IndexReport } from './index-report.ts'

/** Checks an index and says what is wrong. */
export async function indexVerify(
  paths: readonly string[],
  progress: IndexProgress,
  signal: AbortSignal,
): Promise<IndexReport> {
  const cancel = cancelBy(signal)
  const files = await indexFiles(paths, cancel)
  const verification = await verifyIndex(files, cancel, (done, of) => progress.checked(done, of))
  for (const folder of unfinishedIn(paths)) {
    progress.note(`${folder} holds a build that was not finished: sift index build --resume`)
  }
  const { findings } = verification
  return { parts: partsOf(verification), json: { kind: 'verify', ...verification }, good: findings.length === 0 }
}

function partsOf({ indexFiles: files, eventFiles, rows, findings }: Verification): IndexReport['parts'] {
  const checked = `${plural(files, 'index file')} of ${plural(rows, 'row')}, ${plural(eventFiles, 'event-data file')}`
  if (findings.length === 0) return [`${checked}: nothing is wrong`]
  const table = [
    column('what', findings, ({ kind }) => kind),
    column('where', findings, ({ index, file }) => shown(file ?? index)),
    column('why', findings, ({ message }) => message),
  ]
  return [table, '', `${checked}: ${plural(findings.length, 'finding')}`]
}

function column(header: string, findings: readonly Finding[], cell: (finding: Finding) => string) {
  return { header: [header], cells: findings.map(cell), align: 'left' as const }
}

/** Relative to the working folder where that is shorter. */
function shown(path: string): string {
  const short = relative(process.cwd(), path)
  return short.startsWith('../..') ? path : short
}
