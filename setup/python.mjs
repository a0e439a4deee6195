// The virtual environment of the Python parts: Jupyter, and the independent readers that the tests compare with.
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { ask, run, RunError } from './process.mjs'
import { root, SetupError, venvPython } from './project.mjs'

const venv = path.join(root, '.venv')
const stamp = path.join(venv, '.sift-stamp')
/** There while pip is at work. */
const unfinished = path.join(root, '.sift', 'venv-unfinished')
const requirements = path.join(root, 'setup', 'requirements.txt')
const oldest = [3, 10]

export function environmentIsCurrent() {
  return existsSync(stamp) && readFileSync(stamp, 'utf8') === wantedStamp() && finds('uproot')
}

export async function makeEnvironment() {
  // pip interrupted half-way leaves packages that it takes for whole; scripts hold the folder's absolute path.
  const clear = existsSync(unfinished) || hasMoved() || !finds('pip')
  writeFileSync(unfinished, '')
  if (clear) await createVenv(findPython())
  await installRequirements()
  writeFileSync(stamp, wantedStamp())
  rmSync(unfinished)
}

async function createVenv(python) {
  try {
    await run(python, ['-m', 'venv', '--clear', venv], pythonEnv())
  } catch (error) {
    if (error instanceof RunError && /ensurepip|python3[\d.]*-venv/.test(error.output)) throw withoutEnsurepip(python)
    throw error
  }
}

async function installRequirements() {
  const options = ['--disable-pip-version-check', '--no-input', '--no-user', '--only-binary=:all:', '--quiet']
  await run(venvPython(), ['-m', 'pip', 'install', ...options, '-r', requirements], pythonEnv())
}

/** Debian and Ubuntu ship `venv` without what it needs. */
function withoutEnsurepip(python) {
  const version = versionOf(python)?.join('.') ?? '3'
  return new SetupError(
    `${python} (Python ${version}) cannot make a virtual environment: its ensurepip is missing. ` +
      `On Debian and Ubuntu: apt-get install python${version}-venv. Then run the command again.`,
  )
}

function findPython() {
  const names = ['python3', 'python3.13', 'python3.12', 'python3.11', 'python3.14', 'python3.10', 'python']
  const found = names.flatMap((name) => {
    const version = versionOf(name)
    return version === undefined ? [] : [{ name, version }]
  })
  const good = found.find(({ version }) => isEnough(version))
  if (good !== undefined) return good.name
  const seen = found.map(({ name, version }) => `${name} is ${version.join('.')}`).join(', ')
  throw new SetupError(
    `Sift needs Python ${oldest.join('.')} or newer for Jupyter and its tests; ${seen === '' ? 'there is no python3 in PATH' : `in PATH ${seen}`}. ` +
      `Install one (Debian and Ubuntu: apt-get install python3 python3-venv) and run the command again.`,
  )
}

function isEnough([major, minor]) {
  return major > oldest[0] || (major === oldest[0] && minor >= oldest[1])
}

function versionOf(python) {
  const text = ask(python, ['-c', 'import sys; print(*sys.version_info[:2])'], pythonEnv())
  return text?.split(' ').map(Number)
}

/** Whether the environment's Python starts and sees a package: not so once its own Python was updated or removed. */
function finds(name) {
  const code = `import importlib.util as u, sys; sys.exit(u.find_spec('${name}') is None)`
  return ask(venvPython(), ['-c', code], pythonEnv()) !== undefined
}

function hasMoved() {
  return existsSync(stamp) && readFileSync(stamp, 'utf8').split('\n')[0] !== root
}

function wantedStamp() {
  return `${root}\n${createHash('sha256').update(readFileSync(requirements)).digest('hex')}\n`
}

/** Where packages come from and how to reach them: the only settings of the user's that pip keeps. */
const pipNetwork =
  /^PIP_(INDEX_URL|EXTRA_INDEX_URL|FIND_LINKS|NO_INDEX|CERT|CLIENT_CERT|PROXY|TRUSTED_HOST|(DEFAULT_)?TIMEOUT|RETRIES|CACHE_DIR|CONFIG_FILE)$/
const misleading = /^(PIP_.*|PYTHONPATH|PYTHONHOME|PYTHONSTARTUP|PYTHONUSERBASE|VIRTUAL_ENV)$/

/** The user's environment without what would bring in, or send elsewhere, other packages than the project's own. */
export function pythonEnv() {
  const kept = Object.entries(process.env).filter(([name]) => pipNetwork.test(name) || !misleading.test(name))
  return { ...Object.fromEntries(kept), PYTHONNOUSERSITE: '1' }
}
