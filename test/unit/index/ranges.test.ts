import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { inspectFile } from '../../../runtime/index/inspect.ts'
import { unitedRanges } from '../../../runtime/index/ranges.ts'

const folder = mkdtempSync(path.join(tmpdir(), 'sift-ranges-'))
afterAll(() => rmSync(folder, { recursive: true }))

const program = `
import sys
import pyarrow as pa
import pyarrow.parquet as pq
t = 1_756_684_800_000_000_000
def write(name, E, big, times, **options):
    columns = {"t": pa.array(times, pa.timestamp("ns")), "file": pa.array([7] * len(E), pa.uint32()), "entry": range(len(E)),
               "E": pa.array(E, pa.float32()), "big": pa.array(big, pa.int64()), "det": ["CD"] * len(E)}
    pq.write_table(pa.table(columns), f"{sys.argv[1]}/{name}.parquet", row_group_size=2, **options)
write("a", [0.5, 2.5, float("nan"), -1.5], [1, 2, 2**60 + 1, 4], [t, t + 1, t + 2, t + 3])
write("b", [7.25, 3.0], [-5, 0], [t + 10, t + 11])
write("none", [1.0], [1], [t + 20], write_statistics=False)
write("empty", [], [], [])
`

beforeAll(() => {
  const python = path.resolve(import.meta.dirname, '../../../.venv/bin/python')
  execFileSync(python, ['-c', program, folder])
})

async function inspected(...names: readonly string[]) {
  const cancel = { aborted: false, throwIfAborted: () => {} }
  return Promise.all(
    names.map((name) =>
      inspectFile({ path: path.join(folder, `${name}.parquet`), tree: null, timeDeclared: false }, cancel),
    ),
  )
}

test('a column reaches from its smallest to its largest value in all row groups, NaN apart', async () => {
  const [file] = await inspected('a')
  expect(file?.ranges).toEqual([
    { name: 't', min: '1756684800000000000', max: '1756684800000000003' },
    { name: 'entry', min: '0', max: '3' },
    { name: 'E', min: -1.5, max: 2.5 },
    { name: 'big', min: '1', max: '1152921504606846977' },
  ])
})

test('the ranges of files are united, those without rows left out', async () => {
  expect(unitedRanges(await inspected('a', 'empty', 'b'))).toEqual([
    { name: 't', min: '1756684800000000000', max: '1756684800000000011' },
    { name: 'entry', min: '0', max: '3' },
    { name: 'E', min: -1.5, max: 7.25 },
    { name: 'big', min: '-5', max: '1152921504606846977' },
  ])
})

test('nothing is known where one file states nothing', async () => {
  expect(unitedRanges(await inspected('a', 'none'))).toEqual([])
  expect(unitedRanges(await inspected('empty'))).toEqual([])
})
