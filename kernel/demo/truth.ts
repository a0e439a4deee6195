import type { TableResult } from '../render/table.ts'
import { firstInstant, numberColumn, textsAt, timeColumn } from './columns.ts'
import { type Record, rejection, type Surroundings } from './selection.ts'

/** The tables that the comparison is made from, each one whole. */
export interface TruthTables {
  /** Pairs that the query found: `prompt_file`, `prompt_entry`, `delayed_file`, `delayed_entry`. */
  readonly found: TableResult
  /** The generator's table of pairs, reactor neutrinos only; the same columns and `scenario`. */
  readonly pairs: TableResult
  /** What was put in on purpose: `scenario`, `expect`. */
  readonly scenarios: TableResult
  /** Every record of the central detector: `file entry t E x y z`. */
  readonly records: TableResult
  /** Those of 2 to 12 MeV: `file entry t`. */
  readonly others: TableResult
  /** The generator's `file entry process`. */
  readonly processes: TableResult
  readonly muons: TableResult
  /** With the columns of `records`. */
  readonly neutrons: TableResult
}

export interface Comparison {
  readonly truePairs: number
  readonly found: number
  /** Missed pairs by the first cut that takes them away; 'unexplained' should be absent. */
  readonly missed: ReadonlyMap<string, number>
  /** Found pairs that are not of a reactor neutrino, by what they are. */
  readonly falsePairs: ReadonlyMap<string, number>
  /** Situations put in on purpose with a pair in them, and those that came out as they should. */
  readonly scenarios: { readonly all: number; readonly right: number }
}

/** Compares what the query found with what the generator made, pair by pair. */
export function compare(tables: TruthTables): Comparison {
  const found = pairKeys(tables.found)
  const truth = pairKeys(tables.pairs)
  const foundNames = new Set(found.map(nameOf))
  const truthNames = new Set(truth.map(nameOf))
  const missed = truth.filter((keys) => !foundNames.has(nameOf(keys)))
  const wrong = found.filter((keys) => !truthNames.has(nameOf(keys)))
  return {
    truePairs: truth.length,
    found: truth.length - missed.length,
    missed: counted(reasonsOf(missed, tables)),
    falsePairs: counted(kindsOf(wrong, tables.processes)),
    scenarios: scenariosOf(tables, truth, foundNames),
  }
}

/** Keys of prompt and delayed. */
type PairKeys = readonly [prompt: number, delayed: number]

function pairKeys(table: TableResult): readonly PairKeys[] {
  const prompts = keyColumn(table, 'prompt_')
  const delayeds = keyColumn(table, 'delayed_')
  return Array.from(prompts, (prompt, row) => [prompt, delayeds[row] ?? 0])
}

/** One number for an event reference: there are far fewer than 2^40 entries in a file. */
function keyColumn(table: TableResult, prefix: string): Float64Array {
  const entries = numberColumn(table, `${prefix}entry`)
  return numberColumn(table, `${prefix}file`).map((file, row) => file * 2 ** 40 + (entries[row] ?? 0))
}

function nameOf([prompt, delayed]: PairKeys): string {
  return `${prompt} ${delayed}`
}

function reasonsOf(pairs: readonly PairKeys[], tables: TruthTables): readonly string[] {
  const base = firstInstant(tables.records, 't')
  const records = recordsOf(tables.records, base, new Set(pairs.flat()))
  const around: Surroundings = {
    muons: timeColumn(tables.muons, 't', base),
    neutrons: [...recordsOf(tables.neutrons, base, null).values()],
    others: { t: timeColumn(tables.others, 't', base), key: keyColumn(tables.others, '') },
  }
  return pairs.map((keys) => {
    const [prompt, delayed] = keys.map((key) => records.get(key))
    if (prompt === undefined || delayed === undefined) return 'not in the index'
    return rejection({ prompt, delayed }, around) ?? 'unexplained'
  })
}

/** The records by their keys, in their order; with `wanted` those alone. */
function recordsOf(table: TableResult, base: bigint, wanted: ReadonlySet<number> | null): ReadonlyMap<number, Record> {
  const keys = keyColumn(table, '')
  const t = timeColumn(table, 't', base)
  const [energy, x, y, z] = ['E', 'x', 'y', 'z'].map((name) => numberColumn(table, name))
  const records = new Map<number, Record>()
  const value = (column: Float64Array | undefined, row: number) => column?.[row] ?? Number.NaN
  for (const [row, key] of keys.entries()) {
    if (wanted !== null && !wanted.has(key)) continue
    const at = { x: value(x, row), y: value(y, row), z: value(z, row) }
    records.set(key, { key, t: t[row] ?? 0, energy: value(energy, row), ...at })
  }
  return records
}

/** What the two records of a pair really are: `li9_prompt and li9_he8_neutron`, or that they are not related. */
function kindsOf(pairs: readonly PairKeys[], processes: TableResult): readonly string[] {
  const wanted = new Set(pairs.flat())
  const keys = keyColumn(processes, '')
  const rows = Array.from(keys.keys()).filter((row) => wanted.has(keys[row] ?? 0))
  const names = textsAt(processes, 'process', rows)
  const found = new Map(rows.map((row, at) => [keys[row] ?? 0, names[at]]))
  return pairs.map((keysOf) => keysOf.map((key) => found.get(key) ?? 'unknown').join(' + '))
}

function scenariosOf(
  { pairs, scenarios }: TruthTables,
  truth: readonly PairKeys[],
  found: ReadonlySet<string>,
): Comparison['scenarios'] {
  const expected = textsAt(scenarios, 'expect', [...Array(scenarios.rows).keys()])
  const expectOf = new Map(Array.from(numberColumn(scenarios, 'scenario'), (number, row) => [number, expected[row]]))
  const verdicts = Array.from(numberColumn(pairs, 'scenario'), (number, row) => {
    const expect = expectOf.get(number)
    const keys = truth[row]
    if (number === 0 || keys === undefined || expect === undefined || expect === 'none') return null
    return (expect === 'found') === found.has(nameOf(keys))
  }).filter((verdict) => verdict !== null)
  return { all: verdicts.length, right: verdicts.filter((verdict) => verdict).length }
}

/** How often each occurs, the most frequent first. */
function counted(names: readonly string[]): ReadonlyMap<string, number> {
  const counts = [...Map.groupBy(names, (name) => name)].map(([name, all]) => [name, all.length] as const)
  return new Map(counts.toSorted(([, left], [, right]) => right - left))
}
