import { holdsLists } from './expr-parts.ts'
import { columnsOf, type Tools } from './frame.ts'
import { GrowingIndices } from './growing.ts'
import { chunkRows, type PairMode, type PairRequest, type Ranges } from './kernels.ts'
import { pickRows } from './lazy-rows.ts'
import { withListColumns, valueColumn } from './lists.ts'
import { pairedRows, type Pairing, type Pairs } from './paired-rows.ts'
import { positionColumn } from './plan-parts.ts'
import { rangesOf } from './ranges.ts'
import { numbersOf, type NumberVector } from './vector.ts'

export function findPairs(pairing: Pairing, mode: Exclude<PairMode, 'exists'>, tools: Tools): Pairs {
  const simple = withListsAsColumns(pairing, tools)
  if (simple.where !== null && holdsLists(simple.where)) return chosenPairs(simple, mode, tools)
  const [row, other] = [new GrowingIndices(), new GrowingIndices()]
  for (const block of searchBlocks(simple, mode, tools)) {
    row.append(block.row, block.row.length)
    other.append(block.other, block.other.length)
  }
  return { row: row.take(), other: other.take() }
}

/** The pairs block by block; a block is overwritten by the next one. */
export function pairBlocks(pairing: Pairing, mode: Exclude<PairMode, 'exists'>, tools: Tools): Iterable<Pairs> {
  const simple = withListsAsColumns(pairing, tools)
  if (simple.where !== null && holdsLists(simple.where)) return [chosenPairs(simple, mode, tools)]
  return searchBlocks(simple, mode, tools)
}

/** What a condition makes of the lists of one side is a column of that side. */
function withListsAsColumns(pairing: Pairing, tools: Tools): Pairing {
  if (pairing.where === null || !holdsLists(pairing.where)) return pairing
  const own = withListColumns([pairing.where], pairing.row, 'row', tools)
  const other = withListColumns(own.expressions, pairing.source, 'other', tools)
  return { ...pairing, row: own.rows, source: other.rows, where: other.expressions[0]! }
}

/**
 * The pairs for a condition that puts lists of one side to values of the other: all candidates are written down and
 * tested, and then those that the mode wants are chosen.
 */
function chosenPairs(pairing: Pairing, mode: Exclude<PairMode, 'exists'>, tools: Tools): Pairs {
  const [row, other] = [new GrowingIndices(), new GrowingIndices()]
  for (const block of searchBlocks({ ...pairing, where: null }, 'each', tools)) {
    const { rows, expr } = pairedRows(pairing.where!, pairing, block)
    const { values, valid } = valueColumn(expr, rows, tools)
    for (let k = 0; k < rows.rows; k++) {
      if (values[k] !== 1 || valid?.[k] === 0) continue
      row.push(block.row[k]!)
      other.push(block.other[k]!)
    }
  }
  return inMode({ row: row.take(), other: other.take() }, pairing, mode)
}

/** One pair of each row: its first, its last, or the first of those nearest in time. */
function inMode(pairs: Pairs, { looking, row, source }: Pairing, mode: Exclude<PairMode, 'exists'>): Pairs {
  if (mode === 'each') return pairs
  const apart =
    mode === 'nearest' && looking.window.kind === 'within'
      ? distances(pairs, numbersOf(row, `${looking.window.reference}t`), numbersOf(source, `${looking.key}t`))
      : null
  const chosen = new GrowingIndices()
  for (let k = 0; k < pairs.row.length;) {
    let best = k
    let end = k + 1
    for (; end < pairs.row.length && pairs.row[end] === pairs.row[k]; end++) {
      if (mode === 'last' || (apart !== null && apart[end]! < apart[best]!)) best = end
    }
    chosen.push(best)
    k = end
  }
  const indices = chosen.take()
  return { row: indices.map((k) => pairs.row[k]!), other: indices.map((k) => pairs.other[k]!) }
}

function distances({ row, other }: Pairs, reference: NumberVector, candidates: NumberVector): Float64Array {
  return Float64Array.from(row, (i, k) => Math.abs(candidates.values[other[k]!]! - reference.values[i]!))
}

