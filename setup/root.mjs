// Real ROOT for the tests: an environment of its own, since it is large and nobody else needs it.
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { locked } from './lock.mjs'
import { ask, run, RunError } from './process.mjs'
import { root, venvPython } from './project.mjs'
import { pythonEnv } from './python.mjs'

const folder = path.join(root, '.sift', 'root-env')
const python = venvPython(folder)
const stamp = path.join(folder, '.sift-stamp')
const requirements = path.join(root, 'setup', 'requirements-root.txt')

/**
 * The variables that tell the tests of real ROOT: `SIFT_ROOT_PYTHON`, a Python that has it, or `SIFT_NO_ROOT`, why there is none.
 * It is installed once, where `install` allows it. A `SIFT_ROOT_PYTHON` of the user's is taken instead; an empty one means none.
 */
export async function realRoot({ install, say }) {
  const own = process.env.SIFT_ROOT_PYTHON
  if (own === '') return { SIFT_NO_ROOT: 'SIFT_ROOT_PYTHON is empty' }
  if (own !== undefined) return { SIFT_ROOT_PYTHON: own }
  if (process.platform !== 'linux' || process.arch !== 'x64')
    return { SIFT_NO_ROOT: 'PyPI has ROOT for Linux on x64 only' }
  if (isCurrent()) return { SIFT_ROOT_PYTHON: python }
  if (!install) return { SIFT_NO_ROOT: '`npm test` without arguments installs it' }
  return locked(
    () => (isCurrent() ? { SIFT_ROOT_PYTHON: python } : installed(say)),
    ({ pid }) => say(`waiting for another set-up (process ${pid})`),
  )
}

async function installed(say) {
  say('installing real ROOT for the tests (a download of 250 MB, once) …')
  const start = performance.now()
  try {
    await makeEnvironment()
  } catch (error) {
    if (!(error instanceof RunError)) throw error
    const reason = `pip cannot get it (no network?): ${error.output.trimEnd().split('\n').at(-1)}`
    say(`no real ROOT, ${reason}. The tests that need it are skipped`)
    return { SIFT_NO_ROOT: reason }
  }
  say(`installing real ROOT for the tests: ${((performance.now() - start) / 1000).toFixed(1)} s`)
  return { SIFT_ROOT_PYTHON: python }
}

async function makeEnvironment() {
  // What an interrupted pip leaves has no stamp.
  rmSync(folder, { recursive: true, force: true })
  await run(venvPython(), ['-m', 'venv', folder], pythonEnv())
  const patience = ['--retries=1', '--timeout=20']
  const options = [
    '--disable-pip-version-check',
    '--no-input',
    '--no-user',
    '--only-binary=:all:',
    '--quiet',
    ...patience,
  ]
  await run(python, ['-m', 'pip', 'install', ...options, '-r', requirements], pythonEnv())
  await run(python, ['-W', 'ignore', '-c', 'import ROOT, pyjuno'], pythonEnv())
  writeFileSync(stamp, wantedStamp())
}

/** Whether it is there and its Python still starts. */
function isCurrent() {
  if (!existsSync(stamp) || readFileSync(stamp, 'utf8') !== wantedStamp()) return false
  const code = `import importlib.util as u, sys; sys.exit(u.find_spec('ROOT') is None)`
  return ask(python, ['-c', code], pythonEnv()) !== undefined
}

function wantedStamp() {
  return `${createHash('sha256').update(readFileSync(requirements)).digest('hex')}\n`
}
