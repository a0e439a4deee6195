import path from 'node:path'
import { chdir } from 'node:process'
import { abortOnSignal } from '../cli/interrupt.ts'
import { runLab } from '../lab/lab.ts'
import { openSession } from '../open-session.ts'
import { type Output, OutputClosed } from '../output.ts'
import { processOutput } from '../output-process.ts'
import { captureTimeText, truthText } from './report.ts'
import { isSampleMissing, makeSample, SampleFailed } from './sample.ts'
import { Notebook, StatementFailed } from './notebook.ts'
import { truthTables } from './truth-tables.ts'
import { compare } from './truth.ts'

const root = path.resolve(import.meta.dirname, '../..')
const selection = 'notebooks/ibd.sift'

/** `npm start`: makes the demonstration sample, runs the selection on it, and compares it with the truth. */
async function demonstrate(output: Output, controller: AbortController): Promise<number> {
  const { signal } = controller
  if (isSampleMissing(root)) output.err('data: making the demonstration sample, 2,000,000 rows …\n')
  await output.out(`data: ${await makeSample(root, signal)}\n\n`)
  await using opened = openSession({ threads: null, memoryBytes: null })
  const notebook = new Notebook({ session: opened.session, output, signal })
  await output.out(`── the selection, ${selection}\n\n`)
  await notebook.runFile(selection)
  await output.out(`${captureTimeText(notebook.number('count(ibd)'), notebook.number(meanTime))}\n\n`)
  await output.out('── the truth of the sample\n\n')
  await output.out(`${truthText(compare(await truthTables(notebook)))}\n`)
  return 0
}

const meanTime = 'mean(delayed.t - prompt.t of ibd)'

async function main(args: readonly string[], output: Output): Promise<number> {
  const controller = new AbortController()
  const stopListening = abortOnSignal(controller)
  chdir(root)
  try {
    const status = await demonstrate(output, controller)
    if (status !== 0 || args.includes('--no-lab')) return status
    await output.out('\n')
    const environment = path.join(root, '.venv')
    return await runLab({ root, environment, output, signal: controller.signal })
  } catch (error) {
    if (error instanceof StatementFailed) return error.status
    if (error instanceof OutputClosed) return 0
    if (controller.signal.aborted) return 130
    if (!(error instanceof SampleFailed)) throw error
    output.err(`${error.message}\n`)
    return 3
  } finally {
    stopListening()
  }
}

process.exitCode = await main(process.argv.slice(2), processOutput())
