import { expect, test } from 'vitest'
import type { Names } from '../../dsl/check/bound.ts'
import { compile, type Compiled } from '../../dsl/compile.ts'
import type { Query } from '../../dsl/ir/plan.ts'
import type { Column, Schema } from '../../dsl/ir/types.ts'
import { optimizedQuery } from '../../dsl/optimize/optimize.ts'
import { execute } from '../../runtime/engine/index.ts'
import { evaluate } from '../../runtime/naive/evaluate.ts'
import type { Cell, Row } from '../../runtime/naive/row.ts'
import type { BackendQuery } from '../../runtime/ports/backend.ts'
import { memoryExecutor, type MemoryDataset } from '../support/memory-executor.ts'
import { plainNaive, plainResult } from '../support/plain-result.ts'
import { library } from '../unit/check/library.ts'
import { corpus } from '../unit/parse/corpus.ts'

const start = 1_757_900_000_000_000_000n
const second = 1_000_000_000n
const spans = [
  { run: 10020, start: String(start), stop: String(start + 8n * second) },
  { run: 10022, start: String(start + 8n * second), stop: String(start + 17n * second) },
]

/** Numbers from a seed, evenly in [0, 1). */
function numbers(seed: number): () => number {
  let state = seed
  return () => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff
    return state / 0x80000000
  }
}

/**
 * Groups of six events every two seconds. The first is a muon in every third of them, else noise; then comes a pair; then,
 * behind a muon, two neutrons and a decay, else three single events.
 */
const size = 6

function placed(at: number): { readonly kind: number; readonly hasMuon: boolean; readonly us: number } {
  const [group, kind] = [Math.floor(at / size), at % size]
  const hasMuon = group % 3 === 0
  const us = [0, 100_000, 100_030, ...(hasMuon ? [200, 400, 10_000] : [500_000, 700_000, 900_000])][kind] ?? 0
  return { kind, hasMuon, us: us + 2_000_000 * group }
}

function energyOf(kind: number, hasMuon: boolean, draw: () => number): number {
  if (kind === 0) return hasMuon ? 500 : 0.3
  if (kind === 1) return 1 + 9 * draw()
  return kind === 2 || (hasMuon && kind < 5) ? 2.2 : 5 + 4 * draw()
}

function quantities(at: number, draw: () => number): Readonly<Record<string, Cell>> {
  const { kind, hasMuon } = placed(at)
  const isMuon = kind === 0 && hasMuon
  return {
    run: at < 24 ? 10020 : 10022,
    det: isMuon && at > 0 ? 'WP' : 'CD',
    E: energyOf(kind, hasMuon, draw),
    x: 1000 * Math.floor(at / size) + 100 * draw(),
    y: 10 * draw(),
    z: 10 * draw(),
    qtot: isMuon ? 5e6 : 1500 + 1000 * draw(),
    nhit: isMuon ? 9000 : 1000,
    stdt: 100 * draw(),
    chi: draw(),
    score: kind === 3 ? undefined : draw(),
    quality: draw(),
    scale: 1 + draw() / 100,
    hits: Array.from({ length: at % 4 }, () => ({ charge: Math.fround(3 * draw()), time: Math.fround(300 * draw()) })),
    times: [Math.fround(draw())],
    chi2: 20 * draw(),
    ndf: 10,
    height: draw(),
    start: start + BigInt(at) * 2_000_000n,
    stop: start + BigInt(at) * 2_000_000n + 1_000_000n,
  }
}

function valueOf({ name, type }: Column, values: Readonly<Record<string, Cell>>): Cell {
  const value = values[name]
  return type.kind === 'number' && type.repr === 'float32' && typeof value === 'number' ? Math.fround(value) : value
}

function rowsOf({ columns, key }: Schema, path: string): readonly Row[] {
  const draw = numbers(path.length)
  const isData = path.includes('.esd.root')
  const first = path.includes('2026') ? 1000 : 0
  return Array.from({ length: isData ? 120 : 48 }, (_, at): Row => {
    const reference = isData ? { file: at % 2, entry: Math.floor(at / 2) } : { file: 0, entry: first + at }
    const values = {
      ...quantities(at, draw),
      ...reference,
      t: key === null ? undefined : start + BigInt(placed(at).us) * 1000n,
    }
    return new Map(columns.map((column) => [column.name, valueOf(column, values)]))
  })
}

test('every worked cell that can be run gives on generated data what its definition gives, by the laws too', async () => {
  const data = new Map<string, MemoryDataset>()
  const catalog = {
    dataset: (need: Parameters<typeof library.dataset>[0]) => {
      const found = library.dataset(need)
      if (found !== undefined && !data.has(found.key)) {
        data.set(found.key, {
          schema: found.schema,
          rows: rowsOf(found.schema, found.key),
          goodTime: { spans, approximate: false },
        })
      }
      return found
    },
  }
  let names: Names = new Map()
  const rows: string[] = []
  for (const [at, { text }] of corpus.entries()) {
    const compiled = compile(text, { cell: at + 1, names, catalog })
    names = compiled.names
    const queries = compiled.statements.flatMap((statement) => queriesOf(statement, names))
    for (const query of queries.flatMap(runnable)) {
      const cell = at + 1
      const expected = plainNaive(evaluate(query, data), 1000)
      expect({ cell, answer: await engine(query, data) }).toEqual({ cell, answer: expected })
      expect({ cell, answer: await engine(optimizedQuery(query) as BackendQuery, data) }).toEqual({
        cell,
        answer: expected,
      })
      rows.push(`${cell}: ${query.kind} ${query.kind === 'table' ? (expected as { count: number }).count : ''}`.trim())
    }
  }
  process.stdout.write(`${rows.join(', ')}\n`)
  expect(rows.length).toBeGreaterThan(50)
}, 120_000)

/** What a statement asks; of a stream that is only named, its rows. */
function queriesOf(statement: Compiled, names: Names): readonly Query[] {
  if (statement.kind === 'query') return [statement.query]
  const meaning = names.get(statement.name)?.meaning
  return meaning?.kind === 'stream' ? [{ kind: 'table', plan: meaning.stream.plan }] : []
}

/** What of a cell asks for rows; of a file that is saved its rows. `explain` is the backend's own. */
function runnable(query: Query): readonly BackendQuery[] {
  if (query.kind === 'save' || query.kind === 'handOver') return [{ kind: 'table', plan: query.plan }]
  return query.kind === 'explain' ? [] : [query]
}

async function engine(query: BackendQuery, data: ReadonlyMap<string, MemoryDataset>): Promise<unknown> {
  const { notes: _, ...result } = await execute(query, memoryExecutor(data), {
    limit: 1000,
    signal: new AbortController().signal,
  })
  return plainResult(result)
}
