import { RuntimeError } from '../../runtime/errors.ts'
import { type Output, OutputClosed } from '../output.ts'
import { failureOf } from '../problem.ts'
import { ColumnsMistake } from './index-columns.ts'
import type { IndexInvocation } from './index-options.ts'
import { statusOf } from './status.ts'

/** The command `sift index`. @returns the exit status */
export async function runIndexCommand(
  invocation: IndexInvocation,
  output: Output,
  signal: AbortSignal,
): Promise<number> {
  try {
    return await dispatch(invocation, output, signal)
  } catch (error) {
    if (error instanceof OutputClosed) return 0
    if (error instanceof ColumnsMistake) {
      output.err(`sift: ${error.message}\n`)
      return 1
    }
    if (error instanceof RuntimeError) return failed(error, invocation, output)
    if (signal.aborted) return failed(new RuntimeError('R001', 'Interrupted.'), invocation, output)
    throw error
  }
}

async function dispatch(invocation: IndexInvocation, output: Output, signal: AbortSignal): Promise<number> {
  switch (invocation.kind) {
    case 'build': {
      const { indexBuild } = await import('./index-build.ts')
      await indexBuild(invocation, output, signal)
      return 0
    }
    case 'verify': {
      const { indexVerify } = await import('./index-verify.ts')
      return indexVerify(invocation, output, signal)
    }
    case 'info': {
      const { indexInfo } = await import('./index-info.ts')
      return indexInfo(invocation, output, signal)
    }
  }
}

async function failed(error: RuntimeError, { json }: IndexInvocation, output: Output): Promise<number> {
  const { code, message, fix } = error
  if (json) await output.out(`${JSON.stringify({ kind: 'error', code, message, fix })}\n`)
  output.err(`error ${code}\n  ${message}\n${fix === null ? '' : `  Way out: ${fix}\n`}`)
  return statusOf(failureOf(error, null))
}
