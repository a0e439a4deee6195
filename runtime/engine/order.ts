import type { Value } from '../../dsl/functions/function.ts'

/**
 * Order of values of one type: numbers and instants ascending (−0 below +0), false before true, text by code point; NaN
 * after all of them, missing last.
 */
export function compareValues(left: Value, right: Value): number {
  return rank(left) - rank(right) || comparePresent(left, right) || compareZeros(left, right)
}

/** The same with −0 and +0 alike: the order of keys. */
export function compareKeys(left: Value, right: Value): number {
  return rank(left) - rank(right) || comparePresent(left, right)
}

/** By code point, where JavaScript's own order is by UTF-16 unit. */
export function compareText(left: string, right: string): number {
  let at = 0
  while (at < left.length && at < right.length && left.charCodeAt(at) === right.charCodeAt(at)) at++
  if (at > 0 && isHighSurrogate(left.charCodeAt(at - 1))) at--
  if (at >= left.length || at >= right.length) return left.length - right.length
  return left.codePointAt(at)! - right.codePointAt(at)!
}

function rank(value: Value): number {
  if (value === undefined) return 2
  return typeof value === 'number' && Number.isNaN(value) ? 1 : 0
}

function comparePresent(left: Value, right: Value): number {
  if (typeof left === 'string' && typeof right === 'string') return compareText(left, right)
  if (left === undefined || right === undefined) return 0
  return left < right ? -1 : left > right ? 1 : 0
}

function compareZeros(left: Value, right: Value): number {
  return (Object.is(right, -0) ? 1 : 0) - (Object.is(left, -0) ? 1 : 0)
}

function isHighSurrogate(unit: number): boolean {
  return unit >= 0xd800 && unit < 0xdc00
}
