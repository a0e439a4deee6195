import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { ended, start } from '../cli/sift.ts'
import {
  appears,
  buildArguments,
  columns,
  compare,
  digests,
  type EventSpec,
  fromPython,
  indexFolder,
  noon,
  run,
  smallDisk,
  writeEvents,
} from './index.ts'

const folder = indexFolder()
const out = (name: string): string => path.join(folder, name)
const esd = (name: string): string => path.join(folder, 'esd', name)

const second = 1e9
/** Two runs; the second file holds events of both, and overlaps the first in time. */
const specs: readonly EventSpec[] = [
  { name: 'esd/a.root', events: 1500, runs: [101], t0: 0, step: 1e6, seed: 1 },
  { name: 'esd/b.root', events: 2200, runs: [101, 102], t0: second, step: 1e6, seed: 2 },
  { name: 'esd/c.root', events: 700, runs: [102], t0: 4 * second, step: 1e6, seed: 3, pause: [300, 5 * second] },
  { name: 'esd/d.root', events: 0, runs: [102], t0: 0, step: 1e6, seed: 4 },
]
const files = specs.map(({ name }) => path.join(folder, name))

beforeAll(() => writeEvents(folder, specs))

const builds = new Map<string, Promise<string>>()

/** The folder of the index of all files, built by the first test that asks for it. */
function indexAs(format: string): Promise<string> {
  const build = async (): Promise<string> => {
    const { status, err } = await run(buildArguments(folder, out(format), '--format', format), folder)
    expect([status, err]).toEqual([0, ''])
    return out(format)
  }
  const known = builds.get(format) ?? build()
  builds.set(format, known)
  return known
}

function documentOf(index: string): Readonly<Record<string, unknown>> {
  const program = 'import sys, pyarrow.parquet as pq; print(pq.read_schema(sys.argv[1]).metadata[b"sift"].decode())'
  return fromPython(program, index)
}

describe('the index', () => {
  test.each(['parquet', 'arrow', 'hdf5', 'root'])('has the rows that uproot and numpy find, as %s', async (format) => {
    expect(compare(await indexAs(format), files)).toEqual({ rows: 4400, problems: [] })
  })

  test.each(['parquet', 'arrow', 'hdf5', 'root'])(
    'has the same bytes with one worker, at another time: %s',
    async (format) => {
      const again = out(`one-${format}`)
      await run(buildArguments(folder, again, '--workers', '1', '--format', format), folder)
      expect(digests(again)).toEqual(digests(await indexAs(format)))
    },
  )

  test('tells of each event-data file what it was', async () => {
    const { files: table, complete } = documentOf(path.join(await indexAs('parquet'), 'run101.parquet'))
    const program =
      'import sys, os, json, uproot; p = sys.argv[1]; f = uproot.open(p); t = f["Event/Rec"]["t"].array(library="np"); print(json.dumps([len(t), str(t.min()), str(t.max()), os.stat(p).st_size]))'
    const [entries, tFirst, tLast, bytes] = fromPython<readonly unknown[]>(program, esd('b.root'))
    expect(complete).toBe(true)
    expect(table).toHaveLength(3)
    expect((table as readonly object[])[1]).toMatchObject({
      id: 1,
      path: esd('b.root'),
      tree: 'Event/Rec',
      entries,
      tFirst,
      tLast,
      bytes,
    })
    expect((table as readonly object[])[2]).toMatchObject({
      path: esd('d.root'),
      entries: 0,
      tFirst: null,
      tLast: null,
    })
  })

  test('takes the good time from the events, without pauses longer than the gap', async () => {
    const { goodTime, approximate } = documentOf(path.join(await indexAs('parquet'), 'run102.parquet'))
    const program =
      'import sys, json, numpy as np, uproot\nts = []\nfor p in sys.argv[1:]:\n  a = uproot.open(p)["Event/Rec"].arrays(["t","run"], library="np"); ts.append(a["t"][a["run"] == 102])\nt = np.sort(np.concatenate(ts)); cut = np.flatnonzero(np.diff(t) > 10**9)\nprint(json.dumps([[str(t[i]), str(t[j] + 1)] for i, j in zip([0, *(cut + 1)], [*cut, len(t) - 1])]))'
    const spans = fromPython<readonly (readonly [string, string])[]>(program, esd('b.root'), esd('c.root'))
    expect(spans.length).toBeGreaterThan(1)
    expect(approximate).toBe(true)
    expect(goodTime).toEqual(spans.map(([start, stop]) => ({ run: 102, start, stop })))
  })

  test('takes the good time from a run table', async () => {
    writeFileSync(
      out('runs.csv'),
      `run,start,stop\n102,2025-09-01T12:00:01Z,${noon + BigInt(20 * second)}\n101,2025-09-01T12:00:00.5Z,2025-09-01 12:00:05\n`,
    )
    const { status } = await run(buildArguments(folder, out('table'), '--runs', out('runs.csv')), folder)
    expect(status).toBe(0)
    const { goodTime, approximate } = documentOf(path.join(out('table'), 'run101.parquet'))
    expect(approximate).toBeUndefined()
    expect(goodTime).toEqual([{ run: 101, start: String(noon + 500_000_000n), stop: String(noon + 5_000_000_000n) }])
  })

  test('opens in Sift with its units and all of its rows', async () => {
    const index = `${await indexAs('parquet')}/*.parquet`
    const { out: printed } = await run(
      ['run', '--json', '-e', `show count("${index}"), mean(E of "${index}" where finite(E))`],
      folder,
    )
    const [count, mean] = printed
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>)
    expect(count).toMatchObject({ value: 4400 })
    expect(mean).toMatchObject({ unit: 'MeV' })
  })
})

