import { execFileSync } from 'node:child_process'
import { join } from 'node:path'

const root = join(import.meta.dirname, '../../..')
const python = join(root, '.venv/bin/python')

/** Runs a program of `test/data/formats` and gives what it prints, read as JSON. */
export function runPython(program: string, args: readonly string[], input = ''): unknown {
  const output = execFileSync(python, [join(root, 'test/data/formats', program), ...args], {
    input,
    maxBuffer: 1 << 28,
  })
  return JSON.parse(output.toString('utf8'))
}

/** Runs Python statements; `path` is theirs as `sys.argv[1]`. */
export function writeWithPython(path: string, statements: string): void {
  execFileSync(python, ['-c', `import sys\npath = sys.argv[1]\n${statements}`, path])
}
