import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { formats, openFile } from '../../../runtime/formats/index.ts'
import { writeWithPython } from './python.ts'
import { failureOf } from './scan.ts'

const folder = mkdtempSync(join(tmpdir(), 'sift-open-'))
afterAll(() => rmSync(folder, { recursive: true }))

function file(name: string, bytes: string): string {
  const path = join(folder, name)
  writeFileSync(path, bytes)
  return path
}

test('a file of no known format is D002, which shows how it begins', async () => {
  const path = file('notes.txt', 'Hello, world')
  const error = await failureOf(openFile(path))
  expect(error.code).toBe('D002')
  expect(error.message).toBe(
    `\`${path}\` is of no known format: it begins with \`Hello, w\` (48 65 6c 6c 6f 2c 20 77). Known are ${formats.map((format) => format.name).join(', ')}.`,
  )
})

test('an empty file is D002, which says so', async () => {
  const path = file('empty.arrow', '')
  expect((await failureOf(openFile(path))).message).toBe(`\`${path}\` is empty: it has no bytes.`)
})

test('an Arrow stream, which is no Arrow file, is told apart', async () => {
  const path = join(folder, 'stream.arrow')
  writeWithPython(
    path,
    `
import pyarrow as pa
table = pa.table({"n": [1]})
with pa.OSFile(path, "wb") as f, pa.ipc.new_stream(f, table.schema) as w:
    w.write_table(table)
`,
  )
  expect((await failureOf(openFile(path))).fix).toBe(
    'It looks like an Arrow stream; write an Arrow file (`pyarrow.ipc.new_file`).',
  )
})

test('the format goes by the first bytes, not by the ending', async () => {
  const path = join(folder, 'misnamed.root')
  writeWithPython(
    path,
    `
import pyarrow as pa
table = pa.table({"n": [1]})
with pa.OSFile(path, "wb") as f, pa.ipc.new_file(f, table.schema) as w:
    w.write_table(table)
`,
  )
  await using source = await openFile(path)
  expect(source.rows).toBe(1)
  const error = await failureOf(openFile(path, { tree: 'events' }))
  expect(error.message).toBe(`\`${path}\` has no tree \`events\`: it is no ROOT file (arrow).`)
})

test('each ending belongs to one format', () => {
  const endings = formats.flatMap((format) => format.endings)
  expect(new Set(endings).size).toBe(endings.length)
})
