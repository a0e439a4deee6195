// The set-up: npm packages with Node 24, and the Python environment. It does what is missing, and nothing else.
import { mkdirSync } from 'node:fs'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { locked, release } from './lock.mjs'
import { checkNode, installPackages, packagesAreCurrent } from './node.mjs'
import { endChildren, RunError } from './process.mjs'
import { root, SetupError } from './project.mjs'
import { environmentIsCurrent, makeEnvironment } from './python.mjs'

const shownLines = 30

/** Exit status of the signal that ended the set-up; 0 while there was none. */
let interrupted = 0

/** Sets the checkout up where it is not, and returns the path of Node 24. */
export async function prepare() {
  if (isCurrent()) say('up to date')
  else {
    mkdirSync(path.join(root, '.sift'), { recursive: true })
    const stopListening = listenForSignals()
    await locked(setUp, ({ pid }) => say(`waiting for another set-up (process ${pid})`)).finally(stopListening)
  }
  return checkNode()
}

/** As `prepare`, for a command: a failure is a message and the end of the process. */
export async function prepareOrExit() {
  try {
    return await prepare()
  } catch (error) {
    if (interrupted !== 0) leave(interrupted, 'interrupted; the next run does it again')
    if (error instanceof SetupError) leave(1, error.message)
    if (error instanceof RunError) leave(1, `${lastLines(error.output)}\nset-up: ${error.message}`)
    throw error
  }
}

function isCurrent() {
  return packagesAreCurrent() && environmentIsCurrent()
}

async function setUp() {
  if (isCurrent()) return say('up to date')
  if (!packagesAreCurrent()) await timed('installing the npm packages', installPackages)
  if (!environmentIsCurrent()) await timed('making the Python environment', makeEnvironment)
}

async function timed(what, work) {
  say(`${what} …`)
  const start = performance.now()
  await work()
  if (interrupted !== 0) throw new SetupError('interrupted')
  say(`${what}: ${((performance.now() - start) / 1000).toFixed(1)} s`)
}

/** What an interrupt leaves half done has no stamp, so that it is done again. */
function listenForSignals() {
  const listeners = Object.entries({ SIGINT: 130, SIGTERM: 143, SIGHUP: 129 }).map(([signal, status]) => {
    const interrupt = () => {
      interrupted = status
      if (endChildren()) return
      release()
      leave(status, 'interrupted')
    }
    process.on(signal, interrupt)
    return { signal, interrupt }
  })
  return () => listeners.forEach(({ signal, interrupt }) => process.off(signal, interrupt))
}

function lastLines(output) {
  return output.trimEnd().split('\n').slice(-shownLines).join('\n')
}

function say(text) {
  console.log(`set-up: ${text}`)
}

function leave(status, message) {
  console.error(`set-up: ${message}`)
  process.exit(status)
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) await prepareOrExit()
