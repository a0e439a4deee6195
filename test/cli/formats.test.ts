import path from 'node:path'
import { beforeAll, expect, test } from 'vitest'
import { runPython, siftJson, temporaryFolder } from './sift.ts'

const folder = temporaryFolder()
const formats = ['*.parquet', 'arrow/*.arrow', 'hdf5/*.h5', 'root/*.root']

/** The same numbers by pyarrow and numpy. */
const reference = `
import json, sys
import numpy as np, pyarrow.parquet as pq
from glob import glob
parts = [pq.read_table(path) for path in sorted(glob(sys.argv[1]))]
column = lambda name: np.concatenate([part[name].to_numpy() for part in parts])
energy = column("E").astype(np.float64)
print(json.dumps([len(energy), int(column("nhit").sum()), int((column("det") == "WP").sum()), int((energy > 2).sum()), float(energy[energy > 2].max())]))
`

beforeAll(async () => {
  await runPython(['test/data/make.py', 'faults', '--parts', 'all', '--out', folder])
})

test('the four formats give the same numbers, those of pyarrow', async () => {
  const expected = JSON.parse(await runPython(['-c', reference, path.join(folder, 'faults/good/*.parquet')])) as unknown
  const cells = formats.map(
    (files) => `a = from "faults/good/${files}"
show count(a), sum(nhit of a), count(a where det == "WP"), count(a where E > 2 MeV), max(E of a where E > 2 MeV), livetime(a)`,
  )
  const { lines, status } = await siftJson(cells, folder)
  expect(status).toBe(0)
  const numbers = lines.filter(({ kind }) => kind === 'number')
  const byFormat = formats.map((_, at) => numbers.filter(({ cell }) => cell === at + 1).map(({ value }) => value))
  for (const values of byFormat) {
    expect(values.slice(0, 5)).toEqual(expected)
    expect(values).toEqual(byFormat[0])
  }
})
