import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { Window } from '../../../runtime/formats/hdf5-window.ts'
import { openFile } from '../../../runtime/formats/index.ts'
import { Pace } from '../../../runtime/formats/pace.ts'
import { writeWithPython } from './python.ts'
import { failureOf, readFileWhole } from './scan.ts'

const folder = mkdtempSync(join(tmpdir(), 'sift-hdf5-'))
afterAll(() => rmSync(folder, { recursive: true }))

function made(name: string, statements: string): string {
  const path = join(folder, name)
  const indented = statements.trim().replaceAll(/^/gm, '    ')
  writeWithPython(path, `import h5py, numpy as np\nwith h5py.File(path, "w") as f:\n${indented}\n`)
  return path
}

describe('a file that is no table of columns', () => {
  test('one as pandas writes it says what it holds, and how to write what can be read', async () => {
    const path = made('pandas.h5', 'f["df/axis0"] = np.arange(3)\nf["df/block0_values"] = np.zeros((3, 2))')
    const error = await failureOf(openFile(path))
    expect(error.code).toBe('D002')
    expect(error.message).toBe(
      `\`${path}\` has no columns: its root group holds only \`df\` (it is a group (of axis0, block0_values) without \`offsets\`).`,
    )
    expect(error.fix).toBe(
      'Write one dataset per column into the root group, as h5py does with `file["E"] = energies`.',
    )
  })

  test('one with nothing in it says so', async () => {
    const path = made('nothing.h5', 'pass')
    expect((await failureOf(openFile(path))).message).toBe(`\`${path}\` has no columns: its root group holds nothing.`)
  })

  test('columns of different lengths without a `t` to go by are an error that gives the lengths', async () => {
    const path = made('unequal.h5', 'f["E"] = np.zeros(3)\nf["x"] = np.zeros(4)')
    expect((await failureOf(openFile(path))).message).toBe(
      `\`${path}\` is no table: its columns differ in length (\`E\` 3, \`x\` 4) and none is named \`t\`.`,
    )
  })
})

describe('damage', () => {
  test('a chunk that cannot be unpacked is D002, which names file and cause', async () => {
    const path = made('chunk.h5', 'f.create_dataset("E", data=np.arange(5000.0), chunks=(1000,), compression="gzip")')
    const bytes = readFileSync(path)
    const chunk = bytes.lastIndexOf(Buffer.of(0x78, 0x5e))
    bytes.fill(0xff, chunk + 2, chunk + 200)
    writeFileSync(path, bytes)
    const error = await failureOf(readFileWhole(path))
    expect(error.code).toBe('D002')
    expect(error.message).toBe(`\`${path}\` is damaged: the HDF5 library reports: filter returned failure during read.`)
  })

  test('offsets that go back or lead beyond the elements are D002', async () => {
    const back = made('back.h5', 'f["l/offsets"] = [0, 2, 1]\nf["l/values"] = [1.0, 2.0]')
    const beyond = made('beyond.h5', 'f["l/offsets"] = [0, 2, 3]\nf["l/values"] = [1.0, 2.0]')
    expect((await failureOf(readFileWhole(back))).message).toContain('the offsets of `l` do not ascend')
    expect((await failureOf(readFileWhole(beyond))).message).toContain('the offsets of `l` lead beyond its 2 elements')
  })

  test('nothing is printed, whatever fails', () => {
    const good = readFileSync(made('good.h5', 'f["E"] = np.zeros(1000)'))
    const cut = join(folder, 'cut.h5')
    writeFileSync(cut, good.subarray(0, 2_000))
    const garbled = join(folder, 'garbled.h5')
    writeFileSync(garbled, Buffer.from(good).fill(0xab, 96, 1_000))
    const index = join(import.meta.dirname, '../../../runtime/formats/index.ts')
    const program = `
      const { openFile } = await import(${JSON.stringify(index)})
      for (const path of ${JSON.stringify([cut, garbled])}) {
        const outcome = await openFile(path).catch((error) => error)
        if (outcome.code !== 'D002') process.exitCode = 1
      }`
    const { stdout, stderr, status } = spawnSync(process.execPath, ['--input-type=module', '-e', program], {
      encoding: 'utf8',
    })
    expect({ stdout, stderr, status }).toEqual({ stdout: '', stderr: '', status: 0 })
  })
})

describe('texts', () => {
  test('those that were never written are empty', async () => {
    const path = made('unwritten.h5', 'f.create_dataset("s", shape=(3,), dtype=h5py.string_dtype())')
    expect(await readFileWhole(path)).toEqual({ s: ['', '', ''] })
  })

  test('more of them than one dictionary may hold come in several, and come whole', async () => {
    const path = made(
      'long.h5',
      `
texts = [f"{i:>6}" + "x" * 1000 for i in range(40_000)]
f.create_dataset("s", data=texts, dtype=h5py.string_dtype(), chunks=(7_000,), compression="gzip")`,
    )
    const { s } = await readFileWhole(path, ['s'], 5_000)
    expect(s).toEqual(Array.from({ length: 40_000 }, (_, i) => String(i).padStart(6) + 'x'.repeat(1_000)))
  })
})

describe('Window', () => {
  const pace = new Pace({ aborted: false, throwIfAborted: () => {} })

  function counting(rows: number, chunkRows: number): { readonly window: Window; readonly asked: number[][] } {
    const asked: number[][] = []
    const read = (start: number, end: number): Int32Array => {
      asked.push([start, end])
      return Int32Array.from({ length: end - start }, (_, row) => start + row)
    }
    return { window: new Window({ values: 'int32', rows, width: 1, chunkRows, read }), asked }
  }

  test('asks for whole chunks, each once in an ascending pass', () => {
    const { window, asked } = counting(1_050, 100)
    const seen = [
      [0, 30],
      [30, 130],
      [130, 131],
      [131, 710],
      [710, 1_050],
    ].flatMap(([start, end]) => [...(window.read(start!, end!, pace) as Int32Array)])
    expect(seen).toEqual(Array.from({ length: 1_050 }, (_, row) => row))
    expect(asked).toEqual([
      [0, 100],
      [100, 200],
      [200, 800],
      [800, 1_050],
    ])
  })

  test('leaves out the chunks that nobody asks for', () => {
    const { window, asked } = counting(1_000, 100)
    expect([...window.read(250, 252, pace)]).toEqual([250, 251])
    expect([...window.read(900, 901, pace)]).toEqual([900])
    expect(asked).toEqual([
      [200, 300],
      [900, 1_000],
    ])
  })

  test('what was read stays as it is when the window moves on', () => {
    const { window } = counting(300, 100)
    const first = window.read(90, 100, pace)
    window.read(100, 300, pace)
    expect([...first]).toEqual([90, 91, 92, 93, 94, 95, 96, 97, 98, 99])
  })
})
