import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { type Data, DataType, type Vector } from 'apache-arrow'
import { beforeAll, describe, expect, test } from 'vitest'
import { RuntimeError } from '../../runtime/errors.ts'
import { root } from '../../runtime/formats/root.ts'
import type { Cancel, Source } from '../../runtime/ports/format.ts'

// Files of scikit-hep-testdata: written by experiments, by ROOT versions from 5.23 on, with all compressions. What must come
// out of them is what uproot reads, to the bit.

const files = [
  // Flat trees with a text branch, in each compression.
  ...['', '-uncompressed', '-zlib', '-lzma', '-lz4', '-zstd'].map((kind) => `uproot-Zmumu${kind}.root`),
  // Arrays with a counter.
  'uproot-HZZ-lz4.root',
  'uproot-HZZ-zstd.root',
  // Vectors of numbers.
  'uproot-HZZ-objects.root',
  'uproot-issue38b.root',
  // The last baskets lie in the tree itself; all types; from ROOT 5.23 to 6.20.
  'uproot-sample-5.23.02-zlib.root',
  'uproot-sample-5.30.00-lzma.root',
  'uproot-sample-6.20.04-uncompressed.root',
  // Several leaves in a branch; several trees; folders in folders; split classes with pointers to arrays.
  'uproot-leaflist.root',
  'uproot-from-geant4.root',
  'uproot-nesteddirs.root',
  // Collections of objects, split; texts in objects; vectors of texts.
  'uproot-issue213.root',
  'uproot-issue327.root',
  'uproot-issue31.root',
  'uproot-issue76.root',
  // A framework of the same family as JUNO's.
  'uproot-issue475.root',
  // Baskets of the branches that do not line up.
  'uproot-small-dy-withoffsets.root',
  'uproot-issue64.root',
  // A million rows.
  'uproot-issue412.root',
]

interface Digests {
  readonly folder: string
  readonly trees: Readonly<
    Record<string, { readonly rows: number; readonly branches: readonly (readonly [readonly string[], string])[] }>
  >
}

const never: Cancel = { aborted: false, throwIfAborted: () => {} }
const { folder, trees } = digestsByUproot()

test('uproot reads trees of every file', () => {
  const read = new Set(Object.keys(trees).map((key) => key.slice(0, key.indexOf(':'))))
  expect(files.filter((file) => !read.has(file))).toEqual([])
})

describe.each(Object.entries(trees))('%s', (key, { rows, branches }) => {
  const [file, tree] = [key.slice(0, key.indexOf(':')), key.slice(key.indexOf(':') + 1)]
  let foundRows: number
  let found: ReadonlyMap<string, string>
  let skipped: ReadonlyMap<string, string>

  beforeAll(async () => {
    await using source = await root.open(join(folder, file), { tree })
    foundRows = source.rows
    found = await digestsOf(source)
    skipped = source.skipped
  }, 60_000)

  test('every column has the bits that uproot reads', () => {
    const wrong = [...found].filter(([name, digest]) => !candidates(branches, name).includes(digest))
    expect(wrong).toEqual([])
    expect(foundRows).toBe(rows)
  })

  test('every branch is a column, or is skipped with a reason', () => {
    const given = new Set([...found.keys()].flatMap((name) => [name, name.replace('_', '.')]))
    const missing = branches.filter(([path]) => !namesOf(path).some((name) => given.has(name) || skipped.has(name)))
    expect(missing).toEqual([])
    expect([...skipped.values()].filter((reason) => reason.length < 10)).toEqual([])
  })
})

test('every other file of the collection opens, or says in one error why not', async () => {
  const outcomes = new Map<string, number>()
  for (const name of readdirSync(folder).filter((file) => file.endsWith('.root'))) {
    const outcome = await outcomeOf(join(folder, name))
    outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1)
  }
  expect([...outcomes.keys()].toSorted()).toEqual(['RNTuple', 'no tree', 'opens', 'several trees'])
  expect(outcomes.get('opens')).toBeGreaterThan(90)
})

