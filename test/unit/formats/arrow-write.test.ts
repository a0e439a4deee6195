import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Data, type Field, type RecordBatch, Schema } from 'apache-arrow'
import { afterAll, describe, expect, test } from 'vitest'
import { writeArrow } from '../../../runtime/formats/arrow-write.ts'
import {
  bool,
  bools,
  fieldOf,
  fixedLists,
  fixedListType,
  lists,
  listType,
  numbers,
  numberType,
  structs,
  structType,
  texts,
  textType,
} from '../../../runtime/formats/column.ts'
import { batchOf } from '../../../runtime/formats/source.ts'
import { TextDictionary } from '../../../runtime/formats/text.ts'
import type { Plain } from '../../data/formats/plain.ts'
import { runPython } from './python.ts'

interface Found {
  readonly rows: number
  readonly batches: number
  readonly metadata: Readonly<Record<string, string>>
  readonly fields: Readonly<
    Record<string, { type: string; nullable: boolean; metadata: Record<string, string>; values: Plain[] }>
  >
}

const folder = mkdtempSync(join(tmpdir(), 'sift-arrow-write-'))
afterAll(() => rmSync(folder, { recursive: true }))

const int32 = numberType('int32')

describe('pyarrow reads what was written', () => {
  test('numbers, bools, instants and nulls, with units and metadata', async () => {
    const fields = [
      fieldOf('E', numberType('float32'), false, 'MeV'),
      fieldOf('t', numberType('timestamp'), false),
      fieldOf('big', numberType('uint64'), false),
      fieldOf('ok', bool, true),
    ]
    const batch = (first: number): Data[] => [
      numbers(numberType('float32'), Float32Array.of(first, NaN, -Infinity)),
      numbers(numberType('timestamp'), BigInt64Array.of(9_007_199_254_740_993n, -1n, BigInt(first))),
      numbers(numberType('uint64'), BigUint64Array.of(2n ** 64n - 1n, 0n, 1n)),
      bools(Uint8Array.of(1, 0, 1), Uint8Array.of(1, 1, 0)),
    ]
    const found = await written('plain', fields, [batch(1), batch(2)], new Map([['sift', '{"version": 1}']]))
    expect(found.rows).toBe(6)
    expect(found.batches).toBe(2)
    expect(found.metadata).toEqual({ sift: '{"version": 1}' })
    expect(found.fields['E']).toEqual({
      type: 'float32',
      nullable: false,
      metadata: { unit: 'MeV' },
      values: [1, 'NaN', '-Infinity', 2, 'NaN', '-Infinity'],
    })
    expect(found.fields['t']!.type).toBe('timestamp')
    expect(found.fields['t']!.values).toEqual(['9007199254740993', '-1', '1', '9007199254740993', '-1', '2'])
    expect(found.fields['big']!.values.slice(0, 3)).toEqual(['18446744073709551615', '0', '1'])
    expect(found.fields['ok']!.nullable).toBe(true)
    expect(found.fields['ok']!.values).toEqual([true, false, null, true, false, null])
  })

  test('texts whose batches each have their own dictionary and type', async () => {
    const fields = [fieldOf('tag', textType(), true)]
    const found = await written('texts', fields, [
      [textColumn(['µ', '', 'µ'])],
      [textColumn(['', 'new', null, 'µ'])],
      [textColumn([null])],
      [textColumn(['new', '中微子'])],
    ])
    expect(found.fields['tag']!.type).toBe('text')
    expect(found.fields['tag']!.values).toEqual(['µ', '', 'µ', '', 'new', null, 'µ', null, 'new', '中微子'])
  })

  test('lists of numbers, of texts and of records', async () => {
    const record = structType([fieldOf('e', int32, false, 'MeV'), fieldOf('name', textType(), false)])
    const fields = [
      fieldOf('hits', listType(fieldOf('item', int32, false)), false),
      fieldOf('words', listType(fieldOf('item', textType(), false)), false),
      fieldOf('mu', listType(fieldOf('item', record, false)), true),
      fieldOf('pair', fixedListType(2, fieldOf('item', int32, false)), false),
    ]
    const batch = (word: string): Data[] => {
      const inner = structs(record, 3, [numbers(int32, Int32Array.of(1, 2, 3)), textColumn([word, 'x', word])])
      return [
        lists(fields[0]!.type, Int32Array.of(0, 0, 2), numbers(int32, Int32Array.of(7, 8))),
        lists(fields[1]!.type, Int32Array.of(0, 2, 3), textColumn([word, '', 'y'])),
        lists(fields[2]!.type, Int32Array.of(0, 3, 3), inner, Uint8Array.of(1, 0)),
        fixedLists(fields[3]!.type, 2, numbers(int32, Int32Array.of(1, 2, 3, 4))),
      ]
    }
    const found = await written('lists', fields, [batch('a'), batch('b')])
    expect(found.fields['hits']!.values).toEqual([[], [7, 8], [], [7, 8]])
    expect(found.fields['words']!.values).toEqual([['a', ''], ['y'], ['b', ''], ['y']])
    expect(found.fields['pair']!.values).toEqual([
      [1, 2],
      [3, 4],
      [1, 2],
      [3, 4],
    ])
    expect(found.fields['mu']!.values).toEqual([
      [
        { e: 1, name: 'a' },
        { e: 2, name: 'x' },
        { e: 3, name: 'a' },
      ],
      null,
      [
        { e: 1, name: 'b' },
        { e: 2, name: 'x' },
        { e: 3, name: 'b' },
      ],
      null,
    ])
  })

  test('slices of batches', async () => {
    const fields = [
      fieldOf('n', int32, true),
      fieldOf('ok', bool, false),
      fieldOf('tag', textType(), true),
      fieldOf('hits', listType(fieldOf('item', int32, false)), false),
    ]
    const rows = 20
    const odd = Uint8Array.from({ length: rows }, (_, row) => row % 2)
    const offsets = Int32Array.from({ length: rows + 1 }, (_, row) => 2 * row)
    const whole = batchOf(
      new Schema(fields),
      [
        numbers(
          int32,
          Int32Array.from(odd, (_, row) => row),
          odd,
        ),
        bools(odd),
        textColumn(Array.from(odd, (bit, row) => (bit === 1 ? `t${row}` : null))),
        lists(
          fields[3]!.type,
          offsets,
          numbers(
            int32,
            Int32Array.from({ length: 2 * rows }, (_, i) => i),
          ),
        ),
      ],
      rows,
    )
    const path = join(folder, 'slices.arrow')
    await writeArrow(path, whole.schema, streamOf([whole.slice(3, 6), whole.slice(17, 20)]))
    const { fields: found } = runPython('read_arrow.py', [path]) as Found
    expect(found['n']!.values).toEqual([3, null, 5, 17, null, 19])
    expect(found['ok']!.values).toEqual([true, false, true, true, false, true])
    expect(found['tag']!.values).toEqual(['t3', null, 't5', 't17', null, 't19'])
    expect(found['hits']!.values).toEqual([
      [6, 7],
      [8, 9],
      [10, 11],
      [34, 35],
      [36, 37],
      [38, 39],
    ])
  })

  test('a stream without batches becomes a file without rows', async () => {
    const found = await written('empty', [fieldOf('n', int32, false), fieldOf('tag', textType(), false)], [])
    expect(found).toMatchObject({ rows: 0, batches: 0 })
    expect(Object.keys(found.fields)).toEqual(['n', 'tag'])
  })
})

