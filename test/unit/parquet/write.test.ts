import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Data, type Field, type RecordBatch, Schema } from 'apache-arrow'
import { afterAll, describe, expect, test } from 'vitest'
import {
  bool,
  bools,
  fieldOf,
  fixedLists,
  fixedListType,
  lists,
  listType,
  type NumberName,
  numbers,
  numberType,
  structs,
  structType,
  texts,
  textType,
} from '../../../runtime/formats/column.ts'
import { parquet } from '../../../runtime/formats/parquet.ts'
import { writeParquet } from '../../../runtime/formats/parquet-write.ts'
import { batchOf } from '../../../runtime/formats/source.ts'
import { TextDictionary } from '../../../runtime/formats/text.ts'
import type { Plain } from '../../data/formats/plain.ts'
import { failureOf, readAll } from '../formats/scan.ts'

interface Found {
  readonly rows: number
  readonly groups: readonly number[]
  readonly metadata: Readonly<Record<string, string>>
  readonly fields: Readonly<
    Record<string, { type: string; nullable: boolean; metadata: Record<string, string>; values: Plain[] }>
  >
  readonly members: Readonly<Record<string, Record<string, Record<string, string>>>>
  readonly bounds: Readonly<Record<string, readonly ([string, string] | null)[]>>
}

const folder = mkdtempSync(join(tmpdir(), 'sift-parquet-write-'))
afterAll(() => rmSync(folder, { recursive: true }))

