import { abortOnSignal } from './cli/interrupt.ts'
import { readNotebook, UnreadableFile } from './cli/notebook.ts'
import { checkNotebook, runNotebook } from './cli/notebook-run.ts'
import { type CellOptions, parseCommandLine } from './cli/options.ts'
import { usage } from './cli/usage.ts'
import { openSession } from './open-session.ts'
import type { Output } from './output.ts'
import { processOutput } from './output-process.ts'
import { projectVersion } from './version.ts'

/** The command `sift`. @returns its exit status */
async function main(args: readonly string[], output: Output): Promise<number> {
  const invocation = parseCommandLine(args)
  switch (invocation.kind) {
    case 'help':
      await output.out(usage)
      return 0
    case 'version':
      await output.out(`sift ${projectVersion()}\n`)
      return 0
    case 'misuse':
      return misused(invocation.message, output)
    case 'run':
    case 'check':
      return withCells(invocation.kind, invocation, output)
  }
}

async function withCells(command: 'run' | 'check', options: CellOptions, output: Output): Promise<number> {
  const controller = new AbortController()
  const stopListening = abortOnSignal(controller)
  try {
    const cells = readNotebook(options.files, options.cells)
    await using opened = openSession(options)
    const request = { session: opened.session, cells, options, output, controller }
    return await (command === 'run' ? runNotebook(request) : checkNotebook(request))
  } catch (error) {
    if (error instanceof UnreadableFile) return misused(error.message, output)
    throw error
  } finally {
    stopListening()
  }
}

function misused(message: string, output: Output): number {
  output.err(`sift: ${message}\n\n${usage}`)
  return 2
}

process.exitCode = await main(process.argv.slice(2), processOutput())
