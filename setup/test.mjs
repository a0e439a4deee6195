// npm test: sets up, then formatting, lint, types, dead code, the tests, and the Python self tests; counts and sums up.
// `npm test -- ARGS` is for work on one test: vitest alone, with ARGS.
import { mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import path from 'node:path'
import { prepareOrExit } from './prepare.mjs'
import { endChildren, runKept, runShown } from './process.mjs'
import { root, venvPython } from './project.mjs'
import { pythonEnv } from './python.mjs'
import { realRoot } from './root.mjs'

/** Python programs that test themselves, such as `test/physics/selection_test.py`: status 0 is passed. */
const pythonChecks = readdirSync(path.join(root, 'test'), { recursive: true })
  .filter((name) => name.endsWith('_test.py'))
  .map((name) => path.join('test', name))
  .sort()

/** How long a file of tests takes before it is told. */
const slowSeconds = 5
const vitestReport = path.join(root, '.sift', 'vitest.json')
const node = await prepareOrExit()
const args = process.argv.slice(2)
const totals = { passed: 0, failed: 0, skipped: 0 }
let interrupted = false
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, interrupt)
const rootVariables = await realRoot({ install: args.length === 0, say: (text) => console.log(`set-up: ${text}`) })
if (interrupted) process.exit(130)

if (args.length === 0) {
  await tool('format (oxfmt)', node, ['node_modules/oxfmt/bin/oxfmt', '--check', '.'])
  await tool('lint (oxlint)', node, ['node_modules/oxlint/bin/oxlint', '.'])
  await tool('types (tsc)', node, ['node_modules/typescript/bin/tsc', '--noEmit'])
  await tool('dead code (knip)', node, ['node_modules/knip/bin/knip.js', '--no-progress'])
}
await step('tests (vitest)', vitest)
if (args.length === 0) {
  for (const check of pythonChecks) await tool(check, venvPython(), [check], pythonEnv())
}
summary()

async function step(name, work) {
  console.log(`\n── ${name}`)
  const start = performance.now()
  const counts = await work()
  if (interrupted) process.exit(130)
  for (const key of Object.keys(totals)) totals[key] += counts[key] ?? 0
  const verdict = counts.failed === 0 ? 'passed' : 'FAILED'
  console.log(`── ${name}: ${verdict}, ${((performance.now() - start) / 1000).toFixed(1)} s`)
}

function interrupt() {
  interrupted = true
  endChildren()
}

/** A step that counts as one test; its output matters when it fails. */
function tool(name, command, commandArgs, env = process.env) {
  return step(name, async () => {
    const { status, output } = await runKept(command, commandArgs, env)
    if (status !== 0) console.log(output.trimEnd())
    return status === 0 ? { passed: 1, failed: 0 } : { failed: 1 }
  })
}

async function vitest() {
  mkdirSync(path.dirname(vitestReport), { recursive: true })
  rmSync(vitestReport, { force: true })
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${vitestReport}`]
  const env = { ...process.env, ...rootVariables }
  const status = await runShown(node, ['node_modules/vitest/vitest.mjs', 'run', ...reporters, ...args], { env })
  return vitestCounts(status)
}

/** A file that does not load has no tests in the report, and an unhandled error none either: both are failures. */
function vitestCounts(status) {
  const report = readReport()
  if (report === undefined) return { failed: 1 }
  const silent = report.testResults.filter(
    (file) => file.status === 'failed' && file.assertionResults.every(isNotFailed),
  )
  const failed = report.numFailedTests + silent.length
  const skipped = report.numPendingTests + report.numTodoTests
  if (report.numPassedTests + failed === 0) console.log('no test was run')
  tellSlowFiles(report)
  const unexplained = failed === 0 && (status !== 0 || report.numPassedTests === 0)
  return { passed: report.numPassedTests, failed: unexplained ? 1 : failed, skipped }
}

/** The files to look at when the tests take long. */
function tellSlowFiles({ testResults }) {
  const files = testResults.map(({ name, startTime, endTime }) => ({ name, seconds: (endTime - startTime) / 1000 }))
  const slow = files.filter(({ seconds }) => seconds >= slowSeconds).sort((left, right) => right.seconds - left.seconds)
  for (const { name, seconds } of slow) console.log(`${seconds.toFixed(1).padStart(7)} s  ${path.relative(root, name)}`)
}

function isNotFailed(test) {
  return test.status !== 'failed'
}

function readReport() {
  try {
    return JSON.parse(readFileSync(vitestReport, 'utf8'))
  } catch {
    return undefined
  }
}

function summary() {
  const skipped = totals.skipped === 0 ? '' : `, ${totals.skipped} skipped`
  console.log(`\n${totals.passed} passed, ${totals.failed} failed${skipped}`)
  process.exitCode = totals.failed === 0 ? 0 : 1
}
