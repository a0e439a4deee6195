import { appendFileSync, cpSync, mkdirSync, renameSync, rmSync, truncateSync, utimesSync } from 'node:fs'
import path from 'node:path'
import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { buildArguments, type EventSpec, fromPython, indexFolder, run, writeEvents } from './index.ts'

const folder = indexFolder()
const specs: readonly EventSpec[] = [
  { name: 'esd/a.root', events: 300, runs: [101], t0: 0, step: 1e6, seed: 1 },
  { name: 'esd/b.root', events: 200, runs: [102], t0: 1e9, step: 1e6, seed: 2 },
]

interface Found {
  readonly status: number | null
  readonly findings: readonly {
    readonly kind: string
    readonly index: string
    readonly file: string | null
    readonly message: string
  }[]
}

/** What is wrong with an index, and the exit status. */
async function verify(...paths: readonly string[]): Promise<Found> {
  const { status, out } = await run(['index', 'verify', ...paths, '--json'], folder)
  return { status, findings: (JSON.parse(out) as Found).findings }
}

const kinds = ({ findings }: Found): readonly string[] => findings.map(({ kind }) => kind).toSorted()

const index = path.join(folder, 'index')
const esd = (file: string): string => path.join(folder, 'esd', file)
const backup = path.join(folder, 'backup')
const kept = ['index', 'esd']

beforeAll(async () => {
  writeEvents(folder, specs)
  const { status, err } = await run(buildArguments(folder, index), folder)
  if (status !== 0) throw new Error(err)
  for (const name of kept) copy(path.join(folder, name), path.join(backup, name))
})

/** Each test spoils the index or its event data, which the next one finds as they were built. */
beforeEach(() => {
  for (const name of kept) {
    rmSync(path.join(folder, name), { recursive: true, force: true })
    copy(path.join(backup, name), path.join(folder, name))
  }
})

function copy(from: string, to: string): void {
  cpSync(from, to, { recursive: true, preserveTimestamps: true })
}

/** An index file written anew by pyarrow, with other rows or columns; the document stays. */
function rewrite(file: string, change: string, target = file): void {
  const program = `import sys, json, pyarrow as pa, pyarrow.parquet as pq, pyarrow.compute as pc
t = pq.read_table(sys.argv[1]); d = json.loads(t.schema.metadata[b"sift"])
${change}
pq.write_table(t.replace_schema_metadata({b"sift": json.dumps(d)}), sys.argv[2]); print("null")`
  fromPython(program, file, target)
}

