// Child processes that neither outlive the set-up nor hide how they ended.
import { spawn, spawnSync } from 'node:child_process'
import { constants } from 'node:os'
import { root, windows } from './project.mjs'

const children = new Set()

/** A run that ended with a status other than 0; `output` is what it printed. */
export class RunError extends Error {
  constructor(command, status, output) {
    super(`${command} ended with status ${status}`)
    this.status = status
    this.output = output
  }
}

/** What a short command prints, or undefined when it cannot run or fails. */
export function ask(command, args, env = process.env) {
  const { status, stdout } = spawnSync(command, args, { cwd: root, env, encoding: 'utf8', timeout: 60_000 })
  return status === 0 ? stdout.trim() : undefined
}

/** Runs a command to its end with its output kept, and returns that output. */
export async function run(command, args, env = process.env) {
  const { status, output } = await runKept(command, args, env)
  if (status !== 0) throw new RunError([command, ...args].join(' '), status, output)
  return output
}

/** As `run`, but a failure is a status, not an error. */
export function runKept(command, args, env = process.env) {
  return new Promise((resolve, reject) => {
    // A process group of its own, so that it ends with the processes it has started.
    const child = spawn(command, args, { cwd: root, env, stdio: ['ignore', 'pipe', 'pipe'], detached: !windows })
    const chunks = []
    children.add(child)
    child.stdout.on('data', (chunk) => chunks.push(chunk))
    child.stderr.on('data', (chunk) => chunks.push(chunk))
    child.on('error', reject)
    child.on('close', (code, signal) => {
      children.delete(child)
      resolve({ status: statusOf(code, signal), output: Buffer.concat(chunks).toString() })
    })
  })
}

/** Runs a command on this terminal, passes signals on to it, and resolves to its exit status. */
export function runShown(command, args, { env = process.env, cwd = root } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd, env, stdio: 'inherit' })
    const forwarded = ['SIGTERM', 'SIGHUP', 'SIGINT'].map((signal) => {
      // A terminal sends Ctrl-C to the child as well: sent on it would arrive twice.
      const forward = () => void (signal === 'SIGINT' && process.stdin.isTTY ? undefined : child.kill(signal))
      process.on(signal, forward)
      return () => process.off(signal, forward)
    })
    child.on('error', reject)
    child.on('exit', (code, signal) => {
      for (const stop of forwarded) stop()
      resolve(statusOf(code, signal))
    })
  })
}

/** Asks the kept children to end, for when the set-up itself is interrupted; false when there are none. */
export function endChildren() {
  for (const child of children) {
    if (windows) child.kill()
    else process.kill(-child.pid, 'SIGTERM')
  }
  return children.size > 0
}

function statusOf(code, signal) {
  return code ?? 128 + (constants.signals[signal] ?? 0)
}
