import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { completePath } from '../../../kernel/complete-path.ts'

let folder: string

beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'sift-paths-'))
  mkdirSync(path.join(folder, 'data', 'events'), { recursive: true })
  for (const name of ['run_1.parquet', 'run_2.parquet', 'wp.parquet', 'one.root', '.hidden', 'notes.txt'])
    writeFileSync(path.join(folder, 'data', name), '')
})

afterAll(() => rmSync(folder, { recursive: true, force: true }))

function at(written: string): readonly string[] {
  return completePath(written, folder).items.map(({ text }) => text)
}

test('a folder gives globs for kinds of which it has several, then what is in it', () => {
  const files = ['events/', 'notes.txt', 'one.root', 'run_1.parquet', 'run_2.parquet', 'wp.parquet']
  expect(at('data/')).toEqual(['*.parquet', ...files])
  expect(completePath('data/', folder)).toMatchObject({
    from: 5,
    items: [{ text: '*.parquet', type: '3 files' }, {}, {}, {}, {}, {}, {}],
  })
})

test('what is begun is gone on with', () => {
  expect(at('data/run')).toEqual(['run*.parquet', 'run_1.parquet', 'run_2.parquet'])
  expect(at('data/ev')).toEqual(['events/'])
  expect(at('data/wp')).toEqual(['wp.parquet'])
  expect(at('data/.h')).toEqual(['.hidden'])
})

test('a folder that is not there has nothing to offer', () => {
  expect(at('nowhere/x')).toEqual([])
  expect(at('data/run*')).toEqual([])
})
