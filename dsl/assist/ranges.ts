import type { Type } from '../ir/types.ts'
import { unitText } from '../ir/units.ts'
import type { Facts, FileRange } from './facts.ts'
import { originOf } from './origin.ts'
import type { RowColumn } from './rows.ts'

/** Between which values a column lies as the files state it; undefined for what is made of columns. */
export function rangeOf({ of, type }: RowColumn, facts: Facts): FileRange | undefined {
  const origin = of && originOf(of.plan, of.name)
  if (origin?.kind !== 'files') return undefined
  const [first, ...others] = origin.columns.map((column) =>
    // A union converts to the unit of its first stream; a range is told as it stands in the files, or not at all.
    isAlike(column.type, type) ? facts.dataset(column.dataset)?.ranges.get(column.name) : undefined,
  )
  return others.reduce((all, range) => all && range && enclosing(all, range), first)
}

function isAlike(left: Type, right: Type): boolean {
  if (left.kind !== 'number' || right.kind !== 'number') return left.kind === right.kind
  return unitText(left.unit) === unitText(right.unit)
}

function enclosing(left: FileRange, right: FileRange): FileRange {
  return {
    min: isLess(right.min, left.min) ? right.min : left.min,
    max: isLess(left.max, right.max) ? right.max : left.max,
  }
}

function isLess(left: number | string, right: number | string): boolean {
  return typeof left === 'string' || typeof right === 'string' ? BigInt(left) < BigInt(right) : left < right
}

/** `0.2716 … 100024`: whole numbers in full, others to four digits. */
export function rangeText({ min, max }: FileRange, type: Type): string {
  return `${valueText(min, type)} … ${valueText(max, type)}`
}

/** An end of a range as it is written in a query: `0.2716 MeV`, `@2025-09-01T00:00:00`, `10001`. */
export function literalText(value: number | string, type: Type): string | undefined {
  if (type.kind === 'instant') return `@${valueText(value, type)}`
  const unit = type.kind === 'number' && type.unit !== null ? (unitText(type.unit) ?? '') : undefined
  // Only a power of one unit can follow a number.
  if (unit === undefined || !/^(?:[A-Za-z]+(?:\^\d+)?)?$/.test(unit)) return undefined
  return `${valueText(value, type)} ${unit}`.trim()
}

function valueText(value: number | string, type: Type): string {
  if (type.kind === 'instant') return secondText(BigInt(value))
  if (typeof value === 'string' || Number.isSafeInteger(value)) return value.toString()
  const short = Number(value.toPrecision(4))
  const magnitude = Math.abs(short)
  if (magnitude !== 0 && (magnitude < 1e-4 || magnitude >= 1e7)) return short.toExponential().replace('e+', 'e')
  return short.toString()
}

/** To the second, as `2025-09-01T12:00:00`. */
function secondText(ns: bigint): string {
  const second = ns / 1_000_000_000n - (ns < 0n && ns % 1_000_000_000n !== 0n ? 1n : 0n)
  return new Date(Number(second) * 1000).toISOString().slice(0, -5)
}
