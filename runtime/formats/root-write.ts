import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { RuntimeError } from '../errors.ts'

const program = fileURLToPath(new URL('./root_write.py', import.meta.url))
const projectPython = fileURLToPath(
  new URL(process.platform === 'win32' ? '../../.venv/Scripts/python.exe' : '../../.venv/bin/python', import.meta.url),
)

/**
 * Writes the rows of an Arrow file as a ROOT file with one tree, `index`, by uproot: no JavaScript library writes trees.
 * The Python is the project's own, or that of the environment variable SIFT_PYTHON.
 *
 * @throws RuntimeError D007 when the file cannot be written
 */
export async function arrowToRoot(arrow: string, path: string): Promise<void> {
  const python = process.env['SIFT_PYTHON'] ?? (existsSync(projectPython) ? projectPython : 'python3')
  const child = spawn(python, ['-I', program, arrow, path], { stdio: ['ignore', 'ignore', 'pipe'] })
  const complaints: Buffer[] = []
  child.stderr.on('data', (chunk: Buffer) => complaints.push(chunk))
  let status: unknown
  try {
    ;[status] = await once(child, 'close')
  } catch (cause) {
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
