// One set-up at a time in a checkout, also when `npm start` and `npm test` are given together.
import { mkdirSync, readFileSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { hostname } from 'node:os'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { root } from './project.mjs'

const lock = path.join(root, '.sift', 'setup.lock')
const recovery = `${lock}.recovery`
const pollMs = 200
const beatMs = 5_000
const silentMs = 60_000

/** Runs `work` while no other process does; `onWait` is told once who is waited for. */
export async function locked(work, onWait) {
  let told = false
  while (!take()) {
    const owner = ownerOf(lock)
    if (owner !== undefined && isGone(owner)) recover(owner)
    else {
      if (owner !== undefined && !told) onWait(owner)
      told = told || owner !== undefined
      await sleep(pollMs)
    }
  }
  const beat = setInterval(() => utimesSync(lock, new Date(), new Date()), beatMs)
  beat.unref()
  try {
    return await work()
  } finally {
    clearInterval(beat)
    release()
  }
}

export function release() {
  if (ownerOf(lock)?.pid === process.pid) rmSync(lock, { recursive: true, force: true })
}

/** A folder is renamed into place with its owner already inside, so that a lock is never seen without one. */
function take() {
  const own = `${lock}.${process.pid}.tmp`
  mkdirSync(own, { recursive: true })
  writeFileSync(path.join(own, 'owner.json'), JSON.stringify({ pid: process.pid, host: hostname() }))
  try {
    renameSync(own, lock)
    return true
  } catch (error) {
    rmSync(own, { recursive: true, force: true })
    if (['ENOTEMPTY', 'EEXIST', 'EPERM', 'EACCES'].includes(error.code) && ownerOf(lock) !== undefined) return false
    if (['ENOTEMPTY', 'EEXIST'].includes(error.code)) return false
    throw error
  }
}

function ownerOf(folder) {
  try {
    return JSON.parse(readFileSync(path.join(folder, 'owner.json'), 'utf8'))
  } catch {
    return undefined
  }
}

function isGone(owner) {
  return owner.host === hostname() ? !isRunning(owner.pid) : ageMs(lock) > silentMs
}

function isRunning(pid) {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return error.code === 'EPERM'
  }
}

function ageMs(folder) {
  try {
    return Date.now() - statSync(folder).mtimeMs
  } catch {
    return 0
  }
}

/** Removes the lock of a process that is gone. Two that find it at once must not remove the next owner's. */
function recover(gone) {
  try {
    mkdirSync(recovery)
  } catch {
    if (ageMs(recovery) > silentMs) rmSync(recovery, { recursive: true, force: true })
    return
  }
  try {
    const owner = ownerOf(lock)
    if (owner?.pid === gone.pid && owner.host === gone.host) rmSync(lock, { recursive: true, force: true })
  } finally {
    rmSync(recovery, { recursive: true, force: true })
  }
}
