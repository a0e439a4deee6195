import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { root, temporaryFolder } from './sift.ts'

const folder = temporaryFolder()
const python = path.join(root, '.venv', 'bin', 'python')
const cli = path.join(root, 'kernel', 'cli.ts')
/** Of 2,000,000 rows. */
let data = path.join(root, 'data', 'demo')

beforeAll(() => {
  if (existsSync(data)) return
  data = path.join(folder, 'demo')
  execFileSync(python, [path.join(root, 'test', 'data', 'make.py'), 'demo', '--parts', 'parquet', '--out', folder])
}, 300_000)

interface Peak {
  readonly peak: number
  readonly status: number
  readonly out: string
  readonly err: string
}

function run(cells: string, ...options: readonly string[]): Peak {
  const file = path.join(folder, 'cells.sift')
  writeFileSync(file, cells)
  const program = [process.execPath, cli, 'run', '--threads', '2', ...options, file]
  const told = execFileSync(python, [path.join(root, 'test', 'support', 'peak.py'), ...program], { encoding: 'utf8' })
  return JSON.parse(told) as Peak
}

const glob = () => path.join(data, '*.parquet')
const selection = () =>
  readFileSync(path.join(root, 'notebooks', 'ibd.sift'), 'utf8').replace('data/demo/*.parquet', glob())
const cut = 'from events where E > 0.7 MeV and hypot(x, y, z) < 16 m'
const histogram = () => `events = from "${glob()}"\n${cut} hist E over 0 .. 12 MeV bins 100\n`
const save = () => `events = from "${glob()}"\nsave (${cut}) to "${path.join(folder, 'saved.parquet')}"\n`

let answer: string | undefined

describe('the resident memory of the process', { timeout: 300_000 }, () => {
  test.each([400, 600, 1000])(
    'stays within %i MB for the selection of pairs, whose answer is the same',
    (megabytes) => {
      const { peak, status, out } = run(selection(), '--memory', `${megabytes}MB`)
      expect(status).toBe(0)
      expect(peak / 1e6).toBeLessThan(megabytes)
      answer ??= run(selection(), '--memory', '4GB').out
      expect(out).toBe(answer)
    },
  )

  test('stays within 400 MB for a histogram', () => {
    const { peak, status } = run(histogram(), '--memory', '400MB')
    expect(status).toBe(0)
    expect(peak / 1e6).toBeLessThan(400)
  })

  test.each([500, 600])('stays within %i MB for a save', (megabytes) => {
    const { peak, status } = run(save(), '--memory', `${megabytes}MB`)
    expect(status).toBe(0)
    expect(peak / 1e6).toBeLessThan(megabytes)
  })
})

describe('a budget that cannot be kept to', { timeout: 300_000 }, () => {
  test('is refused with the smallest that can, to which the same query keeps', () => {
    const { status, err } = run(histogram(), '--memory', '2MB')
    expect(status).toBe(4)
    const [, least = ''] = /`--memory (\d+)MB`/.exec(err) ?? []
    expect(run(histogram(), '--memory', `${Number(least) - 40}MB`)).toMatchObject({ status: 4 })
    const kept = run(histogram(), '--memory', `${least}MB`)
    expect(kept.status).toBe(0)
    expect(kept.peak / 1e6).toBeLessThan(Number(least))
  })
})

describe('`use local`', { timeout: 300_000 }, () => {
  test('sets threads and memory for the statements behind it', () => {
    const before = 'use local(threads: 3, memory: "1m")\n'
    const { status, err } = run(`show 1\n${before}`)
    expect(status).toBe(4)
    expect(err).toMatch(/R002.*may use 2 MB: the program takes \d+ MB with 3 workers/s)
  })

  test('keeps the answers', () => {
    const plain = run(histogram())
    const used = run(histogram().replace('\n', '\nuse local(threads: 1, memory: "1g")\n'))
    expect(used.status).toBe(0)
    expect(used.out.replace('local : backend\n', '')).toBe(plain.out)
  })

  test('lets what it does not name stay as it was', () => {
    const { err } = run(`use local(threads: 1)\nuse local(memory: "2m")\n`)
    expect(err).toMatch(/with 1 worker,/)
  })
})
