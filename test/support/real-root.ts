import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import path from 'node:path'
import type { TestContext } from 'vitest'

const installed = path.resolve(import.meta.dirname, '../../.sift/root-env/bin/python')

/**
 * Runs a Python program with real ROOT and `pyjuno` and returns what it prints. `npm test` installs them where PyPI has them;
 * elsewhere the test is skipped, with the reason.
 */
export function withRoot(context: TestContext, args: readonly string[]): string {
  const own = process.env['SIFT_ROOT_PYTHON']
  const python = own ?? (existsSync(installed) ? installed : '')
  if (python === '') context.skip(`SKIPPED: no real ROOT: ${process.env['SIFT_NO_ROOT'] ?? 'npm test installs it'}`)
  return execFileSync(python, ['-W', 'ignore', ...args], { encoding: 'utf8', maxBuffer: 1 << 26, stdio: 'pipe' })
}
