import type { Value } from '../../dsl/functions/function.ts'

/**
 * Order of keys: numbers and instants ascending, false before true, text by code point; NaN after all of them, missing
 * last. −0 and +0 are one key.
 */
export function compareKeys(left: Value, right: Value): number {
  return rank(left) - rank(right) || compareOrdinary(left, right)
}

/** The same with ordinary values descending; NaN and missing stay last. */
export function compareKeysDescending(left: Value, right: Value): number {
  return rank(left) - rank(right) || compareOrdinary(right, left)
}

function rank(value: Value): number {
  if (value === undefined) return 2
  return Number.isNaN(value) ? 1 : 0
}

function compareOrdinary(left: Value, right: Value): number {
  if (typeof left === 'string' && typeof right === 'string') return compareText(left, right)
  if (left === undefined || right === undefined) return 0
  return left < right ? -1 : left > right ? 1 : 0
}

function compareText(left: string, right: string): number {
  const [a, b] = [codePoints(left), codePoints(right)]
  const at = a.findIndex((point, index) => point !== b[index])
  if (at < 0) return a.length - b.length
  return at < b.length ? (a[at] ?? 0) - (b[at] ?? 0) : 1
}

function codePoints(text: string): readonly number[] {
  return [...text].map((character) => character.codePointAt(0) ?? 0)
}