describe('the columns', () => {
  test('can be told in the language itself', async () => {
    const text = `units energy: MeV, hits.charge: pe, hits.time: ns
define t = t, run = run, det = det, good = good, E = energy, weights = weights,
  nhit = count(hits), late = count(hits where time > 100 ns), q = sum(charge of hits)`
    writeFileSync(out('columns.sift'), text)
    const { status, err } = await run(
      [
        'index',
        'build',
        '--from',
        esd('*.root'),
        '--tree',
        'Event/Rec',
        '--columns',
        out('columns.sift'),
        '--out',
        out('sift'),
      ],
      folder,
    )
    expect([status, err]).toEqual([0, ''])
    const { problems } = compare(out('sift'), files)
    expect(problems).toEqual([
      'run101.parquet: no column r',
      'run101.parquet: no column first',
      'run102.parquet: no column r',
      'run102.parquet: no column first',
    ])
  })

  test.each([
    ['columns: {t: , run: , E: enrgy}', 'enrgy'],
    ['columns: {t: , run: , E: energy + x}\nunits: {energy: MeV, x: mm}', 'MeV'],
    ['columns: {t: energy, run: }', 'whole numbers'],
    ['columns: {run: }', 'there is no column `t`'],
    ['columns: {t: , run: , file: run}', '`file` is made by the build itself'],
    ['columns: {t: , run: , E: [', 'column'],
    ['colums: {t: }', 'there is no key `colums`'],
    ['columns: {t: , run: , s: std(hits.time)}', '`std` of a list cannot be built'],
    ['columns: {t: , run: , s: sum(charge + 1 of hits)}\nunits: {}', 'a field can be taken'],
    ['columns: {t: , run: , n: count(hits where charge > energy)}', 'cannot look at `energy` of their event'],
    ['columns: {t: , run: , q: "hits[1].charge ?? 0"}', 'only the first can be built'],
  ])('that make no sense are refused: %s', async (text, word) => {
    writeFileSync(out('bad.yaml'), `tree: Event/Rec\n${text}\n`)
    const { status, err } = await run(
      ['index', 'build', '--from', esd('*.root'), '--columns', out('bad.yaml'), '--out', out('bad')],
      folder,
    )
    expect(err).toContain(word)
    expect(err).toContain('bad.yaml')
    expect(status).toBe(1)
    expect(existsSync(out('bad'))).toBe(false)
  })

  test('are shown, and nothing is written, by a dry run', async () => {
    const { status, out: printed } = await run(buildArguments(folder, out('dry'), '--dry-run', '--json'), folder)
    expect(status).toBe(0)
    expect(JSON.parse(printed)).toMatchObject({ kind: 'dry-run', entries: 4400, files })
    expect(existsSync(out('dry'))).toBe(false)
  })
})

