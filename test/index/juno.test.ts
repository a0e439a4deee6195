import { copyFileSync, mkdirSync, renameSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, test } from 'vitest'
import { siftJson } from '../cli/sift.ts'
import { withRoot } from '../support/real-root.ts'
import { fromPython, indexFolder, noon, run } from './index.ts'

const folder = indexFolder()
const columns = `
tree: Meta/navigator
units: {CdVertexRec.m_energy: MeV, CdVertexRec.m_x: mm, CdVertexRec.m_q: pe}
columns:
  t: time(m_TimeStamp.fSec, m_TimeStamp.fNanoSec)
  run: CdVertexRec.m_RunID ?? 7
  E: CdVertexRec.m_energy
  x2: CdVertexRec.m_x * 2
  nq: count(CdVertexRec.m_q)
  npe: WpRec.m_npe
`

/** The index of a file in JUNO's layout, as pyarrow reads it. */
async function indexOf(file: string, out: string): Promise<Readonly<Record<string, readonly unknown[]>>> {
  writeFileSync(path.join(folder, 'juno.yaml'), columns)
  const args = ['index', 'build', '--from', file, '--columns', path.join(folder, 'juno.yaml'), '--out', out]
  const { status, err } = await run(args, folder)
  expect([status, err]).toEqual([0, ''])
  const program =
    'import sys, json, pyarrow.parquet as pq; t = pq.read_table(sys.argv[1]).to_pydict(); t["t"] = [str(x) for x in t["t"]]; print(json.dumps(t))'
  return fromPython(program, path.join(out, 'run7.parquet'))
}

/** What `juno.py` writes. */
const events = Array.from({ length: 30 }, (_, i) => ({
  t: String(noon + BigInt(Math.floor(i / 10)) * 1_000_000_000n + BigInt(1000 * i)),
  cd: i % 3 !== 1,
  npe: i % 4 === 0 ? 100 + i : null,
  i,
}))

describe('event data in the layout of JUNO', () => {
  test('are indexed by the entries of the navigator; an event may lack a path', async () => {
    const file = path.join(folder, 'juno.root')
    copyFileSync(path.join(import.meta.dirname, 'juno.root'), file)
    expect(await indexOf(file, path.join(folder, 'index'))).toEqual({
      t: events.map(({ t }) => t),
      file: events.map(() => 0),
      entry: events.map(({ i }) => i),
      run: events.map(() => 7),
      E: events.map(({ cd, i }) => (cd ? 2 * i : null)),
      x2: events.map(({ cd, i }) => (cd ? 2 * i : null)),
      nq: events.map(({ cd, i }) => (cd ? i % 4 : 0)),
      npe: events.map(({ npe }) => npe),
    })
  })

  test.each([
    [
      'the tree of a path',
      'join p in "juno.root:CdVertexRecEvt" by event join w in "juno.root:Event/WpRec/WpRecEvt" by event',
      'p.m_x',
      'p.m_q',
      'w.m_npe',
    ],
    [
      'the navigator',
      'join p in "juno.root:Meta/navigator" by event',
      'p.`CdVertexRec.m_x`',
      'p.`CdVertexRec.m_q`',
      'p.`WpRec.m_npe`',
    ],
  ])(
    'are joined by the entry of the navigator with %s; an event without the path has no value',
    async (_, join, x, q, npe) => {
      const file = path.join(folder, 'juno.root')
      copyFileSync(path.join(import.meta.dirname, 'juno.root'), file)
      await indexOf(file, path.join(folder, `joined-${npe.slice(0, 1)}`))
      const cell = `from "joined-${npe.slice(0, 1)}/*.parquet" where entry == 3 or entry >= 10 ${join} select entry, x = ${x}, q = sum(${q}), npe = ${npe}`
      const { lines, err } = await siftJson([cell], folder, ['--rows', 'all'])
      expect(err).toBe('')
      const wanted = events.filter(({ i }) => i === 3 || i >= 10)
      expect(lines.at(-1)?.['data']).toEqual({
        entry: wanted.map(({ i }) => i),
        x: wanted.map(({ cd, i }) => (cd ? i : null)),
        q: wanted.map(({ cd, i }) => (cd ? (i % 4) * i : 0)),
        npe: wanted.map(({ npe: count }) => count),
      })
    },
  )

  test('are the values that pyjuno reads from a file that real ROOT writes now', async (context) => {
    const file = path.join(folder, 'fresh.root')
    withRoot(context, [path.join(import.meta.dirname, 'juno.py'), file])
    const found = await indexOf(file, path.join(folder, 'fresh'))
    const program = `import sys, json, uproot, pyjuno
e = pyjuno.assemble_event(uproot.open(sys.argv[1])).to_list()
first = lambda rows, name: rows[0][name] if rows else None
print(json.dumps([[first(x["CdVertexRecEvt"], "m_energy") for x in e], [len(first(x["CdVertexRecEvt"], "m_q") or []) for x in e], [x["WpRecEvt"][0]["m_npe"] if x["WpRecEvt"] and isinstance(x["WpRecEvt"][0], dict) else (x["WpRecEvt"] or [None])[0] for x in e]]))`
    const expected: unknown = JSON.parse(withRoot(context, ['-c', program, file]))
    expect([found['E'], found['nq'], found['npe']]).toEqual(expected)
  })

  test('have no value of a tree that no event of the file has', async (context) => {
    const file = path.join(folder, 'empty.root')
    withRoot(context, [path.join(import.meta.dirname, 'juno.py'), file, 'empty'])
    expect((await indexOf(file, path.join(folder, 'empty')))['npe']).toEqual(events.map(() => null))
    const cell = `from "empty/*.parquet" join w in "empty.root:WpRecEvt" by event join h in "empty.root:Meta/navigator" by event
  select entry, npe = w.m_npe, x = h.\`CdVertexRec.m_x\``
    const { lines, err } = await siftJson([cell], folder, ['--rows', 'all'])
    expect(err).toBe('')
    expect(lines.at(-1)?.['data']).toEqual({
      entry: events.map(({ i: entry }) => entry),
      npe: events.map(() => null),
      x: events.map(({ cd, i: entry }) => (cd ? entry : null)),
    })
  })

  test('that were moved are found again by verify, though the file has several trees', async () => {
    const file = path.join(folder, 'still.root')
    copyFileSync(path.join(import.meta.dirname, 'juno.root'), file)
    await indexOf(file, path.join(folder, 'moved'))
    mkdirSync(path.join(folder, 'elsewhere'))
    renameSync(file, path.join(folder, 'elsewhere', 'still.root'))
    const { status, out } = await run(['index', 'verify', '--json', path.join(folder, 'moved')], folder)
    expect(status).toBe(3)
    expect(JSON.parse(out)).toMatchObject({ findings: [{ kind: 'moved' }] })
  })
})