describe('verify', () => {
  test('finds nothing wrong with an index as it was built', async () => {
    const { status, out } = await run(['index', 'verify', index], folder)
    expect(out).toBe('2 index files of 500 rows, 2 event-data files: nothing is wrong\n')
    expect(status).toBe(0)
  })

  test('finds event data that are missing', async () => {
    rmSync(esd('b.root'))
    const found = await verify(index)
    expect(found.status).toBe(3)
    expect(found.findings).toEqual([
      {
        kind: 'missing',
        index: path.join(index, 'run102.parquet'),
        file: esd('b.root'),
        message: 'the file is not there',
      },
    ])
  })

  test('finds event data that were moved', async () => {
    const target = path.join(folder, 'esd', 'new')
    mkdirSync(target)
    renameSync(esd('a.root'), path.join(target, 'a.root'))
    const found = await verify(index)
    expect(found.findings).toMatchObject([
      { kind: 'moved', message: `the file lies at \`${path.join(target, 'a.root')}\`` },
    ])
  })

  test('finds event data that are truncated', async () => {
    truncateSync(esd('a.root'), 3000)
    expect(kinds(await verify(index))).toEqual(['truncated'])
  })

  test('finds an index file that is truncated', async () => {
    truncateSync(path.join(index, 'run101.parquet'), 3000)
    expect(kinds(await verify(index))).toEqual(['truncated'])
  })

  test('finds event data that were written again: another UUID, size or time', async () => {
    writeEvents(folder, [{ ...specs[0]!, uuid: '00000000-0000-4000-8000-000000000001' }])
    appendFileSync(esd('b.root'), 'more')
    const found = await verify(index)
    expect(kinds(found)).toEqual(['rewritten', 'rewritten'])
    expect(found.findings.map(({ message }) => message).join()).toMatch(/its UUID is 00000000.*it has \d+ bytes/)
  })

  test('finds event data that were touched', async () => {
    utimesSync(esd('a.root'), new Date(), new Date('2020-01-01T00:00:00Z'))
    const found = await verify(index)
    expect(found.findings).toMatchObject([
      { kind: 'rewritten', message: expect.stringContaining('it was written at 2020-01-01') },
    ])
  })

  test('finds rows that are not in the order of time', async () => {
    rewrite(path.join(index, 'run101.parquet'), 't = t.take(pa.array([0, 2, 1, *range(3, len(t))]))')
    const found = await verify(index)
    expect(found.findings).toMatchObject([{ kind: 'unordered', message: 'row 2 is earlier than the row before it' }])
  })

  test('finds events that an index has twice', async () => {
    rewrite(path.join(index, 'run101.parquet'), 't = t.slice(0, 100)', path.join(index, 'run101b.parquet'))
    const found = await verify(index)
    expect(kinds(found)).toEqual(['duplicated', 'overlapping'])
    expect(found.findings.find(({ kind }) => kind === 'duplicated')?.index).toBe(path.join(index, 'run101b.parquet'))
  })

  test('finds index files of one run that cover the same time', async () => {
    const file = path.join(index, 'run101.parquet')
    rewrite(file, 't = t.take(pa.array(range(1, len(t), 2)))', path.join(index, 'odd.parquet'))
    rewrite(file, 't = t.take(pa.array(range(0, len(t), 2)))')
    expect(kinds(await verify(index))).toEqual(['overlapping'])
  })

  test('finds columns that differ: one is absent, one of another type, one of another unit', async () => {
    const change =
      't = t.drop_columns(["late"]); i = t.schema.get_field_index("q"); t = t.set_column(i, "q", t["q"].cast(pa.float32())); d["units"]["E"] = "GeV"'
    rewrite(
      path.join(index, 'run102.parquet'),
      `${change}; i = t.schema.get_field_index("E"); t = t.set_column(i, pa.field("E", pa.float32()), t["E"])`,
    )
    const found = await verify(index)
    expect(kinds(found)).toEqual(['drift', 'drift', 'drift'])
    const messages = found.findings.map(({ message }) => message).toSorted()
    expect(messages[0]).toContain('column `E` is float32 [GeV]')
    expect(messages[1]).toContain('column `late` is not there')
    expect(messages[2]).toContain('column `q` is float32 [pe]')
  })

  test.each([
    ['a row is missing', 't = t.slice(0, len(t) - 1)', 'it has 300 entries, and the index 299 rows of it'],
    ['the table says one more', 'd["files"][0]["entries"] += 1', 'it has 300 entries, the index says 301'],
    [
      'a row points beyond the end',
      'i = t.schema.get_field_index("entry"); t = t.set_column(i, "entry", pc.add(t["entry"], 1))',
      'it has 300 entries, and a row points to entry 300',
    ],
  ])('finds counts that are off by one: %s', async (_name, change, message) => {
    rewrite(path.join(index, 'run101.parquet'), change)
    const found = await verify(index)
    expect(found.findings).toMatchObject([{ kind: 'entries', message }])
    expect(found.status).toBe(3)
  })

  test('prints a table for people', async () => {
    rmSync(esd('a.root'))
    const { status, out } = await run(['index', 'verify', index], folder)
    expect(out).toMatch(/^what +where +why\nmissing +.*a\.root +the file is not there/)
    expect(status).toBe(3)
  })

  test('of nothing is a failure of files', async () => {
    const { status, err } = await run(['index', 'verify', path.join(folder, 'nowhere')], folder)
    expect(status).toBe(3)
    expect(err).toContain('D001')
  })
})

describe('info', () => {
  test('says runs, rows, times and columns', async () => {
    const { status, out } = await run(['index', 'info', index, '--json'], folder)
    expect(status).toBe(0)
    const { files } = JSON.parse(out) as { files: readonly Record<string, unknown>[] }
    expect(files).toMatchObject([
      { rows: 300, runs: [{ run: 101, rows: 300 }], approximate: true },
      { rows: 200, runs: [{ run: 102, rows: 200 }], columns: { E: 'float32 [MeV]', t: 'int64 [ns]' } },
    ])
  })

  test('says it to people', async () => {
    const { out } = await run(['index', 'info', index], folder)
    expect(out).toContain('run101.parquet  101')
    expect(out).toContain('event data: 2 files, 500 entries')
  })
})
