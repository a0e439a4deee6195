import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { RuntimeError } from '../errors.ts'

const writer = fileURLToPath(new URL('./root_write.py', import.meta.url))
const entryListWriter = fileURLToPath(new URL('./root_entrylist.py', import.meta.url))
const projectPython = fileURLToPath(
  new URL(process.platform === 'win32' ? '../../.venv/Scripts/python.exe' : '../../.venv/bin/python', import.meta.url),
)

/**
 * Writes the rows of an Arrow file as a ROOT file with one tree, `index`, by uproot: no JavaScript library writes trees.
 * The Python is the project's own, or that of the environment variable SIFT_PYTHON.
 *
 * @throws RuntimeError D007 when the file cannot be written, R001 when `signal` aborts; then nobody writes any more
 */
export function arrowToRoot(arrow: string, path: string, signal?: AbortSignal): Promise<void> {
  return runPython(path, [writer, arrow, path], { input: null, signal })
}

/** The entries of one file, ascending, each once. */
export interface FileEntries {
  readonly path: string
  readonly tree: string
  readonly entries: readonly number[]
}

/** Writes a TEntryList `entrylist` with a sublist for each file. @throws RuntimeError D007 when the file cannot be written */
export function writeEntryList(path: string, files: readonly FileEntries[]): Promise<void> {
  return runPython(path, [entryListWriter, path], { input: JSON.stringify(files) })
}

interface PythonOptions {
  /** On its stdin. */
  readonly input: string | null
  readonly signal?: AbortSignal | undefined
}

async function runPython(path: string, args: readonly string[], { input, signal }: PythonOptions): Promise<void> {
  const python = process.env['SIFT_PYTHON'] ?? (existsSync(projectPython) ? projectPython : 'python3')
  const child = spawn(python, ['-I', ...args], {
    stdio: ['pipe', 'ignore', 'pipe'],
    // Apart from the terminal's process group: Ctrl-C reaches it by the signal alone, and does not look like a failure.
    detached: true,
    ...(signal === undefined ? {} : { signal, killSignal: 'SIGKILL' }),
  })
  const complaints: Buffer[] = []
  child.stderr.on('data', (chunk: Buffer) => complaints.push(chunk))
  // One that has gone away says so on stderr.
  child.stdin.on('error', () => {})
  child.stdin.end(input ?? '')
  let status: unknown
  try {
    ;[status] = await once(child, 'close')
  } catch (cause) {
    if (signal?.aborted === true) throw new RuntimeError('R001', 'Interrupted.', { cause })
    throw withoutPython(path, python, cause)
  }
  if (status !== 0) throw unwritable(path, python, Buffer.concat(complaints).toString().trim())
}

function unwritable(path: string, python: string, complaint: string): RuntimeError {
  const last = complaint.split('\n').at(-1) ?? ''
  if (/^(ModuleNotFoundError|ImportError)/.test(last)) return withoutPython(path, python, new Error(last))
  const why = last.replace(/^root_write: /, '')
  return new RuntimeError('D007', `\`${path}\` cannot be written: ${why === '' ? 'uproot failed' : why}.`, {
    cause: new Error(complaint),
  })
}

function withoutPython(path: string, python: string, cause: unknown): RuntimeError {
  return new RuntimeError('D007', `\`${path}\` cannot be written: \`${python}\` has no uproot.`, {
    fix: 'Run `npm run setup`, or name a Python that has uproot and pyarrow in the environment variable SIFT_PYTHON.',
    cause,
  })
}
