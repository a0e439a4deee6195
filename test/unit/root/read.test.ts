import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test, vi } from 'vitest'
import { RuntimeError } from '../../../runtime/errors.ts'
import { root } from '../../../runtime/formats/root.ts'
import type { Cancel } from '../../../runtime/ports/format.ts'
import { typeName } from '../../data/formats/plain.ts'
import { writeWithPython } from '../formats/python.ts'
import { failureOf, readAll } from '../formats/scan.ts'

const folder = mkdtempSync(join(tmpdir(), 'sift-root-'))
afterAll(() => rmSync(folder, { recursive: true }))

function made(name: string, statements: string, compression = 'uproot.ZSTD(1)'): string {
  const path = join(folder, `${name}.root`)
  const body = statements.replaceAll(/^/gm, '    ')
  writeWithPython(
    path,
    `import uproot, numpy as np, awkward as ak\nwith uproot.recreate(path, compression=${compression}) as f:\n${body}`,
  )
  return path
}

/** A file of scikit-hep-testdata, at a path of its own. */
function foreign(name: string): string {
  const path = join(folder, name)
  writeWithPython(
    path,
    `import shutil, skhep_testdata, os\nshutil.copy(os.path.join(os.path.dirname(skhep_testdata.__file__), 'data', '${name}'), path)`,
  )
  return path
}

async function typesOf(path: string, tree?: string): Promise<Record<string, string>> {
  await using source = await root.open(path, tree === undefined ? {} : { tree })
  return Object.fromEntries(source.schema.fields.map((field) => [field.name, typeName(field.type)]))
}

describe('which tree', () => {
  const two = made(
    'two',
    `f.mktree('other', {'x': 'i4'}).extend({'x': [1]})\nf.mktree('deep/er/index', {'x': 'i4'}).extend({'x': [2, 3]})`,
  )

  test('the only one, wherever it lies', async () => {
    const path = made('one', `f.mktree('a/b/c', {'x': 'i4'}).extend({'x': [7]})`)
    await using source = await root.open(path, {})
    expect(await readAll(source)).toEqual({ x: [7] })
  })

  test('the one that is named, by its path', async () => {
    await using source = await root.open(two, { tree: 'deep/er/index' })
    expect(await readAll(source)).toEqual({ x: [2, 3] })
  })

  test('`index` in the top folder, of several', async () => {
    const path = made(
      'index',
      `f.mktree('other', {'x': 'i4'}).extend({'x': [1]})\nf.mktree('index', {'x': 'i4'}).extend({'x': [4]})`,
    )
    await using source = await root.open(path, {})
    expect(await readAll(source)).toEqual({ x: [4] })
  })

  test('the highest of several cycles', async () => {
    // A tree that ROOT saved twice: the later cycle holds all 5 entries.
    await using source = await root.open(foreign('uproot-issue31.root'), {})
    expect(source.rows).toBe(5)
  })

  test('by the end of its path, where one tree alone has it', async () => {
    await using source = await root.open(two, { tree: 'er/index' })
    await using whole = await root.open(two, { tree: '/deep/er/index' })
    expect(await readAll(source)).toEqual(await readAll(whole))
    const twice = made('twice', `f['a/x'] = f['b/x'] = {'n': np.arange(2)}`)
    expect((await failureOf(root.open(twice, { tree: 'x' }))).message).toContain('It has: `a/x`, `b/x`')
  })

  test('several without `index`, a name that is not there, and none at all are errors that say what there is', async () => {
    const several = await failureOf(root.open(two, {}))
    expect(several.message).toBe(`\`${two}\` has 2 trees: \`other\`, \`deep/er/index\`.`)
    expect(several.fix).toBe(`Name one: \`${two}:other\`.`)
    const unknown = await failureOf(root.open(two, { tree: 'ndex' }))
    expect(unknown.message).toBe(`\`${two}\` has no tree \`ndex\`. It has: \`other\`, \`deep/er/index\`.`)
    const none = made('none', `f['h'] = np.histogram([1.0])`)
    expect((await failureOf(root.open(none, {}))).message).toBe(`\`${none}\` has no tree.`)
  })

  test('an RNTuple is D006 with a way out', async () => {
    const path = foreign('uproot-ntpl001_staff.root')
    const failure = await failureOf(root.open(path, {}))
    expect([failure.code, failure.message]).toEqual([
      'D006',
      `\`Staff\` in \`${path}\` is an RNTuple, which Sift cannot read.`,
    ])
    expect(failure.fix).toContain('TTree')
  })
})