async function outcomeOf(path: string): Promise<string> {
  try {
    await using source = await root.open(path, {})
    return source.rows >= 0 ? 'opens' : 'no rows'
  } catch (error) {
    if (!(error instanceof RuntimeError)) throw error
    return (
      ['no tree', 'several trees', 'RNTuple'].find((word) => error.message.includes(word)) ??
      (/has \d+ trees/.test(error.message) ? 'several trees' : error.message)
    )
  }
}

function digestsByUproot(): Digests {
  const python = join(import.meta.dirname, '../../.venv/bin/python')
  const output = execFileSync(python, [join(import.meta.dirname, 'root-digests.py'), ...files], { maxBuffer: 1 << 28 })
  return JSON.parse(output.toString('utf8')) as Digests
}

/** The names that a branch's column may have: its own, with those of the branches above, or as a field of a group. */
function namesOf(path: readonly string[]): string[] {
  const own = path.at(-1)!
  return [own, own.replace('_', '.'), path.slice(-2).join('.'), path.join('.')]
}

/** Digests of the branches that a column may be. A member of two objects has one name in both. */
function candidates(branches: Digests['trees'][string]['branches'], name: string): string[] {
  return branches.filter(([path]) => namesOf(path).includes(name)).map(([, digest]) => digest)
}

async function digestsOf(source: Source): Promise<Map<string, string>> {
  const digests = new Map<string, string>()
  for (const { name } of source.schema.fields) {
    const parts = new Map<string, Parts>()
    for await (const batch of source.scan({
      columns: [name],
      start: 0,
      end: source.rows,
      batchRows: 1009,
      cancel: never,
    })) {
      addColumn(parts, name, batch.data.children[0]!)
    }
    for (const [column, part] of parts) digests.set(column, digestOf(part))
  }
  return digests
}

interface Parts {
  readonly shape: string
  readonly offsets: number[]
  readonly contents: Buffer[]
}

function addColumn(parts: Map<string, Parts>, name: string, data: Data): void {
  if (!DataType.isList(data.type)) {
    add(parts, name, DataType.isDictionary(data.type) ? 'text' : 'flat', data)
    return
  }
  const item = data.children[0]!
  const members = DataType.isStruct(item.type)
    ? item.type.children.map((field, index) => [`${name}.${field.name}`, item.children[index]!] as const)
    : [[name, item] as const]
  for (const [member, values] of members) {
    const part = add(parts, member, DataType.isDictionary(values.type) ? 'texts' : 'jagged', values)
    const base = part.offsets.at(-1) ?? 0
    if (part.offsets.length === 0) part.offsets.push(0)
    for (let row = 0; row < data.length; row++) part.offsets.push(base + Number(data.valueOffsets[row + 1]))
  }
}

function add(parts: Map<string, Parts>, name: string, shape: string, data: Data): Parts {
  const part = parts.get(name) ?? { shape, offsets: [], contents: [] }
  part.contents.push(contentOf(data))
  parts.set(name, part)
  return part
}

function contentOf(data: Data): Buffer {
  const { type } = data
  if (DataType.isFixedSizeList(type)) return contentOf(data.children[0]!)
  if (DataType.isBool(type))
    return Buffer.from(
      Array.from({ length: data.length }, (_, row) => (Number(data.values[row >> 3]) >> (row & 7)) & 1),
    )
  if (DataType.isDictionary(type)) {
    const dictionary = data.dictionary as Vector
    const words = Array.from({ length: data.length }, (_, row) =>
      Buffer.from(String(dictionary.get(Number(data.values[row])))),
    )
    return Buffer.concat(words.flatMap((word) => [Buffer.from(`${word.length}:`), word]))
  }
  const values = data.values as Uint8Array
  return Buffer.from(values.buffer as ArrayBuffer, values.byteOffset, data.length * values.BYTES_PER_ELEMENT)
}

function digestOf({ shape, offsets, contents }: Parts): string {
  const hash = createHash('sha256')
  if (offsets.length > 0) hash.update(new Uint8Array(BigInt64Array.from(offsets, BigInt).buffer))
  for (const content of contents) hash.update(content)
  return `${shape} ${hash.digest('hex')}`
}
