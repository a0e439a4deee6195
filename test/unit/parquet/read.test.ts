import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ParquetWriter } from 'hyparquet-writer'
import { ByteWriter } from 'hyparquet-writer/src/bytewriter.js'
import { writePageHeader } from 'hyparquet-writer/src/datapage.js'
import { afterAll, describe, expect, test } from 'vitest'
import { parquet } from '../../../runtime/formats/parquet.ts'
import type { Cancel } from '../../../runtime/ports/format.ts'
import { plainColumn } from '../../data/formats/plain.ts'
import { writeWithPython } from '../formats/python.ts'
import { failureOf, readAll } from '../formats/scan.ts'

const folder = mkdtempSync(join(tmpdir(), 'sift-parquet-'))
afterAll(() => rmSync(folder, { recursive: true }))

const never: Cancel = { aborted: false, throwIfAborted: () => {} }

function made(name: string, statements: string): string {
  const path = join(folder, `${name}.parquet`)
  writeWithPython(path, `import pyarrow as pa, pyarrow.parquet as pq, numpy as np\n${statements}`)
  return path
}

describe('statistics', () => {
  test('are the footer’s, in nanoseconds for timestamps, and leave NaN out', async () => {
    const path = made(
      'ranges',
      `pq.write_table(pa.table({
  'E': pa.array([1.5, float('nan'), -2.0, 8.0], pa.float32()),
  'nan': pa.array([float('nan')] * 4),
  't': pa.array([5, 2, 9, 7], pa.timestamp('us')),
  'u': pa.array([2**63, 3, 2**64 - 1, 4], pa.uint64()),
  's': ['a', 'b', 'c', 'd'],
  'l': [[1], [2], [3], [4]],
}), path, row_group_size=2)`,
    )
    await using source = await parquet.open(path, {})
    expect(source.groups).toEqual([2, 2])
    expect(source.statistics('E')).toEqual([
      { min: 1.5, max: 1.5 },
      { min: -2, max: 8 },
    ])
    expect(source.statistics('nan')).toBeUndefined()
    expect(source.statistics('t')).toEqual([
      { min: 2000n, max: 5000n },
      { min: 7000n, max: 9000n },
    ])
    expect(source.statistics('u')).toEqual([
      { min: 3n, max: 2n ** 63n },
      { min: 4n, max: 2n ** 64n - 1n },
    ])
    expect(source.statistics('s')).toBeUndefined()
    expect(source.statistics('l')).toBeUndefined()
    expect(source.statistics('nowhere')).toBeUndefined()
  })
})

describe('nulls', () => {
  const columns = `{
  'lists': pa.array([[1], [], [2, 3]], pa.list_(pa.int32())),
  'nullList': pa.array([[1], None, []], pa.list_(pa.int32())),
  'nullItem': pa.array([[1, None], [], [2]], pa.list_(pa.int32())),
  'nullStruct': pa.array([[{'a': 1}, None], [], []], pa.list_(pa.struct([('a', pa.int32())]))),
  'nullMember': pa.array([[{'a': None}], [], []], pa.list_(pa.struct([('a', pa.int32())]))),
}`
  const nullable = {
    lists: [false, false],
    nullList: [true, false],
    nullItem: [false, true],
    nullStruct: [false, true, true],
    nullMember: [false, false, true],
  }

  test.each([
    ['with the footer’s counts', ''],
    ['by the levels of the pages', ', write_statistics=False'],
    ['by the levels of pages of version 2', ', write_statistics=False, data_page_version="2.0"'],
  ])('of lists are told apart from empty lists, %s', async (name, options) => {
    const path = made(`nulls ${name.length}`, `pq.write_table(pa.table(${columns}), path${options})`)
    await using source = await parquet.open(path, {})
    const found = source.schema.fields.map(({ name: column, nullable: list, type }) => {
      const item = type.children[0]!
      const members = item.type.children ?? []
      return [column, [list, item.nullable, ...members.map((member: { nullable: boolean }) => member.nullable)]]
    })
    expect(Object.fromEntries(found)).toEqual(nullable)
    expect(await readAll(source)).toEqual({
      lists: [[1], [], [2, 3]],
      nullList: [[1], null, []],
      nullItem: [[1, null], [], [2]],
      nullStruct: [[{ a: 1 }, null], [], []],
      nullMember: [[{ a: null }], [], []],
    })
  })
})