describe('columns', () => {
  test('arrays counted by `nhits` and named `hits_…` are the list of records `hits`; others are lists', async () => {
    const path = made(
      'groups',
      `t = f.mktree('index', {'hits': ak.types.from_datashape('var * {q: float32, t: int64}', highlevel=False), 'e': 'var * float64'})
t.extend({'hits': ak.Array([[{'q': 1.5, 't': 1}, {'q': 2.5, 't': 2}], [], [{'q': 3.5, 't': 3}]]), 'e': ak.Array([[], [0.5], [1.5, 2.5]])})`,
    )
    expect(await typesOf(path)).toEqual({
      nhits: 'int32',
      hits: 'list<struct<q: float32, t: int64>>',
      ne: 'int32',
      e: 'list<float64>',
    })
    await using source = await root.open(path, {})
    expect(await readAll(source, undefined, 2)).toEqual({
      nhits: [2, 0, 1],
      hits: [
        [
          { q: 1.5, t: '1' },
          { q: 2.5, t: '2' },
        ],
        [],
        [{ q: 3.5, t: '3' }],
      ],
      ne: [0, 1, 2],
      e: [[], [0.5], [1.5, 2.5]],
    })
  })

  test('a group does not take the name of another branch', async () => {
    const path = made(
      'taken',
      `t = f.mktree('index', {'hits': 'i4', 'hits_': 'var * float32'}, counter_name=lambda name: 'nhits')
t.extend({'hits': [1, 2], 'hits_': ak.Array([[1.0], []]), 'nhits': [1, 0]})`,
    )
    expect(await typesOf(path)).toEqual({ hits: 'int32', nhits: 'int32', hits_: 'list<float32>' })
  })

  test('leaves side by side in one branch have its name before theirs', async () => {
    await using source = await root.open(foreign('uproot-leaflist.root'), {})
    expect(await readAll(source, undefined, 2)).toEqual({
      'leaflist.x': [1.1, 2.2, 3.3, 4, 5.5],
      'leaflist.y': [1, 2, 3, 4, 5],
      'leaflist.z': [97, 98, 99, 100, 101],
    })
  })

  test('the members of a split collection are one list of records', async () => {
    const types = await typesOf(foreign('uproot-issue213.root'))
    expect(types['fMCHits']).toMatch(/^list<struct<fUniqueID: uint32, fEvtID: int32, /)
  })

  test('members of the same name in two objects have those of the branches above before them', async () => {
    await using source = await root.open(foreign('uproot-issue126a.root'), {})
    const names = source.schema.fields.map((field) => field.name).filter((name) => name.endsWith('fLogType'))
    expect(names.slice(0, 2)).toEqual(['BLM1.fLogType', 'BLM_TIA.fLogType'])
    expect(new Set(source.schema.fields.map((field) => field.name)).size).toBe(source.schema.fields.length)
  })

  test('arrays of two dimensions, packed numbers and objects are skipped, each with a reason', async () => {
    const path = made(
      'matrix',
      `f.mktree('index', {'m': np.dtype(('f4', (2, 3))), 'v': np.dtype(('f4', (3,)))}).extend({'m': np.zeros((1, 2, 3), 'f4'), 'v': np.zeros((1, 3), 'f4')})`,
    )
    await using source = await root.open(path, {})
    expect([...source.skipped]).toEqual([['m', 'arrays of several dimensions are not supported']])
    await using packed = await root.open(foreign('uproot-demo-double32.root'), {})
    expect(packed.skipped.get('fI8')).toBe('values of type Double32_t are not supported')
    await using objects = await root.open(foreign('uproot-HZZ-objects.root'), {})
    expect(objects.skipped.get('jetp4')).toBe('values of type vector<TLorentzVector> are not supported')
  })

  test('lists without offsets in the file are cut by the leaf that counts them', async () => {
    // The same events twice, written with and without offsets. uproot reads the former alone, so the latter must equal it.
    await using without = await root.open(foreign('uproot-small-dy-nooffsets.root'), {})
    await using offsets = await root.open(foreign('uproot-small-dy-withoffsets.root'), {})
    expect(await readAll(without, ['Jet', 'Muon'], 17)).toEqual(await readAll(offsets, ['Jet', 'Muon'], 401))
  })
})

