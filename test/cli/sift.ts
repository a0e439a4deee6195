import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll } from 'vitest'

export const root = path.resolve(import.meta.dirname, '../..')
const cli = path.join(root, 'kernel', 'cli.ts')
const python = path.join(root, '.venv', 'bin', 'python')

/** As `kernel/sift.mjs` starts it. */
const env = { ...process.env, NODE_COMPILE_CACHE: path.join(root, '.sift', 'compile-cache') }

export interface Ended {
  readonly status: number | null
  readonly signal: NodeJS.Signals | null
  readonly out: string
  readonly err: string
}

/** The command `sift` as a process of its own, run to its end in a folder. */
export function sift(args: readonly string[], folder: string): Promise<Ended> {
  return ended(start(args, folder))
}

export function start(args: readonly string[], folder: string) {
  return spawn(process.execPath, [cli, ...args], { cwd: folder, env, stdio: ['ignore', 'pipe', 'pipe'] })
}

export function ended(child: ReturnType<typeof start>): Promise<Ended> {
  const [out, err]: [Buffer[], Buffer[]] = [[], []]
  child.stdout.on('data', (chunk: Buffer) => out.push(chunk))
  child.stderr.on('data', (chunk: Buffer) => err.push(chunk))
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (status, signal) => {
      resolve({ status, signal, out: Buffer.concat(out).toString(), err: Buffer.concat(err).toString() })
    })
  })
}

/** Resolves when the process has printed a text; rejects when it ends without. */
export function printed(child: ReturnType<typeof start>, text: string): Promise<void> {
  return new Promise((resolve, reject) => {
    let out = ''
    child.stdout.on('data', (chunk: Buffer) => {
      out += chunk.toString()
      if (out.includes(text)) resolve()
    })
    child.on('close', (status) => reject(new Error(`ended with status ${status}, having printed ${out}`)))
  })
}

/** What `--json` prints, line by line. */
export async function siftJson(cells: readonly string[], folder: string, options: readonly string[] = []) {
  const { status, out, err } = await sift(
    ['run', '--json', ...options, ...cells.flatMap((cell) => ['-e', cell])],
    folder,
  )
  const lines = out
    .trimEnd()
    .split('\n')
    .filter((line) => line !== '')
  return { status, err, lines: lines.map((line) => JSON.parse(line) as Readonly<Record<string, unknown>>) }
}

/** A folder that is removed after the tests of the file. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'sift-cli-'))
  afterAll(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

/** Runs a program of the tests with the project's Python and resolves to what it prints. */
export async function runPython(args: readonly string[]): Promise<string> {
  const child = spawn(python, args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] })
  const { status, out, err } = await ended(child)
  if (status !== 0) throw new Error(`${args.join(' ')} ended with status ${status}\n${out}${err}`)
  return out
}
