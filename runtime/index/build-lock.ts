import { linkSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { RuntimeError } from '../errors.ts'
import { unwritable } from '../formats/sink.ts'

/** Who holds a lock. */
interface Owner {
  readonly pid: number
  readonly host: string
  /** When the process started, as the system counts; null where it does not tell. A number of a process is used again. */
  readonly started: string | null
  readonly since: string
}

const pattern = /^lock\.(\d+)$/

/**
 * Makes this process the only one that builds in a folder, which is made when it is not there. A lock whose owner is gone,
 * after `kill -9`, is no hindrance: the next lock has the next number, and only one process can make it.
 *
 * @throws RuntimeError D007 when another process holds the folder, or it cannot be written to
 */
export function lockFolder(folder: string): Disposable {
  try {
    mkdirSync(folder, { recursive: true })
  } catch (cause) {
    throw unwritable(folder, cause)
  }
  refuseOwned(folder, null)
  const own = join(folder, `lock.${Math.max(-1, ...numbersIn(folder)) + 1}`)
  if (!claim(own)) throw owned(folder, ownerOf(own))
  try {
    refuseOwned(folder, own)
  } catch (error) {
    rmSync(own, { force: true })
    throw error
  }
  for (const other of locksIn(folder)) if (other !== own) rmSync(other, { force: true })
  return { [Symbol.dispose]: () => rmSync(own, { force: true }) }
}

/** The whole lock appears at once or not at all. */
function claim(path: string): boolean {
  const { pid } = process
  const owner: Owner = { pid, host: hostname(), started: startOf(pid), since: new Date().toISOString() }
  const draft = `${path}.${pid}.part`
  try {
    writeFileSync(draft, JSON.stringify(owner))
    linkSync(draft, path)
    return true
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'EEXIST') return false
    throw unwritable(path, cause)
  } finally {
    rmSync(draft, { force: true })
  }
}

function refuseOwned(folder: string, own: string | null): void {
  for (const path of locksIn(folder)) {
    const owner = path === own ? null : ownerOf(path)
    if (owner !== null && isAlive(owner)) throw owned(folder, owner)
  }
}

function owned(folder: string, owner: Owner | null): RuntimeError {
  const who = owner === null ? '' : `: process ${owner.pid} on ${owner.host}, since ${owner.since}`
  const elsewhere = owner !== null && owner.host !== hostname()
  return new RuntimeError('D007', `Another build is at work in \`${join(folder, '..')}\`${who}.`, {
    fix: elsewhere
      ? `Wait until it is done. If that process is gone, remove the files \`lock.*\` of \`${folder}\` and build with --resume.`
      : 'Wait until it is done.',
  })
}

function locksIn(folder: string): readonly string[] {
  return readdirSync(folder)
    .filter((name) => pattern.test(name))
    .map((name) => join(folder, name))
}

function numbersIn(folder: string): readonly number[] {
  return readdirSync(folder).flatMap((name) => {
    const number = pattern.exec(name)?.[1]
    return number === undefined ? [] : [Number(number)]
  })
}

/** Null when the lock has been given up meanwhile. */
function ownerOf(path: string): Owner | null {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as Owner
  } catch {
    return null
  }
}

/** A process of another machine counts as alive: nobody here can tell. */
function isAlive({ pid, host, started }: Owner): boolean {
  if (host !== hostname()) return true
  try {
    process.kill(pid, 0)
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
  return started === startOf(pid)
}

/** Start of a process in ticks since the machine's, on Linux: field 22 of its `stat`, counted behind the name. */
function startOf(pid: number): string | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? null
  } catch {
    return null
  }
}
