import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { inspectFile } from '../../../runtime/index/inspect.ts'
import { listLengths } from '../../../runtime/index/list-lengths.ts'

const folder = mkdtempSync(path.join(tmpdir(), 'sift-lists-'))
afterAll(() => rmSync(folder, { recursive: true }))

const program = `
import sys
import pyarrow as pa
import pyarrow.feather as feather
import pyarrow.parquet as pq
hit = pa.struct([("time", pa.float32()), ("n", pa.int64())])
def table(lengths):
    hits = [[{"time": 1.0, "n": 2}] * length for length in lengths]
    return pa.table({"hits": pa.array(hits, pa.list_(hit)), "E": pa.array([1.0] * len(lengths))})
pq.write_table(table([3, 5, 2, 2]), f"{sys.argv[1]}/a.parquet", row_group_size=2)
pq.write_table(table([8, 0, 4]), f"{sys.argv[1]}/b.parquet")
feather.write_feather(table([1]), f"{sys.argv[1]}/c.arrow", compression="uncompressed")
`

beforeAll(() => {
  const python = path.resolve(import.meta.dirname, '../../../.venv/bin/python')
  execFileSync(python, ['-c', program, folder])
})

async function inspected(...names: readonly string[]) {
  const cancel = { aborted: false, throwIfAborted: () => {} }
  return Promise.all(
    names.map((name) => inspectFile({ path: path.join(folder, name), tree: null, timeDeclared: false }, cancel)),
  )
}

test('the elements of a list column are counted from the footers, an empty list as one', async () => {
  const files = await inspected('a.parquet', 'b.parquet')
  expect(files.map(({ elements }) => elements)).toEqual([
    [{ name: 'hits', elements: 12 }],
    [{ name: 'hits', elements: 13 }],
  ])
  expect(listLengths(files)).toEqual([{ name: 'hits', mean: 25 / 7 }])
})

test('nothing is known where one file states nothing', async () => {
  expect(listLengths(await inspected('a.parquet', 'c.arrow'))).toEqual([])
  expect(listLengths([])).toEqual([])
})
