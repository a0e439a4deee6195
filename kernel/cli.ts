import type { IndexInvocation } from './cli/index-options.ts'
import type { FormatOptions } from './cli/format.ts'
import { abortOnSignal } from './cli/interrupt.ts'
import { readNotebook, UnreadableFile, UnwritableFile } from './cli/notebook.ts'
import { checkNotebook, runNotebook } from './cli/notebook-run.ts'
import { type CellOptions, parseCommandLine } from './cli/options.ts'
import { beginTight } from './cli/tight-memory.ts'
import { usage } from './cli/usage.ts'
import type { InstallPlace } from './install.ts'
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
    case 'install':
    case 'uninstall':
      return install(invocation.kind, invocation.place, output)
    case 'index':
      return indexCommand(invocation.invocation, output)
    case 'fmt':
      return formatCommand(invocation, output)
    case 'run':
    case 'check':
      beginTight(invocation.memoryBytes)
      return withCells(invocation.kind, invocation, output)
  }
}

async function withCells(command: 'run' | 'check', options: CellOptions, output: Output): Promise<number> {
  const controller = new AbortController()
  const stopListening = abortOnSignal(controller)
  try {
    const cells = readNotebook(options.files, options.cells)
    // Only now: help and mistakes of the command line need not wait for language and engine to load.
    const { openSession } = await import('./open-session.ts')
    await using opened = openSession(options)
    const request = { session: opened.session, cells, options, output, controller }
    return await (command === 'run' ? runNotebook(request) : checkNotebook(request))
  } catch (error) {
    if (error instanceof UnreadableFile) return misused(error.message, output)
    return faulted(error, output)
  } finally {
    stopListening()
  }
}

async function indexCommand(invocation: IndexInvocation, output: Output): Promise<number> {
  const controller = new AbortController()
  const stopListening = abortOnSignal(controller)
  try {
    const { runIndexCommand } = await import('./cli/index-command.ts')
    return await runIndexCommand(invocation, output, controller.signal)
  } catch (error) {
    return faulted(error, output)
  } finally {
    stopListening()
  }
}

async function formatCommand(options: FormatOptions, output: Output): Promise<number> {
  const { formatFiles } = await import('./cli/format.ts')
  try {
    return formatFiles(options, output)
  } catch (error) {
    if (!(error instanceof UnreadableFile) && !(error instanceof UnwritableFile)) return faulted(error, output)
    output.err(`sift: ${error.message}\n`)
    return error instanceof UnreadableFile ? 2 : 3
  }
}

async function install(command: 'install' | 'uninstall', place: InstallPlace, output: Output): Promise<number> {
  const { InstallError, installKernel, uninstallKernel } = await import('./install.ts')
  try {
    const folder = command === 'install' ? installKernel(place, process.execPath) : uninstallKernel(place)
    await output.out(command === 'install' ? `Jupyter finds Sift in ${folder}\n` : `${folder} is gone\n`)
    return 0
  } catch (error) {
    if (!(error instanceof InstallError)) return faulted(error, output)
    output.err(`sift: ${error.message}\n`)
    return 3
  }
}

function misused(message: string, output: Output): number {
  output.err(`sift: ${message}\n\n${usage}`)
  return 2
}

/** A bug ends the run as a failure of running, with what a report needs. */
function faulted(error: unknown, output: Output): number {
  const trace = error instanceof Error ? (error.stack ?? error.message) : String(error)
  output.err(`sift: a fault in Sift, not in your query; please report it with the cell:\n${trace}\n`)
  return 4
}

process.exitCode = await main(process.argv.slice(2), processOutput())