describe('units', () => {
  test('of columns and of the fields of lists come from the Arrow schema in the file', async () => {
    const path = made(
      'units',
      `ns = {'unit': 'ns'}
item = pa.struct([pa.field('t', pa.float32(), metadata=ns), pa.field('n', pa.int32())])
fields = [pa.field('E', pa.float32(), metadata={'unit': 'MeV'}), pa.field('hits', pa.list_(item)), pa.field('b', pa.decimal128(9, 2))]
pq.write_table(pa.Table.from_pylist([{'E': 1, 'hits': [{'t': 2, 'n': 3}], 'b': None}], schema=pa.schema(fields)), path)`,
    )
    await using source = await parquet.open(path, {})
    const [energy, hits] = source.schema.fields
    expect(energy!.metadata.get('unit')).toBe('MeV')
    const members: readonly { name: string; metadata: Map<string, string> }[] = hits!.type.children[0]!.type.children
    expect(members.map(({ name, metadata }) => [name, metadata.get('unit')])).toEqual([
      ['t', 'ns'],
      ['n', undefined],
    ])
  })

  test('a file of another writer has none', async () => {
    const path = made(
      'duck',
      `import duckdb\nduckdb.sql(f"copy (select 1.5::float E, [1, 2] l, 'x' s) to '{path}' (format parquet)")`,
    )
    await using source = await parquet.open(path, {})
    expect(source.schema.fields.map(({ metadata }) => metadata.size)).toEqual([0, 0, 0])
    expect(await readAll(source)).toEqual({ E: [1.5], l: [[1, 2]], s: ['x'] })
  })
})

// Pages of version 1 may end within a row. Today's writers avoid it, so this file is put together from its parts.
test('a list that goes on in the next page is one list, wherever the batches are cut', async () => {
  const path = join(folder, 'spanning.parquet')
  writeFileSync(path, spanningLists())
  await using source = await parquet.open(path, {})
  const expected = [[1, 2, 3, 4], [5], [6, 7, 8, 9]]
  for (const batchRows of [1, 2, 3]) expect(await readAll(source, ['l'], batchRows)).toEqual({ l: expected })
  for await (const batch of source.scan({ columns: ['l'], start: 1, end: 2, batchRows: 9, cancel: never })) {
    expect(plainColumn(batch.data.children[0]!)).toEqual([[5]])
  }
})

/** Pages with the repetition levels 0 1 1, 1 0 0, 1 1, 1 and values 1, 2, 3, …. */
function spanningLists(): Uint8Array {
  const writer = new ByteWriter()
  const schema = [
    { name: 'schema', num_children: 1 },
    { name: 'l', repetition_type: 'REQUIRED', num_children: 1, converted_type: 'LIST' },
    { name: 'list', repetition_type: 'REPEATED', num_children: 1 },
    { name: 'element', repetition_type: 'REQUIRED', type: 'INT32' },
  ] as const
  const file = new ParquetWriter({ writer, schema: [...schema] })
  const start = writer.offset
  let value = 1
  for (const levels of [[0, 1, 1], [1, 0, 0], [1, 1], [1]]) {
    const page = new ByteWriter()
    appendLevels(page, levels)
    appendLevels(
      page,
      levels.map(() => 1),
    )
    for (const _ of levels) page.appendInt32(value++)
    writePageHeader(writer, {
      type: 'DATA_PAGE',
      uncompressed_page_size: page.offset,
      compressed_page_size: page.offset,
      data_page_header: {
        num_values: levels.length,
        encoding: 'PLAIN',
        definition_level_encoding: 'RLE',
        repetition_level_encoding: 'RLE',
      },
    })
    writer.appendBytes(page.getBytes())
  }
  const bytes = BigInt(writer.offset - start)
  file.row_groups.push({
    num_rows: 3n,
    total_byte_size: bytes,
    columns: [
      {
        file_offset: BigInt(start),
        meta_data: {
          type: 'INT32',
          encodings: ['PLAIN'],
          path_in_schema: ['l', 'list', 'element'],
          codec: 'UNCOMPRESSED',
          num_values: 9n,
          total_uncompressed_size: bytes,
          total_compressed_size: bytes,
          data_page_offset: BigInt(start),
        },
      },
    ],
  })
  file.num_rows = 3n
  void file.finish()
  return writer.getBytes()
}