describe('pyarrow reads what was written', () => {
  test('every type of number, at the ends of its range', async () => {
    const columns: readonly (readonly [NumberName, readonly Plain[], Data])[] = [
      ['int8', [-128, 127], numbers(numberType('int8'), Int8Array.of(-128, 127))],
      ['int16', [-32768, 32767], numbers(numberType('int16'), Int16Array.of(-32768, 32767))],
      ['int32', [-2147483648, 2147483647], numbers(numberType('int32'), Int32Array.of(-2147483648, 2147483647))],
      ['uint8', [0, 255], numbers(numberType('uint8'), Uint8Array.of(0, 255))],
      ['uint16', [0, 65535], numbers(numberType('uint16'), Uint16Array.of(0, 65535))],
      ['uint32', [0, 4294967295], numbers(numberType('uint32'), Uint32Array.of(0, 4294967295))],
      [
        'int64',
        ['-9223372036854775808', '9223372036854775807'],
        numbers(numberType('int64'), BigInt64Array.of(-(2n ** 63n), 2n ** 63n - 1n)),
      ],
      ['uint64', ['0', '18446744073709551615'], numbers(numberType('uint64'), BigUint64Array.of(0n, 2n ** 64n - 1n))],
      ['float32', ['NaN', 0.1], numbers(numberType('float32'), Float32Array.of(NaN, 0.1))],
      ['float64', ['-Infinity', 0.1], numbers(numberType('float64'), Float64Array.of(-Infinity, 0.1))],
      [
        'timestamp',
        ['9007199254740993', '-1'],
        numbers(numberType('timestamp'), BigInt64Array.of(9_007_199_254_740_993n, -1n)),
      ],
    ]
    const fields = columns.map(([name]) => fieldOf(name, numberType(name), false))
    const found = await written('numbers', fields, [columns.map(([, , data]) => data)])
    for (const [name, values] of columns) {
      const expected = name === 'float32' ? ['NaN', Math.fround(0.1)] : values
      expect(found.fields[name]).toEqual({ type: name, nullable: false, metadata: {}, values: expected })
    }
    expect(found.bounds).toMatchObject({
      uint32: [['0', '4294967295']],
      uint64: [['0', '18446744073709551615']],
      int8: [['-128', '127']],
      float64: [['-inf', '0.1']],
    })
  })

  test('nulls, bools and texts, with a dictionary that differs from batch to batch', async () => {
    const fields = [
      fieldOf('E', numberType('float64'), true),
      fieldOf('ok', bool, true),
      fieldOf('det', textType(), true),
      fieldOf('none', textType(), true),
    ]
    const type = fields[2]!.type
    const batch = (words: readonly string[]): Data[] => [
      numbers(numberType('float64'), Float64Array.of(1, 2, 3), Uint8Array.of(1, 0, 1)),
      bools(Uint8Array.of(1, 0, 1), Uint8Array.of(0, 1, 1)),
      words.length === 3 ? textData(type, words) : textData(type, [...words, ''], Uint8Array.of(1, 1, 0)),
      textData(fields[3]!.type, ['', '', ''], Uint8Array.of(0, 0, 0)),
    ]
    const found = await written('nulls', fields, [batch(['FD', 'ND', 'µ']), batch(['µ', 'FD'])])
    expect(valuesOf(found)).toEqual({
      E: [1, null, 3, 1, null, 3],
      ok: [null, false, true, null, false, true],
      det: ['FD', 'ND', 'µ', 'µ', 'FD', null],
      none: [null, null, null, null, null, null],
    })
  })

  test('lists of numbers and of records, empty, missing and with missing parts', async () => {
    const float32 = numberType('float32')
    const hit = structType([fieldOf('q', float32, true, 'pe'), fieldOf('ok', bool, false)])
    const fields = [
      fieldOf('hits', listType(fieldOf('item', hit, true)), true),
      fieldOf('times', listType(fieldOf('item', float32, false)), false, 'ns'),
      fieldOf('pos', fixedListType(2, fieldOf('item', numberType('int16'), false)), false),
    ]
    const elements = structs(
      hit,
      4,
      [numbers(float32, Float32Array.of(1, 2, 3, 4), Uint8Array.of(1, 0, 1, 1)), bools(Uint8Array.of(1, 1, 0, 1))],
      Uint8Array.of(1, 1, 0, 1),
    )
    // The missing list, the third one, spans an element that must not come out.
    const hits = lists(fields[0]!.type, Int32Array.of(0, 2, 2, 3, 4), elements, Uint8Array.of(1, 1, 0, 1))
    const times = lists(fields[1]!.type, Int32Array.of(0, 0, 1, 1, 3), numbers(float32, Float32Array.of(7, 8, 9)))
    const pos = fixedLists(fields[2]!.type, 4, numbers(numberType('int16'), Int16Array.of(1, 2, 3, 4, 5, 6, 7, 8)))
    const found = await written('lists', fields, [[hits, times, pos]])
    expect(valuesOf(found)).toEqual({
      hits: [
        [
          { q: 1, ok: true },
          { q: null, ok: true },
        ],
        [],
        null,
        [{ q: 4, ok: true }],
      ],
      times: [[], [7], [], [8, 9]],
      pos: [
        [1, 2],
        [3, 4],
        [5, 6],
        [7, 8],
      ],
    })
    expect(found.fields['times']!.metadata).toEqual({ unit: 'ns' })
    expect(found.members['hits']).toEqual({ q: { unit: 'pe' }, ok: {} })
  })

  test('a null struct in a list is told from a struct of nulls', async () => {
    const int32 = numberType('int32')
    const hit = structType([fieldOf('a', int32, true), fieldOf('b', int32, true)])
    const field = fieldOf('hits', listType(fieldOf('item', hit, true)), false)
    const nothing = Uint8Array.of(0, 0)
    const parts = [numbers(int32, Int32Array.of(0, 0), nothing), numbers(int32, Int32Array.of(0, 0), nothing)]
    const data = lists(field.type, Int32Array.of(0, 2), structs(hit, 2, parts, Uint8Array.of(0, 1)))
    const found = await written('structs', [field], [[data]])
    expect(valuesOf(found)).toEqual({ hits: [[null, { a: null, b: null }]] })
  })

  test('units and key-values', async () => {
    const found = await written(
      'units',
      [fieldOf('E', numberType('float32'), false, 'MeV')],
      [[numbers(numberType('float32'), Float32Array.of(1))]],
      new Map([['sift', '{"version": 1, "µ": 2}']]),
    )
    expect(found.fields['E']!.metadata).toEqual({ unit: 'MeV' })
    expect(found.metadata).toEqual({ sift: '{"version": 1, "µ": 2}' })
  })

  test('a slice of a batch, whose bits begin in the middle of a byte', async () => {
    const fields = [fieldOf('ok', bool, true), fieldOf('E', numberType('int32'), true)]
    const bits = Uint8Array.of(1, 0, 0, 1, 1, 0, 1, 0, 1, 1, 0, 1)
    const there = Uint8Array.of(1, 1, 1, 0, 1, 1, 1, 1, 1, 0, 1, 1)
    const batch = batchOf(
      new Schema(fields),
      [
        bools(bits, there),
        numbers(
          numberType('int32'),
          Int32Array.from(bits, (_, i) => i),
          there,
        ),
      ],
      12,
    )
    const path = join(folder, 'slice.parquet')
    await writeParquet(path, batch.schema, only([batch.slice(3, 11)]))
    expect(valuesOf(readWithPyarrow(path))).toEqual({
      ok: [null, true, false, true, false, true, null, false],
      E: [null, 4, 5, 6, 7, 8, null, 10],
    })
  })

  test('nothing', async () => {
    const found = await written(
      'empty',
      [fieldOf('E', numberType('float32'), false, 'MeV'), fieldOf('s', textType(), false)],
      [],
    )
    expect(found.rows).toBe(0)
    expect(Object.keys(found.fields)).toEqual(['E', 's'])
  })
})

