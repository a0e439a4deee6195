import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll } from 'vitest'
import { ended, root, start } from '../cli/sift.ts'

const python = path.join(root, '.venv', 'bin', 'python')

/** A file of event data; `event_data.py` says what the keys mean. */
export interface EventSpec {
  readonly name: string
  readonly events: number
  readonly runs: readonly number[]
  readonly t0: number
  readonly step: number
  readonly seed: number
  readonly flat?: boolean
  readonly energy?: string
  readonly uuid?: string
  readonly pause?: readonly [entry: number, ns: number]
}

/** Noon of 1 September 2025. Times in the specifications count from it: JSON has no exact integers of this size. */
export const noon = 1_756_728_000_000_000_000n

export const columns = `
tree: Event/Rec
units: {energy: MeV, x: mm, y: mm, hits.time: ns, hits.charge: pe}
columns:
  t:
  run:
  det:
  good:
  E: energy
  r: {value: "hypot(x, y)", type: float32}
  nhit: {value: count(hits), type: int32}
  late: count(hits where time > 100 ns)
  q: sum(charge of hits)
  first: {value: "first(hits.time) ?? -1 ns", type: float32}
  weights:
`

/** A folder with a file `columns.yaml`, removed after the tests of the file. */
export function indexFolder(): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'sift-index-'))
  afterAll(() => rmSync(folder, { recursive: true, force: true }))
  writeFileSync(path.join(folder, 'columns.yaml'), columns)
  return folder
}

export function writeEvents(folder: string, specs: readonly EventSpec[]): void {
  const exact = JSON.stringify(specs).replaceAll(/"t0":(\d+)/g, (_, t0: string) => `"t0":${noon + BigInt(t0)}`)
  execFileSync(python, [path.join(import.meta.dirname, 'event_data.py'), folder, exact])
}

/** Rows of an index held against the event data by uproot and numpy. */
export function compare(
  index: string,
  files: readonly string[],
): { readonly rows: number; readonly problems: readonly string[] } {
  const out = execFileSync(python, [path.join(import.meta.dirname, 'expected.py'), index, ...files], {
    encoding: 'utf8',
  })
  return JSON.parse(out) as { rows: number; problems: string[] }
}

/** What a Python program prints, as JSON. */
export function fromPython<T>(program: string, ...args: readonly string[]): T {
  return JSON.parse(execFileSync(python, ['-c', program, ...args], { encoding: 'utf8' })) as T
}

export function buildArguments(folder: string, out: string, ...more: readonly string[]): readonly string[] {
  return [
    'index',
    'build',
    '--from',
    path.join(folder, 'esd', '*.root'),
    '--columns',
    path.join(folder, 'columns.yaml'),
    '--out',
    out,
    ...more,
  ]
}

/** Names and digests of all files below a folder. */
export function digests(folder: string): Readonly<Record<string, string>> {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' }).toSorted()
  const files = names.filter((name) => readdirSafe(path.join(folder, name)) === null)
  return Object.fromEntries(
    files.map((name) => [
      name,
      createHash('sha256')
        .update(readFileSync(path.join(folder, name)))
        .digest('hex'),
    ]),
  )
}

function readdirSafe(folder: string): readonly string[] | null {
  try {
    return readdirSync(folder)
  } catch {
    return null
  }
}

/** Runs the command to its end. */
export function run(args: readonly string[], folder: string) {
  return ended(start(args, folder))
}

/** A folder on a file system of its own with little room, until it is disposed of; null where mounting is not allowed. */
export function smallDisk(folder: string, size: string): (Disposable & { resize(size: string): void }) | null {
  mkdirSync(folder, { recursive: true })
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${size}`, 'tmpfs', folder], { stdio: 'ignore' })
  } catch {
    return null
  }
  return {
    resize: (to) => void execFileSync('mount', ['-o', `remount,size=${to}`, folder]),
    [Symbol.dispose]: () => void execFileSync('umount', [folder]),
  }
}

/** Resolves when a file is there. */
export async function appears(file: string): Promise<void> {
  while (!existsSync(file)) await new Promise((resolve) => setTimeout(resolve, 5))
}
