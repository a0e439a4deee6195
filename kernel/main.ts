import { flushCompileCache } from 'node:module'
import { ConnectionError, readConnection } from './connection.ts'
import { languageInfo } from './language-info.ts'
import { lazyInterpreter } from './lazy-interpreter.ts'
import type { Output } from './output.ts'
import { processOutput } from './output-process.ts'
import { watchParent } from './parent.ts'
import { Server } from './server.ts'
import { WireError } from './wire.ts'

const idleMs = 500

/** The Jupyter kernel: `main.ts CONNECTION_FILE`. @returns its exit status */
async function main([file]: readonly string[], output: Output): Promise<number> {
  const log = (line: string): void => output.err(`sift kernel: ${line}\n`)
  if (file === undefined) {
    log('no connection file; Jupyter starts this program, see `sift install`')
    return 2
  }
  try {
    await serve(file, log)
    return 0
  } catch (error) {
    if (!(error instanceof ConnectionError || error instanceof WireError)) throw error
    log(error.message)
    return 2
  }
}

async function serve(file: string, log: (line: string) => void): Promise<void> {
  const interpreter = lazyInterpreter(languageInfo(), async () => {
    const { openNotebook } = await import('./open-notebook.ts')
    keepCompiled()
    return openNotebook()
  })
  const server = new Server({ connection: readConnection(file), interpreter, log })
  process.on('SIGINT', () => server.interrupt())
  for (const signal of ['SIGTERM', 'SIGHUP'] as const) process.on(signal, () => void server.close())
  watchParent(() => void server.close())
  await server.start()
  keepCompiled()
  await server.ended
}

/** Node writes what it has compiled at the end of a process, which for a kernel is often to be killed. */
function keepCompiled(): void {
  setTimeout(flushCompileCache, idleMs).unref()
}

const output = processOutput()
process.on('unhandledRejection', (error) => {
  // A kernel that dies takes the notebook's names with it: a fault is told, and the next message served.
  output.err(`sift kernel: fault: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`)
})
process.exitCode = await main(process.argv.slice(2), output)
// Worker threads and native sockets are closed; what still holds the process is not ours to wait for.
process.exit()
