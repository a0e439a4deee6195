import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import type { RecordBatch } from 'apache-arrow'
import fc from 'fast-check'
import { afterAll, describe, expect, test } from 'vitest'
import { RuntimeError } from '../../runtime/errors.ts'
import { formats, openFile } from '../../runtime/formats/index.ts'
import type { Cancel, GroupRange, Source } from '../../runtime/ports/format.ts'
import { type Plain, plainColumn, typeName } from '../data/formats/plain.ts'

// The files and what is expected of them come from Python: pyarrow, h5py and uproot write and describe them.

interface Fixture {
  readonly format: string
  readonly name: string
  readonly path: string
  readonly tree?: string
  readonly rows: number
  readonly document: string
  readonly expected: string
  readonly skipped: readonly string[]
  /** Columns that may be there besides. */
  readonly extra?: readonly string[]
}

interface Expected {
  readonly type: string
  readonly unit: string | null
  readonly nullable: boolean
  readonly values: readonly Plain[]
}

const folder = mkdtempSync(join(tmpdir(), 'sift-formats-'))
afterAll(() => rmSync(folder, { recursive: true }))

const fixtures = makeFixtures(formats.map((format) => format.name))
const known = new Map<string, Readonly<Record<string, Expected>>>()
const never: Cancel = { aborted: false, throwIfAborted: () => {} }

test.each(formats.map((format) => format.name))('%s has fixture files', (name) => {
  expect(fixtures.filter((fixture) => fixture.format === name).length).toBeGreaterThan(0)
})

describe.each(fixtures)('$format $name', (fixture) => {
  const expected = expectedOf(fixture)
  const names = Object.keys(expected)

  test('has the columns, types, units, rows and document that were written', async () => {
    await using source = await opened(fixture)
    const fields = source.schema.fields.filter((field) => !(fixture.extra ?? []).includes(field.name))
    const found = fields.map((field) => [
      field.name,
      { type: typeName(field.type), unit: field.metadata.get('unit') ?? null, nullable: field.nullable },
    ])
    const wanted = names.map((name) => {
      const { type, unit, nullable } = expected[name]!
      return [name, { type, unit, nullable }]
    })
    expect(Object.fromEntries(found)).toEqual(Object.fromEntries(wanted))
    expect(source.rows).toBe(fixture.rows)
    expect(source.document).toBe(fixture.document)
  })

  test('groups add up to the rows', async () => {
    await using source = await opened(fixture)
    expect(source.groups.reduce((sum, rows) => sum + rows, 0)).toBe(fixture.rows)
    expect(Math.min(0, ...source.groups)).toBe(0)
  })

  test('gives every value', async () => {
    await using source = await opened(fixture)
    expect(await valuesOf(source, names, 0, fixture.rows, 1_000)).toEqual(
      Object.fromEntries(names.map((name) => [name, expected[name]!.values])),
    )
  })

  test('gives the same values for any columns, any range of rows and any size of batch', async () => {
    await using source = await opened(fixture)
    const range = fc
      .tuple(fc.nat(fixture.rows), fc.nat(fixture.rows))
      .map(([a, b]) => [Math.min(a, b), Math.max(a, b)] as const)
    const columns = fc.shuffledSubarray(names, { minLength: 1, maxLength: Math.min(4, names.length) })
    const law = fc.asyncProperty(
      columns,
      range,
      fc.integer({ min: 40, max: 3_000 }),
      async (asked, [start, end], batchRows) => {
        const found = await valuesOf(source, asked, start, end, batchRows)
        expect(found).toEqual(Object.fromEntries(asked.map((name) => [name, expected[name]!.values.slice(start, end)])))
      },
    )
    await fc.assert(law, { numRuns: 20, seed: 20250901 })
  })

  test('gives any rows that are asked for, and no others, in batches of at most the size asked for', async () => {
    await using source = await opened(fixture)
    const some = fc.uniqueArray(fc.nat(Math.max(0, fixture.rows - 1)), { maxLength: Math.min(600, fixture.rows) })
    const columns = fc.shuffledSubarray(names, { minLength: 1, maxLength: Math.min(3, names.length) })
    const law = fc.asyncProperty(
      columns,
      some,
      fc.oneof(fc.integer({ min: 1, max: 5 }), fc.constant(1000)),
      async (asked, chosen, batchRows) => {
        const rows = chosen.toSorted((a, b) => a - b)
        const request = { columns: asked, start: 0, end: fixture.rows, rows, batchRows, cancel: never }
        const batches: RecordBatch[] = []
        for await (const batch of source.scan(request)) batches.push(batch)
        expect(Math.max(0, ...batches.map(({ numRows }) => numRows))).toBeLessThanOrEqual(batchRows)
        for (const [at, name] of asked.entries()) {
          const found = batches.flatMap((batch) => plainColumn(batch.data.children[at]!))
          expect(found).toEqual(rows.map((row) => expected[name]!.values[row]))
        }
      },
    )
    await fc.assert(law, { numRuns: 20, seed: 20250901 })
  })

  test('two scans at once do not disturb one another', async () => {
    await using source = await opened(fixture)
    const [left, right] = await Promise.all([
      valuesOf(source, names.slice(0, 2), 0, fixture.rows, 300),
      valuesOf(source, names.slice(0, 2), 0, fixture.rows, 700),
    ])
    expect(left).toEqual(right)
  })

  test('a range without rows gives no batch', async () => {
    await using source = await opened(fixture)
    expect(await batchesOf(source, names, fixture.rows, fixture.rows, 10)).toEqual([])
  })

  test('statistics enclose the values of their group', async () => {
    await using source = await opened(fixture)
    const starts = source.groups.map((_, group) => source.groups.slice(0, group).reduce((sum, rows) => sum + rows, 0))
    for (const name of names) {
      const ranges = source.statistics(name) ?? source.groups.map(() => undefined)
      const outside = source.groups.flatMap((rows, group) => {
        const values = expected[name]!.values.slice(starts[group], starts[group]! + rows)
        return values.filter((value) => !within(value, ranges[group]))
      })
      expect(ranges).toHaveLength(source.groups.length)
      expect(outside).toEqual([])
    }
  })

  test('what cannot be read is skipped with a reason, and asking for it is an error that gives the reason', async () => {
    await using source = await opened(fixture)
    expect([...source.skipped.keys()].toSorted()).toEqual([...fixture.skipped].toSorted())
    for (const [name, reason] of source.skipped) {
      const error = await failureOf(() => batchesOf(source, [name], 0, 1, 1))
      expect(error.code).toBe('D006')
      expect(error.message).toContain(reason)
    }
  })

  test('a column that is not there is D003', async () => {
    await using source = await opened(fixture)
    const error = await failureOf(() => batchesOf(source, ['nowhere'], 0, 1, 1))
    expect(error.code).toBe('D003')
    expect(error.message).toContain(`\`${fixture.path}\` has no column \`nowhere\``)
  })
})

