import { RuntimeError } from '../../runtime/errors.ts'
import { type Output, OutputClosed } from '../output.ts'
import { failureOf } from '../problem.ts'
import { plural } from '../render/numbers.ts'
import { ColumnsMistake } from './index-columns.ts'
import type { IndexInvocation } from './index-options.ts'
import { type IndexProgress, type IndexReport, reportJson, reportText } from './index-report.ts'
import { progressLine } from './progress.ts'
import { statusOf } from './status.ts'

/** The command `sift index`. @returns the exit status */
export async function runIndexCommand(
  invocation: IndexInvocation,
  output: Output,
  signal: AbortSignal,
): Promise<number> {
  try {
    const report = await runIndex(invocation, progressOn(output), signal)
    await output.out(invocation.json ? reportJson(report) : reportText(report))
    return report.good ? 0 : 3
  } catch (error) {
    if (error instanceof OutputClosed) return 0
    if (error instanceof ColumnsMistake) {
      output.err(`sift: ${error.message}\n`)
      return 1
    }
    if (error instanceof RuntimeError) return failed(error, invocation, output)
    throw error
  }
}

/**
 * Runs an index command wherever it was given.
 *
 * @throws RuntimeError R001 when it was interrupted; ColumnsMistake
 */
export async function runIndex(
  invocation: IndexInvocation,
  progress: IndexProgress,
  signal: AbortSignal,
): Promise<IndexReport> {
  try {
    return await dispatch(invocation, progress, signal)
  } catch (error) {
    if (error instanceof RuntimeError || error instanceof ColumnsMistake || !signal.aborted) throw error
    throw new RuntimeError('R001', 'Interrupted.', { cause: error })
  }
}

async function dispatch(
  invocation: IndexInvocation,
  progress: IndexProgress,
  signal: AbortSignal,
): Promise<IndexReport> {
  switch (invocation.kind) {
    case 'build': {
      const { indexBuild } = await import('./index-build.ts')
      return indexBuild(invocation, progress, signal)
    }
    case 'verify': {
      const { indexVerify } = await import('./index-verify.ts')
      return indexVerify(invocation.paths, progress, signal)
    }
    case 'info': {
      const { indexInfo } = await import('./index-info.ts')
      return indexInfo(invocation.paths, signal)
    }
  }
}

const clearLine = '\r\u001b[K'

function progressOn(output: Output): IndexProgress {
  const line = progressLine(output)
  return {
    show: (progress, elapsedMs) => line.show(progress, elapsedMs),
    finish: (progress, elapsedMs) => line.finish(progress, elapsedMs),
    checked: (done, of) => {
      if (output.interactive) output.err(`${clearLine}${done < of ? checkedText(done, of) : ''}`)
    },
    note: (text) => output.err(`${text}\n`),
  }
}

export function checkedText(done: number, of: number): string {
  return `${done} of ${plural(of, 'event-data file')} checked`
}

async function failed(error: RuntimeError, { json }: IndexInvocation, output: Output): Promise<number> {
  const { code, message, fix } = error
  if (json) await output.out(`${JSON.stringify({ kind: 'error', code, message, fix })}\n`)
  output.err(`error ${code}\n  ${message}\n${fix === null ? '' : `  Way out: ${fix}\n`}`)
  return statusOf(failureOf(error, null))
}
