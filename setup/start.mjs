// npm start: sets up, then the demonstration under the project's Node.
import path from 'node:path'
import { prepareOrExit } from './prepare.mjs'
import { runShown } from './process.mjs'
import { root } from './project.mjs'

const node = await prepareOrExit()
const env = { ...process.env, NODE_COMPILE_CACHE: path.join(root, '.sift', 'compile-cache') }
process.exitCode = await runShown(node, [path.join(root, 'kernel', 'demo', 'main.ts'), ...process.argv.slice(2)], {
  env,
})