describe.each(formats)('$name', (format) => {
  const own = fixtures.filter((fixture) => fixture.format === format.name)
  const fullest = own.reduce((best, fixture) => (fixture.rows > best.rows ? fixture : best))
  const names = Object.keys(expectedOf(fullest))

  test('recognises its own files and no others', () => {
    for (const fixture of fixtures) {
      expect(format.recognises(readFileSync(fixture.path).subarray(0, 64))).toBe(fixture.format === format.name)
    }
    expect(format.recognises(new Uint8Array(0))).toBe(false)
  })

  test('a scan that was cancelled before gives nothing and throws the reason', async () => {
    await using source = await opened(fullest)
    const stop = new AbortController()
    stop.abort(new Error('stopped'))
    await expect(scanned(source, names, stop.signal).next()).rejects.toThrow('stopped')
  })

  test('a scan that is cancelled between two batches throws the reason', async () => {
    await using source = await opened(fullest)
    const stop = new AbortController()
    const batches = scanned(source, names, stop.signal)
    expect((await batches.next()).done).toBe(false)
    stop.abort(new Error('stopped'))
    await expect(batches.next()).rejects.toThrow('stopped')
  })

  test('every column asks whether the scan is cancelled', async () => {
    await using source = await opened(fullest)
    const deaf: string[] = []
    for (const name of names) {
      let asked = 0
      const second: Cancel = {
        aborted: false,
        throwIfAborted() {
          if (++asked === 2) throw new Error('stopped')
        },
      }
      const outcome: unknown = await scanned(source, [name], second, fullest.rows)
        .next()
        .catch((error: unknown) => error)
      if (!(outcome instanceof Error && outcome.message === 'stopped')) deaf.push(name)
    }
    expect(deaf).toEqual([])
  })

  test('a file that is cut anywhere is one error that names it, or gives the values of the whole', async () => {
    const whole = readFileSync(fullest.path)
    const expected = expectedOf(fullest)
    const values = Object.fromEntries(names.map((name) => [name, expected[name]!.values]))
    const cut = join(folder, `cut.${format.name}`)
    const step = Math.ceil(whole.length / 150)
    const wrong: number[] = []
    for (let length = whole.length - 1; length >= 0; length -= length > whole.length - 64 ? 1 : step) {
      writeFileSync(cut, whole.subarray(0, length))
      const outcome = await readWhole(cut, fullest.tree, names).catch((error: unknown) => error)
      const named = outcome instanceof RuntimeError && outcome.code === 'D002' && outcome.message.includes(cut)
      if (!named && !isDeepStrictEqual(outcome, values)) wrong.push(length)
    }
    expect(wrong).toEqual([])
  })

  test('a file that is cut while it is open is D002', async () => {
    const cut = join(folder, `cut-open.${format.name}`)
    writeFileSync(cut, readFileSync(fullest.path))
    await using source = await opened({ ...fullest, path: cut })
    truncateSync(cut, 100)
    const error = await failureOf(() => valuesOf(source, names, 0, fullest.rows, 1_000))
    expect(error.code).toBe('D002')
    expect(error.message).toContain(cut)
  })

  test('a file that is not there is D001, a folder D002', async () => {
    expect((await failureOf(() => format.open(join(folder, 'missing'), {}))).code).toBe('D001')
    expect((await failureOf(() => format.open(folder, {}))).code).toBe('D002')
  })

  test('closing twice is allowed', async () => {
    const source = await opened(fullest)
    await source[Symbol.asyncDispose]()
    await expect(source[Symbol.asyncDispose]()).resolves.toBeUndefined()
  })
})