function* searchBlocks(whole: Pairing, mode: Exclude<PairMode, 'exists'>, tools: Tools): Generator<Pairs> {
  const { pairing, ranges, active } = narrowed(whole)
  const { rows } = pairing.row
  const search = tools.kernels.pairs(requestOf(pairing, mode), columnsOf(pairing.row, pairing.source), tools.terms)
  // One more than a block of rows: a mode that writes at most one pair per row writes before it counts.
  const room = Math.max(1024, Math.min(rows, chunkRows)) + 1
  const out = { row: new Uint32Array(room), other: new Uint32Array(room), mask: new Uint8Array(rows) }
  const progress = { row: 0, next: -1 }
  while (progress.row < rows) {
    tools.cancel.throwIfAborted()
    const count = search(progress, blockEnd(progress.row, ranges, rows), ranges, out)
    if (active !== null) for (let k = 0; k < count; k++) out.row[k] = active[out.row[k]!]!
    if (count > 0) yield { row: out.row.subarray(0, count), other: out.other.subarray(0, count) }
  }
}

/** 1 for each row that has a partner, else 0. */
export function havePartner(given: Pairing, tools: Tools): Uint8Array {
  const whole = withListsAsColumns(given, tools)
  if (whole.where !== null && holdsLists(whole.where)) {
    const mask = new Uint8Array(whole.row.rows)
    for (const row of chosenPairs(whole, 'each', tools).row) mask[row] = 1
    return mask
  }
  const { pairing, ranges, active } = narrowed(whole)
  const { rows } = pairing.row
  const search = tools.kernels.pairs(requestOf(pairing, 'exists'), columnsOf(pairing.row, pairing.source), tools.terms)
  const out = { row: new Uint32Array(1), other: new Uint32Array(1), mask: new Uint8Array(rows) }
  const progress = { row: 0, next: -1 }
  while (progress.row < rows) {
    tools.cancel.throwIfAborted()
    search(progress, blockEnd(progress.row, ranges, rows), ranges, out)
  }
  if (active === null) return out.mask
  const mask = new Uint8Array(whole.row.rows)
  active.forEach((row, at) => (mask[row] = out.mask[at]!))
  return mask
}

interface Narrowed {
  readonly pairing: Pairing
  readonly ranges: Ranges
  /** Which rows these are; null for all. */
  readonly active: Uint32Array | null
}

/** The rows that have a candidate at all: where these are few, only their columns need be read. */
function narrowed(pairing: Pairing): Narrowed {
  const { looking, row, source } = pairing
  const { low, high } = rangesOf(looking, row, source)
  const active = new Uint32Array(row.rows + 1)
  let count = 0
  for (let i = 0; i < row.rows; i++) {
    active[count] = i
    count += low[i]! < high[i]! ? 1 : 0
  }
  if (2 * count > row.rows) return { pairing, ranges: { low, high }, active: null }
  const rows = active.subarray(0, count)
  const ranges = { low: new Uint32Array(count), high: new Uint32Array(count) }
  for (let at = 0; at < count; at++) {
    ranges.low[at] = low[rows[at]!]!
    ranges.high[at] = high[rows[at]!]!
  }
  return { pairing: { ...pairing, row: pickRows(row, rows) }, ranges, active: rows }
}

/** Rows up to which a search goes without asking for cancellation: few where the windows are crowded. */
function blockEnd(start: number, { low, high }: Ranges, rows: number): number {
  const most = Math.min(rows, start + chunkRows)
  let pairs = 0
  let end = start
  while (end < most && pairs < 16 * chunkRows) {
    pairs += Math.max(0, high[end]! - low[end]!)
    end++
  }
  return end
}

function requestOf({ looking, row, source, where }: Pairing, mode: PairMode): PairRequest {
  const exclusions = looking.exclusions.map((exclusion) =>
    (exclusion.byPosition ? [positionColumn] : ['file', 'entry']).map(
      (name) => [numbersOf(row, `${exclusion.row}${name}`), numbersOf(source, `${exclusion.other}${name}`)] as const,
    ),
  )
  const { window, key } = looking
  const times =
    mode === 'nearest' && window.kind === 'within'
      ? ([numbersOf(row, `${window.reference}t`), numbersOf(source, `${key}t`)] as const)
      : null
  return { mode, where, exclusions, times }
}
