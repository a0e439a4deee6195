import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { RuntimeError } from '../../../runtime/errors.ts'
import { openFile } from '../../../runtime/formats/index.ts'
import { writeWithPython } from './python.ts'
import { failureOf, readAll, readFileWhole } from './scan.ts'

const folder = mkdtempSync(join(tmpdir(), 'sift-arrow-'))
afterAll(() => rmSync(folder, { recursive: true }))

function made(name: string, statements: string): string {
  const path = join(folder, name)
  writeWithPython(path, `import pyarrow as pa\n${statements}`)
  return path
}

const small = `
table = pa.table({
    "n": [1, None, 3],
    "tag": pa.array(["a", "µ", "a"]).dictionary_encode(),
    "text": ["x", "", "zz"],
    "hits": pa.array([[1.5], [], [2.5, 3.5]], pa.list_(pa.float32())),
})
`
const write = (options: string): string => `
with pa.OSFile(path, "wb") as f, pa.ipc.new_file(f, table.schema, options=pa.ipc.IpcWriteOptions(${options})) as w:
    w.write_table(table)
`

describe('damage', () => {
  test.each(['', 'compression="lz4"', 'compression="zstd"'])(
    'a wrong bit anywhere gives values or one RuntimeError, written with (%s)',
    async (options) => {
      const path = made('flip.arrow', small + write(options))
      const whole = readFileSync(path)
      const other: string[] = []
      for (let at = 0; at < whole.length; at += 3) {
        const bytes = Buffer.from(whole)
        bytes[at]! ^= 1 << (at % 8)
        writeFileSync(path, bytes)
        const outcome = await readFileWhole(path).catch((error: unknown) => error)
        if (outcome instanceof Error && !(outcome instanceof RuntimeError)) other.push(`${at}: ${outcome.stack ?? ''}`)
      }
      expect(other).toEqual([])
    },
  )

  test('only the buffers of the asked columns are read', async () => {
    const path = made(
      'half.arrow',
      `table = pa.table({"bad": list(range(1000)), "good": list(range(1000, 2000))})${write('compression="zstd"')}`,
    )
    const bytes = readFileSync(path)
    // The first mark of a Zstandard frame belongs to the first column.
    bytes.fill(
      0,
      bytes.indexOf(Buffer.of(0x28, 0xb5, 0x2f, 0xfd)) + 4,
      bytes.indexOf(Buffer.of(0x28, 0xb5, 0x2f, 0xfd)) + 60,
    )
    writeFileSync(path, bytes)
    expect((await readFileWhole(path, ['good']))['good']!.slice(0, 2)).toEqual(['1000', '1001'])
    const error = await failureOf(readFileWhole(path, ['bad']))
    expect(error.code).toBe('D002')
    expect(error.message).toContain(`\`${path}\` is damaged`)
  })

  test('a buffer that is too short for its rows is D002, not the bytes that follow it', async () => {
    const path = made('short.arrow', `table = pa.table({"n": list(range(1000)), "m": list(range(1000))})${write('')}`)
    const bytes = readFileSync(path)
    const rows = Buffer.from(BigInt64Array.of(1_000n).buffer)
    for (let at = bytes.indexOf(rows); at >= 0; at = bytes.indexOf(rows, at)) bytes.writeBigInt64LE(1_200n, at)
    writeFileSync(path, bytes)
    await using source = await openFile(path)
    expect(source.rows).toBe(1_200)
    const error = await failureOf(readAll(source, ['n']))
    expect(error.message).toBe(`\`${path}\` is damaged: a buffer of 8000 bytes should have 9600.`)
  })

  test('an index beyond its dictionary is D002', async () => {
    const path = made(
      'outside.arrow',
      `
codes = pa.array([0, 5, 1], pa.int32())
table = pa.table({"tag": pa.DictionaryArray.from_arrays(codes, pa.array(["a", "b"]), safe=False)})${write('')}`,
    )
    const error = await failureOf(readFileWhole(path))
    expect(error.message).toBe(`\`${path}\` is damaged: an index lies outside its dictionary.`)
  })
})

describe('instants', () => {
  test('one that 64 bits of nanoseconds cannot hold is R004 and not a wrong time', async () => {
    const path = made('far.arrow', `table = pa.table({"t": pa.array([0, 10**17], pa.timestamp("ms"))})${write('')}`)
    const error = await failureOf(readFileWhole(path))
    expect(error.code).toBe('R004')
    expect(error.message).toContain(`Column \`t\` of \`${path}\` holds the instant 100000000000000000 ms`)
  })
})

describe('columns', () => {
  test('two of the same name are skipped, since neither can be asked for', async () => {
    const path = made(
      'twice.arrow',
      `table = pa.table([pa.array([1]), pa.array([2]), pa.array([3])], names=["a", "b", "a"])${write('')}`,
    )
    await using source = await openFile(path)
    expect(source.schema.fields.map((field) => field.name)).toEqual(['b'])
    expect([...source.skipped]).toEqual([['a', 'several columns have this name']])
  })

  test('a null in the dictionary is a null in the rows that refer to it', async () => {
    const path = made(
      'null-value.arrow',
      `
codes = pa.array([0, 1, 2, None, 1], pa.int16())
table = pa.table({"tag": pa.DictionaryArray.from_arrays(codes, pa.array(["a", None, "b"]))})${write('')}`,
    )
    await using source = await openFile(path)
    expect(source.schema.fields[0]!.nullable).toBe(true)
    expect(await readAll(source)).toEqual({ tag: ['a', null, 'b', null, null] })
  })

  test('more distinct text than one dictionary may hold comes in several, and comes whole', async () => {
    const path = made(
      'long.arrow',
      `table = pa.table({"note": [f"{i:>6}" + "x" * 1000 for i in range(40_000)]})${write('compression="lz4"')}`,
    )
    const { note } = await readFileWhole(path, ['note'], 5_000)
    expect(note).toEqual(Array.from({ length: 40_000 }, (_, i) => String(i).padStart(6) + 'x'.repeat(1_000)))
  })
})
