#!/usr/bin/env node
// The command `sift`. It starts on whatever Node the machine has, and hands over to the project's own.
import { existsSync } from 'node:fs'
import module from 'node:module'
import path from 'node:path'
import { projectNode, root, runningNodeIsEnough } from '../setup/project.mjs'

const cli = path.join(root, 'kernel', 'cli.ts')
/** TypeScript without its types, kept from one start to the next: it halves the time until a query begins. */
const compileCache = path.join(root, '.sift', 'compile-cache')
const node = existsSync(path.join(root, 'node_modules')) ? projectNode() : undefined

if (node === undefined) {
  console.error(`sift: the set-up is missing. Run once: cd ${root} && npm run setup`)
  process.exitCode = 2
} else if (runningNodeIsEnough()) {
  module.enableCompileCache(compileCache)
  await import('./cli.ts')
} else {
  const { runShown } = await import('../setup/process.mjs')
  const env = { ...process.env, NODE_COMPILE_CACHE: compileCache }
  process.exitCode = await runShown(node, [cli, ...process.argv.slice(2)], { cwd: process.cwd(), env })
}