test('a batch is in the file before the next one is asked for', async () => {
  const path = join(folder, 'growing.arrow')
  const sizes: number[] = []
  async function* batches(): AsyncGenerator<RecordBatch> {
    for (let i = 0; i < 3; i++) {
      sizes.push(statSync(path).size)
      yield batchOf(new Schema([fieldOf('n', int32, false)]), [numbers(int32, new Int32Array(1_000))], 1_000)
    }
  }
  await writeArrow(path, new Schema([fieldOf('n', int32, false)]), batches())
  expect(sizes[1]! - sizes[0]!).toBeGreaterThan(4_000)
  expect(sizes[2]! - sizes[1]!).toBe(sizes[1]! - sizes[0]!)
})

test('only texts that are used get into the file', async () => {
  const dictionary = new TextDictionary()
  for (let i = 0; i < 10_000; i++) dictionary.codeOfString(`a text that nobody uses ${i}`)
  const type = textType()
  const path = join(folder, 'few.arrow')
  const schema = new Schema([fieldOf('tag', type, false)])
  await writeArrow(path, schema, streamOf([batchOf(schema, [texts(type, Int32Array.of(5, 5), dictionary)], 2)]))
  expect(statSync(path).size).toBeLessThan(2_000)
})

test('a folder that is not there is D007, which names the file', async () => {
  const path = join(folder, 'nowhere/x.arrow')
  await expect(writeArrow(path, new Schema([]), streamOf([]))).rejects.toMatchObject({
    code: 'D007',
    message: `\`${path}\` cannot be written: its folder does not exist.`,
  })
})

async function written(
  name: string,
  fields: readonly Field[],
  batches: readonly (readonly Data[])[],
  metadata = new Map<string, string>(),
): Promise<Found> {
  const path = join(folder, `${name}.arrow`)
  const schema = new Schema([...fields], metadata)
  const stream = streamOf(batches.map((columns) => batchOf(schemaOf(fields, columns), columns, columns[0]!.length)))
  const rows = await writeArrow(path, schema, stream)
  const found = runPython('read_arrow.py', [path]) as Found
  expect(rows).toBe(found.rows)
  return found
}

function schemaOf(fields: readonly Field[], columns: readonly Data[]): Schema {
  return new Schema(fields.map((field, i) => field.clone({ type: columns[i]!.type })))
}

async function* streamOf(batches: readonly RecordBatch[]): AsyncGenerator<RecordBatch> {
  yield* batches
}

function textColumn(values: readonly (string | null)[]): Data {
  const dictionary = new TextDictionary()
  const codes = Int32Array.from(values, (value) => (value === null ? 0 : dictionary.codeOfString(value)))
  return texts(
    textType(),
    codes,
    dictionary,
    Uint8Array.from(values, (value) => Number(value !== null)),
  )
}
