import type { Cancel } from '../ports/format.ts'

/** Bits of a digit, and how many values it has. */
const [digitBits, digitValues] = [11, 2048] as const

/**
 * Positions [0, count) in the order of keys, stable. Digit by digit from the lowest: each pass costs the same for any keys,
 * and a digit that all keys share costs none.
 *
 * @param words of the keys, 32 bits each, the last one first to compare; each of shape [count]
 */
export function radixOrder(words: readonly Uint32Array[], count: number, cancel?: Cancel): Uint32Array {
  let order = new Uint32Array(count)
  let next = new Uint32Array(count)
  for (let at = 0; at < count; at++) order[at] = at
  for (const word of words) {
    for (let shift = 0; shift < 32; shift += digitBits) {
      cancel?.throwIfAborted()
      const starts = startsOf(word, shift, count)
      if (starts === null) continue
      place(word, shift, starts, order, next)
      ;[order, next] = [next, order]
    }
  }
  return order
}

/** Where the keys with each digit begin; null when all have the same. */
function startsOf(word: Uint32Array, shift: number, count: number): Uint32Array | null {
  const starts = new Uint32Array(digitValues)
  for (let at = 0; at < count; at++) starts[(word[at]! >>> shift) & (digitValues - 1)]!++
  let before = 0
  for (let digit = 0; digit < digitValues; digit++) {
    const own = starts[digit]!
    if (own === count) return null
    starts[digit] = before
    before += own
  }
  return starts
}

function place(word: Uint32Array, shift: number, starts: Uint32Array, order: Uint32Array, next: Uint32Array): void {
  for (let at = 0; at < order.length; at++) {
    const position = order[at]!
    const digit = (word[position]! >>> shift) & (digitValues - 1)
    next[starts[digit]!++] = position
  }
}
