import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { compile } from '../../dsl/compile.ts'
import type { Value } from '../../dsl/functions/function.ts'
import type { Column, NumberRepr, Schema, Type, UnitName } from '../../dsl/ir/types.ts'
import { evaluate, type NaiveResult } from '../../runtime/naive/evaluate.ts'
import type { NaiveData, NaiveDataset } from '../../runtime/naive/row.ts'

/**
 * The definition of the language against `selection_sa.py`: two readings of the selection S-A that share
 * nothing, on the rows around everything that was put into the toy data on purpose.
 */

const root = path.resolve(import.meta.dirname, '../..')
const python = path.join(root, '.venv', 'bin', 'python')
const run = promisify(execFile)
const maxBuffer = 1 << 28

interface Around {
  readonly columns: Readonly<Record<string, readonly (number | string | null)[]>>
  readonly good: readonly (readonly [start: string, stop: string])[]
  readonly pairs: readonly (readonly number[])[]
  readonly cutflow: readonly object[]
  readonly livetime: string
}

const columns: readonly Column[] = [
  column('file', number('uint32')),
  column('entry', number('int64')),
  column('t', { kind: 'instant' }),
  column('det', { kind: 'text' }),
  column('E', number('float32', 'MeV')),
  column('x', number('float32', 'mm')),
  column('y', number('float32', 'mm')),
  column('z', number('float32', 'mm')),
  column('qtot', number('float32', 'pe')),
]
const schema: Schema = { stream: 'events', columns, key: '', references: [''], roles: [] }

let folder: string
let around: Around
let results: readonly NaiveResult[]

beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'sift-naive-'))
  await run(python, [path.join(root, 'test/data/make.py'), 'unit', '--out', folder])
  const { stdout } = await run(python, [path.join(root, 'test/physics/around.py'), path.join(folder, 'unit')], {
    maxBuffer,
  })
  around = JSON.parse(stdout) as Around
  const text = await readFile(path.join(import.meta.dirname, 'sa.sift'), 'utf8')
  results = answers(text, new Map([['toy', dataset(around)]]))
}, 300_000)

afterAll(() => rm(folder, { recursive: true, force: true }))

describe('the definition of the language and the independent program', () => {
  test('select the same pairs', () => {
    const table = results.find((result) => result.kind === 'table')!
    const places = ['prompt.file', 'prompt.entry', 'delayed.file', 'delayed.entry'].map((name) =>
      table.schema.columns.findIndex((found) => found.name === name),
    )
    expect(around.pairs.length).toBeGreaterThan(8)
    expect(table.rows.map((row) => places.map((place) => Number(row[place])))).toEqual(around.pairs)
  })

  test('have the same live time, to the nanosecond', () => {
    const live = results.find((result) => result.kind === 'number' && result.text === 'livetime(ibd)')
    expect(live).toMatchObject({ value: Number(around.livetime) })
  })

  test('have the same cutflow', () => {
    const cutflow = results.find((result) => result.kind === 'cutflow')!
    const lines = cutflow.rows.map(({ cut, sequential, alone, nMinus1 }) => ({ cut, sequential, alone, nMinus1 }))
    expect(lines).toEqual(around.cutflow)
  })
})

function answers(text: string, data: NaiveData): readonly NaiveResult[] {
  const catalog = { dataset: () => ({ key: 'toy', schema }) }
  const compilation = compile(text, { cell: 1, names: new Map(), catalog })
  expect(compilation.diagnostics).toEqual([])
  return compilation.statements.flatMap((statement) => {
    if (statement.kind !== 'query' || statement.query.kind === 'save' || statement.query.kind === 'handOver') return []
    return [evaluate(statement.query, data)]
  })
}

function dataset({ columns: values, good }: Around): NaiveDataset {
  const rows = values['t']!.map(
    (_, row) => new Map(columns.map(({ name, type }) => [name, valueOf(type, values[name]![row]!)])),
  )
  const spans = good.map(([start, stop]) => ({ run: 1, start, stop }))
  return { rows, goodTime: { spans, approximate: false } }
}

function valueOf(type: Type, value: number | string | null): Value {
  if (type.kind === 'instant') return BigInt(value ?? '')
  if (type.kind === 'text') return String(value)
  return value === null ? Number.NaN : Number(value)
}

function column(name: string, type: Type): Column {
  return { name, type, missing: false }
}

function number(repr: NumberRepr, unit?: UnitName): Type {
  return { kind: 'number', repr, unit: unit === undefined ? [] : [{ name: unit, power: 1 }] }
}
