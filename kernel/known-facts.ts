import { createHash } from 'node:crypto'
import type { DatasetFacts, Facts, FileRange } from '../dsl/assist/facts.ts'
import type { Plan, Query } from '../dsl/ir/plan.ts'
import type { CutflowRow, Result } from '../runtime/ports/backend.ts'
import type { Dataset } from '../runtime/ports/dataset.ts'

/** So many counts are kept, the latest ones: of a notebook of some hundred cells nothing is forgotten. */
const mostCounts = 2000

/** What a session knows for help at the cursor: what the files state that it has opened, and what its runs have counted. */
export class KnownFacts implements Facts {
  readonly #datasets: ReadonlyMap<string, Dataset>
  readonly #stated = new WeakMap<Dataset, DatasetFacts>()
  readonly #counts = new Map<string, number>()
  readonly #keys = new WeakMap<Plan, string>()

  /** @param datasets those that are open, by the key that plans name them by; looked up when it is asked */
  constructor(datasets: ReadonlyMap<string, Dataset>) {
    this.#datasets = datasets
  }

  dataset(key: string): DatasetFacts | undefined {
    const dataset = this.#datasets.get(key)
    if (dataset === undefined) return undefined
    const known = this.#stated.get(dataset) ?? statedBy(dataset)
    this.#stated.set(dataset, known)
    return known
  }

  counted(plan: Plan): number | undefined {
    return this.#counts.get(this.#keyOf(plan))
  }

  /** Remembers what a run has counted. */
  learn(query: Query, result: Result): void {
    for (const [plan, rows] of countsIn(query, result)) this.count(plan, rows)
  }

  count(plan: Plan, rows: number): void {
    const key = this.#keyOf(plan)
    this.#counts.delete(key)
    this.#counts.set(key, rows)
    const [oldest] = this.#counts.keys()
    if (this.#counts.size > mostCounts && oldest !== undefined) this.#counts.delete(oldest)
  }

  /** Files have changed: what was counted in them is no longer so. */
  forget(): void {
    this.#counts.clear()
  }

  #keyOf(plan: Plan): string {
    const key = this.#keys.get(plan) ?? createHash('sha1').update(JSON.stringify(plan, withoutWords)).digest('base64')
    this.#keys.set(plan, key)
    return key
  }
}

/** What a cut is called, and how it is written, changes no row. */
function withoutWords(key: string, value: unknown): unknown {
  return key === 'label' || key === 'text' || key === 'anchorText' ? undefined : value
}

/** Whether both are the same files, as far as their sizes and times tell. */
export function isUnchanged(before: Dataset, after: Dataset): boolean {
  const same = (left: Dataset['files'][number], right: Dataset['files'][number] | undefined): boolean =>
    left.path === right?.path && left.bytes === right.bytes && left.modifiedMs === right.modifiedMs
  return before.files.length === after.files.length && before.files.every((file, at) => same(file, after.files[at]))
}

function statedBy(dataset: Dataset): DatasetFacts {
  const { path, files, ranges = [] } = dataset
  const time = timeOf(dataset)
  return {
    path,
    files: files.length,
    rows: files.reduce((sum, file) => sum + file.rows, 0),
    ranges: new Map<string, FileRange>([
      ...(time === undefined ? [] : ([['t', time]] as const)),
      ...ranges.map(({ name, min, max }) => [name, { min, max }] as const),
    ]),
  }
}

/** First and last time, which is known of each file that has one, whatever its format. */
function timeOf({ files, schema }: Dataset): FileRange | undefined {
  const blocks = files.flatMap((file) => file.blocks)
  if (schema.stream !== 'events' || blocks.length === 0) return undefined
  const earlier = (a: string, b: string) => (BigInt(a) < BigInt(b) ? a : b)
  const later = (a: string, b: string) => (BigInt(a) < BigInt(b) ? b : a)
  return {
    min: blocks.map(({ tFirst }) => tFirst).reduce(earlier),
    max: blocks.map(({ tLast }) => tLast).reduce(later),
  }
}

type Counted = readonly [plan: Plan, rows: number]

function countsIn(query: Query, result: Result): readonly Counted[] {
  if (query.kind === 'number') return result.kind === 'number' ? countsInNumber(query, result.value) : []
  if (query.kind === 'hist') return result.kind === 'hist' ? countsInHist(query, result) : []
  if (query.kind === 'cutflow') {
    return result.kind === 'cutflow' && query.by === null ? countsInCutflow(query.plan, result.rows) : []
  }
  return result.kind === 'table' || result.kind === 'describe' ? [[query.plan, result.rows]] : []
}

/** `show count(ibd)`. */
function countsInNumber(
  { value, inputs }: Extract<Query, { kind: 'number' }>,
  counted: Extract<Result, { kind: 'number' }>['value'],
): readonly Counted[] {
  const [input] = inputs
  if (value.kind !== 'column' || typeof counted !== 'number' || input?.kind !== 'measure') return []
  const { fn, where, value: of } = input.measure
  return input.name === value.name && fn === 'count' && of === null && where === undefined
    ? [[input.plan, counted]]
    : []
}

/** Each row is in one bin, or beside them all. */
function countsInHist(
  { plan, weight, each }: Extract<Query, { kind: 'hist' }>,
  hist: Extract<Result, { kind: 'hist' }>,
): readonly Counted[] {
  if (weight !== null || each !== undefined) return []
  const beside = hist.axes.length === 1 ? hist.underflow + hist.overflow : hist.outside
  return [[plan, hist.counts.reduce((sum, count) => sum + count, beside + hist.nan)]]
}

/** A line for each cut, and for a match one for its anchors and each of its roles. */
function countsInCutflow(plan: Plan, rows: readonly CutflowRow[]): readonly Counted[] {
  const counted = chainOf(plan).flatMap(countedIn)
  if (counted.length !== rows.length) return []
  return counted.map((stage, at) => [stage, rows[at]?.sequential ?? 0])
}

function chainOf(plan: Plan): readonly Plan[] {
  return plan.op === 'scan' || plan.op === 'union' ? [plan] : [...chainOf(plan.input), plan]
}

/** What the lines of a stage count, in their order: of a match first the rows without any role, then with one more each. */
function countedIn(stage: Plan): readonly Plan[] {
  if (stage.op === 'match') {
    return [0, ...stage.roles.keys().map((at) => at + 1)].map((roles) => ({
      ...stage,
      roles: stage.roles.slice(0, roles),
    }))
  }
  const isCut = stage.op === 'veto' || stage.op === 'during' || (stage.op === 'filter' && stage.text !== null)
  return isCut ? [stage] : []
}
