#!/usr/bin/env node
// The command `sift`. It starts on whatever Node the machine has, and hands over to the project's own.
import { existsSync } from 'node:fs'
import path from 'node:path'
import { projectNode, root, runningNodeIsEnough } from '../setup/project.mjs'

const cli = path.join(root, 'kernel', 'cli.ts')
const node = existsSync(path.join(root, 'node_modules')) ? projectNode() : undefined

if (node === undefined) {
  console.error(`sift: the set-up is missing. Run once: cd ${root} && npm run setup`)
  process.exitCode = 2
} else if (runningNodeIsEnough()) {
  await import('./cli.ts')
} else {
  const { runShown } = await import('../setup/process.mjs')
  process.exitCode = await runShown(node, [cli, ...process.argv.slice(2)], { cwd: process.cwd() })
}
