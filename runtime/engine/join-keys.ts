import type { Scalar } from '../../dsl/ir/types.ts'
import { Int64Reader } from './int64.ts'
import type { Terms } from './kernels.ts'
import type { PortableColumn } from './portable.ts'
import type { NumberVector } from './vector.ts'

/**
 * Keys of one column in terms that every task shares, each in two float64: a number as the nearest float64 and what is
 * left, an instant as multiples of 2^32 ns since 1970 and the rest, a text as its place among those of the held rows
 * (−1 for others). `valid` is 0 where there is no key, or NaN. All of shape [rows].
 */
export interface Keys {
  readonly high: Float64Array
  readonly low: Float64Array
  readonly valid: Uint8Array
}

/** The keys of held rows. */
export function keysOfHeld({ values, valid, type }: PortableColumn, rows: number): Keys {
  const keys = blankKeys(rows)
  if (!(values instanceof BigInt64Array || values instanceof BigUint64Array)) keys.high.set(values.subarray(0, rows))
  else if (type.kind === 'instant') splitInstants(values, keys)
  else splitIntegers(values, keys)
  markValid(keys, valid)
  return keys
}

function splitInstants({ buffer, byteOffset }: BigInt64Array | BigUint64Array, { high, low }: Keys): void {
  const upper = new Int32Array(buffer, byteOffset, 2 * high.length)
  const lower = new Uint32Array(buffer, byteOffset, 2 * low.length)
  for (let row = 0; row < high.length; row++) {
    high[row] = upper[2 * row + 1]!
    low[row] = lower[2 * row]!
  }
}

function splitIntegers(values: BigInt64Array | BigUint64Array, { high, low }: Keys): void {
  const integers = new Int64Reader(values)
  for (let row = 0; row < high.length; row++) {
    const near = integers.at(row)
    high[row] = near
    if (Number.isSafeInteger(near)) continue
    high[row] = Number(values[row])
    low[row] = Number(values[row]! - BigInt(high[row]!))
  }
}

interface RowTerms {
  readonly type: Scalar
  readonly rows: number
  readonly terms: Terms
}

/** The keys of a task's rows, which are put to those of a held column. */
export function keysOfRows(
  { values, residual, valid }: NumberVector,
  { type, rows, terms }: RowTerms,
  held: PortableColumn,
): Keys {
  const keys = blankKeys(rows)
  keys.high.set(values.subarray(0, rows))
  if (residual !== null) keys.low.set(residual.subarray(0, rows))
  markValid(keys, valid)
  if (type.kind === 'text') placeTexts(keys, held.texts ?? [], terms)
  else if (type.kind === 'instant' && residual !== null) sinceEpochFar(keys, terms.base)
  else if (type.kind === 'instant') sinceEpoch(keys, terms.base)
  return keys
}

function placeTexts({ high }: Keys, texts: readonly string[], terms: Terms): void {
  const places = new Map(texts.map((text, place) => [terms.idOf(text), place]))
  for (let row = 0; row < high.length; row++) high[row] = places.get(high[row]!) ?? -1
}

const word = 2 ** 32

/** Instants relative to a base, in place. */
function sinceEpoch({ high, low }: Keys, base: bigint): void {
  const [baseHigh, baseLow] = [Number(base >> 32n), Number(BigInt.asUintN(32, base))]
  for (let row = 0; row < high.length; row++) {
    const multiple = Math.floor(high[row]! / word)
    const rest = high[row]! - multiple * word + baseLow
    const carry = rest >= word ? 1 : 0
    high[row] = baseHigh + multiple + carry
    low[row] = rest - carry * word
  }
}

/** The same for instants beyond 2^53 from the base, whose `low` is what the nearest float64 leaves. */
function sinceEpochFar({ high, low }: Keys, base: bigint): void {
  for (let row = 0; row < high.length; row++) {
    const ns = base + BigInt(high[row]!) + BigInt(low[row]!)
    high[row] = Number(ns >> 32n)
    low[row] = Number(BigInt.asUintN(32, ns))
  }
}

function markValid({ high, valid }: Keys, given: Uint8Array | null): void {
  if (given === null) valid.fill(1)
  else valid.set(given.subarray(0, valid.length))
  for (let row = 0; row < high.length; row++) valid[row]! &= Number(!Number.isNaN(high[row]))
}

function blankKeys(rows: number): Keys {
  return { high: new Float64Array(rows), low: new Float64Array(rows), valid: new Uint8Array(rows) }
}