/** As one packed group, after its length. */
function appendLevels(page: ByteWriter, levels: readonly number[]): void {
  page.appendUint32(2)
  page.appendUint8(0x03)
  page.appendUint8(levels.reduce((bits, level, index) => bits | (level << index), 0))
}

test('texts beyond a dictionary’s size start a new one, and stay what they are', async () => {
  const path = made(
    'many',
    `pq.write_table(pa.table({'s': [f'{i:0100d}' for i in range(400_000)]}), path, compression='zstd')`,
  )
  await using source = await parquet.open(path, {})
  let row = 0
  const sizes = new Set<number>()
  for await (const batch of source.scan({
    columns: ['s'],
    start: 0,
    end: source.rows,
    batchRows: 9_999,
    cancel: never,
  })) {
    const data = batch.data.children[0]!
    sizes.add(data.dictionary!.length)
    const wrong = plainColumn(data).findIndex((text, index) => text !== String(row + index).padStart(100, '0'))
    expect(wrong).toBe(-1)
    row += batch.numRows
  }
  expect(row).toBe(400_000)
  expect(Math.max(...sizes)).toBeLessThan(200_000)
})

test('an interrupt is noticed at the next page', async () => {
  const path = made(
    'long',
    `pq.write_table(pa.table({'x': np.arange(200_000)}), path, use_dictionary=False, data_page_size=4096, write_batch_size=512)`,
  )
  await using source = await parquet.open(path, {})
  let asked = 0
  const cancel: Cancel = {
    get aborted() {
      return asked > 5
    },
    throwIfAborted: () => {
      if (++asked > 5) throw new Error('enough')
    },
  }
  const batches = source.scan({ columns: ['x'], start: 0, end: 200_000, batchRows: 200_000, cancel })
  await expect(batches[Symbol.asyncIterator]().next()).rejects.toThrow('enough')
})

describe('files that cannot be read', () => {
  const path = made(
    'whole',
    `pq.write_table(pa.table({'E': np.arange(3000) / 7, 's': [str(i % 9) for i in range(3000)], 'l': [[i, i] for i in range(3000)]}), path, compression='none', row_group_size=1000)`,
  )
  const whole = readFileSync(path)
  const copy = join(folder, 'damaged.parquet')

  test('a page with a wrong checksum is D002', async () => {
    const checked = made(
      'checked',
      `pq.write_table(pa.table({'E': np.arange(100.0)}), path, compression='none', use_dictionary=False, write_page_checksum=True)`,
    )
    const bytes = readFileSync(checked)
    bytes[200]! ^= 1
    writeFileSync(copy, bytes)
    await using source = await parquet.open(copy, {})
    const failure = await failureOf(readAll(source))
    expect([failure.code, failure.message]).toEqual([
      'D002',
      `\`${copy}\` is damaged: a page does not have its checksum.`,
    ])
  })

  test('an encrypted one is D006', async () => {
    writeFileSync(copy, Buffer.concat([Buffer.from('PARE'), whole.subarray(4, -4), Buffer.from('PARE')]))
    const failure = await failureOf(parquet.open(copy, {}))
    expect([failure.code, failure.message]).toEqual(['D006', `\`${copy}\` is encrypted, which Sift cannot read.`])
  })

  test('whatever byte is wrong, the outcome is values or one error that names the file', async () => {
    let random = 12345
    for (let run = 0; run < 150; run++) {
      random = (Math.imul(random, 1103515245) + 12345) >>> 0
      const bytes = Buffer.from(whole)
      // Half of them in the footer, where every byte has a meaning.
      const at = run % 2 === 0 ? bytes.length - 1 - (random % 2500) : random % bytes.length
      bytes[at]! ^= 1 << (random >>> 29)
      writeFileSync(copy, bytes)
      const failure = await outcomeOf(copy)
      if (failure === undefined) continue
      expect(failure.message, `byte ${at} of ${bytes.length}`).toContain(copy)
      expect(['D002', 'D006']).toContain(failure.code)
    }
  })

  async function outcomeOf(file: string): Promise<{ code: string; message: string } | undefined> {
    try {
      await using source = await parquet.open(file, {})
      await readAll(source)
      return undefined
    } catch (error) {
      if (error instanceof Error && 'code' in error) return { code: String(error.code), message: error.message }
      throw error
    }
  }
})
