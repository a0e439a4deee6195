// The npm packages of the project, Node 24 among them.
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { ask, run } from './process.mjs'
import { majorOf, nodeMajor, projectNode, root, runningNodeIsEnough, SetupError, windows } from './project.mjs'

const modules = path.join(root, 'node_modules')
const stamp = path.join(modules, '.sift-stamp')
const lockfile = path.join(root, 'package-lock.json')

export function packagesAreCurrent() {
  return existsSync(stamp) && readFileSync(stamp, 'utf8') === wantedStamp()
}

/** Installs the packages of package-lock.json. No package's install script runs: none of ours needs it. */
export async function installPackages() {
  if (!installedAsLocked()) {
    rmSync(stamp, { force: true })
    const verb = existsSync(lockfile) ? 'ci' : 'install'
    const { command, before } = npmCommand()
    // Said outright, since NODE_ENV=production or a user's npm settings would leave these out.
    const included = ['--include=dev', '--include=optional', '--ignore-scripts', '--no-audit', '--no-fund']
    await run(command, [...before, verb, ...included, '--loglevel=error'])
  }
  checkNode()
  writeFileSync(stamp, wantedStamp())
}

/** The project's Node 24, after a look at what it says its version is. */
export function checkNode() {
  const node = projectNode()
  const version = node === undefined ? undefined : ask(node, ['-v'])
  if (version !== undefined && majorOf(version) >= nodeMajor) return node
  if (runningNodeIsEnough()) return process.execPath
  throw new SetupError(
    `Sift runs on Node ${nodeMajor}, and for this platform (${process.platform} ${process.arch}) npm has installed ` +
      `${version === undefined ? 'none that starts' : version}; the npm command itself runs on ${process.version}. ` +
      `Install Node ${nodeMajor} or newer (https://nodejs.org), make it the first \`node\` in PATH, and run the command again.`,
  )
}

/** npm writes its hidden lockfile last: where it agrees with ours, an earlier `npm ci` by hand has done the work. */
function installedAsLocked() {
  const installed = packagesOf(path.join(modules, '.package-lock.json'))
  const wanted = packagesOf(lockfile)
  if (installed === undefined || wanted === undefined) return false
  return Object.entries(wanted).every(([place, one]) => {
    if (place === '') return true
    const found = installed[place]
    return found === undefined
      ? one.optional === true
      : found.version === one.version && found.integrity === one.integrity
  })
}

function packagesOf(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8')).packages
  } catch {
    return undefined
  }
}

function wantedStamp() {
  const hash = createHash('sha256')
  for (const file of [lockfile, path.join(root, 'package.json')])
    hash.update(existsSync(file) ? readFileSync(file) : '')
  return `${process.platform} ${process.arch} ${hash.digest('hex')}\n`
}

/** The npm that started us, under the Node that it runs on: not the project's, which is being replaced. */
function npmCommand() {
  const { npm_execpath: npm, npm_node_execpath: node } = process.env
  if (npm?.endsWith('npm-cli.js') && node !== undefined) return { command: node, before: [npm] }
  return { command: windows ? 'npm.cmd' : 'npm', before: [] }
}
