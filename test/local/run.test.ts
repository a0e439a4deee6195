import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Expr, Plan } from '../../dsl/ir/plan.ts'
import { createLocalBackend } from '../../runtime/local/backend.ts'
import type { Backend, BackendQuery, Progress, RunRequest } from '../../runtime/ports/backend.ts'
import type { Dataset } from '../../runtime/ports/dataset.ts'
import { runPython, temporaryFolder, writeFiles } from './files.ts'

const folder = temporaryFolder()
const backend = createLocalBackend({ threads: 2 })
afterAll(async () => {
  await backend[Symbol.asyncDispose]()
  folder[Symbol.dispose]()
})

const never = new AbortController().signal
const rows = 600_000

/** Three files of 200,000 rows in Parquet, the last two interleaved in time; each with ties. Prints what a scan must find. */
const program = `
import json, sys
import numpy as np, pyarrow as pa, pyarrow.parquet as pq
rng, n, sums = np.random.default_rng(3), 200_000, []
steps = np.cumsum(rng.integers(0, 200_000, 3 * n)) + 1756684800_000_000_000
times = [steps[:n], steps[n::2], steps[n + 1::2]]
for i, t in enumerate(times):
    det = np.where(rng.random(n) < 0.3, "WP", "CD")
    E = rng.random(n).astype(np.float32)
    document = {"version": 1, "files": [{"id": 0, "path": f"/esd/{i}.root"}], "units": {"E": "MeV"}, "goodTime": []}
    table = pa.table({"t": t, "file": np.zeros(n, np.uint32), "entry": np.arange(n), "run": np.full(n, i, np.int32), "E": E, "det": det})
    pq.write_table(table.replace_schema_metadata({"sift": json.dumps(document)}), f"{sys.argv[1]}/run_{i}.parquet", row_group_size=50_000, compression="zstd")
    sums.append((E, det))
E = np.concatenate([e for e, _ in sums]); det = np.concatenate([d for _, d in sums])
print(json.dumps(np.histogram(E[(E > np.float32(0.25)) & (det == "CD")].astype(float), bins=np.arange(9) / 8)[0].tolist()))`

let dataset: Dataset
let expected: readonly number[]

beforeAll(async () => {
  expected = JSON.parse(runPython(program, folder.path))
  dataset = await backend.open({ path: 'run_*.parquet', folder: folder.path, timeDeclared: false }, never)
})

function request(rest: Partial<RunRequest> = {}): RunRequest {
  return { datasets: new Map([[dataset.key, dataset]]), limit: 10, signal: never, progress: () => {}, ...rest }
}

const float64 = { kind: 'number', repr: 'float64', unit: [] } as const
const bool = { kind: 'bool' } as const

function column(name: string): Expr {
  const { type, missing } = dataset.schema.columns.find((known) => known.name === name)!
  return { kind: 'column', row: 'row', name, type, missing }
}

function call(fn: string, ...args: readonly Expr[]): Expr {
  return { kind: 'call', fn, args, type: bool, missing: false }
}

const scan = (): Plan => ({ op: 'scan', dataset: dataset.key, schema: dataset.schema })

function histogram(): BackendQuery {
  const cd = call('equal', column('det'), { kind: 'text', value: 'CD' })
  const high = call('greater', column('E'), { kind: 'number', value: 0.25, type: float64 })
  const plan: Plan = { op: 'filter', input: scan(), where: call('and', high, cd), label: null, text: null }
  const edges = Array.from({ length: 9 }, (_, edge) => edge / 8)
  return { kind: 'hist', plan, axes: [{ value: column('E'), label: 'E', edges, bins: 8, step: null }], weight: null }
}

/** How many pairs of events are less than \`ns\` apart. */
function pairs(ns: number): BackendQuery {
  const window = { kind: 'within', low: 0, high: ns, order: 'after', reference: 'a.' } as const
  const role = { name: 'b', quantifier: 'each', source: scan(), where: null, window, text: 'with each b' } as const
  const plan: Plan = { op: 'match', input: scan(), anchor: 'a', anchorText: 'a', roles: [role] }
  const type = { kind: 'number', repr: 'int64', unit: [] } as const
  const measure = { name: 'n', fn: 'count', value: null, type, missing: false } as const
  const value: Expr = { kind: 'column', row: 'row', name: 'n', type, missing: false }
  return { kind: 'number', text: 'count', value, inputs: [{ kind: 'measure', name: 'n', plan, measure }] }
}

const countsOf = async (on: Backend) => {
  const result = await on.run(histogram(), request())
  return result.kind === 'hist' ? result.counts : null
}

