import path from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { runPython, siftJson, temporaryFolder } from '../cli/sift.ts'

// Files that nobody here wrote, without units and without time, from the command line: every number is what uproot and numpy
// give, to the bit. `foreign.py` says the same queries in numpy.

interface Hist {
  readonly edges: readonly number[]
  readonly counts: readonly number[]
  readonly underflow: number
  readonly overflow: number
}

type Columns = Readonly<Record<string, readonly unknown[]>>

interface Reference {
  readonly folder: string
  readonly muons: Readonly<Record<string, { readonly rows: Columns; readonly hist: Hist }>>
  readonly tracks: { readonly rows: Columns; readonly hist: Hist }
  readonly momenta: { readonly count: number; readonly mean: number; readonly hist: Hist }
  readonly strips: Columns
}

/** One line of `sift run --json`; only what is read here. */
interface Line {
  readonly kind: string
  readonly rows: number
  readonly data: Columns
  readonly value: number
  readonly axes: readonly { readonly edges: readonly number[] }[]
  readonly counts: readonly number[]
  readonly underflow: number
  readonly overflow: number
  readonly nan: number
}

const folder = temporaryFolder()
let reference: Reference

beforeAll(async () => {
  reference = JSON.parse(await runPython(['test/physics/foreign.py'])) as Reference
})

describe('pairs of muons', () => {
  const files = ['', '-uncompressed', '-zlib', '-lzma', '-lz4', '-zstd'].map((kind) => `uproot-Zmumu${kind}.root`)

  test.each(files)('from %s have the invariant mass that numpy gives', async (file) => {
    const [table, hist] = await ask(`
      pairs = from ${at(file)}
        define square = (E1 + E2)^2 - (px1 + px2)^2 - (py1 + py2)^2 - (pz1 + pz2)^2
        where pt1 > 10 and pt2 > 10 and Q1 * Q2 < 0 and square > 0
        define mass = sqrt(square)
      from pairs select entry, Type, Run, Event, E1, phi2, M, mass
      from pairs hist mass over 0 .. 120 bins 90`)
    const { rows, hist: expected } = reference.muons[file]!
    expect(table!.data).toEqual(rows)
    expect(table!.rows).toBeGreaterThan(1000)
    expect(histOf(hist!)).toEqual(expected)
  })

  test('have their peak where the Z is, at 91.19', () => {
    for (const { hist } of Object.values(reference.muons)) {
      const peak = hist.counts.indexOf(Math.max(...hist.counts))
      expect([hist.edges[peak - 1]! < 91.19, 91.19 < hist.edges[peak + 2]!]).toEqual([true, true])
    }
  })
})

test('columns of 32 bits are computed with in 64', async () => {
  const [table, hist] = await ask(`
    tracks = from ${at('uproot-from-geant4.root:GeneratedTracks')}
      where p >= 2.5 and abs(z) < 5
      define pz = p / sqrt(1 + cot^2) * cot
    from tracks select entry, p, raynum, pz
    from tracks hist pz over -8 .. 8 bins 48`)
  expect(table!.data).toEqual(reference.tracks.rows)
  expect(table!.rows).toBeGreaterThan(100)
  expect(histOf(hist!)).toEqual(reference.tracks.hist)
})

test('75,000 rows give count, mean and histogram of a length', async () => {
  const [count, mean, hist] = await ask(`
    ups = from ${at('uproot-hepdata-example.root')} where pz > 0.1 define length = hypot(px, py, pz)
    show count(ups), mean(length of ups)
    from ups hist length over 0 .. 5 bins 50`)
  expect([count!.value, mean!.value]).toEqual([reference.momenta.count, reference.momenta.mean])
  expect(histOf(hist!)).toEqual(reference.momenta.hist)
})

test('rows grouped by a column give correctly rounded sums', async () => {
  const [table] = await ask(`
    from ${at('uproot-from-geant4.root:HitStrips')}
      group by Event: n = count(), total = sum(Energy), most = max(Energy)`)
  expect(table!.data).toEqual(reference.strips)
})

test('a quantity with a unit cannot be compared with a column without, and the message says how to give it one', async () => {
  const { status, lines } = await siftJson([`from ${at('uproot-Zmumu.root')} where E1 > 50 GeV`], folder)
  expect(status).toBe(1)
  expect(lines.at(-1)).toMatchObject({ code: 'S128', message: expect.stringContaining('units E1: GeV') as unknown })
  const declared = await siftJson(
    [
      `show count((from ${at('uproot-Zmumu.root')} units E1: GeV where E1 > 50 GeV))`,
      `show count((from ${at('uproot-Zmumu.root')} where E1 > 50))`,
    ],
    folder,
  )
  const [left, right] = declared.lines.filter(({ kind }) => kind === 'number')
  expect(left!['value']).toBe(right!['value'])
})

/** The results of a cell, all rows of its tables. */
async function ask(cell: string): Promise<readonly Line[]> {
  const { status, err, lines } = await siftJson([cell], folder, ['--rows', 'all'])
  expect({ status, err }).toMatchObject({ status: 0 })
  return (lines as unknown as readonly Line[]).filter(({ kind }) => ['table', 'hist', 'number'].includes(kind))
}

function at(file: string): string {
  return JSON.stringify(path.join(reference.folder, file))
}

function histOf({ axes, counts, underflow, overflow, nan }: Line): Hist {
  expect(nan).toBe(0)
  return { edges: axes[0]!.edges, counts, underflow, overflow }
}
