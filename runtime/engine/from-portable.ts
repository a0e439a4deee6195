import { RuntimeError } from '../errors.ts'
import { Int64Reader } from './int64.ts'
import type { Texts } from './task.ts'
import type { Held, PortableArray, PortableColumn, PortableList } from './portable.ts'
import { numbers, type NumberArray, type NumberVector, type Rows, type Vector } from './vector.ts'

/** The rows [start, end) of held columns in the terms of a task. */
export function heldRows(
  held: Held,
  [start, end]: readonly [number, number],
  columns: readonly string[],
  terms: { readonly base: bigint; readonly texts: Texts },
): Rows {
  const vectors = columns.map((name): [string, Vector] => {
    const column = held.columns.get(name)
    if (column === undefined) throw new Error(`no column ${name} is held among ${[...held.columns.keys()].join(', ')}`)
    return [
      name,
      column.kind === 'list' ? listVector(column, start, end, terms) : numberVector(column, start, end, terms),
    ]
  })
  if (held.key !== null) vectors.forEach(refuseFarTime)
  return { rows: end - start, columns: new Map(vectors) }
}

/** @throws RuntimeError R004 for a time by which rows look at others that is not exact from the base */
function refuseFarTime([name, vector]: readonly [string, Vector]): void {
  const isTime = name === 't' || name.endsWith('.t')
  if (!isTime || vector.kind === 'list' || vector.residual === null) return
  throw new RuntimeError('R004', 'a time lies more than 104 days from the others of its slice')
}

/** The rows of a held stream that lie in [from, to), ns since 1970. */
export function heldRange({ rows, columns, key }: Held, from: bigint, to: bigint): readonly [number, number] {
  const times = columns.get(`${key ?? ''}t`)
  if (times?.kind !== 'values' || !(times.values instanceof BigInt64Array)) throw new Error('held rows without time')
  return [lowerBound(times.values, rows, from), lowerBound(times.values, rows, to)]
}

/** An instant of the held columns; undefined when they have none. */
export function firstInstant({ columns }: Held, names: readonly string[]): bigint | undefined {
  for (const name of names) {
    const column = columns.get(name)
    if (column?.kind !== 'values' || column.type.kind !== 'instant') continue
    const at = column.valid === null ? 0 : column.valid.indexOf(1)
    const instant = column.values[at]
    if (typeof instant === 'bigint') return instant
  }
  return undefined
}

function lowerBound(sorted: BigInt64Array, length: number, target: bigint): number {
  let [low, high] = [0, length]
  while (low < high) {
    const middle = (low + high) >>> 1
    if (sorted[middle]! < target) low = middle + 1
    else high = middle
  }
  return low
}

function listVector(list: PortableList, start: number, end: number, terms: { base: bigint; texts: Texts }): Vector {
  const offsets = list.offsets.subarray(start, end + 1)
  const [first, last] = [offsets[0] ?? 0, offsets.at(-1) ?? 0]
  const fields = [...list.fields].map(([name, field]): [string, NumberVector] => [
    name,
    numberVector(field, first, last, terms),
  ])
  return {
    kind: 'list',
    offsets: offsets.map((offset) => offset - first),
    fields: new Map(fields),
    valid: list.valid?.subarray(start, end) ?? null,
  }
}

function numberVector(
  column: PortableColumn,
  start: number,
  end: number,
  terms: { base: bigint; texts: Texts },
): NumberVector {
  const valid = column.valid?.subarray(start, end) ?? null
  const values = column.values.subarray(start, end)
  if (column.texts !== null) {
    const ids = column.texts.map((text) => terms.texts.idOf(text))
    return numbers(
      Int32Array.from(values as Int32Array, (place, i) => (valid?.[i] === 0 ? 0 : (ids[place] ?? 0))),
      valid,
    )
  }
  if (!isBig(values)) return numbers(values, valid)
  return widened(values, column.type.kind === 'instant' ? terms.base : 0n, valid)
}

function isBig(values: PortableArray): values is BigInt64Array | BigUint64Array {
  return values instanceof BigInt64Array || values instanceof BigUint64Array
}

/** Values from a base, with what float64 does not hold of those beyond 2^53. */
function widened(values: BigInt64Array | BigUint64Array, base: bigint, valid: Uint8Array | null): NumberVector {
  const wide: NumberArray = new Float64Array(values.length)
  const integers = new Int64Reader(values, base)
  let residual: Float64Array | null = null
  for (let i = 0; i < values.length; i++) {
    if (valid?.[i] === 0) continue
    const near = integers.at(i)
    wide[i] = near
    if (Number.isSafeInteger(near)) continue
    const exact = values[i]! - base
    wide[i] = Number(exact)
    residual ??= new Float64Array(values.length)
    residual[i] = Number(exact - BigInt(wide[i]!))
  }
  return { kind: 'numbers', values: wide, residual, valid }
}
