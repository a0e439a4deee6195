import { execFile } from 'node:child_process'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

/** The selection S-A in Sift against `selection_sa.py`, which shares nothing with it, and against the truth of the toy data. */

const root = path.resolve(import.meta.dirname, '../..')
const python = path.join(root, '.venv', 'bin', 'python')
const run = promisify(execFile)
const maxBuffer = 1 << 28
const minutes = 60_000

type Pair = readonly [promptFile: number, promptEntry: number, delayedFile: number, delayedEntry: number]

interface CutLine {
  readonly cut: string
  readonly sequential: number
  readonly alone: number | null
  readonly nMinus1: number | null
}

interface Answer {
  readonly pairs: readonly Pair[]
  readonly cutflow: readonly CutLine[]
  readonly livetime: string
}

interface Reference extends Answer {
  readonly truth: { readonly scenarios: readonly Scenario[] }
}

interface Scenario {
  readonly kind: string
  readonly expect: 'found' | 'rejected'
  readonly pairs: readonly Pair[]
}

/** One line of `sift run --json`; only what is read here. */
interface Line {
  readonly kind: string
  readonly rows?: number | readonly CutLine[]
  readonly data?: Readonly<Record<string, readonly number[]>>
  readonly text?: string
  readonly unit?: string | null
  readonly value?: number | string
  readonly message?: string
}

let folder: string
const expected = new Map<string, Reference>()
/** What Sift makes of all files of `unit`. */
let whole: Answer

beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'sift-sa-'))
  await run(python, [
    path.join(root, 'test/data/make.py'),
    'unit',
    '--out',
    folder,
    '--parts',
    'parquet,arrow,hdf5,root,one',
  ])
  await run(python, [path.join(root, 'test/data/make.py'), 'demo', '--out', folder])
  for (const name of ['unit', 'demo']) expected.set(name, await askProgram(name))
  whole = await askSift('unit', '*.parquet')
}, 5 * minutes)

afterAll(() => rm(folder, { recursive: true, force: true }))

describe('the selection S-A', { timeout: 5 * minutes }, () => {
  test('gives the rows, live time and cutflow of the independent program', () => {
    expect(whole).toEqual(answerOf('unit'))
  })

  test.each(['arrow/*.arrow', 'hdf5/*.h5', 'root/*.root'])('gives the same from %s', async (files) => {
    expect(await askSift('unit', files)).toEqual(answerOf('unit'))
  })

  test.each(['unit.parquet', 'unit.arrow', 'unit.h5', 'unit.root'])(
    'gives the same from one file, %s, instead of twenty',
    async (file) => {
      expect(await askSift('unit', `one/${file}`)).toEqual(answerOf('unit'))
    },
  )

  test('gives the same from one worker as from two', async () => {
    expect(await askSift('unit', '*.parquet', ['--threads', '1'])).toEqual(answerOf('unit'))
    expect(await askSift('unit', '*.parquet', ['--threads', '2'])).toEqual(answerOf('unit'))
  })

  test('gives the same as the independent program from two million rows', async () => {
    expect(await askSift('demo', '*.parquet')).toEqual(answerOf('demo'))
  })

  test('finds pairs across borders of files, and heeds vetoes across borders of files and runs', () => {
    const found = new Set(whole.pairs.map(String))
    const scenarios = expected.get('unit')!.truth.scenarios.filter(({ kind }) => kind.includes('_across_'))
    const seen = scenarios.map(({ kind, pairs }) => [
      kind,
      pairs.some((pair) => found.has(String(pair))) ? 'found' : 'rejected',
    ])
    expect(seen).toEqual([
      ['pair_across_files', 'found'],
      ['pair_across_files', 'found'],
      ['pair_across_files', 'found'],
      ['veto_across_files', 'rejected'],
      ['muon_veto_across_files', 'rejected'],
      ['multiplicity_across_files', 'rejected'],
      ['veto_across_runs', 'rejected'],
    ])
  })

  test('makes of every situation put in on purpose what the truth expects, to the nanosecond', () => {
    const found = new Set(whole.pairs.map(String))
    for (const { kind, expect: wanted, pairs } of expected.get('unit')!.truth.scenarios) {
      expect([kind, pairs.some((pair) => found.has(String(pair)))]).toEqual([kind, wanted === 'found'])
    }
  })
})

function answerOf(name: string): Answer {
  const { pairs, cutflow, livetime } = expected.get(name)!
  return { pairs, cutflow, livetime }
}

async function askProgram(name: string): Promise<Reference> {
  const data = path.join(folder, name)
  const files = (await readdir(data)).filter((file) => file.endsWith('.parquet')).map((file) => path.join(data, file))
  const program = path.join(root, 'test/physics/selection_sa.py')
  const { stdout } = await run(python, [program, ...files, '--truth', path.join(data, 'truth'), '--json'], {
    maxBuffer,
  })
  return JSON.parse(stdout) as Reference
}

async function askSift(name: string, files: string, options: readonly string[] = []): Promise<Answer> {
  const text = await readFile(path.join(import.meta.dirname, 'sa.sift'), 'utf8')
  const query = path.join(folder, `${name}-${files.replaceAll(/\W/g, '-')}.sift`)
  await writeFile(query, text.replace('"INDEX"', JSON.stringify(path.join(folder, name, files))))
  const args = [path.join(root, 'kernel/cli.ts'), 'run', query, '--json', '--rows', 'all', ...options]
  const { stdout } = await run(process.execPath, args, { maxBuffer }).catch((error: unknown) => {
    const { stdout: said = '', stderr = '' } = error as { readonly stdout?: string; readonly stderr?: string }
    throw new Error(`sift failed: ${said.slice(-1000)} ${stderr.slice(-1000)}`, { cause: error })
  })
  const lines = stdout.trimEnd().split('\n')
  return readAnswer(lines.map((line) => JSON.parse(line) as Line))
}

function readAnswer(lines: readonly Line[]): Answer {
  const table = lines.find(({ kind }) => kind === 'table')!.data!
  const cutflow = lines.find(({ kind }) => kind === 'cutflow')!.rows as readonly CutLine[]
  const livetime = lines.find(({ kind, text }) => kind === 'number' && text === 'livetime(ibd)')!
  const columns = ['prompt.file', 'prompt.entry', 'delayed.file', 'delayed.entry'].map((column) => table[column]!)
  return {
    pairs: columns[0]!.map((_, row) => columns.map((column) => column[row]!) as unknown as Pair),
    cutflow: cutflow.map(({ cut, sequential, alone, nMinus1 }) => ({ cut, sequential, alone, nMinus1 })),
    livetime: String(livetime.value),
  }
}