describe('row groups', () => {
  const int32 = numberType('int32')
  const field = fieldOf('n', int32, false)

  test('have 131,072 rows, however the batches are cut, and rows keep their order', async () => {
    const batches = Array.from({ length: 3 }, (_, batch) => [
      numbers(
        int32,
        Int32Array.from({ length: 100_001 }, (_, row) => batch * 100_001 + row),
      ),
    ])
    const found = await written('groups', [field], batches)
    expect(found.groups).toEqual([131_072, 131_072, 300_003 - 2 * 131_072])
    expect(found.fields['n']!.values).toEqual(Array.from({ length: 300_003 }, (_, row) => row))
    expect(found.bounds['n']).toEqual([
      ['0', '131071'],
      ['131072', '262143'],
      ['262144', '300002'],
    ])
  })

  test('end sooner when their lists are long, so that memory stays bounded', async () => {
    const list = listType(fieldOf('item', numberType('float64'), false))
    const each = 40_000
    const rows = 400
    const data = lists(
      list,
      Int32Array.from({ length: rows + 1 }, (_, row) => row * each),
      numbers(numberType('float64'), new Float64Array(rows * each)),
    )
    const path = join(folder, 'long.parquet')
    const schema = new Schema([fieldOf('q', list, false)])
    const batch = batchOf(schema, [data], rows)
    await writeParquet(path, schema, only([0, 100, 200, 300].map((row) => batch.slice(row, row + 100))))
    await using source = await parquet.open(path, {})
    expect(source.rows).toBe(rows)
    expect(source.groups.length).toBeGreaterThan(1)
    expect(statSync(path).size).toBeLessThan(1 << 20)
  })
})

test('what was written comes back, with units and document', async () => {
  const fields = [fieldOf('E', numberType('float32'), true, 'MeV'), fieldOf('det', textType(), false)]
  const path = join(folder, 'back.parquet')
  const schema = new Schema(fields, new Map([['sift', '{"version": 1}']]))
  const data = [
    numbers(numberType('float32'), Float32Array.of(1, 2), Uint8Array.of(1, 0)),
    textData(fields[1]!.type, ['FD', 'ND']),
  ]
  expect(await writeParquet(path, schema, only([batchOf(schema, data, 2)]))).toBe(2)
  await using source = await parquet.open(path, {})
  expect(await readAll(source)).toEqual({ E: [1, null], det: ['FD', 'ND'] })
  expect(source.document).toBe('{"version": 1}')
  expect(source.schema.fields.map(({ metadata, nullable }) => [metadata.get('unit'), nullable])).toEqual([
    ['MeV', true],
    [undefined, false],
  ])
  expect(source.statistics('E')).toEqual([{ min: 1, max: 1 }])
})

test('a folder that is not there is D007', async () => {
  const failure = await failureOf(writeParquet(join(folder, 'nowhere/x.parquet'), new Schema([]), only([])))
  expect(failure.code).toBe('D007')
})

function textData(type: Field['type'], words: readonly string[], mask: Uint8Array | null = null): Data {
  const dictionary = new TextDictionary()
  return texts(
    type,
    Int32Array.from(words, (word) => dictionary.codeOfString(word)),
    dictionary,
    mask,
  )
}

async function written(
  name: string,
  fields: readonly Field[],
  batches: readonly (readonly Data[])[],
  metadata: ReadonlyMap<string, string> = new Map(),
): Promise<Found> {
  const path = join(folder, `${name}.parquet`)
  const schema = new Schema([...fields], new Map(metadata))
  await writeParquet(path, schema, only(batches.map((columns) => batchOf(schema, columns, columns[0]!.length))))
  return readWithPyarrow(path)
}

function readWithPyarrow(path: string): Found {
  const python = join(import.meta.dirname, '../../../.venv/bin/python')
  const output = execFileSync(python, [join(import.meta.dirname, 'read_parquet.py'), path], { maxBuffer: 1 << 28 })
  return JSON.parse(output.toString('utf8')) as Found
}

function valuesOf(found: Found): Record<string, Plain[]> {
  return Object.fromEntries(Object.entries(found.fields).map(([name, field]) => [name, field.values]))
}

async function* only(batches: readonly RecordBatch[]): AsyncGenerator<RecordBatch> {
  yield* batches
}
