// npm start: sets up, then the demonstration under the project's Node.
import path from 'node:path'
import { prepareOrExit } from './prepare.mjs'
import { runShown } from './process.mjs'
import { root } from './project.mjs'

const node = await prepareOrExit()
process.exitCode = await runShown(node, [path.join(root, 'kernel', 'demo', 'main.ts'), ...process.argv.slice(2)])