describe('the file', () => {
  test('has the UUID that ROOT gave it', async () => {
    await using source = await root.open(foreign('uproot-Zmumu.root'), {})
    expect(source.uuid).toBe('944b77d0-98ab-11e7-a769-0100007fbeef')
  })

  test('has its document in a TObjString `sift`', async () => {
    const path = made(
      'document',
      `f['sift'] = '{"version": 1, "µ": "中"}' + ' ' * 300\nf.mktree('index', {'x': 'i4'}).extend({'x': [1]})`,
    )
    await using source = await root.open(path, {})
    expect(source.document?.trimEnd()).toBe('{"version": 1, "µ": "中"}')
  })

  test('is cut into groups where all branches begin a basket', async () => {
    const path = made(
      'clusters',
      `t = f.mktree('index', {'x': 'i4', 'y': 'var * int32'})\nfor n in (3, 1, 4): t.extend({'x': np.arange(n), 'y': ak.Array([[i] for i in range(n)])})`,
    )
    await using source = await root.open(path, {})
    expect(source.groups).toEqual([3, 1, 4])
    // Here two branches have baskets of 197 and 3 entries where the others have one of 200.
    await using uneven = await root.open(foreign('uproot-small-dy-nooffsets.root'), {})
    expect(uneven.groups).toEqual([200, 200, 101])
  })
})

test('an interrupt is noticed at the next basket', async () => {
  const path = made('baskets', `t = f.mktree('index', {'x': 'i4'})\nfor n in range(50): t.extend({'x': np.arange(10)})`)
  await using source = await root.open(path, {})
  let asked = 0
  const cancel: Cancel = {
    get aborted() {
      return asked > 5
    },
    throwIfAborted: () => {
      if (++asked > 5) throw new Error('enough')
    },
  }
  const batches = source.scan({ columns: ['x'], start: 0, end: 500, batchRows: 500, cancel })
  await expect(batches[Symbol.asyncIterator]().next()).rejects.toThrow('enough')
})

describe('damaged files', () => {
  const words = ['log', 'warn', 'error', 'info'] as const
  const printed = words.map((word) => vi.spyOn(console, word))
  const anythingPrinted = () => printed.some((spy) => spy.mock.calls.length > 0)
  const copy = join(folder, 'damaged.root')

  test('one that is cut is D002 and says how long it should be', async () => {
    const whole = readFileSync(foreign('uproot-Zmumu-zstd.root'))
    for (const length of [3, 64, 99, 100, 1000, 50_000, whole.length - 1]) {
      writeFileSync(copy, whole.subarray(0, length))
      const failure = await failureOf(root.open(copy, {}))
      expect(failure.code).toBe('D002')
      expect(failure.message).toContain(`\`${copy}\` is truncated at ${length} bytes: `)
      expect(failure.message).toMatch(
        length < 100 ? /longer than that/ : new RegExp(`should have ${whole.length} bytes`),
      )
    }
    expect(anythingPrinted()).toBe(false)
  })

  test.each(['uproot-sample-6.20.04-uncompressed.root', 'uproot-sample-6.10.05-lz4.root', 'uproot-issue213.root'])(
    '%s: whatever byte is wrong, the outcome is values or one error that names the file, and nothing is printed',
    async (name) => {
      const whole = readFileSync(foreign(name))
      let random = 54321
      for (let run = 0; run < 80; run++) {
        random = (Math.imul(random, 1103515245) + 12345) >>> 0
        const bytes = Buffer.from(whole)
        const at = run % 4 === 0 ? random % 400 : random % bytes.length
        bytes[at]! ^= 1 << (random >>> 29)
        writeFileSync(copy, bytes)
        const error = await errorOf(copy)
        if (error === undefined) continue
        expect(error, `byte ${at}`).toBeInstanceOf(RuntimeError)
        expect((error as RuntimeError).message).toContain(copy)
        expect(['D002', 'D006']).toContain((error as RuntimeError).code)
      }
      expect(anythingPrinted()).toBe(false)
    },
  )

  async function errorOf(path: string): Promise<unknown> {
    try {
      await using source = await root.open(path, {})
      await readAll(source, undefined, 500)
      return undefined
    } catch (error) {
      return error
    }
  }
})