function makeFixtures(names: readonly string[]): readonly Fixture[] {
  const python = join(import.meta.dirname, '../../.venv/bin/python')
  execFileSync(python, [join(import.meta.dirname, '../data/formats/make.py'), folder, ...names], { stdio: 'inherit' })
  return JSON.parse(readFileSync(join(folder, 'fixtures.json'), 'utf8')) as Fixture[]
}

/** Fixtures of one table share a file of expected values. */
function expectedOf({ expected: path }: Fixture): Readonly<Record<string, Expected>> {
  const columns = known.get(path) ?? (JSON.parse(readFileSync(path, 'utf8')) as Record<string, Expected>)
  known.set(path, columns)
  return columns
}

function opened(fixture: Fixture): Promise<Source> {
  return openFile(fixture.path, fixture.tree === undefined ? {} : { tree: fixture.tree })
}

function scanned(
  source: Source,
  columns: readonly string[],
  cancel: Cancel,
  batchRows = 100,
): AsyncIterator<RecordBatch> {
  return source.scan({ columns, start: 0, end: source.rows, batchRows, cancel })[Symbol.asyncIterator]()
}

async function batchesOf(
  source: Source,
  columns: readonly string[],
  start: number,
  end: number,
  batchRows: number,
): Promise<RecordBatch[]> {
  return Array.fromAsync(source.scan({ columns, start, end, batchRows, cancel: never }))
}

async function valuesOf(
  source: Source,
  columns: readonly string[],
  start: number,
  end: number,
  batchRows: number,
): Promise<Record<string, Plain[]>> {
  const values: Record<string, Plain[]> = Object.fromEntries(columns.map((name) => [name, []]))
  for await (const batch of source.scan({ columns, start, end, batchRows, cancel: never })) {
    expect(batch.numRows).toBeGreaterThan(0)
    expect(batch.numRows).toBeLessThanOrEqual(batchRows)
    expect(batch.schema.fields.map((field) => field.name)).toEqual(columns)
    for (const [i, name] of columns.entries()) values[name]!.push(...plainColumn(batch.data.children[i]!))
  }
  return values
}

async function readWhole(path: string, tree: string | undefined, names: readonly string[]): Promise<unknown> {
  await using source = await openFile(path, tree === undefined ? {} : { tree })
  return await valuesOf(source, names, 0, source.rows, 100_000)
}

async function failureOf(work: () => Promise<unknown>): Promise<RuntimeError> {
  const outcome = await work().catch((error: unknown) => error)
  if (outcome instanceof RuntimeError) return outcome
  throw new Error(`expected a RuntimeError, got ${String(outcome)}`, { cause: outcome })
}

function within(value: Plain, range: GroupRange | undefined): boolean {
  if (range === undefined || value === null || value === 'NaN') return true
  const exact = typeof range.min === 'bigint' ? BigInt(value as number | string) : Number(value)
  return exact >= range.min && exact <= range.max
}
