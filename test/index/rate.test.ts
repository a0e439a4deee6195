import { expect, test } from 'vitest'
import { runPython } from '../cli/sift.ts'

test('an index of 20 files has the right rows in all four formats; its size and the rate are printed', async () => {
  const printed = await runPython(['bench/index-build.py', '--events', '20000'])
  console.log(printed)
  const verdicts = printed.split('\n').filter((line) => line.endsWith('all equal'))
  expect(verdicts.map((line) => line.split(' ')[0])).toEqual(['parquet', 'arrow', 'hdf5', 'root'])
}, 120_000)
