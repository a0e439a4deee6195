import { existsSync, readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { siftJson } from '../cli/sift.ts'
import { withRoot } from '../support/real-root.ts'
import { buildArguments, fromPython, indexFolder, run, writeEvents } from './index.ts'

const folder = indexFolder()
const esd = ['a.root', 'b.root'].map((name) => path.join(folder, 'esd', name))

/** Of an events stream and of a match. */
const definitions = [
  'events = from "index/*.parquet"',
  'near = from events where E > 2 MeV and r < 15 m define hot = E > 6 MeV, later = t + 1 us',
  'pairs = from events match prompt where E > 4 MeV with delayed where E < 2 MeV within 3 ms after prompt',
]

const endings = ['parquet', 'arrow', 'h5', 'root'] as const

beforeAll(async () => {
  writeEvents(folder, [
    { name: 'esd/a.root', events: 900, runs: [101], t0: 0, step: 1e6, seed: 1 },
    { name: 'esd/b.root', events: 600, runs: [101, 102], t0: 1e9, step: 1e6, seed: 2 },
  ])
  const built = await run(buildArguments(folder, path.join(folder, 'index')), folder)
  if (built.status !== 0) throw new Error(built.err)
  const saves = endings.flatMap((ending) => [`save near to "near.${ending}"`, `save pairs to "pairs.${ending}"`])
  const csv = ['save (from near select t, run, det, good, E, r, nhit, q, hot, later) to "near.csv"']
  const { status, err } = await siftJson([...definitions, ...saves, ...csv], folder)
  if (status !== 0) throw new Error(err)
})

/** What Sift itself says of a stream: its rows, kind, live time and first rows. */
async function facts(source: string): Promise<Readonly<Record<string, unknown>>> {
  const { lines, err } = await siftJson([...definitions, `describe ${source}`, `from ${source}`], folder, [
    '--rows',
    'all',
  ])
  expect(err).toBe('')
  const [described, table] = lines.slice(definitions.length)
  const { stream, rows, goodTime, livetime, approximate } = described ?? {}
  const values = table?.['data'] as Readonly<Record<string, unknown>>
  return { stream, rows, goodTime, livetime, approximate, values }
}

describe.each(['near', 'pairs'])('what is saved of `%s`', (name) => {
  test.each(endings)('opens again with the same rows and the same live time: .%s', async (ending) => {
    expect(await facts(`"${name}.${ending}"`)).toEqual(await facts(name))
  })
})

test.each(endings)('the live time of 30,000 spans is what it was: .%s', async (ending) => {
  const program = `import sys, json, numpy as np, pyarrow as pa, pyarrow.parquet as pq
t = 1_756_684_800_000_000_000 + 1000 * np.arange(30_000)
d = {"version": 1, "files": [{"id": 0, "path": "x.root"}], "goodTime": [{"run": 1, "start": str(t[0]), "stop": str(t[-1] + 1000)}]}
table = pa.table({"t": t, "file": np.zeros(len(t), np.uint32), "entry": np.arange(len(t)), "run": np.ones(len(t), np.int32)})
pq.write_table(table.replace_schema_metadata({"sift": json.dumps(d)}), sys.argv[1]); print(0)`
  fromPython(program, path.join(folder, 'many.parquet'))
  const kept = 'kept = from "many.parquet" veto within 1 .. 10 ns after "many.parquet"'
  const { lines } = await siftJson([kept, `save kept to "many.out.${ending}"`], folder)
  expect(lines.at(-1)).toMatchObject({ kind: 'saved', rows: 30_000 })
  const opened = await siftJson([`show livetime("many.out.${ending}"), count("many.out.${ending}")`], folder)
  // 10 ns of each 1000.
  expect(opened.lines.map(({ value }) => value)).toEqual([29_700_000, 30_000])
})

/** The columns that a library reads, as lists; NaN as text. */
function readColumns(program: string, file: string): Readonly<Record<string, readonly unknown[]>> {
  const print = `
import sys, json, numpy as np
def plain(v):
    v = np.asarray(v)
    return [("NaN" if isinstance(x, float) and x != x else str(x) if isinstance(x, int) and abs(x) > 2**53 else x) for x in v.tolist()]
def show(columns): print(json.dumps({k: plain(v) for k, v in columns.items()}))
${program}`
  return fromPython(print, path.join(folder, file))
}

const readers = {
  parquet: 'import pyarrow.parquet as pq\nt = pq.read_table(sys.argv[1]); show({n: t[n].to_pandas() for n in NAMES})',
  arrow:
    'import pyarrow as pa\nt = pa.ipc.open_file(sys.argv[1]).read_all(); show({n: t[n].to_pandas() for n in NAMES})',
  h5: 'import h5py\nf = h5py.File(sys.argv[1]); show({n: f[n].asstr()[:] if n == "det" else f[n][:] for n in NAMES})',
  root: 'import uproot\nt = uproot.open(sys.argv[1])["index"]; show({n: t[n].array(library="np").astype(str) if n == "det" else t[n].array(library="np") for n in NAMES})',
} as const

describe('independent readers', () => {
  const names = ['t', 'file', 'entry', 'run', 'det', 'E', 'r', 'nhit', 'late', 'q', 'first']

  test.each(endings)('see the values of Sift: .%s', async (ending) => {
    const { values } = await facts('near')
    const program = readers[ending].replace('NAMES', JSON.stringify(names))
    const found = readColumns(program, `near.${ending}`)
    expect(found).toEqual(Object.fromEntries(names.map((name) => [name, (values as Record<string, unknown>)[name]])))
  })

  test('pandas reads the CSV with its units', async () => {
    const { values } = await facts('near')
    const own = values as Readonly<Record<string, readonly unknown[]>>
    expect(readFileSync(path.join(folder, 'near.csv'), 'utf8').split('\n')[0]).toBe(
      't [ns],run,det,good,E [MeV],r [mm],nhit,q [pe],hot,later [ns]',
    )
    const program =
      'import pandas as pd\nt = pd.read_csv(sys.argv[1]); t["E [MeV]"] = t["E [MeV]"].astype("float32"); t["r [mm]"] = t["r [mm]"].astype("float32"); show(t)'
    const found = readColumns(program, 'near.csv')
    const header: Readonly<Record<string, string>> = {
      't [ns]': 't',
      'E [MeV]': 'E',
      'r [mm]': 'r',
      'q [pe]': 'q',
      'later [ns]': 'later',
    }
    expect(found).toEqual(Object.fromEntries(Object.keys(found).map((name) => [name, own[header[name] ?? name]])))
  })

  test('a ROOT file has one tree, `index`, and the columns of a match with underscores', () => {
    const program =
      'import sys, json, uproot\nf = uproot.open(sys.argv[1]); print(json.dumps([f.classnames(), [k for k in f["index"].keys() if k.endswith("entry")]]))'
    expect(fromPython(program, path.join(folder, 'pairs.root'))).toEqual([
      { 'sift;1': 'TObjString', 'index;1': 'TTree' },
      ['entry', 'prompt_entry', 'delayed_entry'],
    ])
  })

  test('real ROOT sees the tree of a saved index, lists too, and its document in a TObjString', async (context) => {
    const { values } = await facts('near')
    const program = `import sys, json, ROOT
ROOT.gInterpreter.Declare("std::string text(TTree& t, const char* n) { return (const char*) t.GetLeaf(n)->GetValuePointer(); }")
f = ROOT.TFile.Open(sys.argv[1]); t = f.Get("index"); rows = {n: [] for n in ${JSON.stringify([...names, 'weights'])}}
for row in t:
    for n, into in rows.items():
        v = str(ROOT.text(t, n)) if n == "det" else getattr(row, n); into.append(list(v) if n == "weights" else v)
rows["t"] = [str(v) for v in rows["t"]]
rows["first"] = [float(v) for v in rows["first"]]
d = json.loads(str(f.Get("sift").GetString())); print(json.dumps([rows, d["version"], [x["uuid"] for x in d["files"]], d["units"]["E"]]))`
    const [rows, version, uuids, unit] = JSON.parse(
      withRoot(context, ['-c', program, path.join(folder, 'near.root')]).replaceAll('NaN', '"NaN"'),
    ) as readonly unknown[]
    const own = values as Readonly<Record<string, unknown>>
    expect(rows).toEqual(Object.fromEntries([...names, 'weights'].map((name) => [name, own[name]])))
    const read = 'import sys, json, uproot; print(json.dumps([str(uproot.open(p).file.uuid) for p in sys.argv[1:]]))'
    expect([version, uuids, unit]).toEqual([1, fromPython(read, ...esd), 'MeV'])
  })

  test('HDF5 has the units as attributes and a list as offsets and values', () => {
    const program =
      'import sys, json, h5py\nf = h5py.File(sys.argv[1]); print(json.dumps([f["E"].attrs["unit"], list(f["weights"]), len(f["weights/offsets"]) - len(f["t"])]))'
    expect(fromPython(program, path.join(folder, 'near.h5'))).toEqual(['MeV', ['offsets', 'values'], 1])
  })
})

describe('a save', () => {
  test.each(['h5', 'root'])('of missing values is refused, since .%s has none', async (ending) => {
    const { lines } = await siftJson(
      [
        `x = from "index/*.parquet" define m = max(E of "index/*.parquet" where E > 7.99 MeV within 1 ns after this)`,
        `save x to "m.${ending}"`,
      ],
      folder,
    )
    expect(lines.at(-1)).toMatchObject({
      kind: 'error',
      code: 'D007',
      message: expect.stringContaining('has no value in some rows'),
    })
    expect(readdirSync(folder).filter((file) => file.includes('m.'))).not.toContain(`m.${ending}`)
  })

  test('of lists to CSV is refused, and nothing is left', async () => {
    const { lines } = await siftJson([...definitions, 'save near to "lists.csv"'], folder)
    expect(lines.at(-1)).toMatchObject({
      kind: 'error',
      code: 'D007',
      message: expect.stringContaining('`weights` holds lists'),
    })
    expect(readdirSync(folder).filter((file) => file.includes('lists'))).toEqual([])
  })

  test('over one of its inputs is refused', async () => {
    const before = readFileSync(path.join(folder, 'near.root'))
    const { lines } = await siftJson(['save (from "near.root" take 3) to "near.root"'], folder)
    expect(lines.at(-1)).toMatchObject({
      kind: 'error',
      code: 'D007',
      message: expect.stringContaining('would be overwritten'),
    })
    expect(readFileSync(path.join(folder, 'near.root')).equals(before)).toBe(true)
  })
})

describe('an entry list', () => {
  test('is made of events only', async () => {
    const { lines } = await siftJson([...definitions, 'save (from near sort by E) to entrylist("x.root")'], folder)
    expect(lines.at(-1)).toMatchObject({ kind: 'error', code: 'S124' })
    expect(existsSync(path.join(folder, 'x.root'))).toBe(false)
  })

  test('gives a TChain exactly the selected entries, in order', async (context) => {
    const { lines } = await siftJson([...definitions, 'save pairs to entrylist("list.root")'], folder)
    expect(lines.at(-1)).toMatchObject({ kind: 'saved' })
    const { values } = await facts('pairs')
    const {
      'prompt.file': pf,
      'prompt.entry': pe,
      'delayed.file': df,
      'delayed.entry': de,
    } = values as Record<string, readonly number[]>
    const events = [
      ...(pf ?? []).map((file, row) => [file, pe?.[row]]),
      ...(df ?? []).map((file, row) => [file, de?.[row]]),
    ]
    const distinct = [...new Set(events.map((event) => JSON.stringify(event)))].map(
      (text) => JSON.parse(text) as [number, number],
    )
    const expected = distinct.toSorted(([a, x], [b, y]) => a - b || x - y)
    // At the end of Python the chain may outlive the list that it looks at, and ROOT then crashes: it is left without an end.
    const program = `import os, sys, json, ROOT
f = ROOT.TFile.Open(sys.argv[1]); l = f.Get("entrylist"); c = ROOT.TChain("Event/Rec")
for p in sys.argv[2:]: c.Add(p)
c.SetEntryList(l); found = []
for i in range(l.GetN()):
    c.LoadTree(c.GetEntryNumber(i)); found.append([sys.argv[2:].index(c.GetFile().GetName()), c.GetTree().GetReadEntry()])
print(json.dumps(found), flush=True); os._exit(0)`
    const out = withRoot(context, ['-c', program, path.join(folder, 'list.root'), ...esd])
    expect(JSON.parse(out)).toEqual(expected)
  })
})