/** How long a build is at work, from its first note in the journal to its end. */
async function workingMs(target: string): Promise<number> {
  const over = run(buildArguments(folder, target), folder)
  await appears(path.join(target, '.sift-build', 'order.json'))
  const begun = performance.now()
  await over
  return performance.now() - begun
}

/** What a build has left: the index, or so many parts and runs in its journal. */
function stateOf(target: string): string {
  const state = path.join(target, '.sift-build')
  if (!existsSync(state)) return existsSync(target) ? 'all' : 'nothing'
  const count = (name: string, ending: RegExp): number =>
    existsSync(path.join(state, name))
      ? readdirSync(path.join(state, name)).filter((file) => ending.test(file)).length
      : 0
  const commit = existsSync(path.join(state, 'commit.json')) ? ' committing' : ''
  return `${count('parts', /json$/)} parts ${count('staged', /^run/)} runs${commit}`
}

describe('a build that is killed', () => {
  test('at any of 20 moments gives the same bytes once it is resumed', async () => {
    const expected = digests(await indexAs('parquet'))
    const spanMs = await workingMs(out('timed'))
    const states: string[] = []
    for (let number = 0; number < 20; number++) {
      const target = out(`killed${number}`)
      const child = start(buildArguments(folder, target), folder)
      const over = ended(child)
      // Two of them while nothing is there yet or little, the others while the journal grows.
      if (number > 1) await appears(path.join(target, '.sift-build', 'order.json'))
      const ms = number > 1 ? 1.1 * spanMs * Math.random() : 200 + 400 * Math.random()
      await new Promise((resolve) => setTimeout(resolve, ms))
      child.kill('SIGKILL')
      await over
      states.push(stateOf(target))
      const { status, err } = await run(buildArguments(folder, target, '--resume'), folder)
      expect([status, err], `killed at: ${states.at(-1)}`).toEqual([0, ''])
      expect(digests(target), `killed at: ${states.at(-1)}`).toEqual(expected)
    }
    console.log(`killed with ${states.toSorted().join(' | ')}`)
  }, 300_000)

  test('is told of when it is not resumed, and refused when it was another', async () => {
    const target = out('stopped')
    const child = start(buildArguments(folder, target), folder)
    const over = ended(child)
    await appears(path.join(target, '.sift-build', 'order.json'))
    child.kill('SIGKILL')
    await over
    const again = await run(buildArguments(folder, target), folder)
    expect(again.status).toBe(3)
    expect(again.err).toContain('holds a build that was not finished')
    expect(again.err).toContain('--resume')
    const other = await run(buildArguments(folder, target, '--resume', '--format', 'arrow'), folder)
    expect(other.status).toBe(3)
    expect(other.err).toContain('the format was `.parquet`')
  })
})

test('of two builds in one folder one wins, and the other says who does', async () => {
  const target = out('shared')
  const first = start(buildArguments(folder, target), folder)
  const over = ended(first)
  await appears(path.join(target, '.sift-build', 'lock.0'))
  first.kill('SIGSTOP')
  const second_ = await run(buildArguments(folder, target), folder)
  first.kill('SIGCONT')
  expect(second_.status).toBe(3)
  expect(second_.err).toContain(`Another build is at work in \`${target}\`: process ${first.pid}`)
  expect((await over).status).toBe(0)
  expect(digests(target)).toEqual(digests(await indexAs('parquet')))
})

test('of five builds that begin at once exactly one wins', async () => {
  const target = out('race')
  const results = await Promise.all(
    Array.from({ length: 5 }, () => run(buildArguments(folder, target, '--resume'), folder)),
  )
  expect(digests(target)).toEqual(digests(await indexAs('parquet')))
  for (const { status, err } of results.filter((result) => result.status !== 0)) {
    expect(status).toBe(3)
    expect(err).toContain('Another build is at work')
  }
  expect(results.some(({ status }) => status === 0)).toBe(true)
}, 120_000)