describe('a scan through files that overlap in time', () => {
  test('counts what numpy counts, from the files and from memory', async () => {
    expect(await countsOf(backend)).toEqual(expected)
    expect(await countsOf(backend)).toEqual(expected)
  })

  test('counts the same with one thread, and with no more memory than it must have', async () => {
    await using small = createLocalBackend({ threads: 1, memoryBytes: 190_000_000 }, 10_000_000)
    expect(await countsOf(small)).toEqual(expected)
  })

  test('gives all rows once, in the total order, the same from the files and from memory', async () => {
    const read = async () => {
      const seen: (readonly [bigint, number, bigint])[] = []
      for await (const batch of backend.rows(scan(), request())) {
        const [t, file, entry] = ['t', 'file', 'entry'].map((name) => batch.getChild(name)!.toArray())
        for (let row = 0; row < batch.numRows; row++) seen.push([t[row], file[row], BigInt(entry[row])])
      }
      return seen
    }
    const first = await read()
    expect(first).toHaveLength(rows)
    const isBefore = (at: number) => {
      const [a, b] = [first[at - 1]!, first[at]!]
      return a[0] < b[0] || (a[0] === b[0] && (a[1] < b[1] || (a[1] === b[1] && a[2] < b[2])))
    }
    expect(first.findIndex((_, at) => at > 0 && !isBefore(at))).toBe(-1)
    expect(await read()).toEqual(first)
  })
})

test('a few rows in more than a year come exactly, the last one too', async () => {
  const times = [0n, 86_400_000_000_001n, 2n ** 55n + 1n, 2n ** 55n + 2n].map((ns) =>
    String(1_756_684_800_000_000_000n + ns),
  )
  writeFiles([
    { path: folder.file('sparse.parquet'), columns: [{ name: 't', type: 'int64', unit: 'ns', values: times }] },
  ])
  const sparse = await backend.open({ path: 'sparse.parquet', folder: folder.path, timeDeclared: false }, never)
  const plan: Plan = { op: 'scan', dataset: sparse.key, schema: sparse.schema }
  const seen: string[] = []
  for await (const batch of backend.rows(plan, request({ datasets: new Map([[sparse.key, sparse]]) }))) {
    seen.push(...[...batch.getChild('t')!].map(String))
  }
  expect(seen).toEqual(times)
})

describe('progress', () => {
  test('never goes back, never exceeds the total, and ends at it', async () => {
    const seen: Progress[] = []
    await using fresh = createLocalBackend({ threads: 2 })
    await fresh.run(histogram(), request({ progress: (progress) => seen.push(progress) }))
    expect(seen.map((progress) => progress.totalRows).every((total) => total === rows)).toBe(true)
    expect(seen.map((progress) => progress.rows)).toEqual(
      seen.map((progress) => progress.rows).toSorted((a, b) => a - b),
    )
    expect(seen.at(-1)?.rows).toBe(rows)
  })
})

describe('an interrupt', () => {
  test('of a long query is R001, and the workers take the next query', async () => {
    const controller = new AbortController()
    const long = backend.run(
      pairs(20_000_000),
      request({ signal: controller.signal, progress: () => controller.abort() }),
    )
    await expect(long).rejects.toMatchObject({ code: 'R001' })
    expect(await countsOf(backend)).toEqual(expected)
  })

  test('before the start is R001', async () => {
    await expect(backend.run(histogram(), request({ signal: AbortSignal.abort() }))).rejects.toMatchObject({
      code: 'R001',
    })
  })

  test('of reading rows is R001', async () => {
    const controller = new AbortController()
    const reading = async () => {
      for await (const _ of backend.rows(scan(), request({ signal: controller.signal }))) controller.abort()
    }
    await expect(reading()).rejects.toMatchObject({ code: 'R001' })
  })
})

test('leaving the rows early lets the workers go', async () => {
  for await (const _ of backend.rows(scan(), request())) break
  expect(await countsOf(backend)).toEqual(expected)
})

/** Runs a histogram over 4,000,000 rows in a process of its own and gives the most memory that it had, in bytes. */
function peakBytes(path: string): number {
  const { stdout, stderr } = spawnSync(process.execPath, [fileURLToPath(new URL('peak.ts', import.meta.url)), path], {
    encoding: 'utf8',
  })
  if (stdout === '') throw new Error(stderr)
  return Number(stdout)
}

test('a query over 350 MB of columns keeps to 450 MB, of which the program takes most', () => {
  runPython(
    `
import json, sys
import numpy as np, pyarrow as pa, pyarrow.feather as f
for name, n in [("large", 4_000_000)]:
    t = np.arange(n) * 1000 + 1756684800_000_000_000
    document = {"version": 1, "files": [{"id": 0, "path": "a.root"}], "goodTime": []}
    columns = {c: np.arange(n) / n for c in ("E", "x", "y", "z", "q", "u", "v", "w")}
    table = pa.table({"t": t, "file": np.zeros(n, np.uint32), "entry": np.arange(n), **columns})
    f.write_feather(table.replace_schema_metadata({"sift": json.dumps(document)}), f"{sys.argv[1]}/{name}.arrow", compression="uncompressed", chunksize=65536)`,
    folder.path,
  )
  expect(peakBytes(folder.file('large.arrow'))).toBeLessThan(450e6)
}, 180_000)
