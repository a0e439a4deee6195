import { relative } from 'node:path'
import type { Finding } from '../../runtime/index/verify-finding.ts'
import { type Verification, verifyIndex } from '../../runtime/index/verify.ts'
import type { Output } from '../output.ts'
import { plural } from '../render/numbers.ts'
import { textTable } from '../render/text-table.ts'
import { cancelBy, indexFiles, unfinishedIn } from './index-paths.ts'

/** Checks an index and prints what is wrong. @returns the exit status: 3 when anything is */
export async function indexVerify(
  { paths, json }: { readonly paths: readonly string[]; readonly json: boolean },
  output: Output,
  signal: AbortSignal,
): Promise<number> {
  const cancel = cancelBy(signal)
  const files = await indexFiles(paths, cancel)
  const checked = (done: number, of: number): void => {
    if (output.interactive)
      output.err(`\r\u001b[K${done < of ? `${done} of ${plural(of, 'event-data file')} checked` : ''}`)
  }
  const verification = await verifyIndex(files, cancel, checked)
  for (const folder of unfinishedIn(paths)) {
    output.err(`${folder} holds a build that was not finished: sift index build --resume\n`)
  }
  await output.out(json ? `${JSON.stringify({ kind: 'verify', ...verification })}\n` : textOf(verification))
  return verification.findings.length === 0 ? 0 : 3
}

function textOf({ indexFiles: files, eventFiles, rows, findings }: Verification): string {
  const checked = `${plural(files, 'index file')} of ${plural(rows, 'row')}, ${plural(eventFiles, 'event-data file')}`
  if (findings.length === 0) return `${checked}: nothing is wrong\n`
  const { lines } = textTable(
    [
      column('what', findings, ({ kind }) => kind),
      column('where', findings, ({ index, file }) => shown(file ?? index)),
      column('why', findings, ({ message }) => message),
    ],
    200,
  )
  return `${[...lines, '', `${checked}: ${plural(findings.length, 'finding')}`].join('\n')}\n`
}

function column(header: string, findings: readonly Finding[], cell: (finding: Finding) => string) {
  return { header: [header], cells: findings.map(cell), align: 'left' as const }
}

/** Relative to the working folder where that is shorter. */
function shown(path: string): string {
  const short = relative(process.cwd(), path)
  return short.startsWith('../..') ? path : short
}