describe('adding files', () => {
  const early = [esd('a.root'), esd('b.root')]
  const build = (from: readonly string[], target: string, ...more: readonly string[]) =>
    run(
      [
        'index',
        'build',
        ...from.flatMap((file) => ['--from', file]),
        '--columns',
        out('columns.yaml'),
        '--out',
        target,
        ...more,
      ],
      folder,
    )

  test('gives the index that all of them at once give', async () => {
    expect((await build(early, out('added'))).status).toBe(0)
    const { status, err } = await build([esd('c.root')], out('added'), '--append')
    expect([status, err]).toEqual([0, ''])
    expect(compare(out('added'), files.slice(0, 3))).toEqual({ rows: 4400, problems: [] })
    const { goodTime } = documentOf(path.join(out('added'), 'run102.parquet'))
    expect(goodTime).toEqual(documentOf(path.join(await indexAs('parquet'), 'run102.parquet'))['goodTime'])
  })

  test('refuses a file that is in already, by its UUID', async () => {
    expect((await build(early, out('once'))).status).toBe(0)
    const before = digests(out('once'))
    const copy = out('copy.root')
    writeFileSync(copy, readFileSync(esd('a.root')))
    const { status, err } = await build([copy], out('once'), '--append')
    expect(status).toBe(3)
    expect(err).toContain('D005')
    expect(err).toContain(`\`${copy}\` is already in \`${path.join(out('once'), 'run101.parquet')}\``)
    expect(digests(out('once'))).toEqual(before)
  })

  test('is not done unasked', async () => {
    const { status, err } = await build([esd('c.root')], await indexAs('parquet'))
    expect(status).toBe(3)
    expect(err).toContain('holds an index already')
    expect(err).toContain('--append')
  })

  test('refuses columns of another kind', async () => {
    writeFileSync(out('fewer.yaml'), columns.replace('  det:\n', ''))
    expect((await build([esd('a.root')], out('kinds'))).status).toBe(0)
    const { status, err } = await run(
      ['index', 'build', '--from', esd('b.root'), '--columns', out('fewer.yaml'), '--out', out('kinds'), '--append'],
      folder,
    )
    expect(status).toBe(3)
    expect(err).toContain('`det`')
  })
})

test('two copies of a file are refused', async () => {
  writeFileSync(out('twin.root'), readFileSync(esd('a.root')))
  const { status, err } = await run(
    [
      'index',
      'build',
      '--from',
      esd('a.root'),
      '--from',
      out('twin.root'),
      '--columns',
      out('columns.yaml'),
      '--out',
      out('twins'),
    ],
    folder,
  )
  expect(status).toBe(3)
  expect(err).toContain('is a copy of')
})

test('a file whose column has another type is named', async () => {
  writeEvents(folder, [{ name: 'later/z.root', events: 20, runs: [103], t0: 0, step: 1e6, seed: 9, energy: 'float64' }])
  const { status, err } = await run(
    [
      'index',
      'build',
      '--from',
      esd('a.root'),
      '--from',
      out('later/z.root'),
      '--columns',
      out('columns.yaml'),
      '--out',
      out('drifted'),
    ],
    folder,
  )
  expect(status).toBe(3)
  expect(err).toContain('D003')
  expect(err).toContain('z.root` has column `energy` as Float64, the first file as Float32')
})

test('a full disk is told of, nothing is half-written, and the build goes on once there is room', async (context) => {
  using disk = smallDisk(out('disk'), '200k')
  if (disk === null) return context.skip('SKIPPED: no small disk can be mounted here')
  const target = path.join(out('disk'), 'index')
  const { status, err } = await run(buildArguments(folder, target), folder)
  expect(err).toContain('D007')
  expect(err).toContain('the disk is full')
  expect(status).toBe(3)
  expect(readdirSync(target).filter((name) => !name.startsWith('.'))).toEqual([])
  disk.resize('50m')
  expect((await run(buildArguments(folder, target, '--resume'), folder)).status).toBe(0)
  expect(digests(target)).toEqual(digests(await indexAs('parquet')))
})
