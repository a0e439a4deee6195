import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { describe, expect, test } from 'vitest'

const root = path.resolve(import.meta.dirname, '../..')
const python = path.join(root, '.venv', 'bin', 'python')

interface Outcome {
  readonly name: string
  readonly outcome: 'passed' | 'failed' | 'skipped'
  readonly message: string
}

/**
 * Runs the unittest cases of a Python program, a real client, and makes each a test of this name.
 *
 * `SIFT_TEST_FOLDER` is a folder of its own, which is removed afterwards.
 */
export async function pythonSuite(program: string): Promise<void> {
  const outcomes = await outcomesOf(program)
  describe(`${program}`, () => {
    test.for(outcomes)('$name', ({ outcome, message }, { skip }) => {
      skip(outcome === 'skipped', message)
      expect(message).toBe('')
    })
  })
}

async function outcomesOf(program: string): Promise<readonly Outcome[]> {
  const folder = mkdtempSync(path.join(tmpdir(), 'sift-jupyter-'))
  try {
    const { status, out, err } = await run([path.join(root, 'test/support/json_suite.py'), path.join(root, program)], {
      ...process.env,
      PYTHONNOUSERSITE: '1',
      SIFT_NODE: process.execPath,
      SIFT_TEST_FOLDER: folder,
    })
    const lines = out.split('\n').filter((line) => line !== '')
    const outcomes = lines.filter((line) => line.startsWith('{')).map((line) => JSON.parse(line) as Outcome)
    for (const line of lines.filter((text) => !text.startsWith('{'))) tell(line)
    // A program that ends before its tests do has told none of the others.
    const broken = outcomes.length === 0 || (status !== 0 && outcomes.every(({ outcome }) => outcome !== 'failed'))
    return broken ? [...outcomes, { name: 'runs to its end', outcome: 'failed', message: err }] : outcomes
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** A figure, for whoever reads the output of the tests. */
function tell(line: string): void {
  console.log(line)
}

function run(args: readonly string[], env: NodeJS.ProcessEnv) {
  return new Promise<{ readonly status: number | null; readonly out: string; readonly err: string }>(
    (resolve, reject) => {
      const child = spawn(python, args, { cwd: root, env, stdio: ['ignore', 'pipe', 'pipe'] })
      const [out, err]: [Buffer[], Buffer[]] = [[], []]
      child.stdout.on('data', (chunk: Buffer) => out.push(chunk))
      child.stderr.on('data', (chunk: Buffer) => err.push(chunk))
      child.on('error', reject)
      child.on('close', (status) => {
        resolve({ status, out: Buffer.concat(out).toString(), err: Buffer.concat(err).toString() })
      })
    },
  )
}
